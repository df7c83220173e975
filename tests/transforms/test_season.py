"""Decompositions against statsmodels, and the deseasonalising of the M competitions."""

import numpy as np
import pytest
from statsmodels.tsa.seasonal import STL, seasonal_decompose
from statsmodels.tsa.stattools import acf

from rnnts import datasets
from rnnts.transforms import Deseasonalize
from rnnts.transforms._seasonality import autocorrelations, is_seasonal, seasonal_strength


@pytest.fixture
def y():
    return datasets.load("air_passengers").to_numpy(copy=True)


@pytest.mark.parametrize("operation", ["additive", "multiplicative"])
@pytest.mark.parametrize("season_length", [5, 12])
@pytest.mark.parametrize("n_rows", [24, 27, 144])
def test_classical_season_is_that_of_statsmodels(operation, season_length, n_rows, y):
    y = y[:n_rows]
    expected = seasonal_decompose(y, model=operation, period=season_length).seasonal

    fitted = Deseasonalize(operation=operation).fit(y[:, None], season_length)

    removed = y - expected if operation == "additive" else y / expected
    np.testing.assert_allclose(fitted.transform(y[:, None])[:, 0], removed, rtol=1e-12)


def test_stl_season_is_that_of_statsmodels_and_its_last_year_is_repeated(y):
    expected = STL(y, period=12, robust=True).fit().seasonal

    fitted = Deseasonalize("stl", "additive").fit(y[:, None], 12)

    np.testing.assert_allclose(fitted.transform(y[:, None])[:, 0], y - expected)
    ahead = fitted.inverse_transform(np.zeros((30, 1)))[:, 0]
    np.testing.assert_allclose(ahead, np.resize(expected[-12:], 30))
    later = fitted.update(y[:5, None]).inverse_transform(np.zeros((30, 1)))[:, 0]
    np.testing.assert_allclose(later, np.roll(np.resize(expected[-12:], 36), -5)[:30])


def test_a_multiplicative_stl_season_is_the_additive_one_of_the_logs(y):
    in_logs = Deseasonalize("stl", "additive").fit(np.log(y)[:, None], 12)

    fitted = Deseasonalize("stl").fit(y[:, None], 12)

    expected = np.exp(in_logs.transform(np.log(y)[:, None]))
    np.testing.assert_allclose(fitted.transform(y[:, None]), expected)


def naive2(y, season_length, horizon):
    """The benchmark of the M4 competition, as its R code has it."""
    n, m = len(y), season_length
    centred = y - y.mean()
    r = [(centred[lag:] * centred[: n - lag]).sum() / (centred**2).sum() for lag in range(1, m + 1)]
    limit = 1.645 * np.sqrt((1 + 2 * sum(each**2 for each in r[:-1])) / n)
    index = np.ones(m)
    if m > 1 and n >= 3 * m and abs(r[-1]) > limit:
        ratios = [[] for _ in range(m)]
        for t in range(m // 2, n - m // 2):
            window = [y[t + j] for j in range(-(m // 2), m // 2 + 1)]
            if m % 2 == 0:
                window[0], window[-1] = window[0] / 2, window[-1] / 2
            ratios[t % m].append(y[t] * m / sum(window))
        index = np.array([np.mean(each) for each in ratios])
        index /= index.mean()
    return np.array([y[-1] / index[(n - 1) % m] * index[(n + h) % m] for h in range(horizon)])


@pytest.mark.parametrize(
    ("name", "season_length"),
    [("air_passengers", 12), ("elec_equip", 12), ("lynx", 5), ("us_macro_unemp", 4), ("nile", 7)],
)
@pytest.mark.parametrize("n_rows", [35, 36, 80, 100])
def test_last_deseasonalised_value_is_naive2_of_the_m4_competition(name, season_length, n_rows):
    y = datasets.load(name).to_numpy()[:n_rows]
    fitted = Deseasonalize(only_significant=True).fit(y[:, None], season_length)
    last = fitted.transform(y[:, None])[-1:]

    forecast = fitted.inverse_transform(np.repeat(last, 20, axis=0))

    np.testing.assert_allclose(forecast[:, 0], naive2(y, season_length, 20), rtol=1e-12)


def test_autocorrelations_are_those_of_statsmodels_missing_rows_included(y):
    np.testing.assert_allclose(autocorrelations(y[:, None], 12)[:, 0], acf(y, nlags=12)[1:])
    y[[3, 50, 51]] = np.nan
    expected = acf(y, nlags=12, missing="conservative")[1:]
    np.testing.assert_allclose(autocorrelations(y[:, None], 12)[:, 0], expected)


def test_an_alternating_season_is_found_and_noise_has_none():
    noise = np.random.default_rng(0).normal(size=(120, 50))
    season = np.resize([1.0, -1.0, 0.0, 0.0], 120)[:, None]

    assert is_seasonal(noise + season, 4).mean() > 0.9
    assert is_seasonal(noise, 4).mean() < 0.2
    assert seasonal_strength(noise / 10 + season, 4).min() > 0.9
    assert seasonal_strength(noise, 4).max() < 0.3


@pytest.mark.parametrize("values", [np.full(40, 0.3), np.zeros(40), np.arange(11.0), np.ones(1)])
def test_constant_and_short_series_have_no_season(values):
    fitted = Deseasonalize(only_significant=True).fit(values[:, None], 4)

    assert fitted.describe() == "as it is"
    assert seasonal_strength(values[:, None], 4) == 0


def test_a_missing_row_changes_the_season_little(y):
    complete = Deseasonalize().fit(y[:, None], 12)
    y[[30, 75]] = np.nan

    fitted = Deseasonalize().fit(y[:, None], 12)

    np.testing.assert_allclose(fitted.spread, complete.spread, rtol=0.01)


def test_a_month_never_observed_has_no_season_of_its_own(y):
    y[7::12] = np.nan

    fitted = Deseasonalize().fit(y[:, None], 12)

    assert fitted.spread[7] == 1.0
    assert np.isfinite(fitted.inverse_transform(np.ones((12, 1)))).all()


def test_each_column_has_the_operation_that_suits_it(y):
    both = np.column_stack([y, y - 300.0])

    fitted = Deseasonalize().fit(both, 12)

    assert fitted.describe() == "multiplicative season of 12 | additive season of 12"
    given = Deseasonalize(operation=("additive", "additive")).fit(both, 12)
    np.testing.assert_allclose(given.center[:, 0], given.center[:, 1])


def test_what_cannot_be_taken_out_is_refused(y):
    with pytest.raises(ValueError, match=r"two of them observed, got season_length=12 and 23 obs"):
        Deseasonalize().fit(y[:23, None], 12)
    with pytest.raises(ValueError, match=r"season_length=1 and 144 observed row"):
        Deseasonalize("stl").fit(y[:, None])
    with pytest.raises(ValueError, match=r"positive values, the smallest is -196"):
        Deseasonalize(operation="multiplicative").fit(y[:, None] - 300.0, 12)
    with pytest.raises(ValueError, match="did you mean 'classical'"):
        Deseasonalize("classic")
    with pytest.raises(ValueError, match="did you mean 'multiplicative'"):
        Deseasonalize(operation=("additive", "multiplicativ"))


def test_a_season_longer_than_the_series_takes_no_memory():
    y = np.arange(20.0)[:, None]

    fitted = Deseasonalize(only_significant=True).fit(y, 10**9)

    np.testing.assert_array_equal(fitted.transform(y), y)


def test_a_column_that_nothing_was_seen_of_lately_has_no_season():
    y = np.r_[np.tile([1.0, 3.0], 20), np.full(8, np.nan)][:, None]

    fitted = Deseasonalize(operation="additive", n_seasons=4).fit(y, 2)

    np.testing.assert_array_equal(fitted.transform(y), y)
