"""A column is prepared the same, to the last bit, by itself and among others."""

import numpy as np
import pytest

from rnnts.transforms import TRANSFORMS, AutoLog, Level, Preparation, ShiftedLog, _columns
from rnnts.transforms._decomposition import interpolated
from rnnts.transforms._stationarity import dickey_fuller, kpss

SEASON = 12

CHOICES = {
    **{
        f"transform={word}": {"transform": word, "deseasonalize": "auto"}
        for word in ("auto", "log", "boxcox", None)
    },
    "shifted log": {"transform": ShiftedLog()},
    "log if likelier": {"transform": AutoLog()},
    **{
        f"deseasonalize={word}": {"deseasonalize": word, "diff": 0}
        for word in ("auto", "classical", "recent", "stl", None)
    },
    **{f"diff={lags}": {"diff": lags} for lags in (0, 2, (1, 12), "auto")},
    **{f"level={kind}": {"level": kind, "diff": 0} for kind in ("last", "ses", "season")},
    **{f"scale={kind}": {"scale": kind} for kind in ("standard", "robust", "steps", None)},
    "divided by the level": {"transform": None, "diff": 0, "level": Level("ses", "divide")},
}


def monthly(n_rows=75, n_columns=17):
    """Trends, seasons and levels of several sizes, some of them constant or without a season."""
    rng = np.random.default_rng(0)
    row = np.arange(n_rows)[:, None]
    season = rng.uniform(0, 0.4, n_columns) * np.sin(
        2 * np.pi * row / SEASON + np.arange(n_columns)
    )
    noise = np.cumsum(rng.normal(0.005, 0.03, (n_rows, n_columns)), axis=0)
    values = 10.0 ** np.linspace(-2, 5, n_columns) * np.exp(season + noise)
    values[:, 3] = 0.1
    values[:, 5] = rng.poisson(3.0, n_rows) + 1.0
    values[:, 7] = np.arange(1.0, 1.0 + n_rows)
    return values


def holed(values):
    values = values.copy()
    rows = np.random.default_rng(1).integers(1, len(values) - 1, (3, values.shape[1]))
    np.put_along_axis(values, rows, np.nan, axis=0)
    values[:, 0] = monthly()[:, 0]
    return values


@pytest.mark.parametrize("values", [monthly(), holed(monthly())], ids=["complete", "holed"])
@pytest.mark.parametrize("arguments", CHOICES.values(), ids=CHOICES)
def test_a_column_is_prepared_as_if_it_were_alone(arguments, values):
    preparation = Preparation(**{"deseasonalize": None, "scale": None, **arguments})
    together = preparation.fit(values, SEASON)
    prepared = together.transform(values)
    futures = together.inverse_transform(prepared[-5:])

    for number in range(values.shape[1]):
        column = values[:, [number]]
        alone = preparation.fit(column, SEASON)

        ours = alone.transform(column)
        np.testing.assert_array_equal(prepared[:, [number]], ours)
        np.testing.assert_array_equal(futures[:, [number]], alone.inverse_transform(ours[-5:]))


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_subset_in_another_order_is_prepared_the_same(name):
    values, numbers = monthly(), [4, 16, 0, 7]
    transform = TRANSFORMS[name]()

    some = transform.fit(values[:, numbers], SEASON).transform(values[:, numbers])

    whole = transform.fit(values, SEASON).transform(values)
    np.testing.assert_array_equal(some, whole[:, numbers])


def test_statistics_leave_missing_values_out():
    values = holed(monthly())

    np.testing.assert_allclose(_columns.mean(values), np.nanmean(values, axis=0))
    np.testing.assert_allclose(_columns.variance(values), np.nanvar(values, axis=0), atol=1e-30)
    probabilities = (0.0, 0.1, 0.5, 0.75, 1.0)
    quantiles = _columns.quantiles(values, probabilities)
    np.testing.assert_allclose(quantiles, np.nanquantile(values, probabilities, axis=0))
    assert _columns.mean(np.full((3, 1), np.nan)) == 0.0


def test_holes_are_bridged_by_straight_lines():
    values = holed(monthly())
    values[:4, 2] = values[-3:, 2] = values[20:30, 2] = np.nan
    rows = np.arange(len(values))

    filled = interpolated(values)

    for ours, column in zip(filled.T, values.T, strict=True):
        known = ~np.isnan(column)
        expected = np.interp(rows, rows[known], column[known])
        np.testing.assert_allclose(ours, expected, rtol=1e-13)


@pytest.mark.parametrize("statistic", [kpss, dickey_fuller])
def test_stationarity_is_tested_on_the_observed_rows_of_each_column(statistic):
    values = holed(monthly())

    statistics = statistic(values)

    for ours, column in zip(statistics, values.T, strict=True):
        assert ours == statistic(column[~np.isnan(column)][:, None])[0]
