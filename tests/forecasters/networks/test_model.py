"""Models that read on, and what they put in the place of missing values."""

from dataclasses import dataclass

import numpy as np
import pytest

from rnnts.forecasters import ARMAForecaster, NaiveForecaster, SeasonalNaiveForecaster
from rnnts.forecasters.networks._model import Blend, Companion, Replaced, bridged


@dataclass(frozen=True)
class Halving:
    """Forecasts half of the last row, plus the exogenous value of the row."""

    last: np.ndarray

    def forecast(self, future_exog):
        rows = []
        for exog in future_exog:
            rows.append((rows[-1] if rows else self.last) / 2 + exog.sum())
        return np.array(rows)

    def advanced(self, y, exog):
        return Halving(y[-1]) if len(y) else self


def test_gaps_are_bridged_by_what_is_predicted_from_the_rows_before():
    y = np.array([[np.nan, 8.0], [4.0, np.nan], [np.nan, np.nan], [6.0, 1.0], [np.nan, 3.0]])
    exog = np.array([[0.0], [1.0], [10.0], [0.0], [0.0]])

    filled = bridged(Halving(np.array([2.0, 2.0])), y, exog)

    expected = [[1.0, 8.0], [4.0, 5.0], [12.0, 12.5], [6.0, 1.0], [3.0, 3.0]]
    np.testing.assert_allclose(filled, expected)
    assert np.isnan(y).sum() == 5


def test_nothing_is_changed_where_nothing_is_missing():
    y = np.arange(6.0).reshape(3, 2)

    np.testing.assert_array_equal(bridged(Halving(y[0]), y, np.empty((3, 0))), y)


@pytest.mark.parametrize(
    "forecaster", [NaiveForecaster(), SeasonalNaiveForecaster(), ARMAForecaster((1, 0, 0))]
)
def test_a_companion_reads_on_as_its_forecaster_does(forecaster, y):
    rows, future = y.to_numpy()[:, None], np.empty((6, 0))
    none = np.empty((144, 0))

    before = Companion.fitted(forecaster, rows[:120], none[:120], 12)
    after = before.advanced(rows[120:], none[120:])

    forecaster.set_params(season_length=12).fit(rows[:120, 0])
    expected = forecaster.predict(6)
    np.testing.assert_allclose(before.forecast(future)[:, 0], expected, rtol=1e-12)
    forecaster.update(rows[120:, 0])
    np.testing.assert_allclose(after.forecast(future)[:, 0], forecaster.predict(6), rtol=1e-12)
    np.testing.assert_allclose(after.one_step(rows, none)[:, 0], forecaster.fittedvalues_)
    # It was copied, not moved.
    np.testing.assert_allclose(before.forecast(future)[:, 0], expected, rtol=1e-12)


def test_a_blend_is_a_weighted_mean():
    first, second = Halving(np.array([8.0])), Halving(np.array([-4.0]))
    future = np.zeros((2, 1))

    blend = Blend(first, second, 0.25)

    np.testing.assert_allclose(blend.forecast(future)[:, 0], [3 - 0.5, 1.5 - 0.25])
    moved = blend.advanced(np.array([[2.0]]), future[:1])
    np.testing.assert_allclose(moved.forecast(future)[:, 0], [1.0, 0.5])


def test_a_model_that_was_replaced_has_no_part_in_the_forecasts():
    exploded, sound = Halving(np.array([np.inf])), Halving(np.array([-4.0]))
    future = np.zeros((2, 1))

    model = Replaced(exploded, sound)

    np.testing.assert_array_equal(model.forecast(future), sound.forecast(future))
    row = np.array([[2.0]])
    moved = model.advanced(row, future[:1])
    np.testing.assert_array_equal(moved.forecast(future), sound.advanced(row, row).forecast(future))
    # It reads on, so that it may be looked at.
    kept = exploded.advanced(row, row).forecast(future)
    np.testing.assert_array_equal(moved.kept.forecast(future), kept)
