import inspect
import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.holtwinters import ExponentialSmoothing, Holt, SimpleExpSmoothing
from statsmodels.tsa.statespace.exponential_smoothing import (
    ExponentialSmoothing as StateSpaceSmoothing,
)

from rnnts.linear import StateSpace


def monthly_co2(n_steps=120):
    frame = sm.datasets.co2.load_pandas().data
    return frame["co2"].resample("MS").mean().interpolate().to_numpy()[:n_steps]


WEIGHTS = {"smoothing_level": 0.4, "smoothing_trend": 0.2, "smoothing_seasonal": 0.3}
SEASON = {"seasonal": "add", "seasonal_periods": 12}
HOLT_WINTERS = {
    "simple": (SimpleExpSmoothing, {}),
    "holt": (Holt, {}),
    "damped holt": (Holt, {"damped_trend": True}),
    "seasonal": (ExponentialSmoothing, SEASON),
    "holt-winters": (ExponentialSmoothing, {"trend": "add"} | SEASON),
    "damped": (ExponentialSmoothing, {"trend": "add", "damped_trend": True} | SEASON),
}


def smoothed(kind, y, remove_bias=False, **options):
    """Results at the weights above, of which the model has a part."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = kind(y, initialization_method="estimated", **options)
        weights = {
            "smoothing_level": 0.4,
            "smoothing_trend": 0.2 if model.has_trend else None,
            "smoothing_seasonal": 0.3 if model.has_seasonal else None,
            "damping_trend": 0.9 if model.damped_trend else None,
            "remove_bias": remove_bias,
        }
        accepted = inspect.signature(model.fit).parameters
        weights = {name: value for name, value in weights.items() if name in accepted}
        return model.fit(optimized=False, **weights)


@pytest.mark.parametrize("name", HOLT_WINTERS)
def test_holt_winters_is_a_network(name):
    y = monthly_co2()
    kind, options = HOLT_WINTERS[name]
    results = smoothed(kind, y, **options)

    network = StateSpace.from_statsmodels(results)
    predictions, state = network.run(y)

    forecasts, expected = network.forecast(24, state), results.forecast(24)
    np.testing.assert_allclose(predictions, results.fittedvalues, rtol=0, atol=1e-10)
    # statsmodels up to 0.15 forgets the last update of the season when it forecasts a whole
    # number of seasons ahead (its issue 9538); those steps are checked below.
    right = np.arange(1, 25) % 12 != 0 if "seasonal" in options else np.ones(24, dtype=bool)
    np.testing.assert_allclose(forecasts[right], expected[right], rtol=0, atol=1e-10)


def test_seasonal_forecasts_use_the_newest_season():
    y = monthly_co2()
    results = smoothed(ExponentialSmoothing, y, trend="add", **SEASON)

    network = StateSpace.from_statsmodels(results)
    _, state = network.run(y)

    steps = np.arange(1, 25)
    line = results.level[-1] + steps * results.trend[-1]
    expected = line + np.tile(results.season[-12:], 2)
    np.testing.assert_allclose(network.forecast(24, state), expected, rtol=0, atol=1e-10)


ETS = {
    "level": {},
    "trend": {"trend": "add"},
    "damped trend": {"trend": "add", "damped_trend": True},
    "season": {"seasonal": "add", "seasonal_periods": 12},
    "trend and season": {"trend": "add", "seasonal": "add", "seasonal_periods": 12},
}


@pytest.mark.parametrize("name", ETS)
def test_ets_is_a_network_with_the_same_likelihood(name):
    y = monthly_co2()
    model = ETSModel(y, error="add", **ETS[name])
    weights = WEIGHTS | {"damping_trend": 0.9}
    params = [
        weights.get(parameter, start)
        for parameter, start in zip(model.param_names, model.start_params, strict=True)
    ]
    results = model.smooth(params)

    network = StateSpace.from_statsmodels(results)
    predictions, state = network.run(y)

    np.testing.assert_allclose(predictions, results.fittedvalues, rtol=0, atol=1e-10)
    np.testing.assert_allclose(
        network.forecast(24, state), results.forecast(24), rtol=0, atol=1e-10
    )
    assert network.log_likelihood(y) == pytest.approx(results.llf, abs=1e-8)


@pytest.mark.parametrize("component", ["error", "trend", "seasonal"])
def test_multiplicative_components_are_named(component):
    y = monthly_co2()
    options = {"error": "add", "trend": "add", "seasonal": "add", "seasonal_periods": 12}
    model = ETSModel(y, **(options | {component: "mul"}))
    results = model.smooth(model.start_params)

    with pytest.raises(ValueError, match=f"additive components, but this ETSModel has {component}"):
        StateSpace.from_statsmodels(results)


@pytest.mark.parametrize("option", ["use_boxcox", "remove_bias"])
def test_transformed_smoothing_is_an_error(option):
    results = smoothed(ExponentialSmoothing, monthly_co2(), **{option: True})

    with pytest.raises(ValueError, match=f"no place for {option}"):
        StateSpace.from_statsmodels(results)


def test_state_space_smoothing_of_the_same_name_is_not_mistaken():
    model = StateSpaceSmoothing(monthly_co2())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = model.smooth(model.start_params)

    with pytest.raises(TypeError, match="needs results of ARIMA"):
        StateSpace.from_statsmodels(results)
