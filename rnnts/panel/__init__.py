"""Series as pandas hands them over: their time axis, and many of them at once."""

from rnnts.panel._forms import DictForm, Form, IndexedForm, LongForm, Part
from rnnts.panel._frequency import as_offset, offset_despite_gaps, season_length
from rnnts.panel._native import index_of, native_frame, native_of, native_series
from rnnts.panel._panel import OneSeries, Panel
from rnnts.panel._reading import Columns, read_panel
from rnnts.panel._splits import PanelTimeSeriesSplit
from rnnts.panel._static import StaticCode, check_static, static_names, statics_of
from rnnts.panel._time_axis import time_axis
from rnnts.panel.axes import TimeAxis

__all__ = [
    "Columns",
    "DictForm",
    "Form",
    "IndexedForm",
    "LongForm",
    "OneSeries",
    "Panel",
    "PanelTimeSeriesSplit",
    "Part",
    "StaticCode",
    "TimeAxis",
    "as_offset",
    "check_static",
    "index_of",
    "native_frame",
    "native_of",
    "native_series",
    "offset_despite_gaps",
    "read_panel",
    "season_length",
    "static_names",
    "statics_of",
    "time_axis",
]
