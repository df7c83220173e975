"""The network at work: reading a series, feeding on its own forecasts, drawing paths."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray
from rnnts._validation import check_count, check_memory, generator_of
from rnnts.linear._checks import as_exogenous, as_series, check_range
from rnnts.linear._start import start_distribution, start_state

if TYPE_CHECKING:
    from rnnts.linear._state_space import StateSpace


def run(
    network: "StateSpace", y: ArrayLike, X: ArrayLike | None = None, start: ArrayLike | None = None
) -> tuple[FloatArray, FloatArray]:
    """One-step predictions of a series, each made from the rows before it.

    Parameters
    ----------
    y : array-like of shape (T,) or (T, k)
    X : array-like of shape (T, m), optional
        Exogenous rows; the prediction of a row uses that row of `X` and the earlier ones.
    start : array-like of shape (n,), optional
        State before the first observation.  By default the mean of `start` of the network; without
        one the stationary mean; for a network that is not stationary, zeros.

    Returns
    -------
    predictions : ndarray, shaped like `y`
    state : ndarray of shape (n,)
        After the last row; what `forecast` starts from.

    Raises
    ------
    ValueError
        If `y` or `X` does not fit the network or is not finite, or the state overflows.

    References
    ----------
    Hyndman, Koehler, Ord and Snyder (2008), *Forecasting with Exponential Smoothing*,
    chapter 3.

    Examples
    --------
    >>> from rnnts.linear import StateSpace
    >>> StateSpace(A=[[0.7]], B=[0.3], C=[1.0]).run([1.0, 2.0])
    (array([0. , 0.3]), array([0.81]))
    """
    series, exogenous = check_data(network, y, X)
    state = start_state(network, start)
    # Whatever does not pass through the recurrence is one matrix product for all rows.
    states = np.empty((len(series), network.hidden_size))
    with np.errstate(over="ignore", invalid="ignore"):
        drive = series @ network.B.T + exogenous @ network.exog_hidden.T + network.b_hidden
        for step, inputs in enumerate(drive):
            states[step] = state
            state = network.A @ state + inputs
        predictions = states @ network.C.T + exogenous @ network.exog_output.T + network.b_output
    if not np.isfinite(state).all() or not np.isfinite(predictions).all():
        raise ValueError(
            f"the state must stay finite, but it overflowed within {len(series)} steps: A "
            f"has spectral radius {network.spectral_radius:.6g}; use a network with one below 1"
        )
    return predictions.reshape(np.shape(y)), state


def forecast(
    network: "StateSpace", horizon: int, state: ArrayLike, X: ArrayLike | None = None
) -> FloatArray:
    """Expected values of the steps after a state.

    Parameters
    ----------
    horizon : int
    state : array-like of shape (n,)
        As `run` returns it.
    X : array-like of shape (horizon, m), optional
        Exogenous rows of the steps to forecast.

    Returns
    -------
    ndarray of shape (horizon,), or (horizon, k) with k > 1 outputs

    Raises
    ------
    ValueError, OverflowError
        If `horizon` is below 1, `state` or `X` does not fit the network, or the forecasts of an
        explosive one are no longer numbers.

    References
    ----------
    Brockwell and Davis (2016), *Introduction to Time Series and Forecasting*, section 3.3.

    Examples
    --------
    >>> from rnnts.linear import StateSpace
    >>> StateSpace(A=[[-0.4]], B=[0.9], C=[1.0]).forecast(3, state=[2.0])
    array([2. , 1. , 0.5])
    """
    horizon = check_count("horizon", horizon)
    exogenous = as_exogenous(X, horizon, network.n_exog)
    return _roll(
        network, start_state(network, state), exogenous, np.zeros((horizon, network.n_outputs))
    )


def simulate(
    network: "StateSpace",
    n_steps: int,
    X: ArrayLike | None = None,
    *,
    start: ArrayLike | None = None,
    random_state: int | np.random.Generator | None = None,
    burn_in: int | None = None,
) -> FloatArray:
    """A path drawn from the network with Gaussian errors.

    Parameters
    ----------
    n_steps : int
    X : array-like of shape (n_steps, m), optional
    start : array-like of shape (n,), optional
        State to continue from, such as the one `run` returns.  By default it is drawn from
        `start` of the network, or else from the stationary distribution.
    random_state : int, Generator or None
    burn_in : int, optional
        Steps to run (with exogenous rows of zeros) and drop first.  None are needed: the
        start is drawn from its own distribution.

    Returns
    -------
    ndarray of shape (n_steps,), or (n_steps, k) with k > 1 outputs

    Raises
    ------
    ValueError, OverflowError
        If the network is not stationary and no start is given, `X` does not fit, or the path of an
        explosive network is no longer one of numbers.
    MemoryError
        If so many steps could not be held.

    References
    ----------
    Durbin and Koopman (2012), *Time Series Analysis by State Space Methods*, section 4.9.

    Examples
    --------
    >>> from rnnts.linear import StateSpace
    >>> StateSpace(A=[[0.0]], B=[0.5], C=[1.0]).simulate(3, random_state=0).shape
    (3,)
    """
    n_steps = check_count("n_steps", n_steps)
    n_dropped = 0 if burn_in is None else check_count("burn_in", burn_in, minimum=0)
    # Errors, what drives each step, and the path.
    n_numbers = (n_dropped + n_steps) * (3 * network.n_outputs + network.hidden_size)
    check_memory(n_numbers * np.dtype(float).itemsize, "simulate fewer steps at a time")
    exogenous = as_exogenous(X, n_steps, network.n_exog)
    exogenous = np.vstack([np.zeros((n_dropped, network.n_exog)), exogenous])
    rng = generator_of(random_state)
    if start is None:
        prior = start_distribution(network)
        state = prior.mean + prior.factor @ rng.standard_normal(prior.factor.shape[1])
    else:
        state = start_state(network, start)
    errors = rng.standard_normal((len(exogenous), network.n_outputs))
    return _roll(network, state, exogenous, errors @ np.linalg.cholesky(network.sigma).T)[
        n_dropped:
    ]


def check_data(
    network: "StateSpace", y: ArrayLike, X: ArrayLike | None
) -> tuple[FloatArray, FloatArray]:
    """Return y and X as matrices with one row for each step."""
    series = as_series(y, network.n_outputs)
    return series, as_exogenous(X, len(series), network.n_exog)


def _roll(
    network: "StateSpace", state: FloatArray, exogenous: FloatArray, errors: FloatArray
) -> FloatArray:
    """Observations that follow from a state when the one-step errors are given."""
    observations = np.empty_like(errors)
    fixed = exogenous @ network.exog_output.T + network.b_output + errors
    drive = exogenous @ network.exog_hidden.T + network.b_hidden
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(len(errors)):
            observations[step] = network.C @ state + fixed[step]
            state = network.A @ state + network.B @ observations[step] + drive[step]
    check_range("the path", observations)
    return observations[:, 0] if network.n_outputs == 1 else observations
