"""Models to networks and back, of any order that is stationary and invertible."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.tools import constrain_stationary_univariate

from rnnts import RNNForecaster
from rnnts.linear import ARMA, StateSpace
from tests.properties.strategies import many, seeds

orders = st.integers(0, 3)


def stable(rng, order):
    """Coefficients of a polynomial with its roots outside the unit circle."""
    return constrain_stationary_univariate(rng.normal(size=order)) if order else np.empty(0)


@st.composite
def armas(draw):
    rng = np.random.default_rng(draw(seeds))
    ar, ma = stable(rng, draw(orders)), -stable(rng, draw(orders))
    return ARMA(ar, ma, const=rng.normal(), sigma2=rng.exponential() + 0.01)


@st.composite
def sarimaxes(draw):
    """Filtered at parameters of its own, not fitted."""
    rng = np.random.default_rng(draw(seeds))
    order = draw(orders), draw(st.integers(0, 1)), draw(orders)
    season = *(draw(st.integers(0, 1)) for _ in range(3)), 4
    model = SARIMAX(rng.normal(size=48).cumsum(), order=order, seasonal_order=season)
    found = {"sigma2": [1.3], "ar.S": [0.4], "ma.S": [-0.3]}
    found |= {"ar": stable(rng, order[0]), "ma": -stable(rng, order[2])}
    params = [found[name.split(".L")[0]][_lag(name) - 1] for name in model.param_names]
    return model.smooth(params)


def _lag(name):
    """Which of its kind a parameter of SARIMAX is; a seasonal one is the only one."""
    is_one_of_several = ".L" in name and ".S." not in name
    return int(name.split(".L")[1]) if is_one_of_several else 1


@st.composite
def additive_smoothers(draw):
    rng = np.random.default_rng(draw(seeds))
    has_trend, is_damped, has_season = (draw(st.booleans()) for _ in range(3))
    words = {"trend": "add", "damped_trend": is_damped} if has_trend else {}
    words |= {"seasonal": "add", "seasonal_periods": 4} if has_season else {}
    model = ETSModel(10 + rng.normal(size=48).cumsum(), error="add", **words)
    weights = {"smoothing_level": rng.uniform(0.1, 0.9), "damping_trend": rng.uniform(0.8, 0.98)}
    weights |= {"smoothing_trend": 0.1 * weights["smoothing_level"], "smoothing_seasonal": 0.05}
    pairs = zip(model.param_names, model.start_params, strict=True)
    return model.smooth([weights.get(name, start) for name, start in pairs])


@many
@given(arma=armas())
def test_an_arma_model_comes_back_from_its_network(arma):
    p, q = arma.order

    for back in (arma.to_state_space().to_arma(), RNNForecaster.from_arma(arma).to_arma()):
        np.testing.assert_allclose(back.ar[:p], arma.ar, atol=1e-10)
        np.testing.assert_allclose(back.ma[:q], arma.ma, atol=1e-10)
        np.testing.assert_allclose([*back.ar[p:], *back.ma[q:]], 0.0, atol=1e-10)
        np.testing.assert_allclose(
            [back.const, back.sigma2], [arma.const, arma.sigma2], rtol=1e-10, atol=1e-12
        )


@many
@given(arma=armas(), seed=seeds)
def test_a_network_from_an_arma_model_predicts_by_its_recursion(arma, seed):
    y = np.random.default_rng(seed).normal(size=40)
    model = RNNForecaster.from_arma(arma, y)
    rows, errors = list(y), list(model.resid_)

    def recursion(rows, errors):
        lagged = [*(phi * rows[-lag] for lag, phi in enumerate(arma.ar, start=1))]
        lagged += [theta * errors[-lag] for lag, theta in enumerate(arma.ma, start=1)]
        return arma.const + sum(lagged)

    by_hand = [recursion(rows[:t], errors[:t]) for t in range(10, 40)]
    for _ in range(5):
        rows.append(recursion(rows, errors))
        errors.append(0.0)

    np.testing.assert_allclose(np.asarray(model.fittedvalues_)[10:], by_hand, atol=1e-9)
    np.testing.assert_allclose(model.predict(5), rows[40:], atol=1e-9)


@many
@given(seed=seeds, n_units=st.integers(1, 4))
def test_a_network_answers_as_its_arma_model_does(seed, n_units):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(n_units, n_units))
    A *= 0.9 / np.abs(np.linalg.eigvals(A)).max()
    network = StateSpace(A, rng.normal(size=n_units), rng.normal(size=n_units) / 4)

    arma = network.to_arma()

    size = np.abs(network.psi_weights(12)).max()
    np.testing.assert_allclose(arma.psi_weights(12), network.psi_weights(12), atol=1e-9 * size)
    np.testing.assert_allclose(arma.pi_weights(30), network.pi_weights(30), atol=1e-9)


@many
@given(results=sarimaxes())
def test_a_network_from_sarimax_forecasts_as_statsmodels_does(results):
    model = RNNForecaster.from_arma(results)

    # The filter of statsmodels loses digits to a diffuse start.
    np.testing.assert_allclose(model.predict(9), results.forecast(9), rtol=1e-5, atol=1e-5)


@many
@given(results=additive_smoothers())
def test_a_network_from_ets_forecasts_as_statsmodels_does(results):
    model = RNNForecaster.from_arma(results)

    np.testing.assert_allclose(model.predict(9), results.forecast(9), rtol=1e-9)
    np.testing.assert_allclose(model.fittedvalues_, results.fittedvalues, rtol=1e-9)
