"""Every cell, loss and read-out through the seam, against an independent derivative."""

import itertools
import os

import numpy as np
import pytest

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.losses import LOSSES
from tests import naive

SIZES = [(1, 1, 1, 1), (2, 3, 2, 4), (3, 5, 1, 2)]  # inputs, hidden, outputs, sequences

# A second layer that is wider, narrower, or beyond a vector.
STACKS = [(2, (3, 5), 2, 4), (1, (5, 3, 2), 1, 33), (2, (17, 4), 1, 1), (1, (8, 8), 2, 5)]

# Below, at and above the width of a vector, and of a block of sequences, of any CPU.
EDGES = [
    (1 + hidden_size % 3, hidden_size, 1 + n_sequences % 2, n_sequences)
    for hidden_size, n_sequences in itertools.product([1, 3, 5, 8, 17], [1, 5, 33])
]

FLAGS = [True, False]
# The code of a cell and the code of a loss meet in memory only, so that not every loss has to come
# with every size; with the variable it does.
CASES = list(itertools.product(CELLS, LOSSES, FLAGS, FLAGS, SIZES))
CASES += itertools.product(
    CELLS,
    LOSSES if "RNNTS_EVERY_CASE" in os.environ else ["squared_error"],
    FLAGS,
    FLAGS,
    EDGES + STACKS,
)

every_case = pytest.mark.parametrize(("cell", "loss", "every_step", "skip", "sizes"), CASES)


@pytest.fixture(autouse=True)
def units_in_lanes(monkeypatch):
    """Small networks with many rows too: rows in lanes have tests of their own."""
    monkeypatch.setattr("rnnts._objective._MANY_ROWS", 10**9)


def make_objective(cell, loss, every_step, skip, sizes, n_steps=9, n_warmup=0, dtype=np.float64):
    n_inputs, hidden_size, n_targets, n_sequences = sizes
    n_outputs = n_targets * getattr(LOSSES[loss], "n_per_target", 1)
    rng = np.random.default_rng(3)
    network = Network(CELLS[cell], n_inputs, hidden_size, n_outputs, every_step, skip, dtype)
    x = rng.standard_normal((n_steps, n_sequences, n_inputs))
    y = naive.targets(loss, 2 * rng.standard_normal((n_steps, n_sequences, n_outputs)))
    # About one whatever the size, so that no gradient vanishes or explodes.
    largest = max(network.hidden_sizes)
    params = rng.uniform(-0.6, 0.6, network.n_params) / max(1.0, (largest / 5) ** 0.5)
    return Objective(network, LOSSES[loss], x, y if every_step else y[-1], n_warmup), params


def naive_value(objective, cell, loss, params):
    network, x = objective.network, objective.x
    weights = network.unpack(params)
    start = np.zeros(network.state_size)
    predictions = np.stack(
        [naive.run(cell, weights, x[:, b], start)[0] for b in range(x.shape[1])], axis=1
    )
    read, first = predictions if network.every_step else predictions[-1], objective.n_warmup
    return naive.LOSSES[loss](objective.y[first:], read[first:])


@every_case
def test_value_matches_the_naive_recurrence(cell, loss, every_step, skip, sizes):
    objective, params = make_objective(cell, loss, every_step, skip, sizes)

    value, _ = objective.value_and_gradient(params)

    assert value == pytest.approx(naive_value(objective, cell, loss, params), rel=1e-13)


@every_case
def test_gradient_matches_central_differences(cell, loss, every_step, skip, sizes):
    objective, params = make_objective(cell, loss, every_step, skip, sizes)
    # A sample, where there are many: one may be small, hence the norm of all below.
    chosen = np.random.default_rng(0).permutation(len(params))[:60]

    _, gradient = objective.value_and_gradient(params)

    expected = naive.gradient(
        lambda p: objective.value_and_gradient(p)[0], params, coordinates=chosen
    )
    assert np.linalg.norm(gradient[chosen] - expected) <= 1e-7 * np.linalg.norm(gradient)


@every_case
def test_float32_agrees_with_float64(cell, loss, every_step, skip, sizes):
    exact, params = make_objective(cell, loss, every_step, skip, sizes)
    single, _ = make_objective(cell, loss, every_step, skip, sizes, dtype=np.float32)

    value, gradient = single.value_and_gradient(params)

    expected_value, expected = exact.value_and_gradient(params)
    assert value == pytest.approx(expected_value, rel=1e-5)
    assert np.linalg.norm(gradient - expected) <= 1e-5 * np.linalg.norm(expected)


@pytest.mark.parametrize("cell", sorted(CELLS.keys() - {"relu"}))
def test_gradient_matches_complex_steps_to_rounding(cell):
    objective, params = make_objective(cell, "squared_error", True, True, (2, 3, 2, 4))

    _, gradient = objective.value_and_gradient(params)

    expected = naive.complex_step_gradient(
        lambda p: naive_value(objective, cell, "squared_error", p), params
    )
    assert np.linalg.norm(gradient - expected) <= 1e-13 * np.linalg.norm(expected)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("loss", LOSSES)
def test_warmup_steps_move_the_state_but_not_the_loss(cell, loss):
    objective, params = make_objective(cell, loss, True, True, (2, 3, 2, 4), n_warmup=3)

    value, gradient = objective.value_and_gradient(params)

    expected = naive.gradient(lambda p: objective.value_and_gradient(p)[0], params)
    assert value == pytest.approx(naive_value(objective, cell, loss, params))
    assert np.linalg.norm(gradient - expected) <= 1e-7 * np.linalg.norm(expected)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("n_steps", "n_sequences"), [(1, 1), (300, 1), (40, 9), (20, 33)])
def test_long_and_short_sequences(cell, n_steps, n_sequences):
    sizes = (2, 5, 2, n_sequences)
    objective, params = make_objective(cell, "squared_error", True, True, sizes, n_steps)

    value, gradient = objective.value_and_gradient(params)

    expected = naive.gradient(lambda p: objective.value_and_gradient(p)[0], params)
    assert value == pytest.approx(naive_value(objective, cell, "squared_error", params), rel=1e-12)
    assert np.linalg.norm(gradient - expected) <= 1e-7 * np.linalg.norm(expected)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nan_in_gives_nan_loss_out(cell, dtype):
    for sizes in SIZES:
        objective, params = make_objective(cell, "squared_error", True, False, sizes, dtype=dtype)
        objective.x[4] = np.nan

        value, gradient = objective.value_and_gradient(params)

        assert np.isnan(value)
        np.testing.assert_array_equal(gradient, 0.0)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("loss", LOSSES)
def test_a_nan_target_counts_unless_it_is_warmed_over(cell, loss):
    objective, params = make_objective(cell, loss, True, False, (2, 3, 2, 4), n_warmup=2)
    objective.y[1] = np.nan

    warm, _ = objective.value_and_gradient(params)
    objective.y[5, 0, 0] = np.nan
    scored, gradient = objective.value_and_gradient(params)

    assert np.isfinite(warm)
    assert np.isnan(scored)
    np.testing.assert_array_equal(gradient, 0.0)


@pytest.mark.parametrize("cell", ["tanh", "sigmoid", "gru", "lstm"])
def test_an_infinite_input_saturates_the_units(cell):
    objective, params = make_objective(cell, "squared_error", True, False, (1, 3, 2, 4))
    objective.x[4, 2] = np.inf

    value, _ = objective.value_and_gradient(params)

    with np.errstate(over="ignore"):
        expected = naive_value(objective, cell, "squared_error", params)
    assert value == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("n_sequences", [1, 4, 33])
@pytest.mark.parametrize("hidden_size", [3, (3, 5)])
def test_end_state_and_a_given_start_match_the_naive_recurrence(cell, n_sequences, hidden_size):
    sizes = (2, hidden_size, 2, n_sequences)
    objective, params = make_objective(cell, "squared_error", True, True, sizes)
    network, x = objective.network, objective.x
    start = np.random.default_rng(1).standard_normal((n_sequences, network.state_size))

    predictions, end = network.predict(params, x, start)

    weights = network.unpack(params)
    for b in range(n_sequences):
        expected, expected_end = naive.run(cell, weights, x[:, b], start[b])
        np.testing.assert_allclose(predictions[:, b], expected, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(end[b], expected_end, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("hidden_size", [3, (3, 5)])
def test_going_on_from_a_state_equals_running_through(cell, hidden_size):
    objective, params = make_objective(cell, "squared_error", True, True, (2, hidden_size, 2, 4))
    network, x = objective.network, objective.x
    whole, _ = network.predict(params, x)

    first, state = network.predict(params, x[:5])
    rest, _ = network.predict(params, x[5:], state)

    np.testing.assert_array_equal(np.concatenate([first, rest]), whole)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("hidden_size", [3, (3, 5)])
def test_pack_reverses_unpack(cell, hidden_size):
    network = Network(CELLS[cell], 2, hidden_size, 2, skip=True)
    params = np.arange(float(network.n_params))

    np.testing.assert_array_equal(network.pack(network.unpack(params)), params)


def test_cells_are_values():
    assert len(set(CELLS.values())) == len(CELLS)
    assert all(cell == cell.__class__(cell.recurrence, cell.has_bias) for cell in CELLS.values())
