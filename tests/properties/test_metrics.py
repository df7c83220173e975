"""What measures owe to the units of a series, whatever is forecast."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnts import metrics
from tests.properties.strategies import many, seeds

LEVEL = 80


@st.composite
def forecasts(draw):
    """Training rows, what came after them, and what was forecast."""
    rng = np.random.default_rng(draw(seeds))
    n_steps = draw(st.integers(1, 8))
    train, true, pred = (3 + rng.normal(size=n) for n in (20, n_steps, n_steps))
    return train, true, pred


def measures(train, true, pred):
    ends = pred - 1.5 * np.ptp(train) / 4, pred + np.ptp(train) / 4
    scaled_by = {"y_train": train, "season_length": 4}
    return {
        "mae": metrics.mae(true, pred),
        "rmse": metrics.rmse(true, pred),
        "pinball": metrics.pinball(true, pred, 0.3),
        "winkler": metrics.winkler(true, *ends, LEVEL),
        "smape": metrics.smape(true, pred),
        "mase": metrics.mase(true, pred, **scaled_by),
        "rmsse": metrics.rmsse(true, pred, **scaled_by),
        "msis": metrics.msis(true, *ends, **scaled_by, level=LEVEL),
        "coverage": metrics.coverage(true, *ends),
    }


IN_UNITS = ["mae", "rmse", "pinball", "winkler"]


@many
@given(given=forecasts(), exponent=st.integers(-200, 200))
def test_measures_have_the_units_of_the_series_or_none(given, exponent):
    size = 2.0**exponent
    expected = measures(*given)

    found = measures(*(size * part for part in given))

    for name, value in expected.items():
        unit = size if name in IN_UNITS else 1.0
        assert found[name] == pytest.approx(unit * value, rel=1e-12), name


@many
@given(given=forecasts(), shift=st.floats(-1e3, 1e3))
def test_only_smape_minds_where_zero_is(given, shift):
    expected = measures(*given)

    found = measures(*(shift + part for part in given))

    for name in set(expected) - {"smape", "coverage"}:
        assert found[name] == pytest.approx(expected[name], rel=1e-9, abs=1e-9), name


@many
@given(given=forecasts())
def test_errors_are_symmetric_and_zero_for_what_came(given):
    train, true, pred = given

    for name in ("mae", "rmse", "smape", "mase", "rmsse"):
        measure = getattr(metrics, name)
        scaled_by = {"y_train": train} if name in ("mase", "rmsse") else {}
        error = measure(true, pred, **scaled_by)
        assert error == pytest.approx(measure(pred, true, **scaled_by))
        assert error > 0.0
        assert measure(true, true, **scaled_by) == 0.0
    assert metrics.pinball(true, true, 0.3) == 0.0
    assert metrics.winkler(true, true, true, LEVEL) == 0.0
    assert metrics.crps(true, true[:, None]) == 0.0


@many
@given(given=forecasts(), order=st.randoms(use_true_random=False))
def test_no_measure_minds_the_order_of_steps(given, order):
    train, true, pred = given
    turned = order.sample(range(len(true)), len(true))

    expected, found = measures(*given), measures(train, true[turned], pred[turned])

    assert found == pytest.approx(expected)


@many
@given(given=forecasts(), n_draws=st.integers(1, 20))
def test_measures_of_distributions_come_down_to_those_of_points(given, n_draws):
    _, true, pred = given
    alike = np.repeat(pred[:, None], n_draws, axis=1)

    assert metrics.crps(true, alike) == pytest.approx(metrics.mae(true, pred))
    assert metrics.pinball(true, pred, 0.5) == pytest.approx(metrics.mae(true, pred) / 2)
