"""Models fitted by statsmodels that a network is claimed to reproduce.

A few iterations of the optimiser are enough: an identity holds at any parameters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rnnts import datasets
from rnnts._types import FloatArray
from rnnts.study._settings import Settings
from rnnts.study.experiments._fits import at_steady_state, fit_quietly, quiet
from rnnts.study.experiments._processes import PROCESSES, arma
from rnnts.study.experiments._series import changes, growth, levels, logs

HORIZON = 12

_SIMULATED = {
    name: PROCESSES[name] for name in ("AR(2)", "MA(2)", "MA(4)", "ARMA(1,1)", "ARMA(2,2)")
} | {"ARMA(3,3)": arma(ar=[0.5, 0.2, -0.3], ma=[0.4, 0.3, 0.2])}


@dataclass(frozen=True)
class ReferenceModel:
    """Results of statsmodels, the exogenous rows to forecast with, and how far to compare."""

    name: str
    results: Any
    future_exog: FloatArray | None = None
    n_compared: int = HORIZON

    @property
    def forecast_options(self) -> dict[str, Any]:
        """Arguments that `forecast` and `get_forecast` need besides the horizon."""
        return {} if self.future_exog is None else {"exog": self.future_exog}


def kalman_models(settings: Settings) -> Iterator[ReferenceModel]:
    """SARIMAX models of one series, filtered from their steady state."""
    for name, process in _SIMULATED.items():
        y = 5 + process.simulate(400, random_state=settings.rng(f"model {name}"))
        order = (len(process.ar), 0, len(process.ma))
        yield _sarimax(f"simulated {name}", y, order=order, trend="c")
    yield _sarimax("sunspots ARMA(2,1)", levels("sunspots"), order=(2, 0, 1), trend="c")
    yield _sarimax("sunspots AR(9)", levels("sunspots"), order=(9, 0, 0), trend="c")
    yield _sarimax("Nile ARIMA(0,1,1)", levels("nile"), order=(0, 1, 1))
    yield _sarimax("Nile ARMA(1,1)", levels("nile"), order=(1, 0, 1), trend="c")
    yield _sarimax("log lynx AR(2)", logs("lynx"), order=(2, 0, 0), trend="c")
    airline: dict[str, Any] = {"order": (0, 1, 1), "seasonal_order": (0, 1, 1, 12)}
    yield _sarimax("CO₂ (0,1,1)(0,1,1)₁₂", levels("co2_monthly"), **airline)
    yield _sarimax("log passengers (0,1,1)(0,1,1)₁₂", logs("air_passengers"), **airline)
    yield _sarimax("GDP growth ARMA(2,2)", growth("us_macro_realgdp"), order=(2, 0, 2), trend="c")
    rates = np.column_stack([changes("us_macro_tbilrate"), levels("us_macro_unemp")[1:]])
    inflation = levels("us_macro_infl")[1:]
    yield _regression("inflation on two rates, ARMA(1,1)", inflation, rates, order=(1, 0, 1))
    consumption = 100 * logs("us_macro_realcons")[1:]
    yield _regression(
        "log consumption on one rate, ARIMA(1,1,1)", consumption, rates[:, :1], order=(1, 1, 1)
    )


def vector_models() -> Iterator[ReferenceModel]:
    """VARMAX models of three series, filtered from their steady state."""
    from statsmodels.tsa.statespace.varmax import VARMAX

    names = ("us_macro_realgdp", "us_macro_realcons", "us_macro_realinv")
    y = np.column_stack([growth(name) for name in names])
    for label, order in (("VARMA(1,1)", (1, 1)), ("VAR(2)", (2, 0)), ("VMA(2)", (0, 2))):
        with quiet():
            model = VARMAX(y, order=order, trend="c")
        results = fit_quietly(model, disp=0, maxiter=2, cov_type="none")
        yield ReferenceModel(f"GDP, consumption, investment {label}", at_steady_state(results))


def smoothing_models() -> Iterator[ReferenceModel]:
    """Additive exponential smoothing, whose initial states are known for certain."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.holtwinters import ExponentialSmoothing, SimpleExpSmoothing

    simple = SimpleExpSmoothing(
        levels("nile"), initialization_method="known", initial_level=levels("nile")[0]
    )
    results = fit_quietly(simple, smoothing_level=0.3, optimized=False)
    yield ReferenceModel("Nile simple exponential smoothing", results)

    passengers, carbon = logs("air_passengers"), levels("co2_monthly")
    weights = {"smoothing_level": 0.3, "smoothing_trend": 0.1, "smoothing_seasonal": 0.2}
    first_year = carbon[:12]
    winters = ExponentialSmoothing(
        carbon,
        trend="add",
        seasonal="add",
        seasonal_periods=12,
        initialization_method="known",
        initial_level=first_year.mean(),
        initial_trend=0.1,
        initial_seasonal=first_year - first_year.mean(),
    )
    # At horizons of whole years this class forgets its newest seasonal state (statsmodels issue
    # 9538, open in 0.15), so the last horizon is left out.
    yield ReferenceModel(
        "CO₂ additive Holt-Winters",
        fit_quietly(winters, optimized=False, **weights),
        n_compared=HORIZON - 1,
    )
    months = pd.Series(passengers, index=datasets.load("air_passengers").index)
    damped = ETSModel(months, trend="add", damped_trend=True, seasonal="add", seasonal_periods=12)
    yield ReferenceModel("log passengers ETS(A,Ad,A)", fit_quietly(damped, disp=0, maxiter=3))


def _sarimax(name: str, y: FloatArray, **options: Any) -> ReferenceModel:
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    results = fit_quietly(SARIMAX(y, **options), disp=0, maxiter=5, cov_type="none")
    return ReferenceModel(name, at_steady_state(results))


def _regression(name: str, y: FloatArray, exog: FloatArray, **options: Any) -> ReferenceModel:
    """Hold the last rows of the regressors back: they are the future to forecast with."""
    known = _sarimax(name, y[:-HORIZON], exog=exog[:-HORIZON], **options)
    return ReferenceModel(name, known.results, exog[-HORIZON:])
