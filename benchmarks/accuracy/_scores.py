"""How far forecasts were off, by origin and by series."""

from collections.abc import Iterable

import pandas as pd

from benchmarks.accuracy._cache import Forecast
from benchmarks.accuracy._series import Series
from rnnts.metrics import mase, smape

BASELINE = "SeasonalNaive"


def scores_of_origins(results: Iterable[tuple[Series, int, Forecast]]) -> pd.DataFrame:
    """One row for each forecast; the scale of MASE is that of the rows known at the origin."""
    return pd.DataFrame(_score(*result) for result in results)


def _score(series: Series, origin: int, forecast: Forecast) -> dict[str, object]:
    ahead, known, season = series.ahead(origin), series.known(origin), series.season_length
    return {
        "group": series.group,
        "series": series.name,
        "n_rows": len(series.y),
        "season_length": season,
        "horizon": series.horizon,
        "model": forecast.model,
        "origin": origin,
        "mase": mase(ahead, forecast.values, y_train=known, season_length=season),
        "smape": smape(ahead, forecast.values),
        "seconds": forecast.seconds,
        "failure": forecast.failure,
        "warning": forecast.warning,
    }


def scores_of_series(origins: pd.DataFrame) -> pd.DataFrame:
    """Means over the origins of a series, one row for each model.

    ``relative`` is the MASE over that of the seasonal naive forecast; ``failures`` and ``warnings``
    count origins.
    """
    keys = ["group", "series", "n_rows", "season_length", "horizon", "model"]
    counted = origins.assign(failures=origins["failure"] != "", warnings=origins["warning"] != "")
    summary = {"mase": "mean", "smape": "mean", "seconds": "mean"}
    summary |= {"failures": "sum", "warnings": "sum"}
    scores = counted.groupby(keys, sort=False).agg(summary).reset_index()
    baseline = scores[scores["model"] == BASELINE].set_index(["group", "series"])["mase"]
    labels = pd.MultiIndex.from_frame(scores[["group", "series"]])
    scores["relative"] = scores["mase"] / baseline.reindex(labels).to_numpy()
    return scores
