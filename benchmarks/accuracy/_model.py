"""What a model is here, and how a forecaster of rnnts becomes one."""

import warnings
from collections.abc import Callable
from functools import partial

from sklearn.base import clone

from rnnts._types import FloatArray
from rnnts.forecasters import BaseForecaster

# The forecasts, and what the fitted model's own report warns of ("" for nothing).
Answer = tuple[FloatArray, str]
# Is told the known rows, the season and the horizon.
Model = Callable[[FloatArray, int, int], Answer]


def out_of_the_box(forecaster: BaseForecaster) -> Model:
    """The forecaster as it was made, told the season."""
    return partial(_fit_and_forecast, forecaster)


def _fit_and_forecast(
    forecaster: BaseForecaster, known: FloatArray, season_length: int, horizon: int
) -> Answer:
    fitted = clone(forecaster).set_params(season_length=season_length)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # e.g. of solvers that stopped early
        values = fitted.fit(known).predict(horizon)
    report = getattr(fitted, "report_", None)
    return values, getattr(report, "warning", None) or ""
