"""A target, its exogenous columns, and the rows that come after them."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from fuzz._dice import Dice
from fuzz.data._values import as_type, draw_size, draw_table, draw_values
from rnnts._types import FloatArray

FREQS = ["D", "h", "min", "W", "ME", "MS", "QE", "QS-FEB", "YE", "B", "15min", "2D", "BME"]
_PERIODS = ["M", "Q-NOV", "D", "Y", "2M"]
_CONTAINERS = ["array", "list", "series", "series", "series", "frame", "columns", "polars"]


def draw_series(dice: Dice, n_rows: int | None = None) -> Any:
    """A target in some container."""
    n_rows = draw_size(dice) if n_rows is None else n_rows
    container = dice.pick(_CONTAINERS)
    if container == "columns":
        table = draw_table(dice, n_rows, int(dice.pick([0, 3] if dice.is_wrong() else [1, 2, 2])))
        return table if dice.chance(0.5) else _labelled(dice, table)
    values = draw_values(dice, n_rows)
    if container == "list":
        return values.tolist()
    if container == "polars":
        return pl.Series("y", values)
    typed = as_type(dice, values)
    if container == "array":
        return np.asarray(typed)
    index = draw_index(dice, n_rows)
    series = pd.Series(typed, name=dice.pick([None, "y", 3, ("a", 1)]))[: len(index)]
    series.index = index
    return series if container == "series" else series.to_frame()


def _labelled(dice: Dice, table: FloatArray) -> pd.DataFrame:
    index = draw_index(dice, len(table))
    return pd.DataFrame(table[: len(index)], index=index).add_prefix("y")


def draw_index(dice: Dice, n_rows: int) -> pd.Index:
    """Labels of rows, most of them consecutive steps in time."""
    kind = dice.random()
    if kind < 0.55:
        zone = "Europe/Zurich" if dice.chance(0.1) else None
        index = pd.date_range("2001-01-31", periods=n_rows, freq=dice.pick(FREQS), tz=zone)
    elif kind < 0.75:
        index = pd.period_range("2001-01", periods=n_rows, freq=dice.pick(_PERIODS))
    else:
        step = int(dice.integers(1, 4))
        index = pd.RangeIndex(5, 5 + step * n_rows, step)
    if not dice.is_wrong() or n_rows < 3:
        return index
    t = np.arange(n_rows)
    return dice.pick(
        [
            pd.Index([f"row {number}" for number in t]),
            index[np.r_[0, t[:-1]]],
            index[dice.permutation(n_rows)],
            index[t != n_rows // 2],
            index.astype(str),
        ]
    )


def draw_exog(dice: Dice, like: Any) -> Any:
    """Exogenous columns of the rows of a series, that mostly fit it."""
    n_rows = max(len(like) - 1, 0) if dice.is_wrong() else len(like)
    table = _known(dice, n_rows, int(dice.integers(1, 3)))
    if isinstance(like, pl.Series):
        return pl.DataFrame(table, schema=["a", "b"][: table.shape[1]])
    if isinstance(like, pd.Series | pd.DataFrame) and n_rows == len(like):
        frame = pd.DataFrame(table, index=like.index, columns=["a", "b"][: table.shape[1]])
        if dice.is_wrong():
            return dice.pick([frame.assign(a="word"), frame[::-1], frame.reset_index(drop=True)])
        return frame
    return table


def _known(dice: Dice, n_rows: int, n_columns: int) -> FloatArray:
    """Columns in which nothing is missing, or which are unsound."""
    table = draw_table(dice, n_rows, n_columns)
    return table if dice.is_wrong() else np.nan_to_num(table)


def index_after(y: Any, n_new: int) -> pd.Index | None:
    """The labels that follow those of a series, where it has any that go on."""
    index = getattr(y, "index", None)
    if not isinstance(index, pd.Index) or len(index) < 3:
        return None
    if isinstance(index, pd.RangeIndex):
        return pd.RangeIndex(
            index[-1] + index.step, index[-1] + (n_new + 1) * index.step, index.step
        )
    if isinstance(index, pd.PeriodIndex):
        return pd.period_range(index[-1], periods=n_new + 1, freq=index.freq)[1:]
    if isinstance(index, pd.DatetimeIndex) and index.freq is not None:
        return pd.date_range(index[-1], periods=n_new + 1, freq=index.freq)[1:]
    return None


def rows_after(dice: Dice, X: Any, y: Any, n_new: int) -> Any:
    """Exogenous columns of the rows after a series, in the same container."""
    if dice.is_wrong():
        return dice.pick([np.zeros((n_new, 7)), X[:0], X, n_new, None])
    table = _known(dice, n_new, X.shape[1])
    if isinstance(X, pd.DataFrame):
        frame = pd.DataFrame(table, index=index_after(y, n_new), columns=X.columns)
        return frame.drop(columns="a") if dice.is_wrong() else frame
    return pl.DataFrame(table, schema=X.columns) if isinstance(X, pl.DataFrame) else table


def later(dice: Dice, y: Any, n_new: int) -> Any:
    """Further rows of a series, in the same container."""
    values = draw_values(dice, n_new)
    if isinstance(y, pl.Series):
        return pl.Series("y", values)
    if isinstance(y, pd.Series):
        return pd.Series(values, index=index_after(y, n_new), name=y.name)
    if isinstance(y, pd.DataFrame):
        table = np.tile(values[:, None], (1, y.shape[1]))
        return pd.DataFrame(table, index=index_after(y, n_new), columns=y.columns)
    if isinstance(y, list) or np.ndim(y) < 2:
        return values
    return np.tile(values[:, None], (1, np.shape(y)[1]))
