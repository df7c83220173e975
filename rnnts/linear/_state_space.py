r"""A linear recurrent network as a state space in innovations form."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from numpy.typing import ArrayLike

from rnnts._types import FloatArray
from rnnts._validation import check_count
from rnnts.linear import _conversion, _likelihood, _minimal, _recurrence, _responses
from rnnts.linear._foreign import Results
from rnnts.linear._shapes import absorb_lags, shaped_fields
from rnnts.linear._stability import is_stable, spectral_radius
from rnnts.linear._start import Start


@dataclass(frozen=True, eq=False)
class StateSpace:
    r"""Linear recurrent network that predicts the next observation.

    .. math::
        h_t = A h_{t-1} + B y_t + G u_t + b_h, \qquad
        \hat y_{t+1} = C h_t + F u_{t+1} + b_y, \qquad
        y_{t+1} = \hat y_{t+1} + e_{t+1}, \quad e \sim N(0, \Sigma)

    With one output it is the ARMA model with :math:`\theta(L) = \det(I - A L)` and
    :math:`\phi(L) = \det(I - (A + B C) L)`.

    Parameters
    ----------
    A : array-like of shape (n, n)
        The network reading data; `A + B C` is the network reading its own forecasts.
    B : array-like of shape (n, k), or (n,) with one output
    C : array-like of shape (k, n), or (n,) with one output
    b_hidden : array-like of shape (n,), optional
        Zeros by default, as every other part that is left out.
    b_output : array-like of shape (k,), optional
    exog_hidden : array-like of shape (n, m), optional
        `G`, what the exogenous row of a step adds to the state of that step.
    exog_output : array-like of shape (k, m), optional
        `F`, what the exogenous row of a step adds to the prediction of that step.
    sigma : array-like of shape (k, k), optional
        Covariance of the one-step errors, the identity by default.
    start : Start, optional
        Distribution of the state before the first observation.  Without it a stationary
        network starts from its stationary distribution.
    n_burn : int, default 0
        The first observations that the likelihood conditions on rather than counts, as
        statsmodels does after an approximately diffuse start.

    Raises
    ------
    ValueError
        If the shapes do not fit each other, an entry is not finite, or `sigma` is not positive
        definite.

    References
    ----------
    Hannan and Deistler (1988), *The Statistical Theory of Linear Systems*, chapter 1.
    Hyndman, Koehler, Ord and Snyder (2008), *Forecasting with Exponential Smoothing*, chapter 3.

    Examples
    --------
    Simple exponential smoothing with a weight of 0.3 on the newest observation:

    >>> smoother = StateSpace(A=[[0.7]], B=[0.3], C=[1.0])
    >>> predictions, state = smoother.run([1.0, 2.0, 3.0], start=[1.0])
    >>> predictions
    array([1. , 1. , 1.3])
    >>> smoother.forecast(2, state)
    array([1.81, 1.81])
    """

    A: FloatArray
    B: FloatArray
    C: FloatArray
    b_hidden: FloatArray = None  # type: ignore[assignment]
    b_output: FloatArray = None  # type: ignore[assignment]
    exog_hidden: FloatArray = None  # type: ignore[assignment]
    exog_output: FloatArray = None  # type: ignore[assignment]
    sigma: FloatArray = None  # type: ignore[assignment]
    start: Start | None = None
    n_burn: int = 0

    def __post_init__(self) -> None:
        for name, value in shaped_fields(self).items():
            object.__setattr__(self, name, value)
        if self.start is not None and len(self.start.mean) != self.hidden_size:
            raise ValueError(
                f"start must describe {self.hidden_size} hidden units, got {len(self.start.mean)}"
            )
        check_count("n_burn", self.n_burn, minimum=0)

    # The operations on a network are functions, one file for each subject; these are their names
    # as methods.
    run = _recurrence.run
    forecast = _recurrence.forecast
    simulate = _recurrence.simulate
    psi_weights = _responses.psi_weights
    pi_weights = _responses.pi_weights
    forecast_variance = _responses.forecast_variance
    log_likelihood = _likelihood.log_likelihood
    smoothed_start = _likelihood.smoothed_start
    to_arma = _conversion.to_arma
    minimal = _minimal.minimal

    @classmethod
    def from_lags(
        cls,
        A: ArrayLike,
        B: ArrayLike,
        C: ArrayLike,
        D: ArrayLike | None = None,
        **fields: ArrayLike | Start | int,
    ) -> Self:
        r"""Network that reads several lags, in the hidden layer or through a skip to the output.

        .. math::
            h_t = A h_{t-1} + \sum_j B_j y_{t-j} + \dots, \qquad
            \hat y_{t+1} = C h_t + \sum_j D_j y_{t-j} + \dots

        Lags become hidden units that hand the observations down a delay line, placed after the
        units of `A`.  One lagged value of a skip turns ARMA(n, n) into ARMA(n + 1, n).

        Parameters
        ----------
        A : array-like of shape (n, n)
        B : array-like of shape (n,), (n, n_lags), or (n, n_lags * k) with k outputs
            Newest observation first.
        C : array-like of shape (n,) or (k, n)
        D : float or array-like of shape (n_lags,) or (k, n_lags * k), optional
            Newest observation first.
        **fields
            Further arguments of `StateSpace`, in the shapes that go with `A`; a `start` counts
            the delay units too.

        Returns
        -------
        StateSpace

        Raises
        ------
        ValueError
            If the shapes do not fit each other.

        References
        ----------
        Hannan and Deistler (1988), *The Statistical Theory of Linear Systems*, chapter 1.

        Examples
        --------
        >>> StateSpace.from_lags([[0.5]], [1.0], [0.4], D=0.3).to_arma().order
        (2, 2)
        >>> StateSpace.from_lags([[0.5]], [1.0], [0.4], D=0.3).to_arma().minimal().order
        (2, 1)
        """
        return cls(**absorb_lags(A, B, C, D, fields))

    @classmethod
    def from_statsmodels(cls, results: Results) -> "StateSpace":
        """Network that makes the same predictions as a model fitted by statsmodels.

        Parameters
        ----------
        results : statsmodels results
            Of ARIMA or SARIMAX (seasonal, integrated, with exogenous regressors, with or
            without a constant), VARMAX, additive ETSModel, or additive ExponentialSmoothing,
            Holt and SimpleExpSmoothing.  A model with simple differencing is converted as it
            was fitted: for the differenced series.

        Returns
        -------
        StateSpace
            With `start` and `n_burn` such that `log_likelihood` is the `llf` of the results
            (for exponential smoothing: the initial states, known for certain).

        Raises
        ------
        TypeError
            If the results are of another model.
        ValueError
            If the model has a part that no fixed linear network has: a time trend,
            multiplicative components, measurement error, time-varying regression.

        References
        ----------
        Hyndman, Koehler, Ord and Snyder (2008), *Forecasting with Exponential Smoothing*,
        section 3.4 and chapter 11.

        Examples
        --------
        >>> from statsmodels.tsa.statespace.sarimax import SARIMAX
        >>> results = SARIMAX([1.0, 3.0, 2.0, 4.0], order=(0, 1, 1)).smooth([-0.6, 1.0])
        >>> StateSpace.from_statsmodels(results).minimal().A
        array([[0.6]])
        """
        from rnnts.linear._statsmodels import read_state_space

        return read_state_space(results)

    @property
    def hidden_size(self) -> int:
        """Number of hidden units."""
        return len(self.A)

    @property
    def n_outputs(self) -> int:
        """Number of series."""
        return len(self.C)

    @property
    def n_exog(self) -> int:
        """Number of exogenous columns."""
        return int(self.exog_output.shape[1])

    @property
    def closed_loop(self) -> FloatArray:
        """Transition A + B C of the network fed with its own forecasts."""
        return self.A + self.B @ self.C

    @property
    def spectral_radius(self) -> float:
        """Largest absolute eigenvalue of A: the rate at which the start is forgotten."""
        return spectral_radius(self.A)

    @cached_property
    def is_invertible(self) -> bool:
        """Whether the start is forgotten: all eigenvalues of A inside the unit circle."""
        return is_stable(self.A)

    @cached_property
    def is_stationary(self) -> bool:
        """Whether forecasts settle: all eigenvalues of A + B C inside the unit circle."""
        return is_stable(self.closed_loop)
