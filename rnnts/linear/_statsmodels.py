"""Models fitted by statsmodels, read without importing it."""

from typing import TYPE_CHECKING

import numpy as np

from rnnts._types import FloatArray
from rnnts.linear._arma import ARMA
from rnnts.linear._foreign import Model, Results
from rnnts.linear._kalman_results import KalmanModel, read_kalman
from rnnts.linear._smoothing_results import read_ets, read_holt_winters

if TYPE_CHECKING:
    from rnnts.linear._state_space import StateSpace

_HOLT_WINTERS = "statsmodels.tsa.holtwinters"
_ACCEPTED = "ARIMA, SARIMAX, VARMAX, ETSModel, or the holtwinters ExponentialSmoothing, Holt and "
_ACCEPTED += "SimpleExpSmoothing"


def read_state_space(results: Results) -> "StateSpace":
    """Network with the predictions of the results."""
    family = _family(results)
    if family in ("SARIMAX", "VARMAX"):
        return read_kalman(results).to_state_space()
    if family == "ETSModel":
        return read_ets(results)
    if family == "ExponentialSmoothing":
        return read_holt_winters(results)
    raise TypeError(
        f"from_statsmodels needs results of {_ACCEPTED}, got {type(results).__name__}; fit one of "
        "those models"
    )


def read_arma(results: Results) -> ARMA:
    """ARMA model of the results, seasonal and differencing factors multiplied out."""
    if _family(results) != "SARIMAX":
        raise TypeError(
            f"ARMA.from_statsmodels needs results of ARIMA or SARIMAX, got "
            f"{type(results).__name__}; StateSpace.from_statsmodels knows more models"
        )
    model = read_kalman(results)
    if model.n_exog:
        raise ValueError(
            f"an ARMA model has no exogenous regressors, but these results have {model.n_exog}; "
            "use StateSpace.from_statsmodels"
        )
    phi = np.convolve(results.polynomial_reduced_ar, _differencing(results.model))
    theta = np.asarray(results.polynomial_reduced_ma, dtype=float)
    return ARMA(
        ar=-phi[1:],
        ma=theta[1:],
        const=_arma_constant(model, phi),
        sigma2=model.sigma[0, 0],
    )


def _family(results: Results) -> str | None:
    """Name of the model class among those that can be read, ARIMA being a SARIMAX."""
    for kind in type(getattr(results, "model", None)).__mro__:
        if kind.__name__ in ("SARIMAX", "VARMAX", "ETSModel"):
            return kind.__name__
        # statespace.exponential_smoothing has a class of the same name and another form.
        if kind.__name__ == "ExponentialSmoothing" and kind.__module__.startswith(_HOLT_WINTERS):
            return kind.__name__
    return None


def _differencing(model: Model) -> FloatArray:
    """Polynomial of the differences that the state space takes: (1 - L)^d (1 - L^s)^D."""
    if model.simple_differencing:
        return np.ones(1)
    polynomial = np.ones(1)
    for _ in range(model.order[1]):
        polynomial = np.convolve(polynomial, [1.0, -1.0])
    *_, n_seasonal, _, season_length = model.seasonal_order
    for _ in range(n_seasonal):
        seasonal = np.zeros(season_length + 1)
        seasonal[0], seasonal[-1] = 1.0, -1.0
        polynomial = np.convolve(polynomial, seasonal)
    return polynomial


def _arma_constant(model: KalmanModel, phi: FloatArray) -> float:
    """The c of phi(L) y = c + ...: a level is a mean, an intercept of the state is c already."""
    return float(model.level[0] * phi.sum() + model.intercept.sum())
