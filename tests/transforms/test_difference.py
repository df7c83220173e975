"""Differences against NumPy's, the tests of stationarity against statsmodels', and missing rows."""

import warnings

import numpy as np
import pytest
from statsmodels.tsa.stattools import adfuller
from statsmodels.tsa.stattools import kpss as statsmodels_kpss

from rnnts import datasets
from rnnts.transforms import AutoDifference, Difference
from rnnts.transforms._stationarity import dickey_fuller, kpss


@pytest.fixture
def y():
    return np.random.default_rng(2).normal(size=(40, 2)).cumsum(axis=0)


def test_differences_are_those_of_numpy(y):
    np.testing.assert_allclose(Difference(1).fit(y).transform(y)[1:], np.diff(y, axis=0))
    np.testing.assert_allclose(Difference(2).fit(y).transform(y)[2:], np.diff(y, 2, axis=0))
    yearly = np.diff(y[12:] - y[:-12], axis=0)
    np.testing.assert_allclose(Difference((1, 12)).fit(y).transform(y)[13:], yearly)
    np.testing.assert_array_equal(Difference(0).fit(y).transform(y), y)


def test_forecasts_add_up_from_the_last_row(y):
    changes = np.arange(6.0).reshape(3, 2)

    forecast = Difference(1).fit(y).inverse_transform(changes)

    np.testing.assert_allclose(forecast, y[-1] + changes.cumsum(axis=0))


def test_a_seasonal_difference_of_zero_repeats_the_season(y):
    forecast = Difference((12,)).fit(y).inverse_transform(np.zeros((30, 2)))

    np.testing.assert_allclose(forecast, y[28 + np.arange(30) % 12])


def test_a_missing_row_makes_two_differences_missing(y):
    y[20] = np.nan

    is_missing = np.isnan(Difference((1, 12)).fit(y).transform(y)[:, 0])

    assert np.flatnonzero(is_missing[13:]).tolist() == [7, 8, 19, 20]


def test_a_forecast_after_a_missing_row_takes_it_as_unchanged(y):
    y[-1] = np.nan

    forecast = Difference(1).fit(y).inverse_transform(np.ones((1, 2)))

    np.testing.assert_allclose(forecast[0], y[-2] + 1)


def test_one_step_after_a_missing_row_starts_from_its_own_prediction(y):
    y[20:22] = np.nan
    fitted = Difference(1).fit(y)

    undone = fitted.inverse_one_step(np.full_like(y, 0.5), y)

    np.testing.assert_allclose(undone[20:23], y[19] + [[0.5], [1.0], [1.5]])
    np.testing.assert_allclose(undone[23], y[22] + 0.5)


def test_missing_first_rows_do_no_harm(y):
    y[:20] = np.nan

    fitted = Difference((1, 12)).fit(y)

    assert np.isfinite(fitted.inverse_transform(np.zeros((20, 2)))).all()


def test_too_few_rows_are_refused(y):
    with pytest.raises(ValueError, match=r"diff=\(1, 12\) needs at least 14 rows .*, got 13;"):
        Difference((1, 12)).fit(y[:13])
    y[:30] = np.nan
    with pytest.raises(
        ValueError, match=r"needs at least 14 rows from the first observed .*got 10"
    ):
        Difference((1, 12)).fit(y)


@pytest.mark.parametrize(
    ("lags", "error", "message"),
    [
        (12, ValueError, r"diff=12 would be that many .* diff=\(12,\), or \(1, 12\)"),
        (-1, ValueError, "must be at least 0, got -1"),
        (1.5, TypeError, r"unless it is a tuple of lags, must be an integer, got 1.5"),
        (True, TypeError, "got True"),
        ([1, 12], TypeError, r"got \[1, 12\]"),
        ((1, 0), ValueError, "a lag of diff must be at least 1, got 0"),
    ],
)
def test_what_is_no_difference_is_refused(lags, error, message):
    with pytest.raises(error, match=message):
        Difference(lags)


@pytest.mark.parametrize("name", ["air_passengers", "nile", "lynx", "us_macro_infl", "sunspots"])
@pytest.mark.parametrize("n_lags", [0, 1, 4])
def test_stationarity_statistics_are_those_of_statsmodels(name, n_lags):
    values = datasets.load(name).to_numpy()
    column = values[:, None]

    # It warns where its table of p-values ends; only the statistic is wanted.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected_kpss = statsmodels_kpss(values, nlags=n_lags)[0]
        expected_df = adfuller(values, maxlag=n_lags, autolag=None)[0]

    assert kpss(column, n_lags) == pytest.approx(expected_kpss, rel=1e-10)
    assert dickey_fuller(column, n_lags) == pytest.approx(expected_df, rel=1e-8)


@pytest.mark.parametrize(
    ("name", "season_length", "words"),
    [
        ("us_macro_realgdp", 4, "difference 1"),
        ("us_macro_pop", 4, "difference 1, 4"),
        ("air_passengers", 12, "difference 12"),
        ("elnino_sst", 12, "difference 12"),
        ("lynx", 1, "as it is"),
        ("sunspots", 1, "as it is"),
    ],
)
def test_auto_differences_what_does_not_stay(name, season_length, words):
    y = datasets.load(name).to_numpy()[:, None]

    assert AutoDifference().fit(y, season_length).describe() == words


def test_auto_differences_random_walks_and_leaves_noise_alone():
    noise = np.random.default_rng(4).normal(size=(150, 40))

    n_differenced = [
        sum(len(lags) for lags in AutoDifference().fit(values, 12).lags)
        for values in (noise.cumsum(axis=0), noise)
    ]

    assert n_differenced[0] >= 32
    assert n_differenced[1] <= 2


@pytest.mark.parametrize(
    "values", [np.full(50, 0.1), np.zeros(50), np.array([1.0]), np.arange(9.0)]
)
def test_auto_differences_neither_constants_nor_short_series(values):
    assert AutoDifference().fit(values[:, None], 12).describe() == "as it is"


def test_auto_does_not_difference_what_would_leave_nothing():
    y = np.arange(100.0)[:, None]
    y[::2] = np.nan

    assert AutoDifference().fit(y).describe() == "as it is"
