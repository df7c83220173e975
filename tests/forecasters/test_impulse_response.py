"""How forecasts answer to a shock."""

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.arima_process import arma_impulse_response

from rnnts.forecasters import RNNForecaster
from rnnts.forecasters.networks._impulse import responses
from rnnts.linear import ARMA

short_training = pytest.mark.filterwarnings(
    "ignore:.*max_iter:sklearn.exceptions.ConvergenceWarning"
)


def by_hand(model, n_steps, shock):
    """The same through the public door: a row as forecast, and one that is not."""
    said = model.predict(1)
    expected = deepcopy(model).update(said).predict(n_steps - 1)
    shocked = deepcopy(model).update(said + shock).predict(n_steps - 1)
    return np.concatenate([np.atleast_1d(shock), shocked - expected])


def test_a_linear_network_answers_with_the_psi_weights_of_its_arma_model(y):
    model = RNNForecaster("linear", 3).fit(y)
    arma = model.to_arma()

    response = model.impulse_response(30)

    np.testing.assert_allclose(response, arma.psi_weights(30), rtol=1e-11)
    theirs = arma_impulse_response(arma.ar_polynomial, arma.ma_polynomial, leads=30)
    np.testing.assert_allclose(response, theirs, atol=1e-9)
    np.testing.assert_allclose(model.impulse_response(30, shock=-7.0), -7 * response)


def test_the_psi_weights_are_what_the_forecasts_do(y):
    model = RNNForecaster("linear", 3).fit(y)

    response = responses(model._model, np.empty((20, 0)), np.array([5.0]))

    np.testing.assert_allclose(response[:, 0, 0], 5 * model.to_arma().psi_weights(20), atol=1e-9)


@short_training
@pytest.mark.parametrize(
    "settings",
    [{}, {"cell": "gru", "horizon": None}, {"cell": "linear", "transform": "log"}],
    ids=["default", "recursive", "linear on logarithms"],
)
def test_the_response_is_the_difference_that_an_update_makes(settings, y):
    model = RNNForecaster(**{"hidden_size": 2, "max_iter": 20, **settings}).fit(y)

    response = model.impulse_response(15)

    sigma = np.sqrt(model.sigma2_)
    np.testing.assert_allclose(response, by_hand(model, 15, sigma), rtol=1e-9, atol=1e-9)
    other = model.impulse_response(15, shock=-2 * sigma)
    np.testing.assert_allclose(other, by_hand(model, 15, -2 * sigma), rtol=1e-9, atol=1e-9)
    # It is not linear: twice the shock downwards is no mirror image.
    assert np.abs(other + 2 * response).max() > 1e-6 * sigma


def test_asking_changes_nothing_about_the_forecaster(y):
    model = RNNForecaster(hidden_size=2, max_iter=20).fit(y)
    before = model.predict(12)

    model.impulse_response()

    pd.testing.assert_series_equal(model.predict(12), before)


def test_steps_and_names_label_the_response(y):
    response = RNNForecaster("linear", 1).fit(y).impulse_response()

    assert response.name == "air_passengers"
    assert response.index.name == "step"
    assert response.index.tolist() == list(range(24))
    assert isinstance(RNNForecaster("linear", 1).fit(y.to_numpy()).impulse_response(3), pd.Series)


@short_training
@pytest.mark.parametrize("cell", ["linear", "tanh"])
def test_of_several_series_each_one_is_shocked_by_itself(cell, y):
    wide = pd.DataFrame({"a": y, "b": np.roll(y, 5)})
    settings = {} if cell == "linear" else {"horizon": None, "max_iter": 20}
    model = RNNForecaster(cell, 2, **settings).fit(wide)

    response = model.impulse_response(6, shock=1.0)

    assert response.columns.names == ["shocked", "responds"]
    assert response.columns.tolist() == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]
    np.testing.assert_allclose(response.iloc[0], [1, 0, 0, 1], atol=1e-12)
    said = model.predict(1)
    after = [deepcopy(model).update(said + move).predict(5) for move in ([0, 1.0], [0, 0])]
    np.testing.assert_allclose(response["b"].iloc[1:], after[0] - after[1], atol=1e-9)


@short_training
def test_exogenous_rows_stay_where_they_were(y, X):
    model = RNNForecaster("tanh", 2, horizon=None, max_iter=30).fit(X[:144], y)

    last = X[143:144].set_axis(model.future_index(1))
    said = model.predict(last)
    shocked = [deepcopy(model).update(last, said + move) for move in (10.0, 0.0)]
    held = pd.concat([X[143:144]] * 3).set_axis(shocked[0].future_index(3))
    later = [each.predict(held) for each in shocked]

    response = model.impulse_response(4, shock=10.0)
    np.testing.assert_allclose(response[1:], later[0] - later[1], atol=1e-9)


def test_a_network_made_of_an_arma_model_answers_without_rows():
    arma = ARMA(ar=[0.8], ma=[-0.3])

    response = RNNForecaster.from_arma(arma).impulse_response(5)

    np.testing.assert_allclose(response, arma.psi_weights(5), atol=1e-12)


def test_what_is_no_horizon_or_shock_is_refused(y):
    model = RNNForecaster("linear", 1).fit(y)

    with pytest.raises(MemoryError, match="ask for fewer steps"):
        model.impulse_response(10**15)
    with pytest.raises(ValueError, match="n_steps must be at least 1, got 0"):
        model.impulse_response(0)
    with pytest.raises(ValueError, match="shock must lie between -inf and inf, got nan"):
        model.impulse_response(3, shock=float("nan"))
    with pytest.raises(TypeError, match="shock must be a number, got 'big'"):
        model.impulse_response(3, shock="big")


def test_a_response_beyond_all_numbers_is_refused():
    """Both forecasts are infinite then, and their difference is none."""
    model = RNNForecaster("linear", 1, transform="log").fit(np.geomspace(1, 1e150, 40))

    with pytest.raises(OverflowError, match="leaves the floating-point range"):
        model.impulse_response(100)
