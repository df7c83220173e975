"""What holds for every forecaster, whatever series it is given."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from rnnts import (
    ARMAForecaster,
    DriftForecaster,
    NaiveForecaster,
    RNNForecaster,
    SeasonalNaiveForecaster,
    ThetaForecaster,
)
from tests.properties.strategies import few, series

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

LINEAR = RNNForecaster("linear", 1, max_iter=20)
MODELS = {
    "linear": LINEAR,
    "tanh": RNNForecaster("tanh", 2, max_iter=3, partner=None),
    "gru": RNNForecaster("gru", 2, horizon=4, max_iter=3),
    "arma": ARMAForecaster((1, 0, 0)),
    "theta": ThetaForecaster(season_length=1),
    "drift": DriftForecaster(),
    "naive": NaiveForecaster(),
    "seasonal naive": SeasonalNaiveForecaster(season_length=4),
}
# Those that read the series in units of its own, without a power.
EQUIVARIANT = ["linear", "drift", "naive", "seasonal naive"]
every_model = pytest.mark.parametrize("name", MODELS)


@every_model
@few
@given(y=series())
def test_a_second_fit_is_the_first(name, y):
    model = clone(MODELS[name]).fit(y)
    first = model.predict(6)

    pd.testing.assert_series_equal(model.fit(y).predict(6), first, check_exact=True)
    again = clone(MODELS[name]).fit(y)
    pd.testing.assert_series_equal(again.predict(6), first, check_exact=True)


@every_model
@few
@given(y=series(), cut=st.integers(0, 8))
def test_updates_in_pieces_are_one_update(name, y, cut):
    known, new = y[:-8], y[-8:]
    pieces, whole = (clone(MODELS[name]).fit(known) for _ in range(2))

    pieces.update(new[:cut]).update(new[cut:])
    whole.update(new)

    pd.testing.assert_series_equal(pieces.predict(6), whole.predict(6), rtol=1e-12)
    pd.testing.assert_series_equal(pieces.resid_, whole.resid_, rtol=1e-9, atol=1e-9 * np.ptp(y))


@every_model
@few
@given(y=series(), levels=st.lists(st.integers(2, 99), min_size=2, max_size=4, unique=True))
def test_intervals_are_ordered_and_nested_by_level(name, y, levels):
    model = clone(MODELS[name]).fit(y)

    table = model.predict_interval(6, level=levels)

    mean = table["mean"]
    low, high = mean, mean
    for level in sorted(levels):
        inner = low, high
        low, high = table[f"lo-{level}"], table[f"hi-{level}"]
        assert (low <= inner[0]).all() or inner[0] is mean
        assert (high >= inner[1]).all() or inner[1] is mean
        assert (low <= high).all()


@pytest.mark.parametrize("name", EQUIVARIANT)
@few
@given(y=series(), shift=st.floats(-1e3, 1e3), size=st.floats(1e-2, 1e2))
def test_forecasts_shift_and_scale_with_the_series(name, y, shift, size):
    expected = shift + size * clone(MODELS[name]).fit(y).predict(6)

    forecast = clone(MODELS[name]).fit(shift + size * y).predict(6)

    # A search that ends elsewhere in its last digits forecasts so much else.
    tolerance = 1e-3 if name == "linear" else 1e-9
    np.testing.assert_allclose(forecast, expected, atol=tolerance * size * np.ptp(y), rtol=1e-12)


@pytest.mark.parametrize("name", ["arma", "theta"])
@few
@given(y=series(), exponent=st.integers(-6, 6))
def test_forecasts_scale_with_the_series(name, y, exponent):
    size = 2.0**exponent

    forecast = clone(MODELS[name]).fit(size * y).predict(6)

    expected = size * clone(MODELS[name]).fit(y).predict(6)
    np.testing.assert_allclose(forecast, expected, atol=1e-3 * size * np.ptp(y))


@every_model
@few
@given(y=series())
def test_a_longer_horizon_begins_with_the_shorter_one(name, y):
    model = clone(MODELS[name]).fit(y)

    np.testing.assert_array_equal(model.predict(9)[:4], model.predict(4))


@every_model
@few
@given(y=series())
def test_what_was_forecast_is_known_one_step_later(name, y):
    """The first forecast is the one-step prediction of the row that then comes."""
    model = clone(MODELS[name]).fit(y[:-1])
    forecast = model.predict(1).iloc[0]

    predicted = model.update(y[-1:]).predict(y.index[-1:]).iloc[0]

    assert predicted == pytest.approx(forecast, rel=1e-6, abs=1e-6 * np.ptp(y))
