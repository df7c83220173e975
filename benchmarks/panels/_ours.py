"""The defaults of rnnts, told the season and the horizon."""

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.panels._said import LEVEL, Said
from benchmarks.panels._sets import Set
from rnnts import PanelForecaster, RNNForecaster


def _panel(panel: Set, n_jobs: int, *, mode: str, **arguments: Any) -> Said:
    # A network of one series chooses by itself how far ahead it looks at once.
    horizon = panel.horizon if mode == "global" else "auto"
    estimator = RNNForecaster(season_length=panel.season_length, horizon=horizon, **arguments)
    model = PanelForecaster(estimator, mode, n_jobs=n_jobs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = model.fit(panel.long()).predict_interval(panel.horizon, LEVEL)
    failed = set(model.errors_["unique_id"])
    if failed:
        raise RuntimeError(f"{len(failed)} series failed: {model.errors_.iloc[0].tolist()}")
    columns = ["mean", f"lo-{LEVEL}", f"hi-{LEVEL}"]
    mean, low, high = (said[name].to_numpy().reshape(len(panel.ids), -1) for name in columns)
    return Said(mean, low, high, n_params=_n_params(model, mode))


def _n_params(model: PanelForecaster, mode: str) -> int:
    """Of all networks; those of the first series stand for those of each."""
    first, n_series = next(iter(model.forecasters_.values())), len(model.forecasters_)
    if mode == "both":
        return _n_of(first) + n_series * _n_of(first._model.second.forecaster)
    return _n_of(first) * (1 if mode == "global" else n_series)


def _n_of(forecaster: RNNForecaster) -> int:
    return sum(member.recurrence.network.n_params for member in forecaster._networks)


OURS: dict[str, Callable[[Set, int], Said]] = {
    "rnnts global": partial(_panel, mode="global"),
    "rnnts global, networks only": partial(_panel, mode="global", partner=None),
    "rnnts local": partial(_panel, mode="local"),
    "rnnts both": partial(_panel, mode="both"),
}
