"""Naive2 of the M competitions, against the benchmark code of M4 written out in loops."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rnnts import datasets
from rnnts.forecasters import Naive2Forecaster, NaiveForecaster


def autocorrelation_is_significant(y, m):
    """`SeasonalityTest` of the benchmark code."""
    if m == 1 or len(y) < 3 * m:
        return False
    centred = [value - sum(y) / len(y) for value in y]
    variance = sum(value**2 for value in centred)
    r = [
        sum(centred[t] * centred[t + lag] for t in range(len(y) - lag)) / variance
        for lag in range(1, m + 1)
    ]
    return abs(r[-1]) > 1.645 * np.sqrt((1 + 2 * sum(each**2 for each in r[:-1])) / len(y))


def ratios_to_moving_average(y, m):
    """The figure of R's `decompose(type = "multiplicative")`."""
    weights = [0.5, *[1.0] * (m - 1), 0.5] if m % 2 == 0 else [1.0] * m
    half = len(weights) // 2
    ratios = [[] for _ in range(m)]
    for t in range(half, len(y) - half):
        window = y[t - half : t + half + 1]
        trend = sum(weight * value for weight, value in zip(weights, window, strict=True)) / m
        ratios[t % m].append(y[t] / trend)
    means = [sum(each) / len(each) for each in ratios]
    return [mean * m / sum(means) for mean in means]


def naive2(y, m, horizon):
    figure = ratios_to_moving_average(y, m) if autocorrelation_is_significant(y, m) else [1.0] * m
    last = y[-1] / figure[(len(y) - 1) % m]
    return [last * figure[(len(y) + step) % m] for step in range(horizon)]


SERIES = {
    "months": lambda: (datasets.load("air_passengers").tolist(), 12),
    "an unfinished year": lambda: (datasets.load("air_passengers").tolist()[:137], 12),
    "an odd season": lambda: ([10.0 + (t % 5) ** 2 + 0.1 * t for t in range(43)], 5),
    "too short for the test": lambda: (datasets.load("air_passengers").tolist()[:35], 12),
    "no season": lambda: (datasets.load("nile").tolist(), 4),
}


@pytest.mark.parametrize("name", SERIES)
def test_forecasts_are_those_of_the_benchmark_code(name):
    y, m = SERIES[name]()

    forecast = Naive2Forecaster(season_length=m).fit(y).predict(30)

    np.testing.assert_allclose(forecast, naive2(y, m, 30), rtol=1e-12)


def test_update_takes_the_known_season_out_of_the_new_rows(y):
    figure = ratios_to_moving_average(y[:120].tolist(), 12)

    forecast = Naive2Forecaster().fit(y[:120]).update(y[120:125]).predict(3)

    expected = y.iloc[124] / figure[4] * np.array(figure[5:8])
    np.testing.assert_allclose(forecast, expected, rtol=1e-12)


def test_one_step_predictions_are_forecasts_one_step_ahead(y):
    model = Naive2Forecaster().fit(y[:100])
    fitted = model.fittedvalues_

    walked = [model.update(y[row : row + 1]).predict(1).iloc[0] for row in range(100, 110)]

    np.testing.assert_allclose(model.fittedvalues_[101:110], walked[:-1], rtol=1e-12)
    np.testing.assert_allclose(model.fittedvalues_[:100], fitted, rtol=1e-12)


def test_a_season_takes_the_last_value_observed_across(y):
    holed = y.astype(float).where(np.arange(144) < 142)

    forecast = Naive2Forecaster().fit(holed).predict(3)

    season = Naive2Forecaster().fit(holed).predict(12).to_numpy()
    by_month = dict(zip(range(12), season, strict=True))
    last = holed.iloc[141] / by_month[9]
    np.testing.assert_allclose(forecast, last * season[:3], rtol=1e-12)


def test_the_interval_is_that_of_a_random_walk_times_the_season(y):
    figure = np.array(ratios_to_moving_average(y.tolist(), 12))
    adjusted = y.to_numpy() / np.tile(figure, 12)
    sigma = np.sqrt(np.mean(np.diff(adjusted) ** 2))

    table = Naive2Forecaster().fit(y).predict_interval(14, level=80)

    half_width = (
        stats.norm.ppf(0.9) * sigma * np.sqrt(np.arange(1, 15)) * figure[np.arange(14) % 12]
    )
    np.testing.assert_allclose(table["hi-80"] - table["mean"], half_width, rtol=1e-10)
    np.testing.assert_allclose(table["mean"] - table["lo-80"], half_width, rtol=1e-10)


@pytest.mark.parametrize("shift", [-500.0, -104.0], ids=["negative", "zero"])
def test_a_series_that_is_not_positive_has_an_additive_season(y, shift):
    shifted = y + shift

    forecast = Naive2Forecaster().fit(shifted).predict(24)

    # What a season adds is the same wherever zero is.
    again = Naive2Forecaster().fit(shifted - 1000).predict(24)
    np.testing.assert_allclose(forecast, again + 1000, rtol=1e-9)
    assert np.ptp(forecast) > 100


def test_without_a_season_it_is_the_naive_forecast():
    y = datasets.load("nile")

    pd.testing.assert_frame_equal(
        Naive2Forecaster().fit(y).predict_interval(5), NaiveForecaster().fit(y).predict_interval(5)
    )
