"""A model that statsmodels fitted, as a trained network: the same predictions at every step."""

import numpy as np
import pytest

from rnnts import RNNForecaster
from tests.linear.conftest import CASES

every_case = pytest.mark.parametrize("make", CASES.values(), ids=CASES)


def network_of(case, results):
    """The converted network, and the future rows to forecast."""
    forecaster = RNNForecaster.from_arma(results)
    future = 12 if case.future is None else case.future
    return forecaster, future


@every_case
def test_one_step_predictions_equal_statsmodels_at_every_step(make):
    case = make()
    results = case.smooth_steady()

    forecaster, _ = network_of(case, results)

    expected = np.asarray(results.fittedvalues)
    scale = case.y.std(axis=0)
    error = np.abs(np.asarray(forecaster.fittedvalues_) - expected.reshape(case.y.shape)) / scale
    assert error.max() <= 1e-10


@every_case
def test_forecasts_equal_statsmodels_from_a_steady_start(make):
    case = make()
    results = case.smooth_steady()

    forecaster, future = network_of(case, results)

    error = np.abs(np.asarray(forecaster.predict(future)) - case.forecast(results))
    assert (error / case.y.std(axis=0)).max() <= 1e-10


@every_case
def test_forecasts_equal_statsmodels_from_its_own_start(make):
    case = make()
    results = case.smooth()

    forecaster, future = network_of(case, results)

    error = np.abs(np.asarray(forecaster.predict(future)) - case.forecast(results))
    assert (error / case.y.std(axis=0)).max() <= 1e-10
