"""Series as pandas hands them over: their time axis, and many of them at once."""

from rnnts.panel._frequency import season_length
from rnnts.panel._time_axis import time_axis
from rnnts.panel.axes import TimeAxis

__all__ = ["TimeAxis", "season_length", "time_axis"]
