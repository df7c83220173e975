"""What rnnts is held against: the automatic models of statsforecast.

A season of more than 31 rows is taken off by STL first, as R's `forecast` does: neither ARIMA nor
ETS fits one in reasonable time.
"""

import warnings
from functools import partial
from typing import Any

import numpy as np

from benchmarks.accuracy._model import Answer, Model
from rnnts._types import FloatArray

_LONGEST_SEASON = 31
# R's auto.arima compares orders on longer series by conditional sums of squares.
_LONGEST_EXACT = 150


def _plain(model: str, known: FloatArray, season_length: int, horizon: int) -> Answer:
    return _forecast(_statsforecast(model)(season_length), known, horizon)


def _ets(known: FloatArray, season_length: int, horizon: int) -> Answer:
    if season_length <= _LONGEST_SEASON:
        return _plain("AutoETS", known, season_length, horizon)
    model = _seasonally_adjusted(season_length, _statsforecast("AutoETS")(model="ZZN"))
    return _forecast(model, known, horizon)


def _arima(known: FloatArray, season_length: int, horizon: int) -> Answer:
    is_long = season_length > _LONGEST_SEASON
    model = _statsforecast("AutoARIMA")(
        season_length=1 if is_long else season_length, approximation=len(known) > _LONGEST_EXACT
    )
    return _forecast(
        _seasonally_adjusted(season_length, model) if is_long else model, known, horizon
    )


# From the fastest to the slowest.
COMPETITORS: dict[str, Model] = {
    "SeasonalNaive": partial(_plain, "SeasonalNaive"),
    "Theta": partial(_plain, "Theta"),
    "DOT": partial(_plain, "DynamicOptimizedTheta"),
    "AutoETS": _ets,
    "AutoARIMA": _arima,
}


def _statsforecast(model: str) -> Any:
    from statsforecast import models  # takes seconds, and is not there for all who run a benchmark

    return getattr(models, model)


def _seasonally_adjusted(season_length: int, model: Any) -> Any:
    return _statsforecast("MSTL")(season_length, trend_forecaster=model)


def _forecast(model: Any, known: FloatArray, horizon: int) -> Answer:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # each candidate that does not converge says so
        return np.asarray(model.forecast(known, horizon)["mean"], dtype=np.float64), ""
