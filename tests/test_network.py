"""Dilated and residual layers: what they compute, how they are trained, what they carry on."""

from dataclasses import replace

import numpy as np
import pytest

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts._stepper import Stepper
from rnnts._units_objective import UnitsObjective
from rnnts.cells import CELLS
from rnnts.losses import LOSSES, SquaredError
from rnnts.solvers import SOLVERS
from tests import naive

N_STEPS = 11

# Units and dilation of each layer, and whether it is residual: with states that outlast the
# sequence, and with steps left over.
STRUCTURES = [
    ((3,), (2,), False),
    ((5,), (4,), True),
    ((3,), (20,), False),
    ((4, 4), (1, 3), False),
    ((4, 4), (1, 3), True),
    ((5, 5), (1, 1), True),
    ((17, 3), (5, 1), False),
    ((17, 17), (5, 1), True),
    ((3, 5, 4), (1, 2, 4), False),
    ((3, 3, 3), (4, 2, 1), True),
]

every_network = pytest.mark.parametrize(
    ("cell", "structure"), [(cell, structure) for cell in CELLS for structure in STRUCTURES]
)
every_batch = pytest.mark.parametrize("n_sequences", [1, 4, 33])


def make_objective(cell, structure, n_sequences=4, n_steps=N_STEPS, dtype=np.float64, **others):
    hidden_size, dilation, residual = structure
    rng = np.random.default_rng(0)
    network = Network(CELLS[cell], 2, hidden_size, 2, True, True, dtype, dilation, residual)
    x, y = rng.standard_normal((2, n_steps, n_sequences, 2))
    params = rng.uniform(-0.5, 0.5, network.n_params) / max(1.0, (max(hidden_size) / 5) ** 0.5)
    return Objective(network, LOSSES["squared_error"], x, y, **others), params


def draw_start(network, n_sequences):
    return np.random.default_rng(1).standard_normal((n_sequences, network.state_size))


def run_naive(cell, network, params, x, start):
    weights = network.unpack(params)
    structure = network.dilations, network.residual
    runs = [naive.run(cell, weights, x[:, b], start[b], *structure) for b in range(x.shape[1])]
    return np.stack([run[0] for run in runs], axis=1), np.stack([run[1] for run in runs])


@every_network
@every_batch
def test_predictions_and_states_are_those_of_the_naive_recurrence(cell, structure, n_sequences):
    objective, params = make_objective(cell, structure, n_sequences)
    network, x = objective.network, objective.x
    start = draw_start(network, n_sequences)

    prediction, end = network.predict(params, x, start)

    expected, expected_end = run_naive(cell, network, params, x, start)
    np.testing.assert_allclose(prediction, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(end, expected_end, rtol=1e-12, atol=1e-12)


@every_network
@every_batch
def test_value_and_end_are_those_of_the_naive_recurrence(cell, structure, n_sequences):
    objective, params = make_objective(cell, structure, n_sequences, n_warmup=2)
    network = objective.network
    start = draw_start(network, n_sequences)

    value, _, end = replace(objective, start=start).value_gradient_and_end(params)

    prediction, expected_end = run_naive(cell, network, params, objective.x, start)
    expected = naive.LOSSES["squared_error"](objective.y[2:], prediction[2:])
    assert value == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(end, expected_end, rtol=1e-12, atol=1e-12)


def check_gradient(objective, params, n_chosen=60):
    chosen = np.random.default_rng(0).permutation(len(params))[:n_chosen]

    _, gradient = objective.value_and_gradient(params)

    expected = naive.gradient(
        lambda p: objective.value_and_gradient(p)[0], params, coordinates=chosen
    )
    assert np.linalg.norm(gradient[chosen] - expected) <= 1e-7 * np.linalg.norm(gradient)


@every_network
@every_batch
@pytest.mark.parametrize("n_warmup", [0, 5])
def test_gradient_matches_central_differences(cell, structure, n_sequences, n_warmup):
    objective, params = make_objective(cell, structure, n_sequences, n_warmup=n_warmup)
    start = draw_start(objective.network, n_sequences)

    check_gradient(replace(objective, start=start), params)


@every_network
def test_gradient_of_the_last_step_alone(cell, structure):
    objective, params = make_objective(cell, structure)
    network = replace(objective.network, every_step=False)

    check_gradient(replace(objective, network=network, y=objective.y[-1]), params)


# More rows at once than the ring of gradients has, and more steps than fit into it.
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("dilation", "n_sequences"), [(12, 33), (50, 9), (7, 1)])
def test_long_sequences(cell, dilation, n_sequences):
    structure = (4, 4), (dilation, 3), True
    objective, params = make_objective(cell, structure, n_sequences, n_steps=300)

    check_gradient(objective, params, 20)


@every_network
def test_float32_agrees_with_float64(cell, structure):
    exact, params = make_objective(cell, structure)
    single, _ = make_objective(cell, structure, dtype=np.float32)

    value, gradient = single.value_and_gradient(params)

    expected_value, expected = exact.value_and_gradient(params)
    assert value == pytest.approx(expected_value, rel=1e-5)
    assert np.linalg.norm(gradient - expected) <= 1e-5 * np.linalg.norm(expected)


@pytest.mark.parametrize("cell", CELLS)
def test_a_dilated_layer_is_as_many_layers_that_take_turns(cell):
    objective, params = make_objective(cell, ((5,), (3,), False), n_steps=12)
    network, x = objective.network, objective.x
    plain = replace(network, dilation=1)

    prediction, _ = network.predict(params, x)

    for phase in range(3):
        alone, _ = plain.predict(params, x[phase::3])
        np.testing.assert_array_equal(prediction[phase::3], alone)


@every_network
@every_batch
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_going_on_from_a_state_equals_running_through(cell, structure, n_sequences, dtype):
    objective, params = make_objective(cell, structure, n_sequences, dtype=dtype)
    network, x = objective.network, objective.x
    start = draw_start(network, n_sequences)
    whole, end = network.predict(params, x, start)

    for n_first in (1, 3, 6):
        first, state = network.predict(params, x[:n_first], start)
        rest, end_of_rest = network.predict(params, x[n_first:], state)

        np.testing.assert_array_equal(np.concatenate([first, rest]), whole)
        np.testing.assert_array_equal(end_of_rest, end)


@every_network
@every_batch
def test_stepping_equals_running_through(cell, structure, n_sequences):
    objective, params = make_objective(cell, structure, n_sequences)
    network, x = objective.network, objective.x
    start = draw_start(network, n_sequences)
    prediction, end = network.predict(params, x, start)

    stepper = Stepper(network, params, start)
    steps = np.array([stepper.step(x_t) for x_t in x])

    np.testing.assert_array_equal(steps, prediction)
    np.testing.assert_array_equal(stepper.state, end)


@every_network
@pytest.mark.parametrize("truncation", [1, 2, 4, 7])
def test_truncation_holds_the_carried_states_constant(cell, structure, truncation):
    objective, params = make_objective(cell, structure)
    start = draw_start(objective.network, 4)

    value, gradient, end = replace(
        objective, start=start, truncation=truncation
    ).value_gradient_and_end(params)

    total, slopes, state = 0.0, 0.0, start
    for first in range(0, N_STEPS, truncation):
        part = slice(first, first + truncation)
        piece = replace(objective, x=objective.x[part], y=objective.y[part], start=state)
        loss, slope, state = piece.value_gradient_and_end(params)
        share = len(piece.x) / N_STEPS
        total, slopes = total + share * loss, slopes + share * slope
    assert value == pytest.approx(total, rel=1e-12)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-10, atol=1e-14)
    # Steps that advance at once are rounded as their number has it.
    np.testing.assert_allclose(end, state, rtol=1e-12, atol=1e-14)


@every_network
@pytest.mark.parametrize("every_step", [True, False])
def test_sequences_of_different_lengths_are_as_if_alone(cell, structure, every_step):
    objective, params = make_objective(cell, structure)
    network = replace(objective.network, every_step=every_step)
    lengths = np.array([11, 3, 1, 7])
    objective = replace(
        objective, network=network, y=objective.y if every_step else objective.y[-1]
    )

    value, gradient = replace(objective, lengths=lengths).value_and_gradient(params)

    alone = [
        replace(
            objective,
            x=objective.x[:length, [b]],
            y=objective.y[:length, [b]] if every_step else objective.y[[b]],
        ).value_and_gradient(params)
        for b, length in enumerate(lengths)
    ]
    share = lengths / lengths.sum() if every_step else np.full(4, 1 / 4)
    assert value == pytest.approx(share @ [loss for loss, _ in alone], rel=1e-12)
    np.testing.assert_allclose(
        gradient, share @ [slope for _, slope in alone], rtol=1e-9, atol=1e-14
    )


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_threads_do_not_change_a_bit(cell, dtype):
    one, params = make_objective(cell, ((4, 4), (1, 3), True), n_sequences=300, dtype=dtype)

    value, gradient = one.value_and_gradient(params)

    for n_threads in (2, 3, 8):
        several = replace(one, n_threads=n_threads)
        assert several.value_and_gradient(params)[0] == value
        np.testing.assert_array_equal(several.value_and_gradient(params)[1], gradient)


@every_network
def test_nothing_is_read_before_it_is_written(cell, structure):
    objective, params = make_objective(cell, structure, n_sequences=33)
    value, gradient = objective.value_and_gradient(params)

    (workspace,) = objective._work._task.workspaces._idle
    workspace[:] = np.nan
    again, gradient_again = objective.value_and_gradient(params)

    assert again == value
    np.testing.assert_array_equal(gradient_again, gradient)


def test_many_sequences_of_a_small_dilated_layer_use_the_units_path():
    objective, _ = make_objective("tanh", ((4,), (2,), False), n_sequences=50)

    assert isinstance(objective._work, UnitsObjective)


def test_no_sequences_have_no_predictions():
    network = Network(CELLS["gru"], 2, (3, 3), 1, dilation=(1, 2), residual=True)

    prediction, end = network.predict(np.zeros(network.n_params), np.zeros((5, 0, 2)))

    assert prediction.shape == (5, 0, 1)
    assert end.shape == (0, network.state_size)


def test_a_loss_that_no_kernel_knows_is_trained_all_the_same():
    objective, params = make_objective("gru", ((4, 4), (1, 3), True))
    other = replace(objective, loss=lambda y, prediction: SquaredError()(y, prediction))

    value, gradient = other.value_and_gradient(params)

    expected_value, expected = objective.value_and_gradient(params)
    assert value == pytest.approx(expected_value, rel=1e-14)
    np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-15)


def test_one_number_is_the_dilation_of_all_layers():
    network = Network(CELLS["lstm"], 1, (3, 5), 1, dilation=4)

    assert network.dilations == (4, 4)
    assert network.state_size == 2 * 4 * (3 + 5)
    assert network == replace(network, dilation=4)


@pytest.mark.parametrize("dilation", [0, -1, (1, 0)])
def test_a_dilation_below_one_is_refused(dilation):
    with pytest.raises(ValueError, match="dilation must be at least 1, got"):
        Network(CELLS["tanh"], 1, (3, 5), 1, dilation=dilation)


@pytest.mark.parametrize("dilation", [1.5, True, (1, 2.0), [1, 2], "2"])
def test_a_dilation_that_is_no_integer_is_refused(dilation):
    with pytest.raises(TypeError, match="dilation must be an integer, got"):
        Network(CELLS["tanh"], 1, (3, 5), 1, dilation=dilation)


def test_dilations_of_another_number_of_layers_are_refused():
    with pytest.raises(ValueError, match=r"one for each of the 2 layers, got \(1, 2, 4\)"):
        Network(CELLS["tanh"], 1, (3, 5), 1, dilation=(1, 2, 4))
    with pytest.raises(ValueError, match=r"one for each of the 1 layers, got \(\)"):
        Network(CELLS["tanh"], 1, 3, 1, dilation=())


def test_a_residual_layer_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"layers of one size, got hidden_size=\(3, 5\); give"):
        Network(CELLS["tanh"], 1, (3, 5), 1, residual=True)


def test_a_companion_form_has_no_dilation():
    network = Network(CELLS["linear"], 1, 2, 1, dilation=2)
    x = np.random.default_rng(0).standard_normal((30, 1, 1))
    objective = Objective(network, LOSSES["squared_error"], x, x)

    with pytest.raises(ValueError, match="needs the linear cell in one layer without dilation"):
        SOLVERS["lm"]().solve(objective, np.zeros(network.n_params))
