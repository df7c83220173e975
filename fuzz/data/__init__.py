"""What users bring along: series, panels and sequences."""

from fuzz.data._panels import draw_panel, panel_rows_after
from fuzz.data._sequences import draw_labels, draw_sequences
from fuzz.data._series import draw_exog, draw_series, index_after, later, rows_after
from fuzz.data._values import draw_table, draw_values

__all__ = [
    "draw_exog",
    "draw_labels",
    "draw_panel",
    "draw_sequences",
    "draw_series",
    "draw_table",
    "draw_values",
    "index_after",
    "later",
    "panel_rows_after",
    "rows_after",
]
