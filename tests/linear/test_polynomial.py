import numpy as np
import pytest

from rnnts.linear._polynomial import (
    cancel_common_roots,
    companion,
    divide_series,
    lag_determinant,
    step_down,
    step_up,
)


def test_step_up_and_step_down_are_inverse():
    rng = np.random.default_rng(0)
    for order in range(12):
        reflections = rng.uniform(-0.95, 0.95, order)

        np.testing.assert_allclose(step_down(step_up(reflections)), reflections, atol=1e-10)


def test_step_up_gives_roots_outside_the_unit_circle():
    reflections = np.random.default_rng(1).uniform(-0.99, 0.99, 8)

    roots = np.roots(np.append(1.0, step_up(reflections))[::-1])

    assert np.abs(roots).min() > 1


def test_step_down_finds_the_partial_autocorrelations_of_statsmodels():
    from statsmodels.tsa.arima_process import ArmaProcess

    ar = np.array([0.9, -0.5, 0.2])

    reflections = step_down(-ar)

    np.testing.assert_allclose(-reflections, ArmaProcess.from_coeffs(ar).pacf(4)[1:], atol=1e-12)


@pytest.mark.parametrize(
    "coefficients",
    [[1.0], [-1.0], [-2.0, 1.0], [0.3, -1.2], [-1.5, 0.5], [-2.5, 1.0, 0.3], [3.0, 0.1, 0.2]],
)
def test_step_down_reports_a_root_on_or_inside_the_unit_circle(coefficients):
    reflections = step_down(np.array(coefficients))

    assert reflections.shape == (len(coefficients),)
    assert np.abs(reflections).max() >= 1


def test_companion_has_the_polynomial_it_was_made_from():
    coefficients = np.array([0.5, -0.3, 0.2, 0.1])

    determinant = lag_determinant(companion(coefficients))

    np.testing.assert_allclose(determinant, [1.0, *coefficients], atol=1e-14)


def test_divide_series_is_undone_by_multiplication():
    numerator, denominator = np.array([1.0, 0.4, -0.2]), np.array([1.0, -0.5, 0.3, 0.1])

    quotient = divide_series(numerator, denominator, 12)

    product = np.convolve(quotient, denominator)[:12]
    np.testing.assert_allclose(product, [*numerator, *np.zeros(9)], atol=1e-15)


@pytest.mark.parametrize(
    "common", [[1.0], [1.0, -0.4], [1.0, -1.0], [1.0, -1.0, 0.25], [1, 0, 0.8]]
)
def test_common_factors_are_cancelled_even_when_double(common):
    first, second = np.array([1.0, -0.6, 0.3]), np.array([1.0, 0.5])

    left, right, factor = cancel_common_roots(
        np.convolve(first, common), np.convolve(second, common), tol=1e-8
    )

    np.testing.assert_allclose(left, first, atol=1e-12)
    np.testing.assert_allclose(right, second, atol=1e-12)
    np.testing.assert_allclose(factor, common, atol=1e-12)
