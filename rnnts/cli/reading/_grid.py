"""One series, step after step: what is missing between its rows, and what stands there instead."""

import numpy as np
import pandas as pd

from rnnts.exceptions import TimeIndexError
from rnnts.panel import as_offset, offset_despite_gaps, time_axis

FILLS = ("interpolate", "last", "zero", "missing")
_WAY_OUT = "pass --fill interpolate to insert them (or last, zero, missing)"


def on_grid(rows: pd.DataFrame, numbers: pd.Series, freq: str | None, fill: str | None,
            which: str) -> pd.DataFrame:  # fmt: skip
    """The rows of one series in time order, without holes.

    Parameters
    ----------
    rows : DataFrame
        Values, labelled with the times, which are distinct and in order.
    numbers : Series
        Where each row stands in the file, for messages.
    freq : str, optional
        Step from one row to the next, where the times do not show it.
    fill : one of `FILLS`, optional
        None does not let a row be missing.
    which : str
        What the series is called in messages.

    Raises
    ------
    ValueError
        If the times are not a constant step apart, or some are missing.
    """
    if freq is not None and isinstance(rows.index, pd.PeriodIndex):
        rows = rows.set_axis(rows.index.to_timestamp())
    grid = _grid(rows.index, numbers, freq, which)
    missing = grid.difference(rows.index)
    if len(missing) and fill is None:
        after = rows.index.searchsorted(missing[0])
        raise TimeIndexError(
            f"{which} has {len(missing)} time(s) missing, the first {label_text(missing[0])} "
            f"before row {numbers.iloc[after]}; {_WAY_OUT}"
        )
    rows = rows.reindex(grid.rename(rows.index.name))
    if fill == "interpolate":
        return rows.interpolate(limit_area="inside")
    if fill == "last":
        return rows.ffill()
    return rows.fillna(0.0) if fill == "zero" else rows


def label_text(label: object) -> str:
    """A time as one would write it: the day alone at midnight."""
    if isinstance(label, pd.Timestamp) and label == label.normalize() and label.tz is None:
        return f"{label:%Y-%m-%d}"
    return str(label)


def _grid(index: pd.Index, numbers: pd.Series, freq: str | None, which: str) -> pd.Index:
    """Every time from the first to the last, a step apart."""
    if isinstance(index, pd.PeriodIndex):
        return pd.period_range(index[0], index[-1], freq=index.freq)
    if isinstance(index, pd.DatetimeIndex):
        return _stamps(index, numbers, freq, which)
    step = int(np.diff(index).min()) if len(index) > 1 else 1
    grid = pd.RangeIndex(index[0], index[-1] + step, step)
    if not index.isin(grid).all():
        raise TimeIndexError(_irregular(index, numbers, which))
    return grid


def _stamps(
    index: pd.DatetimeIndex, numbers: pd.Series, freq: str | None, which: str
) -> pd.DatetimeIndex:
    if freq is None and len(index) < 3:
        raise TimeIndexError(
            f"{which} has {len(index)} row(s), too few to see the step between them; say it with "
            "--freq, such as D, h, MS or W-SUN"
        )
    try:
        offset = time_axis(index).freq if freq is None else as_offset(freq)
    except TimeIndexError as error:
        if freq is not None:
            raise TimeIndexError(str(error).replace("freq=", "--freq ")) from None
        offset = offset_despite_gaps(index)
        if offset is None:
            raise TimeIndexError(_irregular(index, numbers, which)) from None
    grid = pd.date_range(index[0], index[-1], freq=offset)
    is_on_grid = index.isin(grid)
    if not is_on_grid.all():
        first = int(np.argmin(is_on_grid))
        raise TimeIndexError(
            f"row {numbers.iloc[first]} of {which}: {label_text(index[first])} is not a step of "
            f"--freq {offset.freqstr}; give the frequency of the rows, or leave it out"
        )
    return grid


def _irregular(index: pd.Index, numbers: pd.Series, which: str) -> str:
    steps = pd.Series(index[1:] - index[:-1])
    usual = steps.median()
    # Months differ in length by themselves.
    is_odd = (steps < 0.8 * usual) | (steps > 1.2 * usual)
    first = int(is_odd.idxmax())
    return (
        f"the times of {which} are no constant step apart: most rows are {_length(usual)} after "
        f"the one before, but row {numbers.iloc[first + 1]} ({label_text(index[first + 1])}) is "
        f"{_length(steps[first])} after {label_text(index[first])}; bring the rows to one "
        "frequency, or pass --no-time to take them as consecutive steps"
    )


def _length(step: object) -> str:
    if isinstance(step, pd.Timedelta):
        return f"{step.days} day(s)" if step >= pd.Timedelta(days=1) else str(step)
    return str(step)
