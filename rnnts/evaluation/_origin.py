"""What was known where forecasts started, and what a naive forecaster makes of it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnts._types import FloatArray, IntArray
from rnnts.forecasters import Naive2Forecaster
from rnnts.metrics import naive_scale, naive_squared_scale


@dataclass(frozen=True)
class Origin:
    """Where forecasts of a series started.

    Attributes
    ----------
    series : int
        Its number.
    unique_id : hashable
    cutoff : label
        Of the last row known.
    known : ndarray of shape (n_known,)
        The rows learned from, NaN where one is missing.
    steps : ndarray of int of shape (n_scored,)
        How many rows after the last known one each forecast is for.
    season_length : int
        The longest that a model uses.
    """

    series: int
    unique_id: Hashable
    cutoff: Any
    known: FloatArray
    steps: IntArray
    season_length: int

    @property
    def scale(self) -> float:
        """In-sample absolute error of the seasonal naive forecast; NaN if there is none."""
        return self._error_of(naive_scale)

    @property
    def squared_scale(self) -> float:
        """In-sample squared error of the seasonal naive forecast; NaN if there is none."""
        return self._error_of(naive_squared_scale)

    def _error_of(self, scale: Callable[[FloatArray, int], FloatArray]) -> float:
        try:
            return float(scale(self.known, self.season_length)[0])
        except ValueError:
            return np.nan

    def naive2(self) -> FloatArray:
        """What Naive2 says; NaN where it cannot be fitted."""
        try:
            model = Naive2Forecaster(season_length=self.season_length).fit(self.known)
            said: FloatArray = model.predict(int(self.steps.max()))[self.steps - 1]
        except ValueError:
            return np.full(len(self.steps), np.nan)
        return said
