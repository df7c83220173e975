"""Scalings against their definitions, and at the edges of the floating-point range."""

import numpy as np
import pytest

from rnnts.transforms import SCALINGS, Scale


@pytest.fixture
def values():
    return np.random.default_rng(0).normal([3.0, -50.0], [0.1, 20.0], (101, 2))


@pytest.mark.parametrize("name", SCALINGS)
def test_scaling_is_undone_exactly_enough(name, values):
    scaling = SCALINGS[name](values)

    np.testing.assert_allclose(scaling.inverse_transform(scaling.transform(values)), values)


def test_standard_has_mean_zero_and_unit_variance(values):
    scaled = SCALINGS["standard"](values).transform(values)

    np.testing.assert_allclose(scaled.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(scaled.var(axis=0), 1.0)


def test_robust_has_median_zero_and_unit_interquartile_range(values):
    scaled = SCALINGS["robust"](values).transform(values)

    ordered = np.sort(scaled, axis=0)
    np.testing.assert_allclose(ordered[50], 0.0, atol=1e-12)
    np.testing.assert_allclose(ordered[75] - ordered[25], 1.0)


def test_steps_have_mean_zero_and_unit_mean_absolute_change(values):
    scaled = SCALINGS["steps"](values).transform(values)

    np.testing.assert_allclose(scaled.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(np.abs(np.diff(scaled, axis=0)).mean(axis=0), 1.0)


@pytest.mark.parametrize("name", ["standard", "robust"])
def test_missing_values_count_for_nothing(name, values):
    with_holes = np.insert(values, [3, 50, 101], np.nan, axis=0)

    scaling, expected = SCALINGS[name](with_holes), SCALINGS[name](values)

    np.testing.assert_allclose(scaling.center, expected.center, rtol=1e-12)
    np.testing.assert_allclose(scaling.spread, expected.spread, rtol=1e-12)


def test_none_leaves_values_alone(values):
    np.testing.assert_array_equal(SCALINGS[None](values).transform(values), values)


@pytest.mark.parametrize("name", [name for name in SCALINGS if name])
@pytest.mark.parametrize("size", [1e-300, 1e-9, 1e9, 1e150])
def test_scaled_values_do_not_depend_on_the_unit(name, size, values):
    expected = SCALINGS[name](values).transform(values)

    scaled = SCALINGS[name](size * values).transform(size * values)

    np.testing.assert_allclose(scaled, expected, rtol=1e-9)


@pytest.mark.parametrize("name", SCALINGS)
@pytest.mark.parametrize("value", [0.0, 0.1, -7.0, 1e-300, 1e140])
def test_a_constant_column_becomes_small_and_comes_back(name, value):
    constant = np.full((11, 1), value)
    scaling = SCALINGS[name](constant)

    scaled = scaling.transform(constant)

    if name:
        np.testing.assert_allclose(scaled, 0.0, atol=1e-14)
    np.testing.assert_allclose(scaling.inverse_transform(scaled), constant, rtol=1e-14)


@pytest.mark.parametrize("name", SCALINGS)
def test_no_columns_scale_to_no_columns(name):
    assert SCALINGS[name](np.empty((5, 0))).transform(np.empty((2, 0))).shape == (2, 0)


def test_values_beyond_all_numbers_in_the_units_learned_are_refused():
    fitted = Scale().fit(1e-200 * np.array([[1.0], [2.0], [4.0]]))

    with pytest.raises(
        OverflowError, match=r"values up to 1e\+200 .* units of .*e-200.* fit again"
    ):
        fitted.transform(np.array([[np.nan], [1e200]]))
    assert np.isinf(fitted.transform(np.array([[np.inf]]))).all()
