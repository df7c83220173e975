"""Exponential smoothing against the table of equations written out, and against statsmodels."""

import numpy as np
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from rnnts.kernels import ets

FORMS = [(False, False), (False, True), (True, False), (True, True)]


def rows(n_rows=41, holes=()):
    rng = np.random.default_rng(0)
    y = (20 + 0.3 * np.arange(n_rows)) * (1 + 0.2 * np.sin(np.arange(n_rows) * np.pi / 2))
    y += rng.normal(size=n_rows)
    y[list(holes)] = np.nan
    return y


def params(is_multiplicative):
    season = [1.0, 1.2, 0.9, 0.8] if is_multiplicative else [1.0, 4.0, 0.5, -5.5]
    return np.array([0.3, 0.1, 0.2, 0.95, 19.0, 0.4, *season])


def by_the_book(y, params, is_relative, is_multiplicative):
    """Relative or plain errors and predictions: Hyndman and Athanasopoulos, table 8.7, by row."""
    alpha, beta, gamma, phi, level, trend, *season = params
    errors, means = [], []
    for t, value in enumerate(y):
        last, base = season[-4 if t >= 4 else t], level + phi * trend
        mean = base * last if is_multiplicative else base + last
        error = (value - mean) / (mean if is_relative else 1)
        if np.isnan(error):
            error = 0.0
        if is_relative and is_multiplicative:
            level, trend, new = (
                base * (1 + alpha * error),
                phi * trend + beta * base * error,
                last * (1 + gamma * error),
            )
        elif is_relative:
            level, trend, new = (
                base + alpha * mean * error,
                phi * trend + beta * mean * error,
                last + gamma * mean * error,
            )
        elif is_multiplicative:
            level, trend, new = (
                base + alpha * error / last,
                phi * trend + beta * error / last,
                last + gamma * error / base,
            )
        else:
            level, trend, new = (
                base + alpha * error,
                phi * trend + beta * error,
                last + gamma * error,
            )
        season.append(new) if t >= 4 else season.__setitem__(t, new)
        errors.append(error)
        means.append(mean)
    return np.array(errors), np.array(means)


@pytest.mark.parametrize("holes", [(), (0, 9, 10, 40)])
@pytest.mark.parametrize(("is_relative", "is_multiplicative"), FORMS)
def test_the_recursion_is_that_of_the_book(is_relative, is_multiplicative, holes):
    y, given = rows(holes=holes), params(is_multiplicative)
    errors, means = by_the_book(y, given, is_relative, is_multiplicative)

    predictions = ets.read(y, given, is_multiplicative, np.empty(10))
    value = ets.value_and_gradient(y, given, is_relative, is_multiplicative, np.empty(10))

    np.testing.assert_allclose(predictions, means, rtol=1e-12)
    seen = ~np.isnan(y)
    expected = seen.sum() / 2 * np.log(np.mean(errors[seen] ** 2))
    expected += np.log(means[seen]).sum() if is_relative else 0
    assert value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("is_relative", [False, True])
def test_the_likelihood_is_that_of_statsmodels(is_relative):
    # Not with a multiplicative season, which statsmodels divides by the level after the row.
    y, given = rows(), params(is_multiplicative=False)
    theirs = ETSModel(
        y,
        error="mul" if is_relative else "add",
        trend="add",
        damped_trend=True,
        seasonal="add",
        seasonal_periods=4,
        initialization_method="known",
        initial_level=given[4],
        initial_trend=given[5],
        initial_seasonal=given[6:],
    )

    value = ets.value_and_gradient(y, given, is_relative, False, np.empty(10))

    constants = len(y) / 2 * (np.log(2 * np.pi) + 1)
    assert -value - constants == pytest.approx(theirs.loglike(given[:4]), rel=1e-12)


@pytest.mark.parametrize("holes", [(), (0, 9, 10, 40)])
@pytest.mark.parametrize(("is_relative", "is_multiplicative"), FORMS)
def test_gradient_matches_central_differences(is_relative, is_multiplicative, holes):
    y, given, gradient = rows(holes=holes), params(is_multiplicative), np.empty(10)

    ets.value_and_gradient(y, given, is_relative, is_multiplicative, gradient)

    def value(place, step):
        moved = given.copy()
        moved[place] += step
        return ets.value_and_gradient(y, moved, is_relative, is_multiplicative, np.empty(10))

    expected = [(value(place, 1e-6) - value(place, -1e-6)) / 2e-6 for place in range(10)]
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("is_relative", "is_multiplicative"), FORMS)
def test_a_run_with_the_errors_of_the_rows_is_the_rows(is_relative, is_multiplicative):
    y, given, after = rows(), params(is_multiplicative), np.empty(10)
    errors, _ = by_the_book(y, given, is_relative, is_multiplicative)
    ets.read(y[:17], given, is_multiplicative, after)

    again = ets.run(errors[None, 17:], after, is_relative, is_multiplicative)

    np.testing.assert_allclose(again[0], y[17:], rtol=1e-12)
