"""Scores of each series of a panel."""

import numpy as np
import pandas as pd

from benchmarks.panels._said import LEVEL, Said
from benchmarks.panels._sets import Set
from rnnts.metrics import coverage, mase, msis, smape


def scores_of(panel: Set, said: Said) -> pd.DataFrame:
    """A row for each series said: sMAPE, MASE, coverage and MSIS, and its number of points.

    NaN stands for MASE and MSIS of a series that never moved, and for intervals not said.
    """
    places = range(len(panel.ids)) if said.places is None else said.places
    return pd.DataFrame(
        [_of_one(panel, place, said, row) for row, place in enumerate(places)],
        index=[f"{panel.name}/{panel.ids[place]}" for place in places],
    )


def _of_one(panel: Set, place: int, said: Said, row: int) -> dict[str, float]:
    season, known, y = panel.season_length, panel.train[place], panel.test[place]
    scale = {"y_train": known, "season_length": season}
    moves = _has_scale(known, season)
    scores = {
        "points": len(y),
        "sMAPE": smape(y, said.mean[row]),
        "MASE": mase(y, said.mean[row], **scale) if moves else np.nan,
    }
    if said.low is None or said.high is None:
        return scores | {"coverage": np.nan, "MSIS": np.nan}
    ends = said.low[row], said.high[row]
    return scores | {
        "coverage": coverage(y, *ends),
        "MSIS": msis(y, *ends, level=LEVEL, **scale) if moves else np.nan,
    }


def _has_scale(known: np.ndarray, season: int) -> bool:
    lag = season if len(known) > season else 1
    return bool(np.nansum(np.abs(known[lag:] - known[:-lag])) > 0)
