"""RNNForecasterSktime inside sktime: its own checks, and the same numbers as without it."""

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.compose import TransformedTargetForecaster
from sktime.forecasting.model_evaluation import evaluate
from sktime.split import ExpandingWindowSplitter
from sktime.transformations.detrend import Detrender
from sktime.utils.estimator_checks import check_estimator

from rnnts import RNNForecaster, datasets
from rnnts.sktime import RNNForecasterSktime

HORIZON = [1, 2, 5]
SETTINGS = {"cell": "gru", "hidden_size": 2, "max_iter": 3}


@pytest.fixture(scope="module")
def y():
    return datasets.load("air_passengers").to_period("M")[:72]


def test_it_passes_every_check_of_sktime():
    results = check_estimator(RNNForecasterSktime, raise_exceptions=False, verbose=False)

    assert len(results) > 500
    assert {name: said for name, said in results.items() if said != "PASSED"} == {}


def test_its_parameters_are_those_of_the_forecaster():
    assert RNNForecasterSktime().get_params() == RNNForecaster().get_params()
    with pytest.raises(TypeError, match="hiden_size"):
        RNNForecasterSktime(hiden_size=3)


def test_forecasts_and_one_step_predictions_are_its_own(y):
    own = RNNForecaster(**SETTINGS).fit(y)
    model = RNNForecasterSktime(**SETTINGS).fit(y)

    ahead, known = model.predict(HORIZON), model.predict([-3, 0])

    pd.testing.assert_series_equal(ahead, own.predict(5).iloc[[0, 1, 4]], check_names=False)
    pd.testing.assert_series_equal(known, own.predict(y.index[[-4, -1]]), check_names=False)


def test_intervals_and_quantiles_are_its_own(y):
    own = RNNForecaster(**SETTINGS).fit(y)
    model = RNNForecasterSktime(**SETTINGS).fit(y)

    interval = model.predict_interval(HORIZON, coverage=[0.8])
    quantiles = model.predict_quantiles(HORIZON, alpha=[0.25, 0.5])

    expected = own.predict_interval(5, level=80)[["lo-80", "hi-80"]].iloc[[0, 1, 4]]
    np.testing.assert_allclose(interval, expected)
    expected = own.predict_quantiles(5, (0.25, 0.5)).iloc[[0, 1, 4]]
    np.testing.assert_allclose(quantiles, expected)


@pytest.mark.parametrize("update_params", [False, True])
def test_update_rolls_on_and_may_train(y, update_params):
    own = RNNForecaster(**SETTINGS).fit(y[:60])
    model = RNNForecasterSktime(**SETTINGS).fit(y[:60])

    model.update(y[60:], update_params=update_params)

    expected = own.partial_fit(y[60:]) if update_params else own.update(y[60:])
    np.testing.assert_array_equal(model.predict(HORIZON), expected.predict(5).iloc[[0, 1, 4]])


def test_exogenous_columns_of_skipped_rows_are_needed_or_held(y):
    X = pd.DataFrame({"wave": np.sin(np.arange(72.0))}, y.index)
    model = RNNForecasterSktime(**SETTINGS, exog_gap="hold").fit(y[:60], X[:60])

    held = model.predict([2], X[61:62])

    own = RNNForecaster(**SETTINGS, exog_gap="hold").fit(X[:60], y[:60])
    np.testing.assert_array_equal(held, own.predict(X[61:62]))


def test_rows_of_X_from_before_are_left_aside(y):
    X = pd.DataFrame({"wave": np.sin(np.arange(72.0))}, y.index)
    model = RNNForecasterSktime(**SETTINGS).fit(y[12:60], X[12:60])

    np.testing.assert_array_equal(model.predict(HORIZON, X), model.predict(HORIZON, X[60:65]))


def test_it_stands_in_pipelines_and_evaluations(y):
    pipeline = TransformedTargetForecaster([Detrender(), RNNForecasterSktime(**SETTINGS)])
    splitter = ExpandingWindowSplitter(HORIZON, initial_window=48, step_length=12)

    results = evaluate(pipeline, splitter, y)

    assert len(results) == 2
    assert np.isfinite(results.filter(like="test_")).all(axis=None)
