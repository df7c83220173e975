"""Every cell, loss and read-out through the seam, against an independent derivative."""

import itertools

import numpy as np
import pytest

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.losses import LOSSES
from tests import naive

SIZES = [(1, 1, 1, 1), (2, 3, 2, 4), (3, 5, 1, 2)]  # inputs, hidden, outputs, sequences

every_case = pytest.mark.parametrize(
    ("cell", "loss", "every_step", "skip", "sizes"),
    list(itertools.product(CELLS, LOSSES, [True, False], [True, False], SIZES)),
)


def make_objective(cell, loss, every_step, skip, sizes, n_steps=9, n_warmup=0):
    n_inputs, hidden_size, n_outputs, n_sequences = sizes
    rng = np.random.default_rng(3)
    network = Network(
        CELLS[cell], n_inputs, hidden_size, n_outputs, every_step=every_step, skip=skip
    )
    x = rng.standard_normal((n_steps, n_sequences, n_inputs))
    y = 2 * rng.standard_normal((n_steps, n_sequences, n_outputs))
    params = rng.uniform(-0.6, 0.6, network.n_params)
    return Objective(network, LOSSES[loss], x, y if every_step else y[-1], n_warmup), params


def naive_value(objective, cell, loss, params):
    network, x = objective.network, objective.x
    weights = network.unpack(params)
    start = np.zeros(network.hidden_size)
    predictions = np.stack(
        [
            naive.predict(naive.ACTIVATIONS[cell], weights, x[:, b], start)
            for b in range(x.shape[1])
        ],
        axis=1,
    )
    error = (predictions if network.every_step else predictions[-1]) - objective.y
    return naive.LOSSES[loss](error[objective.n_warmup :])


@every_case
def test_value_matches_the_naive_recurrence(cell, loss, every_step, skip, sizes):
    objective, params = make_objective(cell, loss, every_step, skip, sizes)

    value, _ = objective.value_and_gradient(params)

    assert value == pytest.approx(naive_value(objective, cell, loss, params), rel=1e-13)


@every_case
def test_gradient_matches_central_differences(cell, loss, every_step, skip, sizes):
    objective, params = make_objective(cell, loss, every_step, skip, sizes)

    _, gradient = objective.value_and_gradient(params)

    expected = naive.gradient(lambda p: objective.value_and_gradient(p)[0], params)
    assert np.linalg.norm(gradient - expected) <= 1e-7 * np.linalg.norm(expected)


@pytest.mark.parametrize("cell", ["linear", "tanh", "sigmoid"])
def test_gradient_matches_complex_steps_to_rounding(cell):
    objective, params = make_objective(cell, "squared_error", True, True, (2, 3, 2, 4))

    _, gradient = objective.value_and_gradient(params)

    expected = naive.complex_step_gradient(
        lambda p: naive_value(objective, cell, "squared_error", p), params
    )
    assert np.linalg.norm(gradient - expected) <= 1e-13 * np.linalg.norm(expected)


def test_warmup_steps_move_the_state_but_not_the_loss():
    objective, params = make_objective(
        "tanh", "squared_error", True, False, (2, 3, 2, 4), n_warmup=3
    )

    value, gradient = objective.value_and_gradient(params)

    expected = naive.gradient(lambda p: objective.value_and_gradient(p)[0], params)
    assert value == pytest.approx(naive_value(objective, "tanh", "squared_error", params))
    assert np.linalg.norm(gradient - expected) <= 1e-7 * np.linalg.norm(expected)


@pytest.mark.parametrize("cell", CELLS)
def test_nan_in_gives_nan_loss_out(cell):
    objective, params = make_objective(cell, "squared_error", True, False, (1, 1, 1, 1))
    objective.x[4] = np.nan

    value, gradient = objective.value_and_gradient(params)

    assert np.isnan(value)
    assert np.isfinite(gradient).all()


def test_going_on_from_a_state_equals_running_through():
    objective, params = make_objective("tanh", "squared_error", True, True, (2, 3, 2, 4))
    network, x = objective.network, objective.x
    whole, _ = network.predict(params, x)

    first, state = network.predict(params, x[:5])
    rest, _ = network.predict(params, x[5:], state)

    np.testing.assert_array_equal(np.concatenate([first, rest]), whole)


@pytest.mark.parametrize("cell", CELLS)
def test_pack_reverses_unpack(cell):
    network = Network(CELLS[cell], 2, 3, 2, skip=True)
    params = np.arange(float(network.n_params))

    np.testing.assert_array_equal(network.pack(network.unpack(params)), params)
