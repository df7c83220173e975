"""Integers a constant step apart."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.tseries.offsets import BaseOffset

from rnnts._types import IntArray
from rnnts._validation import check_count, is_integer
from rnnts.exceptions import TimeIndexError
from rnnts.panel.axes._base import TimeAxis, check_not_missing, check_on_grid, described


@dataclass(frozen=True)
class IntegerAxis(TimeAxis):
    """Integers a constant step apart."""

    @classmethod
    def of(cls, index: pd.Index, freq: str | BaseOffset | int | None) -> "IntegerAxis":
        """Axis of a sorted index."""
        values = index.to_numpy(dtype=np.int64)
        if is_integer(freq):
            step = check_count("freq", freq)
        elif isinstance(index, pd.RangeIndex):
            step = index.step
        else:
            step = int(np.diff(values).min()) if len(values) > 1 else 1
        axis = cls(int(values[0]), step, len(index), index.name)
        axis._check_rows(index, axis.positions(index))
        return axis

    def labels(self, start: int, stop: int) -> pd.RangeIndex:
        """Labels of the positions `start` to ``stop - 1``."""
        first, last = self.start + self.freq * start, self.start + self.freq * stop
        return pd.RangeIndex(first, last, self.freq, name=self.name)

    def positions(self, index: pd.Index) -> IntArray:
        """Position of each label, in any order; TimeIndexError where it has none."""
        if len(index) == 0:
            return np.empty(0, dtype=np.int64)
        if not pd.api.types.is_integer_dtype(index.dtype):
            raise TimeIndexError(
                f"the model was trained on an integer index but X has {described(index)}; number "
                f"the rows, the first after training being "
                f"{self.start + self.freq * self.n_steps}"
            )
        check_not_missing(index)
        self._check_not_before(index)
        steps, rest = np.divmod(index.to_numpy(dtype=np.int64) - self.start, self.freq)
        check_on_grid(index, rest, f"integers from {self.start} in steps of {self.freq}")
        return np.asarray(steps, dtype=np.int64)
