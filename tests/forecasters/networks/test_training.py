"""What is trained, on what, from where, and when it stops."""

from dataclasses import replace

import numpy as np
import pytest

from rnnts import datasets
from rnnts.cells import CELLS
from rnnts.forecasters import RNNForecaster
from rnnts.forecasters.networks import _solving
from rnnts.forecasters.networks._lesson import interpolated
from rnnts.solvers import LBFGS, Adam
from tests import naive

PLAIN = {"strategy": "recursive", "transform": None, "deseasonalize": None, "diff": 0}
DIRECT = {"horizon": 4, "transform": None, "deseasonalize": None, "diff": 0}
DIRECT |= {"level": "last", "partner": None}

short_training = pytest.mark.filterwarnings(
    "ignore:.*max_iter:sklearn.exceptions.ConvergenceWarning"
)


def scaled_outputs(model, y, cell, n_lags):
    """Outputs of a network without level at every row by hand, and the scaled rows."""
    scaling = model._networks.first.recurrence.y_scaling
    z = (np.asarray(y) - scaling.center) / scaling.spread
    past = np.concatenate([np.zeros(n_lags), z])
    x = np.array([past[t : t + n_lags][::-1] for t in range(len(z))])
    return naive.run(cell, model.weights_, x, np.zeros(20))[0], z


@short_training
@pytest.mark.parametrize("horizon", [2, 5])
def test_the_loss_of_a_head_is_the_mean_over_all_that_was_observed(horizon, y):
    params = {**DIRECT, "level": None, "horizon": horizon, "input_size": 2, "l2": 0}
    model = RNNForecaster("tanh", 3, **params, loss="squared_error", solver="lbfgs", max_iter=20)
    model.fit(y)
    said, z = scaled_outputs(model, y, "tanh", 2)

    squares = [
        (z[t + ahead] - said[t, ahead]) ** 2
        # The first rows lack some of their lags.
        for t in range(2, 144)
        for ahead in range(horizon)
        if t + ahead < 144
    ]

    assert model.loss_curve_[-1] == pytest.approx(np.mean(squares) / 2, rel=1e-9)


@short_training
def test_a_penalty_adds_the_squares_of_the_matrices(y):
    model = RNNForecaster("tanh", 3, **PLAIN, l2=0.02, loss="squared_error", max_iter=20).fit(y)
    said, z = scaled_outputs(model, y, "tanh", 1)

    weights = model.weights_
    matrices = [weights[name] for name in ("w_input", "w_hidden", "w_output")]
    penalty = 0.02 * sum((matrix**2).sum() for matrix in matrices)
    expected = ((z[1:] - said[1:, 0]) ** 2).mean() / 2 + penalty

    assert model.loss_curve_[-1] == pytest.approx(expected, rel=1e-9)


class Recording:
    """A solver that notes what it is asked to minimise, and where from."""

    max_iter = 3

    def __init__(self):
        self.calls = []

    def solve(self, objective, params, watch=None):
        self.calls.append((objective, params.copy(), watch))
        return LBFGS(max_iter=3).solve(objective, params, watch)


def recorded(model, y):
    """Fit with a solver that notes what it was given."""
    solver = Recording()
    model.set_params(solver=solver).fit(y)
    return solver.calls


@short_training
@pytest.mark.parametrize("horizon", [1, 4])
@pytest.mark.parametrize("fraction", [0.1, 0.25])
def test_the_rows_held_out_are_the_last_ones(horizon, fraction, y):
    params = {**DIRECT, "horizon": horizon, "level": None}
    model = RNNForecaster("tanh", 2, **params, early_stopping=True, validation_fraction=fraction)

    ((objective, _, watch),) = recorded(model, y)

    n_first = round(144 * (1 - fraction))
    trained_on, held_out = objective.weights[:, 0], watch.validation.weights[:, 0]
    for row in range(144):
        for ahead in range(horizon):
            is_there = row + ahead < 144
            is_late = row + horizon > n_first
            assert trained_on[row, ahead] == (is_there and not is_late)
            assert held_out[row, ahead] == (is_there and is_late)
    # Nothing that is trained on looks at a row from there on.
    assert np.flatnonzero(trained_on.any(axis=1)).max() + horizon == n_first
    assert watch.validation.l2 == 0.0


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", [Adam(learning_rate=0.1, max_iter=200), LBFGS(max_iter=150)])
def test_the_weights_returned_are_the_best_on_the_rows_held_out(solver, monkeypatch):
    y = datasets.load("nile")
    watched = []

    class Watching(_solving.EarlyStopping):
        def __call__(self, n_iter, params):
            watched.append((self, params.copy()))
            return super().__call__(n_iter, params)

    monkeypatch.setattr(_solving, "EarlyStopping", Watching)
    model = RNNForecaster("tanh", 6, **PLAIN, solver=solver, early_stopping=True)
    model.set_params(n_iter_no_change=30).fit(y)

    validation = watched[0][0].validation
    losses = [validation.value_and_gradient(params)[0] for _, params in watched]
    best = int(np.argmin(losses))
    chosen = model._networks.first.recurrence.params
    np.testing.assert_array_equal(chosen, watched[best][1])
    assert validation.value_and_gradient(chosen)[0] == min(losses)
    # It learned something, and then began to learn by heart.
    assert 0 < best < len(losses) - 1


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_training_stops_when_nothing_new_came(y):
    def n_iter(n_iter_no_change):
        solver = Adam(learning_rate=0.1, max_iter=500, tol=1e-12)
        model = RNNForecaster("tanh", 6, **PLAIN, solver=solver, early_stopping=True)
        return model.set_params(n_iter_no_change=n_iter_no_change).fit(y).n_iter_

    assert n_iter(20) < n_iter(200) < 500


@short_training
@pytest.mark.parametrize("params", [PLAIN, DIRECT, {}], ids=["recursive", "direct", "defaults"])
def test_a_warm_start_goes_on_from_the_weights(params, y):
    model = RNNForecaster("tanh", 3, **params, solver=LBFGS(max_iter=8), warm_start=True)
    first = model.fit(y).loss_curve_
    weights = np.concatenate([member.recurrence.params for member in model._networks])

    calls = recorded(model, y)
    second = model.loss_curve_

    starts = np.concatenate([start for _, start, _ in calls])
    np.testing.assert_array_equal(starts, weights)
    assert second[0] < first[-1] < first[0]


@short_training
def test_a_cold_start_does_not(y):
    model = RNNForecaster("tanh", 3, **PLAIN, solver=LBFGS(max_iter=8))

    curves = [model.fit(y).loss_curve_ for _ in range(2)]

    assert curves[0] == curves[1]


@short_training
@pytest.mark.parametrize("params", [PLAIN, DIRECT, {}], ids=["recursive", "direct", "defaults"])
def test_partial_fit_goes_on_from_the_weights(params, y):
    model = RNNForecaster("tanh", 3, **params, solver=LBFGS(max_iter=8)).fit(y[:130])
    weights = np.concatenate([member.recurrence.params for member in model._networks])
    preparations = [member.recurrence.y_scaling for member in model._networks]

    solver = Recording()
    model.set_params(solver=solver).partial_fit(y[130:])

    starts = np.concatenate([start for _, start, _ in solver.calls])
    np.testing.assert_array_equal(starts, weights)
    assert [member.recurrence.y_scaling for member in model._networks] == preparations
    n_unknown = [member.n_unknown for member in model._networks]
    assert [len(call[0].x) for call in solver.calls] == [144 - n for n in n_unknown]
    objective, start, _ = solver.calls[0]
    assert model.loss_curve_[-1] < objective.value_and_gradient(start)[0]


@pytest.mark.parametrize("n_rows", [6, 20, 24, 30])
def test_partial_fit_starts_anew_where_more_rows_ask_for_other_networks(n_rows, y):
    expected = RNNForecaster().fit(y).predict(12)

    model = RNNForecaster().fit(y[:n_rows]).partial_fit(y[n_rows:])

    np.testing.assert_allclose(model.predict(12), expected, rtol=1e-12)


@short_training
@pytest.mark.parametrize(
    "params",
    [{"hidden_size": 2}, {"cell": "gru"}, {"n_init": 2}, {"horizon": 3}, {"loss": "gaussian"}],
    ids=str,
)
def test_a_warm_start_is_cold_where_other_networks_are_asked_for(params, y):
    solver = LBFGS(max_iter=8)
    expected = RNNForecaster(**{"cell": "tanh", "solver": solver, **DIRECT, **params}).fit(y)

    model = RNNForecaster("tanh", solver=solver, **DIRECT, warm_start=True).fit(y)
    model.set_params(**params).fit(y)

    np.testing.assert_array_equal(model.predict(3), expected.predict(3))


@pytest.mark.parametrize("params", [{}, {"loss": "gaussian"}, {"cell": "linear"}], ids=str)
def test_what_a_constant_taught_is_forgotten_when_the_series_moves(params, y):
    constant = np.full(40, 9.0)
    both = np.append(constant, y)
    expected = RNNForecaster(**params).fit(both)

    model = RNNForecaster(**params).fit(constant).partial_fit(y.to_numpy())

    np.testing.assert_array_equal(model.predict(5), expected.predict(5))
    assert (model.predict_interval(5, level=80)[["lo-80", "hi-80"]].diff(axis=1)["hi-80"] > 1).all()


@short_training
def test_series_with_gaps_are_trained_in_rounds_that_go_on(y):
    holed = y.astype(float).copy()
    holed.iloc[[50, 51]] = np.nan
    model = RNNForecaster("tanh", 3, **PLAIN)

    calls = recorded(model, holed)

    assert len(calls) == 3
    losses = [objective.value_and_gradient(start)[0] for objective, start, _ in calls]
    assert losses[2] < losses[1] < losses[0]
    for objective, _, _ in calls:
        np.testing.assert_array_equal(np.flatnonzero(objective.weights[:, 0, 0] == 0), [50, 51])


@short_training
def test_a_value_that_is_missing_counts_nothing_whatever_stands_there(y):
    holed = y.astype(float).copy()
    holed.iloc[[50, 51, 143]] = np.nan
    objective, start, _ = recorded(RNNForecaster("gru", 3, **PLAIN, loss="huber"), holed)[-1]

    value, gradient = objective.value_and_gradient(start)
    targets = objective.y.copy()
    targets[[50, 51, 143]] = 1e9
    other, other_gradient = replace(objective, y=targets).value_and_gradient(start)

    assert other == value
    np.testing.assert_array_equal(other_gradient, gradient)


def test_gaps_start_as_straight_lines():
    y = np.array([[np.nan, 1.0], [2.0, np.nan], [np.nan, np.nan], [8.0, 4.0], [np.nan, 5.0]])

    np.testing.assert_allclose(interpolated(y)[:, 0], [2.0, 2.0, 5.0, 8.0, 8.0])
    np.testing.assert_allclose(interpolated(y)[:, 1], [1.0, 2.0, 3.0, 4.0, 5.0])


@short_training
@pytest.mark.parametrize("cell", CELLS)
def test_a_head_without_training_says_that_a_rising_series_rises(cell):
    y = 3.0 * np.arange(40) + np.sin(np.arange(40))
    model = RNNForecaster(cell, 1, horizon=4, level="last", transform=None, partner=None)

    ((objective, start, _),) = recorded(model.set_params(loss="absolute_error", l2=0), y)

    bias = objective.network.unpack(start)["b_output"]
    spread = model._networks.first.recurrence.y_scaling.spread
    np.testing.assert_allclose(bias * spread, [3, 6, 9, 12], atol=0.5)
