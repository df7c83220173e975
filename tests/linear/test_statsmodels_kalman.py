import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.structural import UnobservedComponents
from statsmodels.tsa.statespace.varmax import VARMAX

from rnnts.linear import ARMA, StateSpace


def filtered(model, params):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.smooth(params)


def seeded_series(n_steps=60):
    return np.random.default_rng(3).standard_normal(n_steps).cumsum()


def test_one_step_predictions_are_those_of_a_steady_filter_at_every_step(case):
    results = case.smooth_steady()

    network = StateSpace.from_statsmodels(results)
    predictions, _ = network.run(case.y, case.X)

    expected = results.filter_results.forecasts.T.reshape(case.y.shape)
    assert np.abs(predictions - expected).max() <= 1e-10 * case.y.std()


def test_forecasts_are_those_of_a_steady_filter(case):
    results = case.smooth_steady()

    network = StateSpace.from_statsmodels(results)
    _, state = network.run(case.y, case.X)

    error = network.forecast(12, state, case.future) - case.forecast(results)
    assert np.abs(error).max() <= 1e-10 * case.y.std()


def test_forecast_variance_is_that_of_a_steady_filter(case):
    results = case.smooth_steady()

    network = StateSpace.from_statsmodels(results)
    variance = network.forecast_variance(12)

    exog = {} if case.future is None else {"exog": case.future}
    expected = results.get_forecast(12, **exog).prediction_results
    expected = np.moveaxis(np.asarray(expected.forecasts_error_cov), -1, 0).reshape(variance.shape)
    np.testing.assert_allclose(variance, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", ["sunspots", "nile", "co2"])
def test_forecast_variance_is_var_pred_mean_of_get_forecast(load_case, name):
    case = load_case(name)
    results = case.smooth_steady()

    variance = ARMA.from_statsmodels(results).forecast_variance(24)

    expected = results.get_forecast(24).var_pred_mean
    np.testing.assert_allclose(variance, expected, rtol=1e-10)


def test_log_likelihood_is_llf(case):
    results = case.smooth()

    network = StateSpace.from_statsmodels(results)

    value = network.log_likelihood(case.y, case.X)
    # After a diffuse start of variance 1e6 the filter of statsmodels itself is off by 3e-8.
    assert value == pytest.approx(results.llf, abs=1e-7 if network.n_burn else 1e-8)


@pytest.mark.parametrize("name", ["nile", "co2"])
def test_log_likelihood_after_a_diffuse_start_is_that_of_an_extended_precision_filter(
    load_case, name
):
    case = load_case(name)
    results = case.smooth()

    network = StateSpace.from_statsmodels(results)

    y = case.y[:80]
    expected = extended_precision_llf(results.filter_results, y)
    assert network.log_likelihood(y) == pytest.approx(expected, abs=1e-9)


def extended_precision_llf(system, y):
    """A textbook Kalman filter in 80-bit arithmetic."""
    T, Z, R, Q = (
        np.asarray(getattr(system, name), np.longdouble)[:, :, 0]
        for name in ("transition", "design", "selection", "state_cov")
    )
    a = np.asarray(system.initial_state, np.longdouble)
    P = np.asarray(system.initial_state_cov, np.longdouble)
    llf = np.longdouble(0)
    for t, observation in enumerate(y):
        error, variance = observation - Z[0] @ a, Z[0] @ P @ Z[0]
        if t >= system.loglikelihood_burn:
            llf -= (np.log(2 * np.longdouble(np.pi) * variance) + error**2 / variance) / 2
        gain = T @ P @ Z[0] / variance
        a = T @ a + gain * error
        P = T @ P @ (T - np.outer(gain, Z[0])).T + R @ Q @ R.T
    return float(llf)


def test_forecasts_from_the_smoothed_start_are_those_of_statsmodels(case):
    results = case.smooth()

    network = StateSpace.from_statsmodels(results)
    _, state = network.run(case.y, case.X, network.smoothed_start(case.y, case.X))

    error = network.forecast(12, state, case.future) - case.forecast(results)
    assert np.abs(error).max() <= 1e-8 * case.y.std()


@pytest.mark.parametrize(
    ("order", "params"),
    [((0, 0, 2), [0.3, 0.8, 0.4, 1.5]), ((2, 0, 2), [0.3, 1.2, -0.6, 0.5, 0.3, 1.5])],
)
def test_log_likelihood_of_stationary_arma_is_llf(order, params):
    y = seeded_series()
    results = filtered(ARIMA(y, order=order), params)

    arma = ARMA.from_statsmodels(results)

    assert arma.log_likelihood(y) == pytest.approx(results.llf, abs=1e-8)
    assert arma.mean == pytest.approx(0.3)


OPTIONS = {
    "seasonal ar": {"order": (1, 0, 1), "seasonal_order": (1, 0, 0, 4), "trend": "c"},
    "drift": {"order": (1, 1, 1), "trend": "c"},
    "two differences": {"order": (1, 2, 1)},
    "simple differencing": {"order": (1, 1, 1), "trend": "c", "simple_differencing": True},
    "concentrated scale": {"order": (1, 1, 1), "concentrate_scale": True},
    "hamilton": {"order": (2, 0, 1), "trend": "c", "hamilton_representation": True},
    "not enforced": {"order": (1, 1, 1), "enforce_stationarity": False},
    "trend as a list": {"order": (1, 0, 0), "trend": [1]},
}


@pytest.fixture(params=OPTIONS)
def sarimax(request):
    model = SARIMAX(seeded_series(), **OPTIONS[request.param])
    params = {"intercept": 0.2, "ar.L1": 0.5, "ar.L2": -0.3, "ma.L1": 0.4, "sigma2": 1.3}
    params["ar.S.L4"] = 0.3
    return filtered(model, [params[name] for name in model.param_names])


def test_every_option_of_sarimax_keeps_likelihood_and_forecasts(sarimax):
    y = sarimax.model.endog[:, 0]

    network = StateSpace.from_statsmodels(sarimax)
    _, state = network.run(y, start=network.smoothed_start(y))

    # The filter of statsmodels loses digits to a diffuse start; ours is held to 1e-9 above.
    tolerance = 1e-7 if network.n_burn else 1e-8
    assert network.log_likelihood(y) == pytest.approx(sarimax.llf, abs=tolerance)
    np.testing.assert_allclose(network.forecast(12, state), sarimax.forecast(12), atol=1e-7)


def test_intercept_and_regressors_of_sarimax_keep_their_places():
    y, X = seeded_series(), np.random.default_rng(4).standard_normal((72, 2))
    model = SARIMAX(y, exog=X[:60], order=(1, 1, 1), trend="c")
    results = filtered(model, [0.2, 1.5, -0.7, 0.5, 0.4, 1.3])

    network = StateSpace.from_statsmodels(results)
    _, state = network.run(y, X[:60], network.smoothed_start(y, X[:60]))

    assert network.n_exog == 2
    assert network.log_likelihood(y, X[:60]) == pytest.approx(results.llf, abs=1e-7)
    expected = results.forecast(12, exog=X[60:])
    np.testing.assert_allclose(network.forecast(12, state, X[60:]), expected, atol=1e-7)


def test_results_of_pandas_data_at_low_memory_are_read():
    y = pd.Series(seeded_series(), index=pd.period_range("2000-01", periods=60, freq="M"))
    model = ARIMA(y, order=(1, 0, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = model.fit(low_memory=True)

    network = StateSpace.from_statsmodels(results)
    _, state = network.run(y, start=network.smoothed_start(y))

    assert network.log_likelihood(y) == pytest.approx(results.llf, abs=1e-8)
    np.testing.assert_allclose(network.forecast(12, state), results.forecast(12), atol=1e-8)


def test_arma_of_sarimax_is_the_arma_of_its_network(sarimax):
    arma = ARMA.from_statsmodels(sarimax)

    through_network = StateSpace.from_statsmodels(sarimax).to_arma().minimal()

    np.testing.assert_allclose(through_network.ar, arma.ar, atol=1e-7)
    np.testing.assert_allclose(through_network.ma, arma.ma, atol=1e-7)
    assert through_network.const == pytest.approx(arma.const, abs=1e-7)
    assert through_network.sigma2 == arma.sigma2


def test_difference_equation_of_a_regression_free_arima_holds_for_its_predictions(load_case):
    case = load_case("sunspots")
    results = case.smooth()

    arma = ARMA.from_statsmodels(results)
    predictions, _ = StateSpace.from_statsmodels(results).run(case.y)

    errors = case.y - predictions
    left = np.convolve(case.y, arma.ar_polynomial, mode="valid")[20:]
    right = arma.const + np.convolve(errors, arma.ma_polynomial, mode="valid")[-len(left) :]
    np.testing.assert_allclose(left, right, atol=1e-9)


def test_diffuse_start_below_the_innovation_variance_is_an_error():
    y = 1e5 * seeded_series()
    results = filtered(SARIMAX(y, order=(0, 1, 1), enforce_stationarity=False), [0.4, 1e10])

    with pytest.raises(ValueError, match=r"initial state .* rescale y"):
        StateSpace.from_statsmodels(results)


@pytest.mark.parametrize(
    ("model", "obstacle"),
    [
        (lambda y: ARIMA(y, order=(1, 1, 0), trend="t"), "a time trend"),
        (lambda y: SARIMAX(y, order=(1, 0, 0), trend="ct"), "a time trend"),
        (lambda y: SARIMAX(y, order=(1, 0, 0), trend=[0, 1]), "a time trend"),
        (lambda y: SARIMAX(y, order=(1, 0, 0), measurement_error=True), "measurement error"),
        (lambda y: SARIMAX(y, order=(1, 1, 0), use_exact_diffuse=True), "an exactly diffuse"),
        (
            lambda y: SARIMAX(y, exog=np.cos(y), order=(1, 0, 0), mle_regression=False),
            "regression coefficients inside the state",
        ),
        (
            lambda y: VARMAX(np.c_[y, y[::-1]], exog=np.cos(y), order=(1, 0)),
            "several series and exogenous",
        ),
    ],
    ids=["drift", "ct", "list", "noise", "diffuse", "regression", "vector"],
)
def test_a_part_without_counterpart_is_named(model, obstacle):
    model = model(seeded_series())
    results = filtered(model, model.start_params)

    with pytest.raises(ValueError, match=f"no place for {obstacle}"):
        StateSpace.from_statsmodels(results)


def test_arma_of_a_regression_points_to_the_state_space(load_case):
    with pytest.raises(ValueError, match=r"regressors, .* have 2; use StateSpace.from_statsmodels"):
        ARMA.from_statsmodels(load_case("inflation").smooth())


def test_arma_of_several_series_is_an_error(load_case):
    with pytest.raises(TypeError, match="needs results of ARIMA or SARIMAX, got VARMAX"):
        ARMA.from_statsmodels(load_case("growth").smooth())


def test_other_models_are_named():
    model = UnobservedComponents(seeded_series(), "local level")
    results = filtered(model, [1.0, 1.0])

    with pytest.raises(TypeError, match="got UnobservedComponentsResults"):
        StateSpace.from_statsmodels(results)
    with pytest.raises(TypeError, match="got int"):
        StateSpace.from_statsmodels(3)
