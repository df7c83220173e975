"""The search for the parameters of a theta model against least squares by SciPy."""

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from rnnts.kernels.theta import new_memory, search

ALPHAS = np.linspace(0.1, 0.99, 200)


def least_squares(row, intercept, slope, count, alpha, is_optimised):
    """Omega, first level and sum of squared errors, with the level and the sums in plain loops."""
    level, levels = 0.0, []
    for value in row:
        levels.append(level)
        level += alpha * (value - level)
    n_read = np.arange(len(row))
    decay = (1 - alpha) ** n_read
    line = decay * intercept + (1 - (1 - alpha) ** (n_read + 1)) / alpha * slope
    left = count * (row - levels)
    bounds = (
        [-np.inf, 0.0 if is_optimised else 0.5],
        [np.inf, 1.0 if is_optimised else 0.5 + 1e-9],
    )
    found = lsq_linear(np.column_stack([count * decay, count * line]), left, bounds, tol=1e-14)
    return found.x[1], found.x[0], 2 * found.cost


def series(n_series=6, n_rows=40):
    rng = np.random.default_rng(0)
    values = rng.normal(0.3, 1.0, (n_series, n_rows)).cumsum(axis=1)
    intercepts, slopes = rng.normal(0, 1.0, (2, n_series, n_rows))
    counts = (rng.random((n_series, n_rows)) < 0.9).astype(float)
    return values, intercepts, 0.1 * slopes, counts


@pytest.mark.parametrize("is_optimised", [True, False])
def test_the_parameters_found_are_the_least_squares_of_their_alpha_and_of_all(is_optimised):
    data = series()
    n_series, n_rows = data[0].shape
    found = np.empty((n_series, 4))

    search(*data, np.full(n_series, is_optimised), new_memory(n_rows), found)

    for (alpha, omega, start, squares), *parts in zip(found, *data, strict=True):
        expected = least_squares(*parts, alpha, is_optimised)
        np.testing.assert_allclose([omega, start, squares], expected, rtol=1e-6, atol=1e-6)
        others = [least_squares(*parts, other, is_optimised)[2] for other in ALPHAS]
        assert squares <= min(others) * (1 + 1e-7)


def test_many_rows_underflow_to_nothing():
    n_rows = 20_000
    values = np.random.default_rng(1).normal(size=(1, n_rows))
    ones, found = np.ones((1, n_rows)), np.empty((1, 4))

    search(values, 0 * ones, 0 * ones, ones, np.array([True]), new_memory(n_rows), found)

    # The mean of noise is best smoothed slowly; a line of zeros says nothing about omega.
    assert found[0, :2].tolist() == [0.1, 0.5]
    assert found[0, 3] == pytest.approx(np.square(values).sum(), rel=0.1)
