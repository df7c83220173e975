"""What rnnts is held against: statistical models, series by series.

A season of more than 12 rows is taken off before ETS or ARIMA is fitted: neither takes it up in
reasonable time.
"""

import time
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from benchmarks.panels._said import LEVEL, Said
from benchmarks.panels._sets import Set
from rnnts import ThetaForecaster
from rnnts._types import FloatArray
from rnnts.transforms import Deseasonalize

_LONGEST_SEASON = 12
# As R's auto.arima does, orders are compared by conditional sums of squares on longer series.
_LONGEST_EXACT = 150

# Rows, season length and horizon to mean, low and high; or to the mean alone.
Forecast = Callable[[FloatArray, int, int], FloatArray]


def said_by(forecast: Forecast, panel: Set, n_jobs: int, budget: float) -> Said:
    """Forecasts of as many series, spread evenly, as are begun within a budget of seconds."""
    deadline = time.time() + budget
    places = evenly_spread(len(panel.ids))
    found = Parallel(n_jobs)(
        delayed(_in_time)(
            deadline, forecast, panel.train[place], panel.season_length, panel.horizon
        )
        for place in places
    )
    done = {place: rows for place, rows in zip(places, found, strict=True) if rows is not None}
    by_place = np.array(sorted(done))
    rows = np.stack([np.atleast_2d(done[place]) for place in by_place])
    return Said(*rows.swapaxes(0, 1), places=by_place)


def evenly_spread(n: int) -> Sequence[int]:
    """The numbers below n in an order of which every beginning is spread about evenly.

    >>> evenly_spread(8)
    [0, 4, 2, 6, 1, 5, 3, 7]
    """
    n_bits = (n - 1).bit_length()
    return sorted(range(n), key=lambda place: f"{place:0{n_bits}b}"[::-1])


def _in_time(deadline: float, forecast: Forecast, *told: Any) -> FloatArray | None:
    if time.time() > deadline:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return forecast(*told)


def _naive2(y: FloatArray, m: int, horizon: int) -> FloatArray:
    return _adjusted(y, m, lambda z: np.full(horizon, z[-1]))


def _ses(y: FloatArray, m: int, horizon: int) -> FloatArray:
    model = _statsforecast("SimpleExponentialSmoothingOptimized")()
    return _adjusted(y, m, lambda z: model.forecast(z, horizon)["mean"])


def _seasonal(y: FloatArray, m: int, horizon: int, *, name: str) -> FloatArray:
    return np.asarray(_statsforecast(name)(season_length=m).forecast(y, horizon)["mean"])


def _dot(y: FloatArray, m: int, horizon: int) -> FloatArray:
    return np.asarray(ThetaForecaster(season_length=m).fit(y).predict(horizon))


def _ets(y: FloatArray, m: int, horizon: int) -> FloatArray:
    return _automatic(y, m, horizon, _statsforecast("AutoETS"))


def _arima(y: FloatArray, m: int, horizon: int) -> FloatArray:
    is_approximate = len(y) > _LONGEST_EXACT or m > _LONGEST_SEASON
    model = partial(_statsforecast("AutoARIMA"), approximation=is_approximate)
    return _automatic(y, m, horizon, model)


def _automatic(y: FloatArray, m: int, horizon: int, model: Callable[..., Any]) -> FloatArray:
    if m > _LONGEST_SEASON:
        return _adjusted(y, m, lambda z: _with_ends(model(season_length=1), z, horizon))
    return _with_ends(model(season_length=m), y, horizon)


def _with_ends(model: Any, y: FloatArray, horizon: int) -> FloatArray:
    said = model.forecast(y, horizon, level=[LEVEL])
    return np.stack([said[key] for key in ("mean", f"lo-{LEVEL}", f"hi-{LEVEL}")])


def _adjusted(y: FloatArray, m: int, forecast: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Of the series without its season, where that is significant, and then with it again."""
    season = Deseasonalize(only_significant=True).fit(y[:, None], m)
    z = season.transform(y[:, None])[:, 0]
    return season.inverse_transform(np.asarray(forecast(z))[..., None])[..., 0]


def _statsforecast(name: str) -> Any:
    from statsforecast import models  # takes seconds, and only workers need it

    return getattr(models, name)


PEERS: dict[str, Forecast] = {
    "Naive2": _naive2,
    "SeasonalNaive": partial(_seasonal, name="SeasonalNaive"),
    "SES": _ses,
    "Theta": partial(_seasonal, name="Theta"),
    "DOT (rnnts)": _dot,
    "DOT": partial(_seasonal, name="DynamicOptimizedTheta"),
    "AutoETS": _ets,
    "AutoARIMA": _arima,
}
