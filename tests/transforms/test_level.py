"""Levels against statsmodels and plain loops, and forecasts from an origin."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from statsmodels.tsa.holtwinters import SimpleExpSmoothing

from rnnts import datasets
from rnnts.transforms import Level
from rnnts.transforms._running_level import Smoothed


@pytest.fixture
def y():
    return datasets.load("nile").to_numpy()[:, None]


@pytest.mark.parametrize("rate", [0.5, 0.75, 1.0])
def test_smoothing_is_that_of_statsmodels(rate, y):
    levels, _ = Smoothed.before(np.array([rate])).run(y)

    # With a rate of a half or more, the first level is the first row.
    model = SimpleExpSmoothing(y[:, 0], initialization_method="known", initial_level=y[0, 0])
    expected = model.fit(smoothing_level=rate, optimized=False).level
    np.testing.assert_allclose(levels[:, 0], expected)


def test_the_first_rows_count_equally(y):
    levels, after = Smoothed.before(np.array([0.1])).run(y[:10])

    np.testing.assert_allclose(levels[:, 0], y[:10, 0].cumsum() / np.arange(1, 11))
    np.testing.assert_array_equal(after.level, levels[-1])


@pytest.mark.parametrize("name", ["nile", "air_passengers", "us_macro_unemp", "us_macro_infl"])
def test_the_rate_is_the_best_of_the_grid(name):
    y = datasets.load(name).to_numpy()

    def squares(rate):
        level, total = y[0], 0.0
        for count, value in enumerate(y[1:], start=2):
            total += (value - level) ** 2
            level += max(rate, 1 / count) * (value - level)
        return total

    best = minimize_scalar(squares, bounds=(0.05, 1), method="bounded").x

    fitted = Level("ses").fit(y[:, None])

    assert abs(fitted.running.rate[0] - best) <= 0.05


def test_last_value_is_a_first_difference(y):
    fitted = Level("last").fit(y)

    np.testing.assert_allclose(fitted.transform(y)[1:], np.diff(y, axis=0))
    np.testing.assert_array_equal(fitted.levels(y), y)
    np.testing.assert_array_equal(fitted.level, y[-1])


def test_mean_of_the_season_is_that_of_the_rows_there_are(y):
    y = y.copy()
    y[50] = np.nan
    levels = Level("season").fit(y, 4).levels(y)[:, 0]

    expected = [np.nanmean(y[max(0, row - 3) : row + 1]) for row in range(len(y))]

    np.testing.assert_allclose(levels, expected)


@pytest.mark.parametrize("kind", ["last", "ses", "season"])
def test_a_missing_row_leaves_the_level_where_it_was(kind, y):
    y = y.copy()
    y[40:46] = np.nan
    fitted = Level(kind).fit(y, 3)

    levels = fitted.levels(y)

    if kind != "season":
        np.testing.assert_array_equal(levels[40:46], np.tile(levels[39], (6, 1)))
    assert np.isfinite(levels).all()
    assert np.flatnonzero(np.isnan(fitted.transform(y))).tolist() == [0, *range(40, 46)]


@pytest.mark.parametrize("kind", ["last", "ses", "season"])
def test_a_ratio_to_the_level_is_undone_by_it(kind, y):
    fitted = Level(kind, "divide").fit(y, 4)

    prepared = fitted.transform(y)

    np.testing.assert_allclose(prepared[1:], y[1:] / fitted.levels(y)[:-1])
    one = fitted.inverse_transform(np.full((1, 1), 1.5))
    np.testing.assert_allclose(one[0], 1.5 * fitted.level)


def test_direct_forecasts_are_measured_against_the_level_at_their_origin(y):
    fitted = Level("ses").fit(y)
    levels = fitted.levels(y)
    origin, horizon = 60, 5

    target = y[origin + 1 : origin + 1 + horizon] - levels[origin]

    at_origin = fitted.start.update(y[: origin + 1])
    np.testing.assert_allclose(target + at_origin.level, y[origin + 1 : origin + 1 + horizon])
    np.testing.assert_array_equal(at_origin.level, levels[origin])


def test_what_cannot_be_a_level_is_refused(y):
    with pytest.raises(ValueError, match=r"needs positive values, the smallest is -344"):
        Level("ses", "divide").fit(y - 800.0)
    with pytest.raises(ValueError, match=r"unknown level 'mean'; choose from last, ses, season"):
        Level("mean")
    with pytest.raises(ValueError, match="did you mean 'divide'"):
        Level("ses", "divided")
