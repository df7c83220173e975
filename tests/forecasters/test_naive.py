"""Forecasts that repeat what was last seen, counted by hand."""

import numpy as np
import pytest

from rnnts.forecasters import NaiveForecaster, SeasonalNaiveForecaster


def test_naive_repeats_the_last_value():
    model = NaiveForecaster().fit([3.0, 1.0, 4.0])

    assert model.predict(3).tolist() == [4.0, 4.0, 4.0]
    assert model.update([1.0]).predict(2).tolist() == [1.0, 1.0]


def test_seasonal_naive_repeats_the_last_season():
    model = SeasonalNaiveForecaster(season_length=3).fit([9.0, 9.0, 1.0, 2.0, 3.0])

    assert model.predict(7).tolist() == [1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0]
    assert model.update([5.0]).predict(3).tolist() == [2.0, 3.0, 5.0]


def test_rows_without_a_past_are_predicted_by_the_mean():
    naive = NaiveForecaster().fit([3.0, 1.0, 5.0])
    seasonal = SeasonalNaiveForecaster(season_length=2).fit([3.0, 1.0, 5.0])

    assert naive.fittedvalues_.tolist() == [3.0, 3.0, 1.0]
    assert seasonal.fittedvalues_.tolist() == [3.0, 3.0, 3.0]


def test_several_series_are_repeated_side_by_side():
    model = SeasonalNaiveForecaster(season_length=2).fit(np.arange(8.0).reshape(4, 2))

    assert model.predict(3).tolist() == [[4.0, 5.0], [6.0, 7.0], [4.0, 5.0]]


def test_a_seasonal_naive_needs_one_season(y):
    with pytest.raises(ValueError, match="y has 11 observations, but season_length=12 needs at"):
        SeasonalNaiveForecaster().fit(y[:11])

    assert SeasonalNaiveForecaster().fit(y[:12]).predict(12).tolist() == y[:12].tolist()


def test_the_skill_of_a_naive_forecast_in_its_own_training_rows_is_zero(y):
    model = SeasonalNaiveForecaster().fit(y)

    assert model.score(y[12:]) == pytest.approx(0.0)
