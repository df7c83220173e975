"""The step between two time stamps: given, carried by the index or inferred, and its season."""

import re

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset
from pandas.tseries.offsets import BaseOffset, BusinessDay, Hour

from rnnts._types import IntArray
from rnnts.exceptions import TimeIndexError

# A splitter that leaves out rows in the middle, such as KFold, makes the same holes as lost data.
CROSS_VALIDATION_HINT = "(if cross-validation did this, use TimeSeriesSplit)"

# Steps in the usual season of each pandas alias: a year from the week upwards, the working or
# calendar week for days, the day below that.
_SEASONS = {
    **dict.fromkeys(["MS", "ME", "BMS", "BME", "CBMS", "CBME"], 12),
    **dict.fromkeys(["SMS", "SME"], 24),
    **dict.fromkeys(["QS", "QE", "BQS", "BQE"], 4),
    **dict.fromkeys(["B", "C"], 5),
    "W": 52,
    "D": 7,
    "h": 24,
    "min": 24 * 60,
}


def season_length(freq: str | BaseOffset | int | None) -> int:
    """Steps in the usual season of a frequency, 1 where there is none.

    Parameters
    ----------
    freq : str, pandas offset, int or None
        A multiple divides the season when it can: ``"15min"`` has 96 steps a day. An int is the
        step of an integer index, which knows no calendar.

    Returns
    -------
    int

    Raises
    ------
    TimeIndexError
        If pandas does not know the frequency.

    Examples
    --------
    >>> [season_length(freq) for freq in ("MS", "QS-FEB", "W-SUN", "D", "B", "h", "YE", 5)]
    [12, 4, 52, 7, 5, 24, 1, 1]
    """
    if freq is None or isinstance(freq, int | np.integer):
        return 1
    offset = as_offset(freq)
    alias = re.match(r"\d*([A-Za-z]+)", offset.freqstr)
    season = _SEASONS.get(alias[1], 1) if alias else 1
    return season // offset.n if season % offset.n == 0 else 1


def as_offset(freq: str | BaseOffset) -> BaseOffset:
    """Turn a pandas alias into the offset it stands for.

    Parameters
    ----------
    freq : str or pandas offset

    Returns
    -------
    pandas offset

    Raises
    ------
    TimeIndexError
        If there is no such frequency, or it does not step forward.

    Examples
    --------
    >>> from rnnts.panel import as_offset
    >>> as_offset("MS")
    <MonthBegin>
    """
    try:
        offset = to_offset(freq)
    except (ValueError, TypeError) as error:
        raise TimeIndexError(
            f"freq={freq!r} is not a pandas frequency; use an alias such as 'D', 'h', 'MS', 'ME' "
            "or 'W-SUN'"
        ) from error
    if offset.n < 1:
        raise TimeIndexError(f"freq={freq!r} does not step forward; give a positive frequency")
    return offset


def inferred_offset(index: pd.DatetimeIndex) -> BaseOffset:
    """Offset that steps from each time stamp to the next, or an error that says what is in the way.

    The stamps are sorted, distinct and not missing.
    """
    if len(index) < 3:
        raise TimeIndexError(
            f"cannot infer a frequency from {len(index)} time stamp(s); pass freq='D' (or your "
            "step) to the estimator"
        )
    offset = _offset_between(index)
    if offset is None:
        raise TimeIndexError(_why_not_regular(index))
    return offset


def clock_change_hint(index: pd.DatetimeIndex) -> str:
    """Advice for naive local time whose spring clock change left a hole of one hour."""
    steps = np.diff(index.as_unit("ns").asi8)
    excess = steps.max() - np.median(steps)
    is_hole = index.tz is None and excess == pd.Timedelta(hours=1).value
    return " (naive local time across a clock change: tz_localize first)" if is_hole else ""


def _offset_between(index: pd.DatetimeIndex) -> BaseOffset | None:
    """Offset between consecutive stamps, or None; a clock change does not disturb it."""
    offset = _pandas_infer(index)
    if offset is None and index.tz is not None:
        wall_clock = index.tz_localize(None)
        if wall_clock.is_unique and wall_clock.is_monotonic_increasing:
            offset = _pandas_infer(wall_clock)
        if offset is None:
            offset = _pandas_infer(index.tz_convert("UTC"))
            # Constant in UTC but not on the wall clock: 24 hours, not a day.
            if isinstance(offset, pd.offsets.Day):
                offset = Hour(24 * offset.n)
    return offset


def _pandas_infer(index: pd.DatetimeIndex) -> BaseOffset | None:
    # pd.infer_freq warns in pandas 3, and threads cannot hold back warnings each for itself.
    return pd.DatetimeIndex(index, freq="infer").freq


def offset_despite_gaps(index: pd.DatetimeIndex) -> BaseOffset | None:
    """Offset on whose grid all stamps lie, although some of the grid are missing, or None.

    The stamps are sorted, distinct and not missing.

    Parameters
    ----------
    index : DatetimeIndex

    Returns
    -------
    pandas offset or None

    Examples
    --------
    >>> import pandas as pd
    >>> from rnnts.panel import offset_despite_gaps
    >>> months = pd.date_range("2024-01", periods=12, freq="MS")
    >>> offset_despite_gaps(months.delete(5))
    <MonthBegin>
    """
    if _is_trading(index):
        return BusinessDay()
    offset = _offset_of_longest_stretch(index, _wide_steps(index))
    if offset is None or not index.isin(pd.date_range(index[0], index[-1], freq=offset)).all():
        return None
    return offset


def _why_not_regular(index: pd.DatetimeIndex) -> str:
    """Sentence on the first thing that keeps the stamps from forming a grid."""
    offset = offset_despite_gaps(index)
    if isinstance(offset, BusinessDay):
        holidays = pd.bdate_range(index[0], index[-1]).difference(index)
        return (
            f"weekday stamps with {len(holidays)} holiday(s) missing (first: {holidays[0]}); use "
            "y.asfreq('B').ffill(), or .reset_index(drop=True) to treat trading days as "
            "consecutive steps"
        )
    if offset is not None:
        wide = _wide_steps(index)
        before, after = index[wide[0]], index[wide[0] + 1]
        return (
            f"the time axis has {len(wide)} gap(s), the first between {before} and {after}; make "
            f"it regular, e.g. y.asfreq('{offset.freqstr}').interpolate()"
            f"{clock_change_hint(index)} {CROSS_VALIDATION_HINT}"
        )
    return (
        "the time stamps are not regularly spaced and no frequency can be inferred; put them on a "
        "grid with .asfreq() or .resample(), pass freq=..., or use .reset_index(drop=True) to "
        "treat rows as consecutive steps"
    )


def _is_trading(index: pd.DatetimeIndex) -> bool:
    """Whether the stamps are weekdays, of which only holidays are missing."""
    is_weekdays = (index.day_of_week < 5).all() and (index == index.normalize()).all()
    # Mondays only, with a week missing, are weekdays too: most working days must be there.
    n_working_days = len(pd.bdate_range(index[0], index[-1]))
    return bool(is_weekdays and len(index) > 7 and len(index) > 0.7 * n_working_days)


def _wide_steps(index: pd.DatetimeIndex) -> IntArray:
    """Places after which comes a step that is wider than usual."""
    steps = np.diff(index.as_unit("ns").asi8)
    return np.flatnonzero(steps > 1.5 * np.median(steps))


def _offset_of_longest_stretch(index: pd.DatetimeIndex, wide: IntArray) -> BaseOffset | None:
    """Offset of the stamps between the two gaps that lie furthest apart."""
    edges = np.concatenate([[0], wide + 1, [len(index)]])
    longest = int(np.diff(edges).argmax())
    stretch = index[edges[longest] : edges[longest + 1]]
    return _offset_between(stretch) if len(wide) and len(stretch) > 2 else None
