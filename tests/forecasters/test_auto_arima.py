"""The choice of ARIMA orders, against R's where known, and statsmodels with the orders given."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.stattools import kpss

from rnnts import datasets
from rnnts.forecasters import ARMAForecaster, AutoARIMAForecaster
from rnnts.forecasters._arima_search import Limits, differences_of, keeps_distance
from rnnts.linear import ARMA

CHEAP = {"max_p": 1, "max_q": 1, "max_P": 0, "max_Q": 0, "max_D": 0}


def given(model):
    """The ARMA forecaster with the orders that were chosen."""
    return ARMAForecaster(model.order_, seasonal_order=model.seasonal_order_, trend=model.trend_)


def test_logs_of_the_airline_passengers_are_the_airline_model(y):
    model = AutoARIMAForecaster().fit(np.log(y))

    # As forecast::auto.arima finds in R.
    assert (model.order_, model.seasonal_order_) == ((0, 1, 1), (0, 1, 1, 12))
    assert model.trend_ == "n"
    theirs = ARIMA(np.log(y), order=(0, 1, 1), seasonal_order=(0, 1, 1, 12)).fit()
    assert model.aicc_ == pytest.approx(theirs.aicc, abs=1e-4)
    np.testing.assert_allclose(model.predict(12), theirs.forecast(12), rtol=1e-4)


def test_forecasts_and_intervals_are_those_of_the_orders_chosen(y):
    model = AutoARIMAForecaster(**CHEAP).fit(y)

    pd.testing.assert_frame_equal(
        model.predict_interval(12), given(model).fit(y).predict_interval(12)
    )
    pd.testing.assert_series_equal(model.resid_, given(model).fit(y).resid_)


def test_errors_are_judged_by_the_orders_chosen():
    model = AutoARIMAForecaster(max_d=1).fit(datasets.load("nile"))
    p, d, q = model.order_

    assert model.n_startup_ == d == 1
    assert model.n_coefficients_ == p + q


@pytest.mark.parametrize(
    ("ar", "ma"), [([], []), ([0.7], []), ([], [0.8]), ([1.2, -0.6], [])], ids=str
)
def test_the_orders_of_a_simulated_process_are_found(ar, ma):
    y = ARMA(ar=ar, ma=ma, const=3.0, sigma2=2.0).simulate(400, random_state=0)

    model = AutoARIMAForecaster(criterion="bic", season_length=1).fit(y)

    assert model.order_ == (len(ar), 0, len(ma))
    assert model.trend_ == "c"
    assert model.seasonal_order_ == (0, 0, 0, 0)


@pytest.mark.filterwarnings("ignore:The test statistic is outside", "ignore:kpss currently")
def test_differences_are_those_of_the_kpss_test_repeated():
    rng = np.random.default_rng(0)
    limits = Limits(5, 2, 5, 2, 1, 2)
    noise = rng.normal(size=150)

    for values in (noise, noise.cumsum(), noise.cumsum().cumsum()):
        n_differences, rest = 0, values
        while n_differences < 2 and kpss(rest, nlags=int(3 * np.sqrt(len(rest)) / 13))[1] < 0.05:
            n_differences, rest = n_differences + 1, np.diff(rest)
        assert differences_of(values, 1, limits) == (n_differences, 0)


def test_limits_are_kept(y):
    model = AutoARIMAForecaster(max_p=0, max_q=1, max_P=0, max_Q=0, max_d=0, max_D=0).fit(y)

    assert model.order_ == (0, 0, 1)
    assert model.seasonal_order_ == (0, 0, 0, 0)


def test_a_root_next_to_the_unit_circle_is_seen():
    assert keeps_distance(np.array([1.0, -0.98]), 1)
    assert not keeps_distance(np.array([1.0, -0.995]), 1)
    # A season is twelve rows, of which each has its share.
    assert keeps_distance(np.array([1.0, -0.88]), 12)
    assert not keeps_distance(np.array([1.0, -0.89]), 12)
    assert keeps_distance(np.array([1.0]), 1)


def test_partial_fit_keeps_the_orders_and_estimates_anew(y):
    model = AutoARIMAForecaster(**CHEAP).fit(y[:120])
    orders = (model.order_, model.seasonal_order_, model.trend_)

    model.partial_fit(y[120:])

    assert (model.order_, model.seasonal_order_, model.trend_) == orders
    np.testing.assert_allclose(model.params_, given(model).fit(y).params_)


def test_exogenous_columns_are_taken_off_before_lags_are_chosen():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 1))
    y = 5 * x[:, 0] + ARMA(ar=[0.6], ma=[]).simulate(200, random_state=2)

    model = AutoARIMAForecaster(season_length=1, criterion="bic").fit(x, y)

    assert model.order_ == (1, 0, 0)
    assert model.params_[model.param_names_.index("x1")] == pytest.approx(5, abs=0.2)


@pytest.mark.parametrize("n_rows", [4, 7, 13])
def test_a_short_series_gets_what_it_can_bear(n_rows, y):
    model = AutoARIMAForecaster(max_p=2, max_q=1).fit(y[:n_rows])

    assert np.isfinite(model.predict_interval(3)).all(axis=None)
    assert sum(model.order_) <= n_rows // 2


def test_bad_parameters_are_answered_by_a_sentence(y):
    with pytest.raises(ValueError, match="unknown criterion 'hqic'; choose from aicc, aic, bic"):
        AutoARIMAForecaster(criterion="hqic").fit(y)
    with pytest.raises(ValueError, match="max_P must be at least 0, got -1"):
        AutoARIMAForecaster(max_P=-1).fit(y)
    with pytest.raises(ValueError, match=r"3 sample\(s\) while a minimum of 4 is required"):
        AutoARIMAForecaster().fit(y[:3])


def test_a_search_cut_short_is_a_warning_at_the_callers_line():
    y = datasets.load("lynx")

    with pytest.warns(ConvergenceWarning, match="still rising after max_iter=1 .*raise") as caught:
        AutoARIMAForecaster(max_iter=1, max_p=2, max_q=2).fit(y)

    assert len(caught) == 1
    assert caught[0].filename == __file__
