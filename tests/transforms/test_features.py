"""Columns from the time of the rows alone."""

import numpy as np
import pandas as pd
import pytest

from rnnts.exceptions import TimeIndexError
from rnnts.panel import time_axis
from rnnts.transforms import FEATURES, Calendar, Fourier


@pytest.fixture
def months():
    return time_axis(pd.date_range("2020-01-01", periods=30, freq="MS"))


@pytest.mark.parametrize("feature", [each() for each in FEATURES.values()])
@pytest.mark.parametrize(
    "index",
    [
        pd.date_range("2020-01-31", periods=30, freq="ME"),
        pd.date_range("2020-03-01", periods=30, freq="h", tz="Europe/Paris"),
        pd.period_range("2020Q1", periods=30, freq="Q"),
        pd.period_range("2020-02-20", periods=30, freq="D"),
    ],
)
def test_the_future_continues_the_past(feature, index):
    axis = time_axis(index)

    whole = feature.frame(axis, 0, 50)

    pd.testing.assert_frame_equal(feature.frame(axis, 30, 50), whole.iloc[30:])
    later = feature.frame(axis.extended(10), 40, 50)
    pd.testing.assert_frame_equal(later, whole.iloc[40:])
    pd.testing.assert_index_equal(whole.index[:30], index, exact="equiv")
    assert whole.shape[1] > 0
    assert np.isfinite(whole.to_numpy()).all()


def test_fourier_columns_span_every_season(months):
    columns = Fourier(n_harmonics=99).frame(months, 0, 24).to_numpy()

    # Eleven waves and a constant fit any pattern of twelve months.
    pattern = np.random.default_rng(0).normal(size=12)
    x = np.column_stack([np.ones(24), columns])
    coefficients, *_ = np.linalg.lstsq(x[:12], pattern)
    assert columns.shape == (24, 11)
    np.testing.assert_allclose(x @ coefficients, np.tile(pattern, 2))


def test_a_season_need_not_be_whole():
    days = time_axis(pd.date_range("2020-01-01", periods=10, freq="D"))

    frame = Fourier(1, season_length=365.25).frame(days, 0, 1462)

    assert list(frame.columns) == ["sin(1/365.25)", "cos(1/365.25)"]
    np.testing.assert_allclose(frame.iloc[1461], frame.iloc[0], atol=1e-12)


def test_no_season_has_no_waves():
    years = time_axis(pd.period_range("2000", periods=5, freq="Y"))

    assert Fourier().frame(years, 0, 7).shape == (7, 0)
    assert Calendar().frame(years, 0, 7).shape == (7, 0)


@pytest.mark.parametrize(
    ("freq", "parts"),
    [
        ("15min", ["hour", "weekday", "yearday"]),
        ("h", ["hour", "weekday", "yearday"]),
        ("D", ["weekday", "yearday"]),
        ("B", ["weekday", "yearday"]),
        ("W", ["yearday"]),
        ("MS", ["yearday"]),
        ("QS", ["yearday"]),
        ("YS", []),
    ],
)
def test_auto_takes_the_parts_that_the_rows_can_tell(freq, parts):
    axis = time_axis(pd.date_range("2021-01-01", periods=10, freq=freq))

    columns = Calendar().frame(axis, 0, 3).columns

    assert list(columns) == [f"{wave}({part})" for part in parts for wave in ("sin", "cos")]


def test_calendar_follows_the_clock():
    axis = time_axis(pd.date_range("2024-01-01", periods=48, freq="h"))

    frame = Calendar(("hour", "weekday", "month")).frame(axis, 0, 24 * 32)

    noon = frame.loc["2024-01-03 12:00"]
    assert noon["cos(hour)"] == pytest.approx(-1.0)
    assert noon["sin(weekday)"] == pytest.approx(np.sin(2 * np.pi * 2 / 7))
    assert frame["sin(month)"].nunique() == 2


def test_december_is_next_to_january(months):
    frame = Calendar(("month",)).frame(months, 0, 24)

    steps = np.linalg.norm(np.diff(frame.to_numpy(), axis=0), axis=1)

    np.testing.assert_allclose(steps, steps[0])


def test_numbered_rows_have_no_calendar():
    with pytest.raises(TimeIndexError, match=r"needs dates.*use Fourier\(season_length="):
        Calendar().frame(time_axis(pd.RangeIndex(5)), 0, 5)


def test_wrong_settings_are_refused():
    with pytest.raises(ValueError, match="unknown calendar part 'day'.*did you mean 'yearday'"):
        Calendar(("day",))
    with pytest.raises(ValueError, match="n_harmonics must be at least 1, got 0"):
        Fourier(0)
