"""Labels to positions and back, and the sentence for every index that is no time axis."""

import datetime
import pickle
import re

import numpy as np
import pandas as pd
import pytest

from rnnts.exceptions import TimeIndexError
from rnnts.panel import time_axis

N_STEPS = 60
FREQUENCIES = ["D", "2D", "B", "W-SUN", "W-WED", "3W-MON", "500ms", "min", "15min", "h"]
FREQUENCIES += ["MS", "ME", "BME", "2MS", "QE", "QS-FEB", "YE"]


def days(n_days=N_STEPS, start="2024-01-01", **kwargs):
    return pd.date_range(start, periods=n_days, **kwargs)


def lost(index):
    """The same stamps, their frequency forgotten, as after boolean indexing."""
    return pd.DatetimeIndex(index, freq=None)


def assert_same_labels(labels, index):
    """Equal in value, name, zone and unit; only the frequency may have been found again."""
    assert labels.tolist() == index.tolist()
    assert labels.name == index.name
    if isinstance(index, pd.DatetimeIndex):
        assert labels.dtype == index.dtype


def naive_local(start):
    return days(n_days=72, start=start, freq="h", tz="Europe/Paris").tz_localize(None)


AXES = {
    **{freq: days(start="2020-01-31", freq=freq) for freq in FREQUENCIES},
    **{f"{freq}, lost": lost(days(start="2020-01-31", freq=freq)) for freq in FREQUENCIES},
    **{f"unit {unit}": lost(days(freq="D")).as_unit(unit) for unit in ("s", "ms", "us", "ns")},
    "unit s, months": lost(days(freq="ME", unit="s")),
    "noon": lost(days(start="2024-01-01 12:00")),
    "SME": days(freq="SME"),
    "custom days": days(freq=pd.offsets.CDay(holidays=["2024-01-15", "2024-05-01"])),
    "third Fridays": lost(days(freq="WOM-3FRI")),
    "business hours": days(freq="bh"),
    "DateOffset": days(start="2024-01-31", freq=pd.DateOffset(months=1)),
    "periods M": pd.period_range("2020-01", periods=N_STEPS, freq="M", name="month"),
    "periods Q-NOV": pd.period_range("2020Q1", periods=N_STEPS, freq="Q-NOV"),
    "periods 2M": pd.period_range("2020-01", periods=N_STEPS, freq="2M"),
    "daily, spring change": lost(days(start="2024-03-01", tz="Europe/Paris")),
    "daily, autumn change": lost(days(start="2024-10-01", tz="Europe/Paris")),
    "daily, carried": days(start="2024-10-01", tz="Europe/Paris"),
    "monthly, zoned": lost(days(start="2024-10-01", freq="MS", tz="Europe/Paris")),
    "weekly, zoned": lost(days(start="2024-10-01", freq="W-SUN", tz="Europe/Paris")),
    "hourly, spring change": lost(days(start="2024-03-29", freq="h", tz="Europe/Paris")),
    "hourly, autumn change": lost(days(start="2024-10-26", freq="h", tz="Europe/Paris")),
    "RangeIndex": pd.RangeIndex(N_STEPS),
    "RangeIndex from 5 by 5": pd.RangeIndex(5, 5 + 5 * N_STEPS, 5, name="t"),
    "integers by 5": pd.Index(np.arange(10, 10 + 5 * N_STEPS, 5)),
    "nullable integers": pd.Index(range(N_STEPS), dtype="Int64"),
    "unsigned integers": pd.Index(np.arange(N_STEPS, dtype=np.uint8)),
    "one row by 5": pd.RangeIndex(5, 10, 5),
}


@pytest.mark.parametrize("index", AXES.values(), ids=AXES)
def test_training_labels_round_trip(index):
    axis = time_axis(index)

    assert axis.n_steps == len(index)
    np.testing.assert_array_equal(axis.positions(index), np.arange(len(index)))
    assert_same_labels(axis.labels(0, len(index)), index)


@pytest.mark.parametrize("index", AXES.values(), ids=AXES)
def test_future_labels_are_the_rest_of_a_longer_grid(index):
    n_steps = max(len(index) // 2, 1)
    axis = time_axis(index[:n_steps])

    future = axis.labels(n_steps, len(index))

    assert_same_labels(future, index[n_steps:])
    np.testing.assert_array_equal(axis.positions(future), np.arange(n_steps, len(index)))


@pytest.mark.parametrize("index", AXES.values(), ids=AXES)
def test_distant_labels_round_trip_in_any_order(index):
    axis = time_axis(index)
    labels = axis.labels(200, 204)

    positions = axis.positions(labels[[2, 0, 3]])

    np.testing.assert_array_equal(positions, [202, 200, 203])


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_future_keeps_name_zone_and_unit(unit):
    index = days(tz="Asia/Tokyo", name="day").as_unit(unit)

    future = time_axis(lost(index)).labels(N_STEPS, N_STEPS + 2)

    assert (future.name, str(future.tz), future.unit) == ("day", "Asia/Tokyo", unit)
    assert future.freqstr == "D"


def test_labels_in_another_zone_are_converted():
    axis = time_axis(days(start="2024-03-01", freq="h", tz="Europe/Paris"))

    positions = axis.positions(days(n_days=2, start="2024-03-03 11:00", freq="h", tz="UTC"))

    np.testing.assert_array_equal(positions, [60, 61])


def test_labels_of_another_unit_are_found():
    axis = time_axis(days(freq="ME").as_unit("s"))

    positions = axis.positions(pd.DatetimeIndex(["2024-02-29"]).as_unit("ns"))

    np.testing.assert_array_equal(positions, [1])


def test_no_labels_have_no_positions():
    for index in (days(), pd.period_range("2024", periods=3, freq="M"), pd.RangeIndex(3)):
        assert time_axis(index).positions(pd.Index([])).shape == (0,)


def test_distant_second_needs_no_grid():
    axis = time_axis(days(freq="s"))

    positions = axis.positions(pd.DatetimeIndex(["2200-01-01"]))

    assert positions[0] == (pd.Timestamp("2200-01-01") - pd.Timestamp("2024-01-01")) // (
        pd.Timedelta(seconds=1)
    )


def test_extended_axis_has_more_training_rows():
    axis = time_axis(days())

    extended = axis.extended(3)

    assert (extended.n_steps, extended.start, extended.freq) == (N_STEPS + 3, axis.start, axis.freq)


def test_weekdays_of_one_week_infer_days():
    """Five stamps cannot show a weekend: the frequency has to be given."""
    week = lost(days(n_days=5, freq="B"))

    assert time_axis(week).labels(5, 6)[0].day_of_week == 5
    assert time_axis(week, "B").labels(5, 6)[0].day_of_week == 0


def missing(index, *rows):
    return index.delete(list(rows))


REFUSED = {
    "missing stamps": (
        missing(days(), 9),
        None,
        "the time axis has 1 gap(s), the first between 2024-01-09 00:00:00 and 2024-01-11 "
        "00:00:00; make it regular, e.g. y.asfreq('D').interpolate()",
    ),
    "missing months": (
        missing(days(freq="MS"), 9, 10),
        None,
        "the time axis has 1 gap(s), the first between 2024-09-01 00:00:00 and 2024-12-01 "
        "00:00:00; make it regular, e.g. y.asfreq('MS').interpolate()",
    ),
    "missing week": (
        missing(days(freq="W-MON"), 9),
        None,
        "make it regular, e.g. y.asfreq('W-MON').interpolate()",
    ),
    "missing stamps, freq given": (
        missing(days(), 9, 10, 20),
        "D",
        "3 time stamp(s) are missing at freq='D' (first: 2024-01-10 00:00:00); insert them, e.g. "
        "y.asfreq('D').interpolate()",
    ),
    "missing months, freq given": (
        missing(days(freq="ME"), 9),
        "ME",
        "1 time stamp(s) are missing at freq='ME' (first: 2024-10-31 00:00:00)",
    ),
    "trading days": (
        missing(days(freq="B"), 10, 35),
        None,
        "weekday stamps with 2 holiday(s) missing (first: 2024-01-15 00:00:00); use "
        "y.asfreq('B').ffill(), or .reset_index(drop=True) to treat trading days as consecutive "
        "steps",
    ),
    "spring clock change": (
        naive_local("2024-03-30"),
        None,
        "make it regular, e.g. y.asfreq('h').interpolate() (naive local time across a clock "
        "change: tz_localize first)",
    ),
    "spring clock change, freq given": (
        naive_local("2024-03-30"),
        "h",
        "insert them, e.g. y.asfreq('h').interpolate() (naive local time across a clock change: "
        "tz_localize first)",
    ),
    "autumn clock change": (
        naive_local("2024-10-26"),
        None,
        "the index has 1 duplicate time stamp(s) (2024-10-27 02:00:00); aggregate them, e.g. "
        "y.groupby(level=0).mean(); if it is the autumn clock change, y.tz_localize(zone, "
        "ambiguous='infer'); for several series use PanelForecaster",
    ),
    "irregular": (
        pd.to_datetime(np.cumsum(np.arange(1, 30)) * 3600 * 10**9),
        None,
        "the time stamps are not regularly spaced and no frequency can be inferred; put them on a "
        "grid with .asfreq() or .resample(), pass freq=..., or use .reset_index(drop=True) to "
        "treat rows as consecutive steps",
    ),
    "off grid": (
        days(n_days=20).insert(20, pd.Timestamp("2024-01-21 05:00")),
        "D",
        "time stamp 2024-01-21 05:00:00 is off the freq='D' grid; align the stamps, e.g. "
        "y.resample('D').mean()",
    ),
    "first stamp off grid": (
        days(n_days=20, start="2024-01-15"),
        "MS",
        "time stamp 2024-01-15 00:00:00 is off the freq='MS' grid",
    ),
    "first weekday off grid": (
        days(n_days=20, freq="W-MON"),
        "W-SUN",
        "time stamp 2024-01-01 00:00:00 is off the freq='W-SUN' grid",
    ),
    "hours that wander": (
        pd.DatetimeIndex(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01 05:00"]),
        None,
        "05:00:00 is off the freq='MS' grid",
    ),
    "duplicate days": (
        days(n_days=10).repeat(2),
        None,
        "the index has 10 duplicate time stamp(s) (2024-01-01 00:00:00, 2024-01-02 00:00:00, "
        "2024-01-03 00:00:00, ...); aggregate them, e.g. y.groupby(level=0).mean(); for several "
        "series use PanelForecaster",
    ),
    "unsorted": (
        days()[::-1],
        None,
        "the index is not sorted in time; call .sort_index() first (if cross-validation did this, "
        "use TimeSeriesSplit, never a shuffling splitter)",
    ),
    "NaT": (
        days(n_days=9).insert(9, pd.NaT),
        None,
        "the index has 1 missing label(s) (NaT/NaN); drop or fill those rows",
    ),
    "2 rows": (
        lost(days(n_days=2)),
        None,
        "cannot infer a frequency from 2 time stamp(s); pass freq='D' (or your step) to the "
        "estimator",
    ),
    "text": (
        pd.Index(days().strftime("%Y-%m-%d")),
        None,
        ", not datetime, period or integer; if these are dates stored as text or objects: "
        "y.index = pd.to_datetime(y.index)",
    ),
    "date objects": (
        pd.Index([datetime.date(2024, 1, day) for day in range(1, 9)]),
        None,
        "the index has dtype object, not datetime, period or integer; if these are dates stored "
        "as text or objects: y.index = pd.to_datetime(y.index)",
    ),
    "floats": (
        pd.Index(np.arange(9) / 2),
        None,
        "the index has dtype float64, not datetime, period or integer; use "
        ".reset_index(drop=True) if the rows are consecutive",
    ),
    "timedeltas": (
        pd.timedelta_range("0s", periods=9, freq="s"),
        None,
        "not datetime, period or integer; use .reset_index(drop=True) if the rows are consecutive",
    ),
    "MultiIndex": (
        pd.MultiIndex.from_product([["a", "b"], [0, 1]]),
        None,
        "the index has several levels: one estimator forecasts one series; use PanelForecaster "
        "for (id, time) data",
    ),
    "empty": (
        days(n_days=0),
        None,
        "the index is empty: a series needs at least one row; pass some data",
    ),
    "missing periods": (
        missing(pd.period_range("2024-01", periods=9, freq="M"), 3),
        None,
        "the time axis has 1 gap(s), the first between 2024-03 and 2024-05; make it regular, e.g. "
        "y.resample(y.index.freq).asfreq()",
    ),
    "missing integers": (
        pd.Index([0, 1, 2, 4, 5, 7]),
        None,
        "the time axis has 2 gap(s), the first between 2 and 4; make it regular, e.g. "
        "y.reset_index(drop=True)",
    ),
}


@pytest.mark.parametrize(("index", "freq", "sentence"), REFUSED.values(), ids=REFUSED)
def test_index_that_is_no_time_axis_is_refused(index, freq, sentence):
    with pytest.raises(TimeIndexError, match=re.escape(sentence)):
        time_axis(index, freq)


MONTHS = pd.period_range("2024-01", periods=9, freq="M")
MISPLACED = {
    "stamps for periods": (
        MONTHS,
        days(freq="MS"),
        "the model was trained on periods but X has time stamps; use X.index.to_period('M')",
    ),
    "periods for stamps": (
        days(),
        MONTHS,
        "the model was trained on time stamps but X has periods; use X.index.to_timestamp()",
    ),
    "other periods": (
        MONTHS,
        pd.period_range("2024Q1", periods=2, freq="Q"),
        "the model was trained on M periods but X has Q-DEC periods; use X.index.asfreq('M')",
    ),
    "integers for stamps": (
        days(),
        pd.RangeIndex(3),
        "the model was trained on time stamps (freq='D') but X has a RangeIndex of dtype int64; "
        "label the rows with time stamps, the first after training being 2024-03-01 00:00:00",
    ),
    "integers for periods": (
        MONTHS,
        pd.RangeIndex(3),
        "the model was trained on M periods but X has a RangeIndex of dtype int64; label the rows "
        "with periods, the first after training being 2024-10",
    ),
    "stamps for integers": (
        pd.RangeIndex(9),
        days(),
        "the model was trained on an integer index but X has a DatetimeIndex of dtype datetime64[",
    ),
    "naive for zoned": (
        days(tz="Europe/Paris"),
        days(),
        "time zones differ: trained on tz=Europe/Paris, X has tz=None; use tz_localize or "
        "tz_convert",
    ),
    "zoned for naive": (
        days(),
        days(tz="UTC"),
        "time zones differ: trained on tz=None, X has tz=UTC; use tz_localize or tz_convert",
    ),
    "before training": (
        days()[5:],
        days()[:3],
        "X starts at 2024-01-01 00:00:00, before the first training row 2024-01-06 00:00:00; in "
        "cross-validation use TimeSeriesSplit (KFold trains on the future)",
    ),
    "periods before training": (MONTHS[5:], MONTHS, "X starts at 2024-01, before the first"),
    "integers before training": (
        pd.RangeIndex(5, 9),
        pd.RangeIndex(3),
        "X starts at 0, before the first training row 5",
    ),
    "off the days": (
        days(),
        pd.DatetimeIndex(["2024-03-05", "2024-03-06 07:00"]),
        "time stamp 2024-03-06 07:00:00 is off the freq='D' grid",
    ),
    "off the months": (
        days(freq="MS").as_unit("s"),
        pd.DatetimeIndex(["2024-02-01 00:00:00.5"]),
        "is off the freq='MS' grid",
    ),
    "off the periods": (
        pd.period_range("2024-01", periods=9, freq="2M"),
        pd.period_range("2024-02", periods=1, freq="2M"),
        "label 2024-02 is off the training grid (periods of 2M from 2024-01); align the labels",
    ),
    "off the integers": (
        pd.RangeIndex(0, 50, 5),
        pd.Index([55, 57]),
        "label 57 is off the training grid (integers from 0 in steps of 5); align the labels",
    ),
    "NaT": (days(), pd.DatetimeIndex([pd.NaT]), "the index has 1 missing label(s) (NaT/NaN)"),
}


@pytest.mark.parametrize(("trained", "asked", "sentence"), MISPLACED.values(), ids=MISPLACED)
def test_label_without_a_position_is_refused(trained, asked, sentence):
    axis = time_axis(trained)

    with pytest.raises(TimeIndexError, match=re.escape(sentence)):
        axis.positions(asked)


@pytest.mark.parametrize("index", AXES.values(), ids=AXES)
def test_axis_survives_pickling(index):
    axis = time_axis(index)

    assert pickle.loads(pickle.dumps(axis)) == axis


@pytest.mark.parametrize(
    ("freq", "tz", "kind"),
    [
        ("MS", None, "of unit 'ns'"),
        ("D", None, "of unit 'ns'"),
        ("W", None, "of unit 'ns'"),
        ("MS", "Europe/Berlin", "with a time zone"),
    ],
)
def test_labels_that_pandas_cannot_say_are_refused_in_a_sentence(freq, tz, kind):
    index = pd.date_range("2200", periods=5, freq=freq, tz=tz).as_unit("us" if tz else "ns")

    with pytest.raises(OverflowError, match=f"lies beyond the time stamps {kind} .* fewer rows"):
        time_axis(index).labels(5, 200_000)
