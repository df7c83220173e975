"""Consecutive periods."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rnnts._types import IntArray
from rnnts.exceptions import TimeIndexError
from rnnts.panel.axes._base import TimeAxis, check_not_missing, check_on_grid, described


@dataclass(frozen=True)
class PeriodAxis(TimeAxis):
    """Consecutive periods: months, quarters, ..."""

    _remedy = "y.resample(y.index.freq).asfreq()"

    @classmethod
    def of(cls, index: pd.PeriodIndex) -> "PeriodAxis":
        """Axis of a sorted index."""
        axis = cls(index[0], index.freq, len(index), index.name)
        axis._check_rows(index, axis.positions(index))
        return axis

    def labels(self, start: int, stop: int) -> pd.PeriodIndex:
        """Labels of the positions `start` to ``stop - 1``."""
        first = self.start.ordinal
        ordinals = first + self.freq.n * np.arange(start, stop, dtype=np.int64)
        return pd.PeriodIndex.from_ordinals(ordinals, freq=self.freq, name=self.name)

    def positions(self, index: pd.Index) -> IntArray:
        """Position of each label, in any order; TimeIndexError where it has none."""
        if len(index) == 0:
            return np.empty(0, dtype=np.int64)
        self._check_kind(index)
        self._check_not_before(index)
        steps, rest = np.divmod(index.asi8 - self.start.ordinal, self.freq.n)
        check_on_grid(index, rest, f"periods of {self.start.freqstr} from {self.start}")
        return np.asarray(steps, dtype=np.int64)

    def _check_kind(self, index: pd.Index) -> None:
        freq = self.start.freqstr
        if isinstance(index, pd.DatetimeIndex):
            raise TimeIndexError(
                "the model was trained on periods but X has time stamps; use "
                f"X.index.to_period('{freq}')"
            )
        if not isinstance(index, pd.PeriodIndex):
            raise TimeIndexError(
                f"the model was trained on {freq} periods but X has {described(index)}; label "
                f"the rows with periods, the first after training being "
                f"{self.labels(self.n_steps, self.n_steps + 1)[0]}"
            )
        if index.freq != self.freq:
            raise TimeIndexError(
                f"the model was trained on {freq} periods but X has {index.freqstr} periods; use "
                f"X.index.asfreq('{freq}')"
            )
        check_not_missing(index)
