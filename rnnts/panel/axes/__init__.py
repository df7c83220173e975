"""The kinds of time axis, one file each: labels to integer positions and back.

Positions 0 to n_steps - 1 are the training rows, n_steps and above the future.
"""

from rnnts.panel.axes._base import TimeAxis
from rnnts.panel.axes._datetime import DatetimeAxis
from rnnts.panel.axes._integer import IntegerAxis
from rnnts.panel.axes._period import PeriodAxis

__all__ = ["DatetimeAxis", "IntegerAxis", "PeriodAxis", "TimeAxis"]
