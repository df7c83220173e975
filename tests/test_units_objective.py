"""A network as a part of something larger: what goes into it, and what comes back."""

import numpy as np
import pytest

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.losses import LOSSES
from tests import naive


def make(cell, loss="squared_error", hidden_size=5, dilation=1, every_step=True, n_steps=6):
    rng = np.random.default_rng(0)
    network = Network(CELLS[cell], 2, hidden_size, 2, every_step, dilation=dilation)
    x = rng.standard_normal((n_steps, 37, 2))
    draws = rng.standard_normal((n_steps, 37, 2) if every_step else (37, 2))
    params = rng.uniform(-0.8, 0.8, network.n_params)
    start = rng.uniform(0.1, 0.9, (37, network.state_size))
    return Objective(network, LOSSES[loss], x, naive.targets(loss, draws)), params, start


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    ("hidden_size", "dilation"), [(5, 1), ((3, 4), 1), ((3, 4), (2, 3)), (3, 9)]
)
def test_the_gradient_reaches_the_states_before_the_first_step(cell, hidden_size, dilation):
    objective, params, start = make(cell, hidden_size=hidden_size, dilation=dilation)
    units = objective.in_units()
    d_start = np.full_like(start, np.nan)

    value, gradient = units.among(params, start=start, d_start=d_start)

    def loss_from(states):
        prediction, _ = objective.network.predict(params, objective.x, states.reshape(start.shape))
        return naive.LOSSES["squared_error"](objective.y, prediction)

    some = np.random.default_rng(1).choice(start.size, 30, replace=False)
    differences = naive.gradient(loss_from, start.ravel(), coordinates=some)
    np.testing.assert_allclose(d_start.ravel()[some], differences, rtol=1e-6, atol=1e-9)
    assert value == pytest.approx(loss_from(start), rel=1e-12)
    started = Objective(objective.network, objective.loss, objective.x, objective.y, start=start)
    np.testing.assert_array_equal(gradient, started.in_units().value_and_gradient(params)[1])


@pytest.mark.parametrize("loss", ["squared_error", "logistic", "cross_entropy"])
@pytest.mark.parametrize("every_step", [True, False])
def test_what_is_added_to_the_predictions_counts_in_the_loss(loss, every_step):
    objective, params, _ = make("gru", loss, every_step=every_step)
    offset = np.random.default_rng(2).standard_normal(objective.y.shape)
    units = objective.in_units()

    value, gradient = units.among(params, offset=offset if every_step else offset[None])

    def loss_at(point):
        prediction, _ = objective.network.predict(point, objective.x)
        return naive.LOSSES[loss](objective.y, prediction + offset)

    assert value == pytest.approx(loss_at(params), rel=1e-12)
    np.testing.assert_allclose(gradient, naive.gradient(loss_at, params), rtol=1e-6, atol=1e-9)
    # What a call was given is not there for the next.
    assert units.value_and_gradient(params)[0] == pytest.approx(
        objective.value_and_gradient(params)[0], rel=1e-12
    )
