"""Scores of a panel: means over series, each of which weighs the same."""

import numpy as np

from benchmarks.panels._models import LEVEL, Said
from benchmarks.panels._sets import Set
from rnnts.metrics import mase, msis, smape


def scores_of(panel: Set, said: Said) -> dict[str, float]:
    """SMAPE (means over series), MASE, and of intervals coverage and MSIS; NaN without them."""
    season = panel.season_length
    errors = [smape(y, f) for y, f in zip(panel.test, said.mean, strict=True)]
    scaled = [
        mase(y, f, y_train=known, season_length=season)
        for y, f, known in zip(panel.test, said.mean, panel.train, strict=True)
        if _has_scale(known, season)
    ]
    scores = {"sMAPE": float(np.mean(errors)), "MASE": float(np.mean(scaled))}
    if said.low is None or said.high is None:
        return scores | {"coverage": np.nan, "MSIS": np.nan}
    is_held = (said.low <= panel.test) & (panel.test <= said.high)
    widths = [
        msis(y, low, high, y_train=known, season_length=season, level=LEVEL)
        for y, low, high, known in zip(panel.test, said.low, said.high, panel.train, strict=True)
        if _has_scale(known, season)
    ]
    return scores | {"coverage": float(is_held.mean()), "MSIS": float(np.mean(widths))}


def _has_scale(known: np.ndarray, season: int) -> bool:
    lag = season if len(known) > season else 1
    return bool(np.nansum(np.abs(known[lag:] - known[:-lag])) > 0)
