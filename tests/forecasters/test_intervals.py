"""Intervals, quantiles and sample paths: what every forecaster promises about them."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.statespace.varmax import VARMAX

from rnnts.exceptions import ForecastWarning, TimeIndexError
from rnnts.forecasters import (
    ARMAForecaster,
    BaseForecaster,
    NaiveForecaster,
    RNNForecaster,
    SeasonalNaiveForecaster,
)
from rnnts.linear import ARMA

METHODS = ["predict_interval", "predict_quantiles", "sample_paths"]


def quietly(function, *arguments, **options):
    """What statsmodels returns, without its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments, **options)


@pytest.fixture
def wide(y):
    rng = np.random.default_rng(0)
    return pd.DataFrame({"a": y, "b": 2 * y.to_numpy() + rng.normal(0, 30, 144)})


def test_an_interval_is_labelled_like_the_forecast_it_surrounds(forecaster, y):
    model = forecaster.fit(y)

    table = model.predict_interval(13)

    assert table.columns.tolist() == ["mean", "lo-80", "hi-80", "lo-95", "hi-95"]
    pd.testing.assert_series_equal(table["mean"], model.predict(13), check_names=False)
    inside_out = table[["lo-95", "lo-80", "mean", "hi-80", "hi-95"]]
    assert (inside_out.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)


def test_levels_come_in_the_order_given(forecaster, y):
    model = forecaster.fit(y)

    assert model.predict_interval(2, level=97.5).columns.tolist() == ["mean", "lo-97.5", "hi-97.5"]
    assert model.predict_interval(2, level=[90, 50]).columns[1] == "lo-90"
    pd.testing.assert_series_equal(
        model.predict_interval(2, level=[90, 50])["hi-50"], model.predict_interval(2, 50)["hi-50"]
    )


def test_the_ends_of_an_interval_are_quantiles(forecaster, y):
    model = forecaster.fit(y)

    quantiles = model.predict_quantiles(5, quantiles=(0.9, 0.1))

    assert quantiles.columns.tolist() == [0.9, 0.1]
    ends = model.predict_interval(5, level=80)[["hi-80", "lo-80"]]
    np.testing.assert_allclose(quantiles, ends, rtol=1e-12)


def test_the_quantiles_of_many_paths_are_the_quantiles(forecaster, y):
    model = forecaster.fit(y)

    paths = model.sample_paths(14, n_paths=40_000)

    assert paths.columns.tolist() == list(range(40_000))
    expected = model.predict_quantiles(14, quantiles=(0.025, 0.5, 0.975))
    found = paths.quantile([0.025, 0.5, 0.975], axis=1).T
    # Six standard errors of a sample quantile at 2.5 %.
    spread = (expected[0.975] - expected[0.025]) / 3.92
    assert (np.abs(found - expected).div(spread, axis=0) < 6 * 2.7 / 200).all(axis=None)


def test_a_longer_horizon_continues_the_same_paths(forecaster, y):
    model = forecaster.fit(y)

    short, long = model.sample_paths(2, n_paths=7), model.sample_paths(30, n_paths=7)

    pd.testing.assert_frame_equal(short, long[:2], check_freq=False)
    other = model.sample_paths(2, n_paths=7, random_state=np.random.default_rng(1))
    assert (short != other).all(axis=None)


def test_rows_that_are_skipped_are_run_through(forecaster, y):
    model = forecaster.fit(y)
    later = model.future_index(6)[[3, 5]]

    for method in METHODS:
        expected = getattr(model, method)(6).iloc[[3, 5]]
        pd.testing.assert_frame_equal(getattr(model, method)(later), expected, check_freq=False)


@pytest.mark.parametrize("method", METHODS)
def test_a_known_row_has_no_interval(forecaster, y, method):
    model = forecaster.fit(y)

    with pytest.raises(TimeIndexError, match="1960-12-01.* is already known; give rows from 1961"):
        getattr(model, method)(y.index[-1:])


@pytest.mark.parametrize("method", METHODS)
def test_arrays_are_numbered_on(forecaster, y, method):
    model = forecaster.fit(y.to_numpy())

    assert getattr(model, method)(3).index.tolist() == [144, 145, 146]


def test_several_series_stand_side_by_side(multivariate, wide):
    model = multivariate.fit(wide)

    table = model.predict_interval(3, level=95)

    expected = [(name, column) for name in "ab" for column in ("mean", "lo-95", "hi-95")]
    assert table.columns.tolist() == expected
    pd.testing.assert_frame_equal(
        table.xs("mean", axis=1, level=1), model.predict(3), check_names=False
    )
    assert model.predict_quantiles(2, 0.5)["b"].shape == (2, 1)
    assert model.sample_paths(2, n_paths=4).columns.names == [None, "path"]


def test_columns_with_several_levels_get_one_more(multivariate, wide):
    wide.columns = pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["k", "l"])

    table = multivariate.fit(wide).predict_quantiles(1, 0.5)

    assert table.columns.tolist() == [("x", 1, 0.5), ("y", 2, 0.5)]
    assert table.columns.names == ["k", "l", "quantile"]


def test_arrays_of_several_series_are_numbered(multivariate, wide):
    table = multivariate.fit(wide.to_numpy()).predict_interval(1, 50)

    assert table.columns.get_level_values(0).tolist() == [0, 0, 0, 1, 1, 1]


def test_errors_of_several_series_are_drawn_together(multivariate, wide):
    model = multivariate.fit(wide)
    # The errors of the first rows, which have no past, teach no forecaster.
    errors = model.resid_.to_numpy()[getattr(model, "lag_", 1) :]
    products = errors.T @ errors

    paths = model.sample_paths(1, n_paths=20_000).iloc[0]

    found = np.corrcoef(paths["a"], paths["b"])[0, 1]
    expected = products[0, 1] / np.sqrt(products[0, 0] * products[1, 1])
    assert found == pytest.approx(expected, abs=0.03)


def test_exogenous_rows_shift_intervals_and_paths(y, X):
    wave = 50 * X["wave"].to_frame()
    for model in (RNNForecaster("linear", 2), ARMAForecaster((1, 0, 0))):
        model.fit(wave[:144], y + wave["wave"][:144])

        table, moved = (model.predict_interval(wave[144:] + shift) for shift in (0.0, 3.0))

        moved_by = (moved - table).to_numpy()
        np.testing.assert_allclose(moved_by, np.tile(moved_by[:, :1], 5), rtol=1e-9)
        assert (moved_by > 1).all()
        with pytest.raises(ValueError, match="needs their future values"):
            model.sample_paths(3)


def test_update_moves_the_origin_and_keeps_the_width(forecaster, y):
    # A season may widen some months.
    model = forecaster.set_params(season_length=1).fit(y[:130])
    width = model.predict_interval(12, 95).eval("`hi-95` - `lo-95`")

    table = model.update(y).predict_interval(12, 95)

    assert table.index[0] == pd.Timestamp("1961-01-01")
    # The Kalman filter has not quite settled after 130 rows.
    np.testing.assert_allclose(table["hi-95"] - table["lo-95"], width, rtol=0.01)


def test_a_constant_series_has_an_interval_of_width_zero(forecaster):
    model = forecaster.fit(pd.Series(np.full(40, 7.0)))

    with pytest.warns(ForecastWarning, match="have no width"):
        table = model.predict_interval(5)

    np.testing.assert_allclose(table, np.full((5, 5), 7.0), rtol=1e-12)
    np.testing.assert_allclose(model.sample_paths(5, n_paths=10), np.full((5, 10), 7.0), rtol=1e-12)


@pytest.mark.parametrize(
    ("level", "error", "sentence"),
    [
        (0.95, ValueError, r"level is in per cent, got 0.95 \(did you mean 95\?\)"),
        ((80, 0.8), ValueError, r"got 0.8 \(did you mean 80\?\)"),
        (1, ValueError, r"level is in per cent, got 1 \(did you mean 95\?\)"),
        (0, ValueError, r"between 0 and 100 per cent, got 0 \(did you mean 95\?\)"),
        (100, ValueError, r"between 0 and 100 per cent, got 100"),
        (-5, ValueError, r"between 0 and 100 per cent, got -5"),
        (float("inf"), ValueError, r"between 0 and 100 per cent, got inf"),
        ((80, 80.0), ValueError, r"level names 80 more than once; give every number once"),
        ([], ValueError, r"level is empty; give numbers in per cent"),
        ("95", TypeError, r"level must be numbers in per cent, such as level=\(80, 95\), got '95'"),
        (True, TypeError, r"got True"),
        (None, TypeError, r"got None"),
        (float("nan"), TypeError, r"got nan"),
        ([80, "95"], TypeError, r"got '95'"),
    ],
)
def test_a_bad_level_is_answered_by_a_sentence(level, error, sentence):
    with pytest.raises(error, match=sentence):
        NaiveForecaster().fit([1.0, 2.0]).predict_interval(1, level=level)


@pytest.mark.parametrize(
    ("quantiles", "error", "sentence"),
    [
        (90, ValueError, r"quantiles must lie between 0 and 1, got 90 \(did you mean 0.9\?\)"),
        ((0.5, 1), ValueError, r"between 0 and 1, got 1$"),
        (0, ValueError, r"between 0 and 1, got 0$"),
        ([], ValueError, r"quantiles is empty"),
        ((0.5, 0.5), ValueError, r"quantiles names 0.5 more than once"),
        ("median", TypeError, r"quantiles must be numbers in probabilities, .* got 'median'"),
    ],
)
def test_a_bad_quantile_is_answered_by_a_sentence(quantiles, error, sentence):
    with pytest.raises(error, match=sentence):
        NaiveForecaster().fit([1.0, 2.0]).predict_quantiles(1, quantiles=quantiles)


def test_bad_paths_are_answered_by_a_sentence():
    model = NaiveForecaster().fit([1.0, 2.0])

    with pytest.raises(ValueError, match="n_paths must be at least 1, got 0"):
        model.sample_paths(1, n_paths=0)
    with pytest.raises(TypeError, match=r"random_state must be an integer .* got 'a'"):
        model.sample_paths(1, random_state="a")
    with pytest.raises(ValueError, match="horizon must be at least 1, got 0"):
        model.sample_paths(0)


def test_an_explosive_recurrence_is_no_interval():
    model = RNNForecaster.from_arma(ARMA(ar=[3.0], ma=[]), y=[1.0, 2.0, 4.0])

    with pytest.raises(OverflowError, match="leaves the floating-point range"):
        model.predict_interval(1000)


def test_a_forecaster_without_paths_says_so():
    class Points(BaseForecaster):
        season_length, freq, exog_gap = 1, None, "error"

        def _fit(self, y, exog, season_length):
            self.last_ = y[-1]

        def _forecast(self, future_exog):
            return np.tile(self.last_, (len(future_exog), 1))

    model = Points().fit([1.0, 2.0])

    for method in METHODS:
        with pytest.raises(NotImplementedError, match="Points gives point forecasts only"):
            getattr(model, method)(1)


def test_naive_intervals_are_those_of_a_random_walk():
    y = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0])
    # Differences -2, 3, -3, 4, 4: mean square 54 / 5.
    expected = 9 + stats.norm.ppf(0.975) * np.sqrt(54 / 5 * np.arange(1, 5))

    table = NaiveForecaster().fit(y).predict_interval(4)

    np.testing.assert_allclose(table["hi-95"], expected, rtol=1e-12)
    np.testing.assert_allclose(table["lo-95"], 18 - expected, rtol=1e-12)


def test_seasonal_naive_intervals_widen_by_the_season():
    y = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0])
    # Differences over two rows 1, 0, 1, 8: mean square 66 / 4; last season 5, 9.
    sigma = np.sqrt(66 / 4 * np.array([1, 1, 2, 2, 3]))

    table = SeasonalNaiveForecaster(season_length=2).fit(y).predict_interval(5, 80)

    expected = np.array([5.0, 9, 5, 9, 5]) + stats.norm.ppf(0.9) * sigma
    np.testing.assert_allclose(table["hi-80"], expected, rtol=1e-12)


def test_a_single_season_has_no_errors_to_learn_from(y):
    model = SeasonalNaiveForecaster().fit(y[:12])

    for method in METHODS:
        with pytest.raises(
            ValueError, match="no two rows of training lie 12 apart; fit at least 13"
        ):
            getattr(model, method)(1)


def test_arma_intervals_are_those_of_statsmodels(y, X):
    orders = {"order": (1, 1, 1), "seasonal_order": (0, 1, 1, 12)}
    model = ARMAForecaster((1, 1, 1), seasonal_order=(0, 1, 1, 12)).fit(X[:144], y)
    ahead = quietly(ARIMA, y, exog=X[:144], **orders).filter(model.params_)
    ahead = ahead.get_forecast(12, exog=X[144:])

    table = model.predict_interval(X[144:], level=(50, 95))

    for level in (50, 95):
        expected = ahead.conf_int(alpha=1 - level / 100)
        np.testing.assert_allclose(table[[f"lo-{level}", f"hi-{level}"]], expected, rtol=1e-9)


def test_paths_of_an_arma_model_vary_together_as_its_state_space_says(y):
    model = ARMAForecaster((0, 1, 1), seasonal_order=(0, 1, 1, 12)).fit(np.log(y))
    psi = ARMA.from_statsmodels(
        quietly(ARIMA, np.log(y), order=(0, 1, 1), seasonal_order=(0, 1, 1, 12)).filter(
            model.params_
        )
    ).psi_weights(14)

    paths = model.sample_paths(14, n_paths=40_000)

    impact = np.array([[psi[i - j] if i >= j else 0.0 for j in range(14)] for i in range(14)])
    expected = model.sigma2_ * impact @ impact.T
    scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    # Five standard errors of a covariance; the filter's own variance is a little above sigma2.
    assert (np.abs(np.cov(paths) - expected) < 0.04 * scale).all()


def test_intervals_of_a_linear_network_are_those_of_the_arma_model_it_is():
    arma = ARMA(ar=[0.8], ma=[-0.4], const=1.0, sigma2=2.0)
    y = arma.simulate(300, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = ARIMA(y, order=(1, 0, 1)).filter([5.0, 0.8, -0.4, 2.0])

    table = RNNForecaster.from_arma(arma, y=y).predict_interval(12)

    expected = results.get_forecast(12).conf_int(alpha=0.2)
    np.testing.assert_allclose(table[["lo-80", "hi-80"]], expected, rtol=1e-9)


def test_paths_of_an_autoregression_have_its_forecast_variance():
    # y_t = 0.6 y_{t-1} + e_t from y = 5: mean 5 * 0.6^h, psi weights 0.6^j, whose squares add up.
    model = RNNForecaster.from_arma(ARMA(ar=[0.6], ma=[], sigma2=2.0), y=[1.0, 3.0, 5.0])

    paths = model.sample_paths(6, n_paths=100_000)

    steps = np.arange(1, 7)
    # About five standard errors each.
    np.testing.assert_allclose(paths.mean(axis=1), 5 * 0.6**steps, atol=0.03)
    np.testing.assert_allclose(paths.var(axis=1), 2 * (1 - 0.36**steps) / (1 - 0.36), rtol=0.02)


def test_intervals_of_a_linear_network_of_two_series_are_those_of_the_varma(wide):
    changes = wide.pct_change().dropna().to_numpy() * 100
    results = quietly(VARMAX, changes, order=(1, 1), trend="c").smooth(
        [1, 2, 0.3, 0.1, -0.2, 0.4, 0.2, 0.1, 0.1, -0.3, 5.0, 2.0, 7.0]
    )

    table = RNNForecaster.from_arma(results).predict_interval(6, 80)

    ahead = results.get_forecast(6).conf_int(alpha=0.2)
    found = table.to_numpy()[:, [1, 4, 2, 5]]
    np.testing.assert_allclose(found, ahead, rtol=1e-6)


def test_a_linear_network_counts_the_weights_that_it_fitted(y):
    model = RNNForecaster("linear", 2).fit(y)

    width = model.predict_interval(1, 95).eval("`hi-95` - `lo-95`").iloc[0]

    # Two inputs, two outputs and a bias, fitted to 143 rows: Akaike's final prediction error.
    sigma = np.sqrt(model.sigma2_ * (143 + 5) / (143 - 5))
    assert width == pytest.approx(2 * stats.norm.ppf(0.975) * sigma, rel=1e-9)


@pytest.mark.parametrize("cell", ["tanh", "gru"])
@pytest.mark.parametrize("input_size", [1, 3])
def test_paths_of_a_network_are_its_predictions_plus_the_errors_drawn(y, X, cell, input_size):
    model = RNNForecaster(
        cell,
        3,
        input_size=input_size,
        max_iter=30,
        skip=True,
        horizon=None,
        transform=None,
        deseasonalize=None,
        diff=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X[:144], y)

    path = model.sample_paths(X[144:], n_paths=5)[3]

    # Read as if observed, a path is predicted up to the errors drawn, which are scaled.
    innovations = model._uncertainty().innovations
    drawn = innovations.draw(12, 5, np.random.default_rng(0))[3, :, 0]
    errors = path - model.update(X[144:], path.rename(y.name)).fittedvalues_[144:]
    spread = model._networks.first.recurrence.y_scaling.spread
    np.testing.assert_allclose(errors, drawn * spread, atol=1e-8 * np.abs(errors).max())


def test_paths_beyond_all_memory_are_refused_before_it_is_taken():
    with pytest.raises(MemoryError, match="there are .*; draw fewer paths at a time"):
        NaiveForecaster().fit([1.0, 3.0, 2.0]).sample_paths(2, n_paths=10**12)
