import numpy as np
import pytest
from numpy.testing import assert_allclose

from rnnts.transforms import Preparation
from rnnts.transforms._shifted_log import ShiftedLog


@pytest.mark.parametrize("lowest", [5.0, 0.0, -300.0])
def test_forecasts_come_back_as_they_went(lowest):
    values = lowest + np.random.default_rng(0).gamma(2.0, 10.0, (50, 1))
    fitted = ShiftedLog().fit(values)

    assert_allclose(fitted.inverse_transform(fitted.transform(values)), values)


def test_a_positive_series_is_not_shifted():
    values = np.array([[1.0], [np.e]])

    assert_allclose(ShiftedLog().fit(values).transform(values), [[0.0], [1.0]])


@pytest.mark.parametrize(("values", "shift"), [([0.0, 4.0], 1.0), ([-2.0, 6.0], 3.0)])
def test_the_smallest_value_is_raised_to_one_at_least(values, shift):
    fitted = ShiftedLog().fit(np.array(values)[:, None])

    assert_allclose(fitted.shifts, shift)


def test_the_shift_grows_with_the_series():
    fitted = ShiftedLog().fit(np.array([[0.0], [2000.0]]))

    assert_allclose(fitted.shifts, 20.0)


def test_later_values_below_all_seen_are_raised():
    fitted = ShiftedLog().fit(np.array([[4.0], [8.0]]))

    assert_allclose(fitted.transform_next(np.array([[-5.0]])), np.log([[2.0]]))


def test_season_after_it_is_additive():
    y = (10 + np.tile([1.0, 2, 4, 1], 10) * np.linspace(1, 3, 40))[:, None]

    words = Preparation("shifted_log", "classical", 0, None, None).fit(y, 4).describe()

    assert words == "log; additive season of 4"
