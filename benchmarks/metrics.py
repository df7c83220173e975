"""Print how far `rnnts.metrics` is from an independent scorer, on official submissions to M4.

The data folder holds `bench/m4_hourly.parquet` (columns unique_id, y, split),
`bench/forecasts_m4_hourly_official.parquet` (method, unique_id, h, yhat) and the scorer,
`score.py`, which reproduces the official scores.  The second table has the overall weighted
averages by `rnnts.metrics.owa` next to those printed by the organisers.

    python -m benchmarks.metrics --data FOLDER
"""

import argparse
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from rnnts import metrics

_SEASON = 24
_LEVEL = 95
_REFERENCE = "Naive2"
# "Evaluation and Ranks.xlsx" of the competition, sheet "Point Forecasts-Frequency", column Hourly.
_OFFICIAL = {
    "sNaive": 0.627,
    "024": 0.597,
    "218": 3.598,
    "249": 3.251,
    "SES": 0.990,
    "Naive": 3.593,
}
_Series = tuple[np.ndarray, np.ndarray]


def differences(
    series: dict[str, _Series], forecasts: pd.DataFrame, scorer: ModuleType
) -> pd.Series:
    """The largest difference of each measure over all forecasts, relative to the scorer's."""
    largest: dict[str, float] = {}
    for _, said in forecasts.groupby(["method", "unique_id"], observed=True, sort=False):
        known, actual = series[str(said["unique_id"].iloc[0])]
        predicted = said.sort_values("h")["yhat"].to_numpy()
        for name, ours, theirs in _pairs(known, actual, predicted, scorer):
            apart = abs(ours - theirs) / max(abs(theirs), 1e-300)
            largest[name] = max(largest.get(name, 0.0), apart)
    return pd.Series(largest, name="largest relative difference")


def _pairs(
    known: np.ndarray, actual: np.ndarray, predicted: np.ndarray, scorer: ModuleType
) -> Iterator[tuple[str, float, float]]:
    """Each measure by this package and by the scorer."""
    scaling = {"y_train": known, "season_length": _SEASON}
    for name in ("mae", "rmse", "smape"):
        measure: Callable[..., float] = getattr(metrics, name)
        yield name, measure(actual, predicted), float(getattr(scorer, name)(actual, predicted))
    for name in ("mase", "rmsse"):
        theirs = float(getattr(scorer, name)(known, actual, predicted, _SEASON))
        yield name, getattr(metrics, name)(actual, predicted, **scaling), theirs
    # Intervals of some width around the submission, since the submissions are points.
    half = np.abs(np.diff(known[-len(actual) - 1 :])) + 1.0
    low, high = predicted - half, predicted + half
    ours = metrics.msis(actual, low, high, level=_LEVEL, **scaling)
    yield "msis", ours, float(scorer.msis(known, actual, low, high, _SEASON, 1 - _LEVEL / 100))
    yield "coverage", metrics.coverage(actual, low, high), scorer.coverage(actual, low, high)
    yield "pinball", metrics.pinball(actual, high, 0.975), scorer.pinball(actual, high, 0.975)


def averages(
    series: dict[str, _Series], forecasts: pd.DataFrame, scorer: ModuleType
) -> pd.DataFrame:
    """Overall weighted average of each method: ours, the scorer's, and the official one."""
    names = list(series)
    longest = max(len(known) for known, _ in series.values())
    padded = [np.r_[np.full(longest - len(known), np.nan), known] for known, _ in series.values()]
    actual = np.column_stack([future for _, future in series.values()])
    said = {
        str(method): table.pivot_table("yhat", "h", "unique_id")[names]
        for method, table in forecasts.groupby("method", sort=False)
    }
    scores = {
        method: scorer.score_all(series, dict(table.items()), _SEASON)
        for method, table in said.items()
    }
    return pd.DataFrame(
        {
            method: {
                "rnnts.metrics": metrics.owa(
                    actual,
                    table.to_numpy(),
                    said[_REFERENCE].to_numpy(),
                    y_train=np.column_stack(padded),
                    season_length=_SEASON,
                ),
                "scorer": scorer.owa(scores[method], scores[_REFERENCE]),
                "official": _OFFICIAL.get(method, np.nan),
            }
            for method, table in said.items()
        }
    ).T


def main() -> None:
    """Compare on the data that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.metrics",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="FOLDER")
    folder = parser.parse_args().data
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    if spec is None or spec.loader is None or not (folder / "score.py").is_file():
        parser.error(f"{folder} has no score.py; name the data folder with --data")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    series = scorer.load_long(str(folder / "bench" / "m4_hourly.parquet"))
    forecasts = pd.read_parquet(folder / "bench" / "forecasts_m4_hourly_official.parquet")
    n_methods, n_series = forecasts["method"].nunique(), len(series)
    print(f"{n_methods} submissions of {n_series} hourly series of M4\n")
    print(differences(series, forecasts, scorer).to_string(float_format="{:.1e}".format))
    print("\nOverall weighted average (OWA)\n")
    print(averages(series, forecasts, scorer).to_string(float_format="{:.6g}".format))


if __name__ == "__main__":
    main()
