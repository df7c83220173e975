"""What the driver promises about memory, and what it does not disturb."""

import numpy as np
import pytest

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.kernels.layout import places_in_layer, places_in_readout
from rnnts.losses import LOSSES

N_STEPS, N_SEQUENCES = 9, 33


@pytest.fixture(autouse=True)
def units_in_lanes(monkeypatch):
    """Small networks with many rows too: rows in lanes have tests of their own."""
    monkeypatch.setattr("rnnts._objective._MANY_ROWS", 10**9)


def make_objective(cell, hidden_size, dtype=np.float64, n_steps=N_STEPS):
    rng = np.random.default_rng(0)
    network = Network(CELLS[cell], 2, hidden_size, 2, skip=True, dtype=dtype)
    x = rng.standard_normal((n_steps, N_SEQUENCES, 2))
    y = rng.standard_normal((n_steps, N_SEQUENCES, 2))
    return Objective(network, LOSSES["huber"], x, y), rng.uniform(-0.5, 0.5, network.n_params)


def workspace_of(objective):
    """The memory that the last call has left behind."""
    (workspace,) = objective._work._task.workspaces._idle
    return workspace


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("hidden_size", [3, 16, 17, (17, 3, 8)])
def test_nothing_is_read_before_it_is_written(cell, dtype, hidden_size):
    objective, params = make_objective(cell, hidden_size, dtype)
    value, gradient = objective.value_and_gradient(params)

    workspace_of(objective)[:] = np.nan
    again, gradient_again = objective.value_and_gradient(params)

    assert again == value
    np.testing.assert_array_equal(gradient_again, gradient)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("hidden_size", [1, 3, 17, (17, 3)])
def test_padding_of_the_tape_and_of_the_weights_is_zero(cell, dtype, hidden_size):
    objective, params = make_objective(cell, hidden_size, dtype)
    objective.value_and_gradient(params)
    workspace, network = workspace_of(objective), objective.network
    layers, readout, scratch, _ = network.layout(N_STEPS, N_SEQUENCES)

    used = [p.ravel() for p in places_in_readout(readout, network.hidden_sizes[-1]).values()]
    n_last = 16  # of two blocks, the first with 17
    for s in layers:
        tape = workspace[s.tape : s.tape + (N_STEPS + 1) * n_last * s.row].reshape(-1, s.row)
        for state in np.split(tape[:, s.front :], CELLS[cell].n_states, axis=1):
            np.testing.assert_array_equal(state[:, s.n_units :], 0.0)
        np.testing.assert_array_equal(tape[:-n_last, : s.first], 0.0)
        used += [p.ravel() for p in places_in_layer(s).values()]
    padding = np.delete(workspace[: scratch.gradients], np.concatenate(used))
    np.testing.assert_array_equal(padding, 0.0)


@pytest.mark.parametrize("cell", CELLS)
def test_every_parameter_has_a_place_of_its_own(cell):
    network = Network(CELLS[cell], 2, 3, 2, skip=True)
    (layer,), readout, *_ = network.layout(1, 1)

    places = places_in_layer(layer) | places_in_readout(readout, 3)

    for name, shape in network.shapes.items():
        assert places[name].shape == shape
    every = np.concatenate([places[name].ravel() for name in network.shapes])
    assert len(np.unique(every)) == network.n_params == network.runs[:, 2].sum()


def test_a_vanishing_gradient_costs_no_denormals_and_leaves_them_to_others():
    rng = np.random.default_rng(0)
    network = Network(CELLS["tanh"], 1, 4, 1, every_step=False, dtype=np.float32)
    x, y = rng.standard_normal((400, 1, 1)), rng.standard_normal((1, 1))
    objective = Objective(network, LOSSES["squared_error"], x, y)
    params = network.init_params(rng)
    network.unpack(params)["w_hidden"][:] *= 0.5

    objective.value_and_gradient(params)

    (s,), _, scratch, _ = network.layout(400, 1)
    ring = workspace_of(objective)[scratch.d_drives : scratch.d_drives + 256 * s.width]
    sizes = np.abs(ring)
    assert not ((sizes > 0) & (sizes < np.finfo(np.float32).tiny)).any()
    assert np.float32(1e-40) * np.float32(0.5) > 0


def test_read_only_strided_and_integer_data_give_the_same_numbers():
    objective, params = make_objective("gru", 5)
    value, gradient = objective.value_and_gradient(params)
    frozen = objective.x.copy()
    frozen.setflags(write=False)
    strided = np.repeat(objective.x, 2, axis=1)[:, ::2]
    assert not strided.flags.c_contiguous

    for x in (frozen, strided, np.asfortranarray(objective.x)):
        other = Objective(objective.network, objective.loss, x, objective.y[:, ::-1][:, ::-1])
        value_again, gradient_again = other.value_and_gradient(params)
        prediction, _ = objective.network.predict(params, x)

        assert value_again == value
        np.testing.assert_array_equal(gradient_again, gradient)
        np.testing.assert_array_equal(prediction, objective.network.predict(params, frozen)[0])
