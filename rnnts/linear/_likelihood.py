r"""Exact Gaussian likelihood through the network, without a Kalman filter.

Given :math:`h_0` the network's one-step errors are the innovations.  Run it from the mean of
:math:`h_0`: the errors :math:`e` found are off by what the true start adds, which is linear,

.. math:: e_t = C A^{t-1} (h_0 - \bar h) + \varepsilon_t, \qquad
    h_0 \sim N(\bar h, F F'), \quad \varepsilon_t \sim N(0, \Sigma),

a regression with one coefficient for each uncertain direction of the start.  With the errors and
the regressors :math:`S` whitened by :math:`\Sigma` and :math:`h_0 - \bar h = F z`,

.. math:: -2 \log p(y) = T k \log 2\pi + T \log|\Sigma| + \log|I + S'S|
    + \min_z \left( \|e - S z\|^2 + \|z\|^2 \right).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray
from rnnts.linear._recurrence import check_data, run
from rnnts.linear._stability import spectral_radius
from rnnts.linear._start import Start, start_distribution

if TYPE_CHECKING:
    from rnnts.linear._state_space import StateSpace

# Errors of a network that does not forget its start grow like rho^T before they cancel again.
_GROWTH_LIMIT = 1e6


@dataclass(frozen=True)
class StartPosterior:
    """What a series says about the start: its log-likelihood and the posterior mean of h_0."""

    log_likelihood: float
    mean: FloatArray


def log_likelihood(network: "StateSpace", y: ArrayLike, X: ArrayLike | None = None) -> float:
    """Exact Gaussian log-likelihood, the start integrated out.

    Parameters
    ----------
    y : array-like of shape (T,) or (T, k)
    X : array-like of shape (T, m), optional

    Returns
    -------
    float
        Of the rows after the first `n_burn`, given those.  Costs O(T n²).

    Raises
    ------
    ValueError, OverflowError
        If the network is neither stationary nor has a `start`, does not forget its start,
        `y` or `X` does not fit, or `y` lies beyond all numbers of standard deviations.

    References
    ----------
    de Jong (1991), *The diffuse Kalman filter*, Annals of Statistics 19: the start as a
    regression effect.

    Examples
    --------
    >>> from rnnts.linear import StateSpace
    >>> white_noise = StateSpace(A=[[0.0]], B=[0.0], C=[1.0])
    >>> round(white_noise.log_likelihood([0.0, 1.0]), 6)
    -2.337877
    """
    series, exogenous = check_data(network, y, X)
    if len(series) <= network.n_burn:
        raise ValueError(
            f"y must have more than n_burn={network.n_burn} rows, got {len(series)}; "
            "give more data or set n_burn=0"
        )
    prior = start_distribution(network)
    total = start_posterior(network, prior, series, exogenous).log_likelihood
    if not network.n_burn:
        return total
    burnt = slice(network.n_burn)
    return total - start_posterior(network, prior, series[burnt], exogenous[burnt]).log_likelihood


def smoothed_start(network: "StateSpace", y: ArrayLike, X: ArrayLike | None = None) -> FloatArray:
    """Posterior mean of the state before the first observation, given the whole series.

    Running the fixed weights from it ends in the state of the Kalman filter after the last
    row, so that the forecasts are those of exact maximum likelihood software.

    Parameters
    ----------
    y : array-like of shape (T,) or (T, k)
    X : array-like of shape (T, m), optional

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    ValueError
        As `log_likelihood` does.

    References
    ----------
    de Jong (1991), *The diffuse Kalman filter*, Annals of Statistics 19.

    Examples
    --------
    A start that is known for certain is not moved by data:

    >>> from rnnts.linear import Start, StateSpace
    >>> known = Start(mean=[5.0], cov=[[0.0]])
    >>> StateSpace(A=[[0.7]], B=[0.3], C=[1.0], start=known).smoothed_start([1.0, 2.0])
    array([5.])
    """
    series, exogenous = check_data(network, y, X)
    return start_posterior(network, start_distribution(network), series, exogenous).mean


def start_posterior(
    network: "StateSpace", start: Start, y: FloatArray, X: FloatArray
) -> StartPosterior:
    """Condition the start of `network` on y of shape (T, k) and X of shape (T, m)."""
    n_steps, n_outputs = y.shape
    _check_growth(network, n_steps)
    predictions, _ = run(network, y, X, start.mean)
    regressors = _start_effects(network, start.factor, n_steps)

    innovation_factor = np.linalg.cholesky(network.sigma)
    whitener = np.linalg.inv(innovation_factor)
    design = (whitener @ regressors).reshape(n_steps * n_outputs, -1)

    # Least squares with the prior as further rows.  QR keeps the digits that the textbook
    # e'e - e'S (I + S'S)^-1 S'e loses when a diffuse start makes both terms huge.
    n_directions = design.shape[1]
    orthogonal, triangular = np.linalg.qr(np.vstack([design, np.eye(n_directions)]))
    with np.errstate(over="ignore", invalid="ignore"):
        target = ((y - predictions) @ whitener.T).ravel()
        coefficients = np.linalg.solve(triangular, orthogonal[: len(target)].T @ target)
        residuals = target - design @ coefficients
        square = residuals @ residuals + coefficients @ coefficients
    if not np.isfinite(square):
        raise OverflowError(
            "the likelihood leaves the floating-point range, because y lies more than 1e150 "
            "standard deviations of the errors from its predictions; give both in the same units"
        )
    deviance = (
        target.size * np.log(2 * np.pi)
        + 2 * n_steps * np.log(np.diag(innovation_factor)).sum()
        + 2 * np.log(np.abs(np.diag(triangular))).sum()
        + square
    )
    return StartPosterior(float(-deviance / 2), start.mean + start.factor @ coefficients)


def _start_effects(network: "StateSpace", factor: FloatArray, n_steps: int) -> FloatArray:
    """C A^t F for t = 0 ... n_steps - 1, of shape (n_steps, k, rank)."""
    effects = np.empty((n_steps, network.n_outputs, factor.shape[1]))
    state = factor
    for step in range(n_steps):
        effects[step] = network.C @ state
        state = network.A @ state
    return effects


def _check_growth(network: "StateSpace", n_steps: int) -> None:
    """Raise where the exact formula would lose its digits to a start that is not forgotten."""
    radius = spectral_radius(network.A)
    if radius > 1 and n_steps * np.log(radius) > np.log(_GROWTH_LIMIT):
        raise ValueError(
            f"the likelihood of {n_steps} observations needs an invertible network, but A has "
            f"spectral radius {radius:.6g}; move the roots of theta(L) outside the unit circle"
        )
