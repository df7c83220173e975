"""A linear forecaster and the exact algebra are one model, both ways."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.varmax import VARMAX

from rnnts import datasets, load, save
from rnnts.forecasters import RNNForecaster
from rnnts.linear import ARMA, StateSpace

pytestmark = pytest.mark.filterwarnings("ignore:.*max_iter:sklearn.exceptions.ConvergenceWarning")

SHAPES = {
    "plain": {},
    "three lags": {"input_size": 3},
    "skip": {"skip": True},
    "three lags and skip": {"input_size": 3, "skip": True},
}


def quietly(function, *args, **kwargs):
    """Call statsmodels without its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*args, **kwargs)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("is_wide", [False, True], ids=["one series", "two series"])
@pytest.mark.parametrize("has_exog", [False, True], ids=["alone", "exogenous columns"])
def test_the_state_space_of_a_network_makes_its_predictions(shape, is_wide, has_exog, y, X):
    rows = pd.DataFrame({"a": y, "b": 50 * np.log(y) + 9 * X["wave"][:144]}) if is_wide else y
    known, future = (X[:144].to_numpy(), X[144:].to_numpy()) if has_exog else (None, None)
    model = RNNForecaster("linear", 2, max_iter=10, **shape)
    model.fit(X[:144], rows) if has_exog else model.fit(rows)

    space = model.to_state_space()
    predictions, state = space.run(rows.to_numpy(), known)
    forecasts = space.forecast(12, state, future)

    np.testing.assert_allclose(predictions, model.fittedvalues_, rtol=1e-9)
    np.testing.assert_allclose(forecasts, model.predict(X[144:] if has_exog else 12), rtol=1e-9)
    np.testing.assert_allclose(np.diag(space.sigma), np.atleast_1d(model.sigma2_))


def test_one_unit_is_an_arma_1_1_by_hand(y):
    model = RNNForecaster("linear", 1).fit(y)
    a, b, c = (model.weights_[name].item() for name in ("w_hidden", "w_input", "w_output"))

    arma = model.to_arma()

    assert arma.ma[0] == pytest.approx(-a, rel=1e-12)
    assert arma.ar[0] == pytest.approx(a + b * c, rel=1e-12)
    level = y.mean() * (1 - a - b * c) + y.std(ddof=0) * model.weights_["b_output"].item() * (1 - a)
    assert arma.const == pytest.approx(level, rel=1e-9)
    assert arma.sigma2 == model.sigma2_


def test_the_arma_of_a_network_predicts_as_it_does(y):
    model = RNNForecaster("linear", 2).fit(y)
    arma = model.to_arma()
    values, errors = y.to_numpy(), model.resid_.to_numpy()

    one_step = [
        arma.const + arma.ar @ values[[t - 1, t - 2]] + arma.ma @ errors[[t - 1, t - 2]]
        for t in range(2, 144)
    ]

    np.testing.assert_allclose(one_step, model.fittedvalues_[2:], rtol=1e-9)


def test_a_perfect_fit_still_has_an_arma():
    model = RNNForecaster("linear", 1).fit(np.full(20, 5.0))

    assert model.to_arma().sigma2 > 0


def airline():
    y = np.log(datasets.load("air_passengers"))
    model = SARIMAX(y, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12))
    return model.smooth([-0.4, -0.55, 0.00135]), None


def arma_with_constant():
    y = datasets.load("sunspots")
    return ARIMA(y, order=(2, 0, 1)).smooth([49.7, 1.47, -0.76, -0.15, 275.0]), None


def regression(kind, params, as_arrays=False, **options):
    y = datasets.load("us_macro_infl")
    X = pd.DataFrame({name: datasets.load(f"us_macro_{name}") for name in ("tbilrate", "unemp")})
    known, future = X[:-12], X[-12:]
    if as_arrays:
        known, future = known.to_numpy(), future.to_numpy()
        y = y.to_numpy()
    return kind(y[:-12], exog=known, order=(1, 0, 1), **options).smooth(params), future


def vector():
    frame = pd.DataFrame(
        {name: datasets.load(f"us_macro_{name}") for name in ("realgdp", "realcons")}
    )
    growth = 400 * np.log(frame).diff().dropna()
    params = [1.5, 1.2, 0.2, 0.3, 0.1, 0.4, -0.1, 0.2, 0.1, -0.3, 3.0, 1.2, 2.4]
    return VARMAX(growth, order=(1, 1), trend="c").smooth(params), None


def smoothing():
    y = np.log(datasets.load("air_passengers"))
    model = ETSModel(y, error="add", trend="add", seasonal="add", seasonal_periods=12)
    return model.fit(disp=0, maxiter=20), None


FITTED_ELSEWHERE = {
    "airline": airline,
    "ARIMA(2,0,1) with constant": arma_with_constant,
    "SARIMAX with regressors": lambda: regression(SARIMAX, [0.9, -0.5, 0.6, -0.4, 4.5]),
    "SARIMAX with regressors and intercept": lambda: regression(
        SARIMAX, [1.2, 0.9, -0.5, 0.6, -0.4, 4.5], trend="c"
    ),
    "ARIMA with regressors and constant": lambda: regression(
        ARIMA, [3.0, 0.9, -0.5, 0.6, -0.4, 4.5], trend="c"
    ),
    "regressors as arrays": lambda: regression(SARIMAX, [0.9, -0.5, 0.6, -0.4, 4.5], True),
    "VARMAX(1,1)": vector,
    "additive ETS": smoothing,
}


@pytest.mark.parametrize("name", FITTED_ELSEWHERE)
def test_a_network_made_from_results_of_statsmodels_forecasts_as_they_do(name):
    results, future = quietly(FITTED_ELSEWHERE[name])
    options = {} if future is None else {"exog": future}
    expected = quietly(results.forecast, 12, **options)

    model = RNNForecaster.from_arma(results)
    forecast = model.predict(12 if future is None else future)

    np.testing.assert_allclose(forecast, expected, rtol=1e-8)
    assert type(forecast) is type(expected)
    if hasattr(expected, "index"):
        pd.testing.assert_index_equal(forecast.index, expected.index, check_names=False)
    # The filter's own start is forgotten by then.
    fitted = np.asarray(results.fittedvalues)[-20:]
    np.testing.assert_allclose(np.asarray(model.fittedvalues_)[-20:], fitted, rtol=1e-6, atol=1e-6)


def test_a_network_from_results_goes_on_as_the_filter_does():
    results, _ = quietly(airline)
    months = pd.date_range("1961-01", periods=3, freq="MS", name="ds")
    further = pd.Series([6.1, 6.0, 6.05], index=months, name="air_passengers")

    model = RNNForecaster.from_arma(results).update(further)

    expected = quietly(results.append, further).forecast(12)
    np.testing.assert_allclose(model.predict(12), expected, rtol=1e-8)


def test_arma_to_network_and_back_is_the_same_model():
    arma = ARMA(ar=[0.5, -0.2], ma=[0.3], const=1.0, sigma2=2.0)

    back = RNNForecaster.from_arma(arma).to_arma()

    np.testing.assert_allclose(back.ar, arma.ar, rtol=1e-12)
    np.testing.assert_allclose(back.ma, [0.3, 0.0], atol=1e-12)
    assert (back.const, back.sigma2) == pytest.approx((1.0, 2.0))


def test_a_network_from_an_arma_model_forecasts_its_recursion(y):
    values = y.to_numpy()
    model = RNNForecaster.from_arma(ARMA(ar=[0.9], ma=[0.5], const=25.0), y)
    error = model.resid_.iloc[-1]

    forecast = model.predict(3)

    first = 25.0 + 0.9 * values[-1] + 0.5 * error
    second = 25.0 + 0.9 * first
    np.testing.assert_allclose(forecast, [first, second, 25.0 + 0.9 * second], rtol=1e-10)


def test_a_network_without_rows_waits_for_update(y):
    arma = ARMA(ar=[0.9], ma=[0.5], const=25.0)
    waiting = RNNForecaster.from_arma(arma)

    for action in (
        lambda: waiting.predict(1),
        lambda: waiting.score(y),
        lambda: waiting.future_index(1),
        lambda: waiting.fittedvalues_,
        lambda: waiting.resid_,
    ):
        with pytest.raises(ValueError, match=r"has seen no rows .*; call update\(series\)"):
            action()

    pd.testing.assert_series_equal(
        waiting.update(y).predict(3), RNNForecaster.from_arma(arma, y).predict(3)
    )


def test_a_unit_root_starts_from_the_rows(y):
    smoothing_weight = 0.3
    model = RNNForecaster.from_arma(ARMA(ar=[1.0], ma=[smoothing_weight - 1.0]), y)

    level = y.iloc[:100].mean()
    for value in y:
        level += smoothing_weight * (value - level)

    np.testing.assert_allclose(model.predict(4), level, rtol=1e-10)


def test_white_noise_is_a_network_too():
    model = RNNForecaster.from_arma(ARMA([], [], const=2.0), [1.0, 2.0, 4.0])

    assert model.predict(2).tolist() == [2.0, 2.0]
    assert model.resid_.tolist() == [-1.0, 0.0, 2.0]


def test_a_converted_network_may_be_trained_anew(y):
    model = RNNForecaster.from_arma(ARMA(ar=[0.9], ma=[0.5]), y)

    retrained = clone(model).fit(y)

    assert retrained.get_params() == model.get_params()
    assert retrained.sigma2_ < (model.resid_[1:] ** 2).mean()
    with pytest.raises(NotFittedError):
        clone(model).predict(1)


def test_rows_of_another_shape_are_an_error(y, X):
    arma = ARMA(ar=[0.9], ma=[0.5])
    space = StateSpace([[0.5]], [0.3], [1.0], exog_hidden=[[0.2]], exog_output=[[1.0]])

    with pytest.raises(ValueError, match=r"needs 1 series and 0 exogenous .*, got 1 and 2"):
        RNNForecaster.from_arma(arma, y, X[:144])
    with pytest.raises(ValueError, match=r"needs 1 series and 0 exogenous .*, got 2 and 0"):
        RNNForecaster.from_arma(arma, np.column_stack([y, y]))
    with pytest.raises(ValueError, match=r"needs 1 series and 1 exogenous .*, got 1 and 0"):
        RNNForecaster.from_arma(space).update(y)


def test_a_rejected_update_leaves_a_waiting_network_waiting(y, X):
    space = StateSpace([[0.5]], [0.3], [1.0], exog_hidden=[[0.2]], exog_output=[[1.0]])
    waiting = RNNForecaster.from_arma(space)

    with pytest.raises(ValueError, match="exogenous"):
        waiting.update(y)

    assert waiting.n_features_in_ == 1
    assert len(waiting.update(X[["wave"]][:144], y).predict(X[["wave"]][144:])) == 12


def test_what_is_no_linear_model_with_one_source_of_error_is_an_error(y):
    with pytest.raises(TypeError, match=r"needs results of ARIMA, SARIMAX, .*, got int"):
        RNNForecaster.from_arma(3)
    with pytest.raises(ValueError, match="unit root, which no linear network without hidden bias"):
        RNNForecaster.from_arma(ARMA(ar=[0.5], ma=[-1.0], const=2.0))


def test_only_a_linear_network_on_one_series_is_an_arma_model(y):
    curved = RNNForecaster("tanh", 1, max_iter=2).fit(y)
    wide = RNNForecaster("linear", 1, max_iter=2).fit(np.column_stack([y, y[::-1]]))

    with pytest.raises(ValueError, match=r"only a linear network .* has cell='tanh'"):
        curved.to_arma()
    with pytest.raises(ValueError, match="one output and no exogenous input"):
        wide.to_arma()
    with pytest.raises(NotFittedError):
        RNNForecaster("linear").to_state_space()


def test_a_converted_model_trains_on():
    arma = ARMA([0.7], [0.2], const=1.0)
    y = arma.simulate(200, random_state=0)
    expected = RNNForecaster("linear", 1, scale=None).fit(y)

    model = RNNForecaster.from_arma(arma, y=y[:150]).partial_fit(y[150:])

    np.testing.assert_allclose(model.predict(5), expected.predict(5), rtol=1e-9)
    assert model.report_.n_origins == 50


@pytest.mark.parametrize("y", [None, [1.0, 2.0, 1.5, 0.5]])
def test_a_converted_model_is_saved(y, tmp_path):
    model = RNNForecaster.from_arma(ARMA([0.5], [0.2]), y=y)

    save(model, tmp_path / "model.npz")

    again = load(tmp_path / "model.npz")
    new = [0.1, 0.2, 0.3]
    np.testing.assert_array_equal(again.update(new).predict(3), model.update(new).predict(3))
