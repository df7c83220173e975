"""What is said of forecasts that follow from what was fitted, and should not be relied on."""

import warnings

import numpy as np
import pandas as pd
import pytest

from rnnts import (
    ARMAForecaster,
    NaiveForecaster,
    PanelForecaster,
    RNNForecaster,
    backtest,
    compare,
    datasets,
)
from rnnts.exceptions import ForecastWarning
from rnnts.linear import ARMA

GROWTH = 1.5


@pytest.fixture
def explosive():
    """y_t = 1.5 y_{t-1}, up to 1 so far."""
    return RNNForecaster.from_arma(ARMA([GROWTH], []), y=GROWTH ** np.arange(-2.0, 1.0))


def panel_of(values):
    """Each column of (n_rows, n_series) a series."""
    n_rows, n_series = values.shape
    return pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(n_series), n_rows),
            "ds": np.tile(pd.date_range("2000", periods=n_rows, freq="D"), n_series),
            "y": values.T.ravel(),
        }
    )


def test_growth_beyond_all_rows_seen_is_told_with_the_row_where_it_begins(explosive):
    first = int(np.ceil(np.log(1e6) / np.log(GROWTH)))

    with pytest.warns(ForecastWarning, match=f"from row {first} of 100 on.*difference") as told:
        forecast = explosive.predict(100)

    assert told[0].filename == __file__
    np.testing.assert_allclose(forecast, GROWTH ** np.arange(1, 101), rtol=1e-9)


def test_ordinary_forecasts_are_quiet(explosive):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        explosive.predict(10)
        for y in (datasets.load("air_passengers"), datasets.load("nile")):
            NaiveForecaster().fit(y).predict_interval(12)


@pytest.mark.parametrize("value", [5.0, 0.0, -3.0, 1e-300])
@pytest.mark.parametrize("forecaster", [NaiveForecaster(), RNNForecaster("linear", 1)], ids=repr)
def test_intervals_without_width_are_no_certainty(forecaster, value):
    forecaster.fit(np.full(20, value))

    with pytest.warns(ForecastWarning, match="the intervals have no width") as told:
        table = forecaster.predict_interval(3)

    assert len(told) == 1
    assert told[0].filename == __file__
    assert (table == value).all(axis=None)


def test_squares_of_tiny_errors_are_zero_and_the_remedy_is_a_constant():
    y = np.random.default_rng(0).standard_normal(30)

    with pytest.warns(ForecastWarning, match="multiply it by a constant"):
        NaiveForecaster().fit(1e-300 * y).predict_interval(1)

    # A level that is large beside the errors is none of it.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        NaiveForecaster().fit(1e8 + 1e-4 * y).predict_interval(1)


def test_a_panel_tells_of_all_its_series_once():
    model = PanelForecaster(NaiveForecaster()).fit(panel_of(np.ones((20, 3))))

    with pytest.warns(ForecastWarning, match="first of 3 series.*have no width") as told:
        model.predict_interval(2)

    assert len(told) == 1
    assert told[0].filename == __file__


@pytest.mark.parametrize("scored", [backtest, compare])
def test_what_fits_warn_of_is_said_once_for_a_model(scored):
    models = [ARMAForecaster((2, 0, 2), max_iter=1), NaiveForecaster()]
    y = datasets.load("nile")

    with pytest.warns(match="'ARMAForecaster' .the first of 3 fits.*raise max_iter") as told:
        scored(models, y, horizon=2, n_windows=3)

    assert len(told) == 1
    assert told[0].filename == __file__
