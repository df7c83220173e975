r"""SARIMAX, ARIMA and VARMAX: a Kalman filter in its steady state is a linear network.

statsmodels writes :math:`y_t = d + Z a_t` and :math:`a_{t+1} = T a_t + c + R e_{t+1}`.  Where
:math:`Z R = I`, the shocks are the one-step errors of the predicted state
:math:`h_{t-1} = a_t - R e_t`, for which

.. math:: h_t = T h_{t-1} + c + K e_t, \qquad e_t = y_t - d - Z h_{t-1}, \qquad K = T R,

is a network with :math:`A = T - K Z`, :math:`B = K`, :math:`C = Z`.  If :math:`a_1` has mean m and
covariance P, then :math:`h_0` has mean m and covariance :math:`P - R \Sigma R'`.

References
----------
Durbin and Koopman (2012), *Time Series Analysis by State Space Methods*, chapters 3 and 4.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray
from rnnts.linear._foreign import Model, Results
from rnnts.linear._start import Start

if TYPE_CHECKING:
    from rnnts.linear._state_space import StateSpace

_TREND_TERMS: dict[str, tuple[int, ...]] = {
    "n": (),
    "c": (0,),
    "t": (1,),
    "ct": (0, 1),
    "ctt": (0, 1, 2),
}


@dataclass(frozen=True)
class KalmanModel:
    """What a network needs of a state space that statsmodels has filtered."""

    transition: FloatArray  # T (n, n)
    selection: FloatArray  # R (n, k)
    design: FloatArray  # Z (k, n)
    intercept: FloatArray  # c (n,)
    level: FloatArray  # d (k,), without the user's regressors
    slopes: FloatArray  # (k, m), of the user's regressors
    sigma: FloatArray  # (k, k)
    initial_mean: FloatArray  # of a_1
    initial_cov: FloatArray
    n_burn: int

    @property
    def n_exog(self) -> int:
        """Number of the user's regressors."""
        return int(self.slopes.shape[1])

    def to_state_space(self) -> "StateSpace":
        """The network that the filter becomes in its steady state."""
        from rnnts.linear._state_space import StateSpace

        gain = self.transition @ self.selection
        return StateSpace(
            A=self.transition - gain @ self.design,
            B=gain,
            C=self.design,
            # Regression: the network reads y minus level and regressors, and predicts it back.
            b_hidden=self.intercept - gain @ self.level,
            b_output=self.level,
            exog_hidden=-gain @ self.slopes,
            exog_output=self.slopes,
            sigma=self.sigma,
            start=self._start(),
            n_burn=self.n_burn,
        )

    def _start(self) -> Start:
        """Distribution of h_0: the first shock is not in it yet."""
        first_shock = self.selection @ self.sigma @ self.selection.T
        try:
            return Start(self.initial_mean, self.initial_cov - first_shock)
        except ValueError as error:
            raise ValueError(
                "the initial state of the results must vary at least as much as its first shock, "
                f"but the shock has variance {np.max(np.diag(first_shock)):.6g}; refit with the "
                "default enforce_stationarity=True, or rescale y"
            ) from error


def read_kalman(results: Results) -> KalmanModel:
    """Collect the system of SARIMAX, ARIMA or VARMAX results, or say why it is no network."""
    model, system = results.model, results.filter_results
    terms = _trend_terms(model.trend)
    _check_is_network(model, terms)
    sigma = np.asarray(system.state_cov, dtype=float)[:, :, 0]
    n_exog = int(model.k_exog)
    level = np.asarray(system.obs_intercept, dtype=float).reshape(len(sigma), -1)[:, 0]
    slopes = np.zeros((len(sigma), n_exog))
    if n_exog:
        # A constant comes before the regressors, among the parameters as among ARIMA's columns;
        # whichever way it acts, what the regressors leave of the first row belongs to it.
        first = len(terms)
        slopes = np.asarray(results.params, dtype=float)[None, first : first + n_exog]
        level = level - slopes @ np.asarray(model.exog, dtype=float)[0, -n_exog:]
    intercepts = np.asarray(system.state_intercept, dtype=float)
    intercept = intercepts if intercepts.ndim == 1 else intercepts[:, 0]
    return KalmanModel(
        transition=np.asarray(system.transition, dtype=float)[:, :, 0],
        selection=np.asarray(system.selection, dtype=float)[:, :, 0],
        design=np.asarray(system.design, dtype=float)[:, :, 0],
        intercept=intercept,
        level=level,
        slopes=slopes,
        sigma=sigma,
        initial_mean=np.asarray(system.initial_state, dtype=float),
        initial_cov=np.asarray(system.initial_state_cov, dtype=float),
        n_burn=int(system.loglikelihood_burn),
    )


def _trend_terms(trend: str | ArrayLike | None) -> tuple[int, ...]:
    """Powers of time in a trend as statsmodels accepts it: a word, or ones and zeros."""
    if trend is None:
        return ()
    if isinstance(trend, str):
        return _TREND_TERMS[trend]
    return tuple(int(power) for power in np.flatnonzero(trend))


def _check_is_network(model: Model, trend_terms: tuple[int, ...]) -> None:
    """Raise for the parts that no linear network with fixed weights has."""
    name = type(model).__name__
    obstacles = {
        "a time trend": any(trend_terms),
        "measurement error": getattr(model, "measurement_error", False),
        "regression coefficients inside the state": getattr(model, "state_regression", False),
        "an exactly diffuse start": getattr(model, "use_exact_diffuse", False),
        "several series and exogenous regressors": model.k_endog > 1 and model.k_exog > 0,
    }
    for obstacle, is_present in obstacles.items():
        if is_present:
            raise ValueError(
                f"a network with fixed weights has no place for {obstacle}, but this {name} has "
                "it; refit without it"
            )
