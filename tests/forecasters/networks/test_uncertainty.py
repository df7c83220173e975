"""Intervals, quantiles and paths of every method, and when a method is impossible."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, t
from statsmodels.tsa.arima.model import ARIMA

from rnnts import datasets
from rnnts.forecasters import RNNForecaster
from rnnts.linear import ARMA
from rnnts.losses import Pinball, StudentT
from rnnts.solvers import Adam
from tests.forecasters.networks.by_hand import level_after

SHORT = {"hidden_size": 2, "solver": Adam(max_iter=20, schedule="cosine")}
RECURSIVE = {**SHORT, "strategy": "recursive"}
AS_IT_IS = {"transform": None, "deseasonalize": None, "diff": 0}
DIRECT = {**SHORT, **AS_IT_IS, "horizon": 4, "level": "last", "partner": None}

METHODS = {
    "analytic": {"cell": "linear", "hidden_size": 2},
    "simulation": RECURSIVE,
    "simulation linear": {"cell": "linear", "hidden_size": 2},
    "simulation, wide": {**RECURSIVE, "wide": True},
    "quantile": {**DIRECT, "loss": "pinball"},
    "quantile recursive": {**RECURSIVE, "loss": "pinball"},
    "quantile gaussian": {**SHORT, "loss": "gaussian"},
    "quantile gaussian recursive": {**RECURSIVE, "loss": "gaussian"},
    "quantile student": {**DIRECT, "loss": "student_t"},
    "quantile of one seed of several": {**DIRECT, "loss": "pinball", "n_init": 3},
    "conformal": SHORT,
    "conformal linear": {"cell": "linear", "hidden_size": 2},
    "conformal, wide": {**SHORT, "wide": True},
    "conformal of a fallback": {**DIRECT, "fallback": "theta"},
}


def fit(case, y, **more):
    params = dict(METHODS[case])
    rows = pd.DataFrame({"a": y, "b": 1500 - y}) if params.pop("wide", False) else y
    method = case.split()[0].rstrip(",")
    return RNNForecaster(**{**params, **more}, interval_method=method).fit(rows)


@pytest.mark.parametrize("case", METHODS)
def test_quantiles_do_not_cross_and_paths_have_them(case, y):
    model = fit(case, y)
    grid = np.array([0.025, 0.1, 0.5, 0.9, 0.975])

    quantiles = model.predict_quantiles(8, grid)
    paths = model.sample_paths(8, n_paths=4000, random_state=1)
    intervals = model.predict_interval(8, level=(80, 95))

    n_targets = 2 if "wide" in case else 1
    values = quantiles.to_numpy().reshape(8, n_targets, 5)
    assert (np.diff(values, axis=2) > 0).all()
    width = values[..., 3] - values[..., 1]
    drawn = paths.to_numpy().reshape(8, n_targets, -1)
    for place, probability in enumerate(grid):
        by_paths = np.quantile(drawn, probability, axis=2)
        # Beyond its outermost quantiles nothing is known of what a head says by itself.
        np.testing.assert_array_less(np.abs(by_paths - values[..., place]) / width, 0.25)
    ends = intervals.xs("lo-80", axis=1, level=1) if n_targets > 1 else intervals["lo-80"]
    np.testing.assert_allclose(ends.to_numpy().ravel(), values[..., 1].ravel())


@pytest.mark.parametrize("case", METHODS)
def test_the_same_numbers_come_twice(case, y):
    first, second = (fit(case, y).predict_interval(5) for _ in range(2))

    pd.testing.assert_frame_equal(first, second, rtol=0, atol=0)


def test_analytic_intervals_are_those_of_statsmodels():
    y = ARMA(ar=[0.7], ma=[0.3], const=2.0).simulate(300, random_state=0)
    results = ARIMA(y, order=(1, 0, 1)).fit()

    model = RNNForecaster.from_arma(results)

    reference = results.get_forecast(10).conf_int(alpha=0.2)
    intervals = model.predict_interval(10, level=80)[["lo-80", "hi-80"]]
    np.testing.assert_allclose(intervals, reference, rtol=1e-6, atol=1e-6)


def test_simulation_of_a_linear_network_is_its_closed_form(y):
    model = RNNForecaster("linear", 2).fit(y)
    closed = model.predict_interval(6, level=80)

    paths = model.sample_paths(6, n_paths=20_000)

    widths = closed["hi-80"] - closed["lo-80"]
    lowest, highest = paths.quantile(0.1, axis=1), paths.quantile(0.9, axis=1)
    np.testing.assert_allclose(lowest, closed["lo-80"], atol=0.02 * widths.max())
    np.testing.assert_allclose(highest, closed["hi-80"], atol=0.02 * widths.max())


def raw_outputs(model, y, n_steps):
    """What a head less the last value says of the next rows, scaled, and how to get back."""
    member = model._networks.first
    recurrence = member.recurrence
    raw, levels = recurrence._futures(np.empty((n_steps, 0)), member.state, 1)
    scaled = recurrence.y_scaling.transform(np.asarray(y, dtype=float)[:, None])
    np.testing.assert_allclose(levels[0, 0], level_after("last", scaled))
    back = recurrence.y_scaling
    return raw[0, :, 0] + levels[0], lambda z: z * back.spread[0] + back.center[0]


def test_quantiles_of_a_gaussian_head_are_normal_ones(y):
    model = RNNForecaster(**{**DIRECT, "loss": "gaussian"}).fit(y)
    member = model._networks.first
    raw, _ = member.recurrence._futures(np.empty((4, 0)), member.state, 1)
    spread = member.recurrence.y_scaling.spread[0]

    quantiles = model.predict_quantiles(4, (0.1, 0.5, 0.9)).to_numpy()

    scale = spread * (0.001 + np.exp(raw[0, :, 0, 1]))
    np.testing.assert_allclose(quantiles[:, 1], model.predict(4), rtol=1e-10)
    np.testing.assert_allclose(quantiles[:, 2] - quantiles[:, 1], norm.ppf(0.9) * scale)


def test_quantiles_of_a_student_head_are_those_of_its_distribution(y):
    model = RNNForecaster(**{**DIRECT, "loss": StudentT(df=4.0)}).fit(y)
    member = model._networks.first
    raw, _ = member.recurrence._futures(np.empty((4, 0)), member.state, 1)
    spread = member.recurrence.y_scaling.spread[0]

    quantiles = model.predict_quantiles(4, (0.05, 0.5)).to_numpy()

    scale = spread * (0.001 + np.exp(raw[0, :, 0, 1]))
    np.testing.assert_allclose(quantiles[:, 0] - quantiles[:, 1], t(4).ppf(0.05) * scale)


def test_quantiles_of_a_pinball_head_are_its_outputs_in_order(y):
    model = RNNForecaster(**{**DIRECT, "loss": Pinball((0.9, 0.1, 0.5))}).fit(y)
    said, back = raw_outputs(model, y, 4)

    quantiles = model.predict_quantiles(4, (0.1, 0.5, 0.9))

    np.testing.assert_allclose(quantiles, np.sort(back(said), axis=1), rtol=1e-10)
    np.testing.assert_allclose(model.predict(4), back(said)[:, 2], rtol=1e-10)


def test_simulated_paths_read_held_out_errors():
    """Those that a network trained on the first three quarters makes on the others, centred."""
    y = datasets.load("nile")
    params = {**RECURSIVE, **AS_IT_IS}
    model = RNNForecaster(**params).fit(y)
    first = RNNForecaster(**params).fit(y[:75]).update(y[75:])
    errors = first.resid_[75:]
    spread = [m._networks.first.recurrence.y_scaling.spread[0] for m in (first, model)]
    expected = np.sort((errors - errors.mean()) / spread[0] * spread[1])

    paths = model.sample_paths(1, n_paths=50_000)
    drawn = paths.iloc[0] - model.predict(1).iloc[0]

    # The k-th smallest of n has k / (n + 1) of the draws below it.
    below = np.array([(drawn < error).mean() for error in expected])
    np.testing.assert_allclose(below, np.arange(1, 26) / 26, atol=0.01)


def test_the_best_method_possible_is_chosen(y):
    def same(method, **params):
        automatic = RNNForecaster(**params).fit(y).predict_interval(3)
        chosen = RNNForecaster(**params, interval_method=method).fit(y).predict_interval(3)
        return automatic.equals(chosen)

    assert same("analytic", cell="linear", hidden_size=2)
    assert same("simulation", **RECURSIVE)
    assert same("conformal", **SHORT)
    assert same("quantile", **DIRECT, loss="pinball")
    assert same("quantile", **RECURSIVE, loss="gaussian")
    assert same("conformal", **RECURSIVE, partner="theta")


IMPOSSIBLE = {
    "analytic": [RECURSIVE, SHORT, {"cell": "linear", "hidden_size": 1, "partner": "theta"}],
    "simulation": [SHORT, DIRECT, {**RECURSIVE, "partner": "arma"}, {**RECURSIVE, "n_init": 2}],
    "quantile": [SHORT, {"cell": "linear", "hidden_size": 1}, {**DIRECT, "loss": "huber"}],
}
CASES = [(method, params) for method, several in IMPOSSIBLE.items() for params in several]


@pytest.mark.parametrize(("method", "params"), CASES)
def test_a_method_says_what_it_needs(method, params, y):
    model = RNNForecaster(**params, interval_method=method).fit(y)

    sentence = rf"interval_method='{method}' needs .*, and no partner or fallback; use 'auto' or"
    for ask in (model.predict_interval, model.predict_quantiles, model.sample_paths):
        with pytest.raises(ValueError, match=sentence):
            ask(3)


@pytest.mark.filterwarnings("error", "ignore:the intervals have no width")
@pytest.mark.parametrize("value", [5.0, 0.0, -1e6])
@pytest.mark.parametrize("case", [case for case in METHODS if "wide" not in case])
def test_intervals_of_a_constant_have_no_width(case, value):
    y = np.full(48, value)

    intervals = fit(case, y, season_length=12).predict_interval(6)

    np.testing.assert_allclose(intervals, value, atol=1e-7 * max(abs(value), 1.0))


@pytest.mark.filterwarnings("ignore:the network has more free parameters")
@pytest.mark.parametrize("case", [case for case in METHODS if "wide" not in case])
def test_short_series_have_intervals_too(case):
    intervals = fit(case, [3.0, 5.0, 4.0, 6.0, 5.0]).predict_interval(3, level=80)

    assert np.isfinite(intervals).all(axis=None)
    assert (intervals["lo-80"] <= intervals["hi-80"]).all()
