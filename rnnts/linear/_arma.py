"""ARMA models: what a linear network with one output is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray
from rnnts._validation import check_positive
from rnnts.linear import _cancellation, _weights
from rnnts.linear._checks import as_vector, check_finite, read_only
from rnnts.linear._foreign import Results
from rnnts.linear._polynomial import companion, lag_polynomial
from rnnts.linear._stability import is_stable

if TYPE_CHECKING:
    from rnnts.linear._state_space import StateSpace


@dataclass(frozen=True, eq=False)
class ARMA:
    r"""Autoregressive moving-average model with Gaussian errors.

    .. math::
        \phi(L) y_t = c + \theta(L) e_t, \qquad e_t \sim N(0, \sigma^2),

    which is :math:`y_t = c + \phi_1 y_{t-1} + \dots + e_t + \theta_1 e_{t-1} + \dots`.  Roots on
    or inside the unit circle are welcome: SARIMA is an ARMA model with unit roots.

    Parameters
    ----------
    ar : array-like of shape (p,)
        :math:`\phi_1 \dots \phi_p`.
    ma : array-like of shape (q,)
        :math:`\theta_1 \dots \theta_q`.
    const : float, default 0
        :math:`c`; the mean is :math:`c / \phi(1)`.
    sigma2 : float, default 1
        Variance of the errors.

    Raises
    ------
    ValueError
        If an entry is not finite or `sigma2` is not above 0.

    References
    ----------
    Brockwell and Davis (2016), *Introduction to Time Series and Forecasting*, chapter 3.

    Examples
    --------
    >>> arma = ARMA(ar=[0.5], ma=[0.4], const=1.0)
    >>> arma.mean
    2.0
    >>> network = arma.to_state_space()
    >>> network.A, network.B, network.C
    (array([[-0.4]]), array([[0.9]]), array([[1.]]))
    """

    ar: FloatArray
    ma: FloatArray
    const: float = 0.0
    sigma2: float = 1.0

    def __post_init__(self) -> None:
        for name in ("ar", "ma"):
            coefficients = as_vector(name, getattr(self, name))
            check_finite(name, coefficients)
            object.__setattr__(self, name, read_only(coefficients))
        check_finite("const", np.array([self.const], dtype=float))
        object.__setattr__(self, "const", float(self.const))
        object.__setattr__(self, "sigma2", check_positive("sigma2", self.sigma2))

    # Functions of their own files, as methods.
    psi_weights = _weights.psi_weights
    pi_weights = _weights.pi_weights
    forecast_variance = _weights.forecast_variance
    minimal = _cancellation.minimal

    @classmethod
    def from_statsmodels(cls, results: Results) -> "ARMA":
        """ARMA model fitted by statsmodels, seasonal and integrated factors multiplied out.

        Parameters
        ----------
        results : statsmodels results
            Of ARIMA or SARIMAX.  A model with simple differencing is read as it was fitted: for
            the differenced series.

        Returns
        -------
        ARMA
            For the observed series: differencing shows as unit roots of phi.

        Raises
        ------
        TypeError
            If the results are of another model.
        ValueError
            If the model has exogenous regressors, a time trend or measurement error.

        References
        ----------
        Box, Jenkins, Reinsel and Ljung (2015), *Time Series Analysis*, chapter 9.

        Examples
        --------
        >>> from statsmodels.tsa.statespace.sarimax import SARIMAX
        >>> results = SARIMAX([1.0, 3.0, 2.0, 4.0], order=(0, 1, 1)).smooth([-0.6, 1.0])
        >>> ARMA.from_statsmodels(results)
        ARMA(ar=array([1.]), ma=array([-0.6]), const=0.0, sigma2=1.0)
        """
        from rnnts.linear._statsmodels import read_arma

        return read_arma(results)

    @property
    def order(self) -> tuple[int, int]:
        """Numbers of coefficients (p, q)."""
        return len(self.ar), len(self.ma)

    @property
    def ar_polynomial(self) -> FloatArray:
        """Coefficients of phi(L), ascending: 1, -phi_1, ..., -phi_p."""
        return lag_polynomial(-self.ar)

    @property
    def ma_polynomial(self) -> FloatArray:
        """Coefficients of theta(L), ascending: 1, theta_1, ..., theta_q."""
        return lag_polynomial(self.ma)

    @property
    def is_stationary(self) -> bool:
        """Whether all roots of phi lie strictly outside the unit circle."""
        return is_stable(companion(-self.ar))

    @property
    def is_invertible(self) -> bool:
        """Whether all roots of theta lie strictly outside the unit circle."""
        return is_stable(companion(self.ma))

    @property
    def mean(self) -> float:
        """Mean c / phi(1) of the process; ValueError where phi has a root at 1."""
        polynomial = self.ar_polynomial
        if abs(polynomial.sum()) <= 1e-12 * np.abs(polynomial).sum():
            raise ValueError(
                "a mean needs phi(1) other than 0, but phi has a unit root; difference the series"
            )
        return float(self.const / polynomial.sum())

    def to_state_space(self) -> "StateSpace":
        r"""Network that makes the one-step predictions of this model, in observer form.

        Returns
        -------
        StateSpace
            With max(p, q) hidden units: the first column of `A` is :math:`-\theta`, the others
            shift, :math:`B = \phi + \theta` and `C` reads the first unit.  The constant is
            :math:`b_y = c / \theta(1)`, or, where :math:`\theta(1) = 0`, the bias :math:`c` of
            the first unit.

        References
        ----------
        Hannan and Deistler (1988), *The Statistical Theory of Linear Systems*, chapter 1.

        Examples
        --------
        >>> ARMA(ar=[0.5], ma=[0.2, 0.1]).to_state_space().A
        array([[-0.2,  1. ],
               [-0.1,  0. ]])
        """
        from rnnts.linear._conversion import observer_form
        from rnnts.linear._state_space import StateSpace

        return StateSpace(**observer_form(self))

    def simulate(
        self,
        n_steps: int,
        *,
        random_state: int | np.random.Generator | None = None,
        burn_in: int | None = None,
    ) -> FloatArray:
        """A path of the stationary process.

        Parameters
        ----------
        n_steps : int
        random_state : int, Generator or None
        burn_in : int, optional
            Steps to run and drop first.  None are needed: the path starts from the stationary
            distribution.

        Returns
        -------
        ndarray of shape (n_steps,)

        Raises
        ------
        ValueError
            If the model is not stationary.

        References
        ----------
        Brockwell and Davis (2016), *Introduction to Time Series and Forecasting*, section 3.1.

        Examples
        --------
        >>> ARMA(ar=[0.5], ma=[0.4]).simulate(3, random_state=0).shape
        (3,)
        """
        self._check_stationary("simulate")
        return self.to_state_space().simulate(n_steps, random_state=random_state, burn_in=burn_in)

    def log_likelihood(self, y: ArrayLike) -> float:
        """Exact Gaussian log-likelihood of a series, computed through the network.

        Parameters
        ----------
        y : array-like of shape (T,)

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If the model is not stationary, or `y` is not a finite series.

        References
        ----------
        Brockwell and Davis (2016), *Introduction to Time Series and Forecasting*, section 5.2.

        Examples
        --------
        >>> round(ARMA(ar=[], ma=[]).log_likelihood([0.0, 1.0]), 6)
        -2.337877
        """
        self._check_stationary("log_likelihood")
        return self.to_state_space().log_likelihood(y)

    def _check_stationary(self, action: str) -> None:
        """Raise where there is no stationary distribution to start from."""
        if not self.is_stationary:
            raise ValueError(
                f"{action} needs a stationary model, but phi has a root on or inside the unit "
                "circle; difference the series, or use StateSpace with a start"
            )
