"""The default of rnnts, and what it is held against."""

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed

from benchmarks.panels._sets import Set
from rnnts import PanelForecaster, RNNForecaster, ThetaForecaster
from rnnts._types import FloatArray
from rnnts.transforms import Deseasonalize

LEVEL = 95


class Said(NamedTuple):
    """Forecasts and ends of 95 % intervals, of shape (n_series, horizon); and what they took."""

    mean: FloatArray
    low: FloatArray | None = None
    high: FloatArray | None = None
    n_params: int = 0


Model = Callable[[Set, int], Said]


def _panel(panel: Set, n_jobs: int, *, mode: str, **arguments: Any) -> Said:
    estimator = RNNForecaster(season_length=panel.season_length, horizon=panel.horizon, **arguments)
    model = PanelForecaster(estimator, mode, n_jobs=n_jobs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = model.fit(panel.long()).predict_interval(panel.horizon, LEVEL)
    failed = set(model.errors_["unique_id"])
    if failed:
        raise RuntimeError(f"{len(failed)} series failed: {model.errors_.iloc[0].tolist()}")
    columns = [f"lo-{LEVEL}", f"hi-{LEVEL}"]
    mean, low, high = (
        said[name].to_numpy().reshape(len(panel.ids), -1) for name in ("mean", *columns)
    )
    first = next(iter(model.forecasters_.values()))
    n_params = sum(member.recurrence.network.n_params for member in first._networks)
    return Said(mean, low, high, n_params * (1 if mode == "global" else len(panel.ids)))


def _each(
    panel: Set, n_jobs: int, *, forecast: Callable[[FloatArray, int, int], FloatArray]
) -> Said:
    """Series by series; `forecast` gives mean, low and high, or the mean alone."""
    found = Parallel(n_jobs)(
        delayed(_quietly)(forecast, y, panel.season_length, panel.horizon) for y in panel.train
    )
    rows = np.stack([np.atleast_2d(each) for each in found])
    return Said(rows[:, 0]) if rows.shape[1] == 1 else Said(rows[:, 0], rows[:, 1], rows[:, 2])


def _quietly(
    forecast: Callable[[FloatArray, int, int], FloatArray], y: FloatArray, m: int, horizon: int
) -> FloatArray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return forecast(y, m, horizon)


def _naive2(y: FloatArray, m: int, horizon: int) -> FloatArray:
    return _adjusted(y, m, lambda z: np.full(horizon, z[-1]))


def _ses(y: FloatArray, m: int, horizon: int) -> FloatArray:
    from statsforecast.models import SimpleExponentialSmoothingOptimized

    return _adjusted(
        y, m, lambda z: SimpleExponentialSmoothingOptimized().forecast(z, horizon)["mean"]
    )


def _adjusted(y: FloatArray, m: int, forecast: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Of the series without its season, where that is significant, and then with it again."""
    season = Deseasonalize(only_significant=True).fit(y[:, None], m)
    z = season.transform(y[:, None])[:, 0]
    return season.inverse_transform(np.asarray(forecast(z))[:, None])[:, 0]


def _theta(y: FloatArray, m: int, horizon: int) -> FloatArray:
    return np.asarray(ThetaForecaster(season_length=m).fit(y).predict(horizon))


def _statsforecast(
    y: FloatArray, m: int, horizon: int, *, name: str, has_intervals: bool = False
) -> FloatArray:
    from statsforecast import models

    model = getattr(models, name)(season_length=m)
    if not has_intervals:
        return np.asarray(model.forecast(y, horizon)["mean"])
    said = model.forecast(y, horizon, level=[LEVEL])
    return np.stack([said[key] for key in ("mean", f"lo-{LEVEL}", f"hi-{LEVEL}")])


MODELS: dict[str, Model] = {
    "rnnts global": partial(_panel, mode="global"),
    "rnnts global, networks only": partial(_panel, mode="global", partner=None),
    "rnnts local": partial(_panel, mode="local"),
    "Naive2": partial(_each, forecast=_naive2),
    "SeasonalNaive": partial(_each, forecast=partial(_statsforecast, name="SeasonalNaive")),
    "SES": partial(_each, forecast=_ses),
    "Theta": partial(_each, forecast=partial(_statsforecast, name="Theta")),
    "DOT (rnnts)": partial(_each, forecast=_theta),
    "AutoETS": partial(_each, forecast=partial(_statsforecast, name="AutoETS", has_intervals=True)),
    "AutoARIMA": partial(
        _each, forecast=partial(_statsforecast, name="AutoARIMA", has_intervals=True)
    ),
}
