"""The ARMA forecaster against the statsmodels that it stands on, called directly."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning
from statsmodels.tsa.arima.model import ARIMA

from rnnts.forecasters import ARMAForecaster

# The powers of two near the standard deviations of the series, and of the differenced logarithm.
UNIT, LOG_UNIT = 128.0, 0.0625


def reference(y, **params):
    """What statsmodels itself fits, without its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ARIMA(y, **params).fit()


def test_fit_and_forecast_are_those_of_statsmodels(y):
    expected = reference(np.log(y) / LOG_UNIT, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12))

    model = ARMAForecaster((0, 1, 1), seasonal_order=(0, 1, 1, 12)).fit(np.log(y))

    factors = [1.0, 1.0, LOG_UNIT**2]
    np.testing.assert_allclose(model.params_, expected.params * factors, rtol=1e-6)
    np.testing.assert_allclose(model.predict(12), LOG_UNIT * expected.forecast(12), rtol=1e-8)
    np.testing.assert_allclose(model.fittedvalues_, LOG_UNIT * expected.fittedvalues, rtol=1e-8)
    assert model.param_names_ == expected.param_names
    assert model.sigma2_ == model.params_[-1]


@pytest.mark.parametrize("order", [(2, 0, 0), (1, 0, 1), (1, 1, 1)])
def test_likelihood_is_no_lower_than_where_statsmodels_ends(y, order):
    there = reference(y, order=order)

    model = ARMAForecaster(order).fit(y)

    assert there.model.loglike(model.params_) > there.llf


def test_regression_with_arma_errors_is_that_of_statsmodels(y, X):
    units = 2.0 ** np.ceil(np.log2(X[:144].std(ddof=0)))
    expected = reference(y / UNIT, exog=X[:144] / units, order=(1, 0, 0))

    model = ARMAForecaster((1, 0, 0)).fit(X[:144], y)

    factors = np.r_[UNIT, UNIT / units, 1.0, UNIT**2]
    np.testing.assert_allclose(model.params_, expected.params * factors, rtol=1e-6)
    np.testing.assert_allclose(
        model.predict(X[144:]), UNIT * expected.forecast(12, exog=X[144:] / units), rtol=1e-6
    )


def test_update_filters_on_with_the_same_parameters(y):
    model = ARMAForecaster((2, 0, 0)).fit(y[:120])
    params = model.params_.copy()
    full = reference(y[:120] / UNIT, order=(2, 0, 0)).append(y[120:] / UNIT, refit=False)

    model.update(y[120:])

    np.testing.assert_array_equal(model.params_, params)
    np.testing.assert_allclose(model.predict(6), UNIT * full.forecast(6), rtol=1e-6)


@pytest.mark.parametrize("exponent", [-900, -40, 300])
def test_any_power_of_two_gives_the_same_digits(y, X, exponent):
    size = 2.0**exponent
    once = ARMAForecaster((1, 0, 1)).fit(X[:144], y)

    scaled = ARMAForecaster((1, 0, 1)).fit(X[:144], size * y)

    ahead = X[144:]
    np.testing.assert_array_equal(scaled.predict(ahead), size * once.predict(ahead))
    np.testing.assert_array_equal(
        scaled.predict_interval(ahead), size * once.predict_interval(ahead)
    )
    paths = [
        model.sample_paths(ahead, n_paths=3, random_state=0).to_numpy() for model in (once, scaled)
    ]
    np.testing.assert_array_equal(paths[1], size * paths[0])


@pytest.mark.parametrize("order", [(1, 0, 1), (0, 1, 1), (0, 2, 2)])
@pytest.mark.parametrize("trend", [None, "ct"])
def test_a_constant_has_no_dynamics_and_no_variance(order, trend):
    if trend and order[1]:
        trend = {1: "t", 2: None}[order[1]]

    model = ARMAForecaster(order, trend=trend).fit(np.full(30, 7.0))

    assert model.predict(3).tolist() == [7.0, 7.0, 7.0]
    assert 0 < model.sigma2_ < 1e-300
    np.testing.assert_array_equal(model.resid_[order[1] :], 0.0)


def test_a_likelihood_that_still_rises_is_a_warning_at_the_callers_line(y):
    sentence = r"likelihood was still rising after max_iter=1 .*raise max_iter or use a lower order"

    with pytest.warns(ConvergenceWarning, match=sentence) as caught:
        ARMAForecaster((2, 0, 2), max_iter=1).fit(y)

    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_several_series_are_an_error(y):
    with pytest.raises(ValueError, match="forecasts one series, got 2; fit one model per column"):
        ARMAForecaster().fit(pd.DataFrame({"a": y, "b": y}))


def test_a_column_vector_beside_exogenous_columns_is_a_warning(y, X):
    expected = ARMAForecaster((1, 0, 0)).fit(X[:144], y).predict(X[144:])

    with pytest.warns(DataConversionWarning, match="A column-vector y was passed when a 1d array"):
        model = ARMAForecaster((1, 0, 0)).fit(X[:144], y.to_numpy()[:, None])

    assert model.predict(X[144:]).shape == (12, 1)
    np.testing.assert_allclose(model.predict(X[144:])[:, 0], expected)


def test_exogenous_values_beyond_all_numbers_are_an_error(y, X):
    model = ARMAForecaster((1, 0, 0)).fit(1e-200 * X[:144], y)

    with pytest.raises(OverflowError, match="exogenous values up to .* fit again on rows"):
        model.predict(1e140 * X[144:])


BAD_PARAMETERS = {
    "order": ((1, 0), ValueError, r"order must be 3 integers, got \(1, 0\)"),
    "order word": ("101", ValueError, "order must be 3 integers, got '101'"),
    "order fraction": ((1, 0, 0.5), TypeError, "every entry of order must be an integer, got 0.5"),
    "order negative": ((1, -1, 0), ValueError, "every entry of order must be at least 0, got -1"),
    "seasonal_order": (
        (1, 0, 0),
        ValueError,
        r"seasonal_order must be 4 integers, got \(1, 0, 0\)",
    ),
    "max_iter": (0, ValueError, "max_iter must be at least 1, got 0"),
}


@pytest.mark.parametrize("case", BAD_PARAMETERS)
def test_a_parameter_that_makes_no_sense_is_an_error(case, y):
    value, kind, sentence = BAD_PARAMETERS[case]

    with pytest.raises(kind, match=sentence):
        ARMAForecaster(**{case.split()[0]: value}).fit(y)


def test_an_order_beyond_the_rows_is_an_error(y):
    with pytest.raises(ValueError, match=r"20 sample\(s\) while a minimum of 28 is required"):
        ARMAForecaster((0, 1, 1), seasonal_order=(0, 1, 1, 12)).fit(y[:20])


@pytest.mark.parametrize(
    "params",
    [{"trend": "auto"}, {"order": (0, 1, 1), "trend": "c"}, {"seasonal_order": (1, 0, 0, 1)}],
)
def test_what_statsmodels_cannot_make_is_said_in_full(y, params):
    with pytest.raises(
        ValueError, match="no ARIMA.* of 144 rows .*; choose another order or trend"
    ):
        ARMAForecaster(**params).fit(y)
