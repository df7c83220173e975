"""The step between time stamps and the season that goes with it."""

import pandas as pd
import pytest

from rnnts.exceptions import TimeIndexError
from rnnts.panel import season_length, time_axis


@pytest.mark.parametrize(
    ("freq", "season"),
    [
        ("MS", 12),
        ("ME", 12),
        ("BME", 12),
        ("2MS", 6),
        ("QS-FEB", 4),
        ("QE", 4),
        ("W-SAT", 52),
        ("D", 7),
        ("2D", 1),
        ("B", 5),
        ("h", 24),
        ("15min", 96),
        ("s", 1),
        ("YE", 1),
        (pd.DateOffset(months=1), 1),
        (5, 1),
        (None, 1),
    ],
)
def test_usual_season_of_a_frequency(freq, season):
    assert season_length(freq) == season


def test_season_of_a_period_axis_is_that_of_its_offset():
    axis = time_axis(pd.period_range("2024Q1", periods=3, freq="Q-NOV"))

    assert axis.season_length == 4


@pytest.mark.parametrize("freq", ["X", 3, "-1D"])
def test_unusable_frequency_is_named(freq):
    index = pd.date_range("2024-01-01", periods=5)

    with pytest.raises(TimeIndexError, match=f"freq={freq!r} (is not a pandas|does not step)"):
        time_axis(index, freq)


def test_given_frequency_decides_where_too_few_stamps_show_one():
    axis = time_axis(pd.DatetimeIndex(["2024-01-01", "2024-02-01"]), freq="MS")

    assert axis.labels(2, 3)[0] == pd.Timestamp("2024-03-01")


def test_stamps_a_day_apart_in_utc_but_not_on_the_wall_clock_step_by_24_hours():
    index = pd.date_range("2024-03-29", periods=6, freq="24h", tz="Europe/Paris")
    lost = pd.DatetimeIndex(index, freq=None)

    axis = time_axis(lost)

    assert axis.labels(6, 7)[0] - index[-1] == pd.Timedelta(hours=24)
