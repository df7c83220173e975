"""Tables for people."""

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

_N_DIGITS = 4
_NONE = "–"


def print_table(frame: pd.DataFrame, *, title: str = "", notes: Sequence[str] = ()) -> None:
    """Print a frame of cells, texts to the left and all else to the right, and notes below it.

    The title stands above the table as it is, so that it is read even where the table is narrow.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if title:
        console.print(Text(title, style="bold"))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in frame.columns:
        justify: Literal["left", "right"] = "right" if _is_number(frame[name]) else "left"
        table.add_column(Text(str(name)), justify=justify)
    for row in frame.itertuples(index=False):
        table.add_row(*(Text(str(cell)) for cell in row))
    console.print(table)
    for note in notes:
        console.print(Text(note))


def rounded(values: Any) -> Any:
    """Numbers of a Series or frame as text, with the decimals that give the largest four digits."""
    sizes = np.abs(np.asarray(values, dtype=float))
    largest = sizes[np.isfinite(sizes)].max(initial=0.0)
    decimals = max(0, _N_DIGITS - 1 - math.floor(math.log10(largest))) if largest > 0 else 0
    pattern = f"{{:.{decimals}f}}" if decimals <= 2 * _N_DIGITS else f"{{:.{_N_DIGITS - 1}e}}"
    return values.map(lambda value: _NONE if math.isnan(value) else pattern.format(value))


def _is_number(cells: pd.Series) -> bool:
    """Whether every cell that is not empty begins like a number."""
    return all(str(cell)[:1] in f"{_NONE}-0123456789" for cell in cells)
