"""Training from an ARMA model: a nonlinear network that starts, and does not end, worse than it."""

import numpy as np
import pytest

from rnnts import datasets
from rnnts.cells import CELLS
from rnnts.forecasters import RNNForecaster
from rnnts.forecasters.networks import _solving
from rnnts.forecasters.networks._arma_start import linear_twin, started_at
from tests import naive
from tests.forecasters.networks.by_hand import recurrence_of

NONLINEAR = [cell for cell in CELLS if cell != "linear"]

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("cell", NONLINEAR)
@pytest.mark.parametrize("shape", [{}, {"n_lags": 3, "skip": True, "horizon": 3, "n_exog": 2}])
def test_near_its_linear_point_a_cell_says_what_the_linear_one_says(cell, shape):
    rng = np.random.default_rng(0)
    recurrence = recurrence_of(cell, **shape)
    linear = linear_twin(recurrence)
    linear = linear.with_params(0.3 * rng.standard_normal(linear.network.n_params))
    x = rng.standard_normal((60, 1, recurrence.network.n_inputs))
    weights = linear.network.unpack(linear.params)
    expected, _ = naive.run("linear", weights, x[:, 0], np.zeros(3))

    errors = []
    for reach in (0.1, 0.01, 0.001):
        started = started_at(recurrence, cell, linear, x, reach)
        weights = started.network.unpack(started.params)
        said, _ = naive.run(cell, weights, x[:, 0], started.start.hidden[0])
        errors.append(np.abs(said - expected).max())

    assert errors[2] < 1e-3 * np.abs(expected).max()
    if cell == "relu":
        # Above its kink it is linear.
        assert max(errors) < 1e-10
    else:
        assert errors[2] < errors[1] / 5 < errors[0] / 25


def test_it_is_for_one_layer(y):
    with pytest.raises(ValueError, match=r"init='arma' needs one layer, got hidden_size=\(2, 3\)"):
        RNNForecaster(hidden_size=(2, 3), init="arma").fit(y)


def test_a_linear_network_is_its_own_arma_model(y):
    plain = RNNForecaster("linear", 2).fit(y)

    started = RNNForecaster("linear", 2, init="arma").fit(y)

    assert started.loss_curve_ == plain.loss_curve_


def losses_of(monkeypatch, y, **params):
    """In-sample losses of the linear network, and of the one that was trained from there."""
    minimised, losses = _solving._minimised, []

    def noting(plan, recurrence, *rest):
        solution = minimised(plan, recurrence, *rest)
        losses.append((recurrence.network.cell, solution.value))
        return solution

    monkeypatch.setattr(_solving, "_minimised", noting)
    params = {"hidden_size": 2} | params
    model = RNNForecaster(init="arma", partner=None, **params).fit(y)
    cell, goal = losses[0]
    assert cell is CELLS["linear"]
    return model, goal, model.loss_curve_[-1]


@pytest.mark.parametrize("name", datasets.names())
def test_training_ends_no_worse_than_the_arma_model(name, monkeypatch):
    y = datasets.load(name)[-1000:]

    model, goal, loss = losses_of(monkeypatch, y, cell="tanh")

    assert loss <= goal
    assert np.isfinite(model.predict(12)).all()


@pytest.mark.parametrize("cell", NONLINEAR)
@pytest.mark.parametrize("name", ["air_passengers", "nile"])
def test_so_it_does_for_every_cell(cell, name, monkeypatch):
    _, goal, loss = losses_of(monkeypatch, datasets.load(name), cell=cell)

    assert loss <= goal


@pytest.mark.parametrize("cell", ["tanh", "gru", "lstm"])
def test_so_it_does_for_a_series_almost_without_noise(cell, monkeypatch):
    # So close to the optimum that a unit has to stay very near its linear point.
    plain = {"transform": None, "deseasonalize": None, "diff": 0, "l2": 0.0}
    y = datasets.load("mackey_glass")[:400]

    _, goal, loss = losses_of(
        monkeypatch, y, cell=cell, hidden_size=4, strategy="recursive", **plain
    )

    assert loss <= goal


@pytest.mark.parametrize(
    "params", [{"horizon": 4, "loss": "squared_error"}, {"l2": 0.01}, {"loss": "huber"}]
)
def test_so_it_does_for_heads_penalties_and_losses(params, monkeypatch):
    _, goal, loss = losses_of(monkeypatch, datasets.load("nile"), **params, solver="lbfgs")

    assert loss <= goal


def test_the_arma_model_is_the_one_of_the_series():
    """Its loss is that of the linear network that a user would fit."""
    y = datasets.load("sunspots")
    linear = RNNForecaster("linear", 2).fit(y)
    plain = {"transform": None, "deseasonalize": None, "diff": 0}

    model = RNNForecaster("tanh", 2, init="arma", **plain).fit(y)

    assert model.loss_curve_[-1] <= linear.loss_curve_[-1]
    assert model.sigma2_ <= linear.sigma2_
