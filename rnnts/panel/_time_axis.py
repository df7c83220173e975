"""The door to a time axis: whether an index is one series, step after step, and its kind."""

import pandas as pd
from pandas.tseries.offsets import BaseOffset

from rnnts.exceptions import TimeIndexError
from rnnts.panel.axes import DatetimeAxis, IntegerAxis, PeriodAxis, TimeAxis
from rnnts.panel.axes._base import check_not_missing


def time_axis(index: pd.Index, freq: str | BaseOffset | int | None = None) -> TimeAxis:
    """Time axis of a series with this index.

    Parameters
    ----------
    index : pd.DatetimeIndex, pd.PeriodIndex or integer pd.Index
        Labels of the rows, in time order, one step apart.
    freq : str, pandas offset or int, optional
        Step between two time stamps, needed where the stamps do not show it; an int for an
        integer index of one row. A PeriodIndex knows its own and ignores it.

    Returns
    -------
    TimeAxis

    Raises
    ------
    TimeIndexError
        If the labels are not consecutive steps in time. The message says which label is in the
        way and how to mend it.

    Examples
    --------
    >>> axis = time_axis(pd.DatetimeIndex(["2024-01-31", "2024-02-29", "2024-03-31"]))
    >>> axis.labels(3, 5).strftime("%Y-%m-%d").tolist()
    ['2024-04-30', '2024-05-31']
    >>> axis.positions(pd.DatetimeIndex(["2024-02-29", "2024-12-31"]))
    array([ 1, 11])
    >>> axis.season_length
    12
    """
    if isinstance(index, pd.MultiIndex):
        raise TimeIndexError(
            "the index has several levels: one estimator forecasts one series; use "
            "PanelForecaster for (id, time) data"
        )
    if len(index) == 0:
        raise TimeIndexError("the index is empty: a series needs at least one row; pass some data")
    is_integer = pd.api.types.is_integer_dtype(index.dtype)
    if not (is_integer or isinstance(index, pd.DatetimeIndex | pd.PeriodIndex)):
        raise TimeIndexError(_wrong_dtype(index))
    _check_distinct_and_sorted(index)
    if isinstance(index, pd.PeriodIndex):
        return PeriodAxis.of(index)
    if isinstance(index, pd.DatetimeIndex):
        return DatetimeAxis.of(index, freq)
    return IntegerAxis.of(index, freq)


def _wrong_dtype(index: pd.Index) -> str:
    could_be_dates = index.dtype == object or pd.api.types.is_string_dtype(index.dtype)
    remedy = (
        "if these are dates stored as text or objects: y.index = pd.to_datetime(y.index)"
        if could_be_dates or isinstance(index.dtype, pd.ArrowDtype)
        else "use .reset_index(drop=True) if the rows are consecutive"
    )
    return f"the index has dtype {index.dtype}, not datetime, period or integer; {remedy}"


def _check_distinct_and_sorted(index: pd.Index) -> None:
    check_not_missing(index)
    if index.has_duplicates:
        twice = index[index.duplicated()].unique()
        shown = ", ".join(str(label) for label in twice[:3]) + (", ..." if len(twice) > 3 else "")
        is_naive = isinstance(index, pd.DatetimeIndex) and index.tz is None
        autumn = (
            "if it is the autumn clock change, y.tz_localize(zone, ambiguous='infer'); "
            if is_naive and (twice != twice.normalize()).any()
            else ""
        )
        raise TimeIndexError(
            f"the index has {len(twice)} duplicate time stamp(s) ({shown}); aggregate them, e.g. "
            f"y.groupby(level=0).mean(); {autumn}for several series use PanelForecaster"
        )
    if not index.is_monotonic_increasing:
        raise TimeIndexError(
            "the index is not sorted in time; call .sort_index() first (if cross-validation did "
            "this, use TimeSeriesSplit, never a shuffling splitter)"
        )
