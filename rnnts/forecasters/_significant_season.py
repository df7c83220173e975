"""The season of the M competitions: the classical one, of series where a test finds one."""

import numpy as np

from rnnts._types import FloatArray
from rnnts.transforms import Deseasonalize, FittedSeason

# A season with a ratio below it divides by almost nothing.
_SMALLEST_RATIO = 0.01


def significant_season(y: FloatArray, season_length: int) -> FittedSeason:
    """The season of each column, where it has a significant one; after the rows of `y`.

    Multiplicative for a positive column, unless one of its ratios is next to zero.
    """
    season = Deseasonalize(only_significant=True).fit(y, season_length)
    is_too_small = (season.spread < _SMALLEST_RATIO).any(axis=0)
    if not is_too_small.any():
        return season
    operations = tuple(np.where(is_too_small, "additive", "auto").tolist())
    return Deseasonalize(operation=operations, only_significant=True).fit(y, season_length)
