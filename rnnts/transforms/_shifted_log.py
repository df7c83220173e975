"""Logarithm of series that touch zero."""

from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.transforms import _columns
from rnnts.transforms._base import Fitted, Transform, worded

# Of the mean, that is added where a column is not positive.
_SHARE = 0.02


@dataclass(frozen=True, eq=False)
class FittedShiftedLog(Fitted):
    """Logarithm of each column after a constant was added.

    Attributes
    ----------
    shifts, floors : ndarray of shape (n_columns,)
        What is added, and what smaller sums are raised to.

    See Also
    --------
    ShiftedLog : What becomes it by `fit`.
    """

    shifts: FloatArray
    floors: FloatArray

    def transform_next(self, values: FloatArray) -> FloatArray:
        """Logarithm of each value."""
        logs: FloatArray = np.log(np.maximum(values + self.shifts, self.floors))
        return logs

    def inverse_transform(self, prepared: FloatArray) -> FloatArray:
        """Values whose logarithms these are."""
        values: FloatArray = np.exp(prepared) - self.shifts
        return values

    def describe(self) -> str:
        """Such as "log" or "log(y + 1)"."""
        return worded([f"log(y + {shift:.3g})" if shift else "log" for shift in self.shifts])


@dataclass(frozen=True)
class ShiftedLog(Transform[FittedShiftedLog]):
    """Logarithm of any series, so that many of them come to one scale.

    A column that is not positive is raised first, by what its smallest value lacks, and by one or
    2 % of its mean, whichever is more.

    Examples
    --------
    >>> import numpy as np
    >>> ShiftedLog().fit(np.array([[0.0], [2.0], [4.0]])).transform(np.array([[0.0]]))
    array([[0.]])
    """

    def _learn(self, values: FloatArray, season_length: int) -> FittedShiftedLog:
        lowest = np.nanmin(values, axis=0)
        room = np.maximum(1.0, _SHARE * _columns.mean(np.abs(values)))
        shifts = np.where(lowest > 0, 0.0, room - lowest)
        return FittedShiftedLog(shifts, (lowest + shifts) / 2)
