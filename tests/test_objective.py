"""The seam: what holds for every network, whatever computes it."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pytest

from rnnts._descent import Descent
from rnnts._network import Network
from rnnts._objective import Objective
from rnnts._stepper import Stepper
from rnnts.cells import CELLS
from rnnts.kernels.lanes.rows import RowsObjective
from rnnts.losses import LOSSES, Gaussian, Huber, Pinball, SquaredError, StudentT, fused
from tests import naive


@dataclass(frozen=True)
class LogCosh:
    """A user's own loss."""

    def __call__(self, y_true, y_pred):
        error = y_pred - y_true
        return float(np.mean(np.log(np.cosh(error)))), np.tanh(error) / error.size


@dataclass(frozen=True)
class StepByStep:
    """An objective without a way to take many steps at once."""

    objective: Objective
    n_threads: int = 1

    def value_and_gradient(self, params):
        return self.objective.value_and_gradient(params)


class DoubledError(SquaredError):
    """A subclass that computes something else than its base."""

    def __call__(self, y_true, y_pred):
        value, slope = super().__call__(y_true, y_pred)
        return 2 * value, 2 * slope


def make_objective(cell, loss, every_step=True, n_warmup=0, dtype=np.float64, **others):
    rng = np.random.default_rng(0)
    hidden_size, n_sequences = others.pop("hidden_size", 5), others.pop("n_sequences", 7)
    network = Network(CELLS[cell], 2, hidden_size, 2, every_step, skip=True, dtype=dtype)
    x = rng.standard_normal((11, n_sequences, 2))
    y = rng.standard_normal((11, n_sequences, 2) if every_step else (n_sequences, 2))
    params = rng.uniform(-0.5, 0.5, network.n_params)
    return Objective(network, loss, x, y, n_warmup, **others), params


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("every_step", "n_warmup"), [(True, 0), (True, 4), (False, 0)])
def test_a_loss_that_no_kernel_knows_is_trained_all_the_same(cell, every_step, n_warmup):
    objective, params = make_objective(cell, LogCosh(), every_step, n_warmup)

    value, gradient = objective.value_and_gradient(params)

    prediction, _ = objective.network.predict(params, objective.x)
    assert value == LogCosh()(objective.y[n_warmup:], prediction[n_warmup:])[0]
    expected = naive.gradient(lambda p: objective.value_and_gradient(p)[0], params)
    assert np.linalg.norm(gradient - expected) <= 1e-7 * np.linalg.norm(expected)


@pytest.mark.parametrize("loss", [*LOSSES.values(), Huber(0.3), Pinball((0.1, 0.8))])
@pytest.mark.parametrize(("every_step", "n_warmup"), [(True, 0), (True, 4), (False, 0)])
def test_a_fused_loss_is_the_loss(loss, every_step, n_warmup):
    objective, params = make_objective("lstm", loss, every_step, n_warmup)

    class Unknown:
        def __call__(self, y_true, y_pred):
            return loss(y_true, y_pred)

    other, _ = make_objective("lstm", Unknown(), every_step, n_warmup)

    value, gradient = objective.value_and_gradient(params)

    expected_value, expected = other.value_and_gradient(params)
    assert value == pytest.approx(expected_value, rel=1e-14)
    np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-15)


def test_a_subclass_of_a_loss_is_not_taken_for_its_base():
    known, params = make_objective("tanh", SquaredError())
    doubled, _ = make_objective("tanh", DoubledError())

    value, gradient = doubled.value_and_gradient(params)

    base_value, base_gradient = known.value_and_gradient(params)
    assert fused(DoubledError(), 2) is None
    assert value == pytest.approx(2 * base_value)
    np.testing.assert_allclose(gradient, 2 * base_gradient, rtol=1e-12)


weighted_losses = pytest.mark.parametrize("loss", [*LOSSES.values(), Pinball((0.1, 0.8))])


@weighted_losses
@pytest.mark.parametrize(("every_step", "n_warmup"), [(True, 0), (True, 4), (False, 0)])
def test_a_weight_counts_as_often_as_it_says(loss, every_step, n_warmup):
    shape = (11, 7) if every_step else (7,)
    counts = np.random.default_rng(1).integers(0, 4, shape)
    objective, params = make_objective("gru", loss, every_step, n_warmup, weights=1.0 * counts)
    objective.y[counts == 0] = np.nan

    value, gradient = objective.value_and_gradient(params)

    prediction, _ = objective.network.predict(params, objective.x)
    scored = np.repeat(np.arange(counts[n_warmup:].size), counts[n_warmup:].ravel())
    y, p = (a[n_warmup:].reshape(-1, 2)[scored] for a in (objective.y, prediction))
    assert value == pytest.approx(loss(y, p)[0], rel=1e-12)
    expected = naive.gradient(lambda p: objective.value_and_gradient(p)[0], params)
    assert np.linalg.norm(gradient - expected) <= 1e-7 * np.linalg.norm(expected)


sums_over_outputs = [loss for name, loss in LOSSES.items() if name != "cross_entropy"]


@pytest.mark.parametrize("loss", [*sums_over_outputs, Pinball((0.1, 0.8)), StudentT(3.0)])
@pytest.mark.parametrize(("every_step", "n_warmup"), [(True, 0), (True, 4), (False, 0)])
@pytest.mark.parametrize("n_sequences", [7, 40])
def test_each_target_has_a_weight_of_its_own(loss, every_step, n_warmup, n_sequences):
    n_each = getattr(loss, "n_per_target", 1)
    shape = (11, n_sequences, 2 // n_each) if every_step else (n_sequences, 2 // n_each)
    weights = np.maximum(np.random.default_rng(1).uniform(-0.5, 1.0, shape), 0.0)
    objective, params = make_objective(
        "tanh", loss, every_step, n_warmup, weights=weights, n_sequences=n_sequences, hidden_size=2
    )
    objective.y.reshape(*shape, n_each)[weights == 0] = np.nan

    value, gradient = objective.value_and_gradient(params)

    assert isinstance(objective._work, RowsObjective) == (n_sequences == 40)
    prediction, _ = objective.network.predict(params, objective.x)
    y, p = (a[n_warmup:].reshape(-1, n_each) for a in (objective.y, prediction))
    scored = np.ravel(weights[n_warmup:])
    total = sum(w * loss(y[k], p[k])[0] for k, w in enumerate(scored) if w)
    assert value == pytest.approx(total / scored.sum(), rel=1e-12)
    expected = naive.gradient(lambda p: objective.value_and_gradient(p)[0], params)
    assert np.linalg.norm(gradient - expected) <= 1e-7 * np.linalg.norm(expected)


@pytest.mark.parametrize("loss", [Huber(0.3), Pinball((0.1, 0.8)), LogCosh()])
def test_equal_weights_of_targets_are_none(loss):
    plain, params = make_objective("tanh", loss)
    n_targets = 1 if isinstance(loss, Pinball) else 2
    weights = None if isinstance(loss, LogCosh) else np.full((11, 7, n_targets), 0.25)

    value, gradient = replace(plain, weights=weights).value_and_gradient(params)

    assert value == pytest.approx(plain.value_and_gradient(params)[0], rel=1e-14)
    np.testing.assert_allclose(gradient, plain.value_and_gradient(params)[1], rtol=1e-12)


@pytest.mark.parametrize("every_step", [True, False])
@pytest.mark.parametrize("n_sequences", [7, 40])
@pytest.mark.parametrize("loss", [Pinball((0.1, 0.8)), Gaussian()])
def test_a_target_of_several_outputs_may_stand_there_once(every_step, n_sequences, loss):
    twice, params = make_objective("tanh", loss, every_step, n_sequences=n_sequences)
    once = twice.y[..., :1]
    twice.y[..., 1] = once[..., 0]

    value, gradient = replace(twice, y=once).value_and_gradient(params)

    assert value == twice.value_and_gradient(params)[0]
    np.testing.assert_array_equal(gradient, twice.value_and_gradient(params)[1])


def test_one_cross_entropy_has_one_weight():
    with pytest.raises(
        ValueError, match=r"weights must have shape \(11, 7\) for CrossEntropy, got"
    ):
        make_objective("tanh", LOSSES["cross_entropy"], weights=np.ones((11, 7, 2)))


def test_outputs_that_do_not_share_out_among_targets_are_refused():
    with pytest.raises(ValueError, match=r"Pinball.* needs 3 outputs for each target, got 2"):
        make_objective("tanh", Pinball((0.1, 0.5, 0.9)))


def naive_penalty(network, params):
    """Sum of the squares of all that is not a bias."""
    views = network.unpack(params)
    return sum(np.sum(view**2) for name, view in views.items() if not name.startswith("b"))


@pytest.mark.parametrize("cell", ["linear", "gru", "lstm"])
@pytest.mark.parametrize("hidden_size", [3, (3, 4)])
@pytest.mark.parametrize("n_sequences", [7, 40])
@pytest.mark.parametrize("loss", [Huber(), LogCosh()])
def test_l2_penalises_the_matrices(cell, hidden_size, n_sequences, loss):
    plain, params = make_objective(cell, loss, hidden_size=hidden_size, n_sequences=n_sequences)
    l2 = 0.3

    value, gradient, end = replace(plain, l2=l2).value_gradient_and_end(params)

    plain_value, plain_gradient, plain_end = plain.value_gradient_and_end(params)
    penalty = naive_penalty(plain.network, params)
    assert value == pytest.approx(plain_value + l2 * penalty, rel=1e-13)
    slope = naive.gradient(lambda p: l2 * naive_penalty(plain.network, p), params)
    np.testing.assert_allclose(gradient, plain_gradient + slope, rtol=0, atol=1e-8)
    np.testing.assert_array_equal(end, plain_end)


@pytest.mark.parametrize("hidden_size", [2, 5])
@pytest.mark.parametrize("n_sequences", [7, 700])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_l2_is_the_same_in_one_kernel_and_step_by_step(hidden_size, n_sequences, dtype):
    one, params = make_objective(
        "tanh", Huber(), hidden_size=hidden_size, n_sequences=n_sequences, dtype=dtype, l2=0.1
    )

    run = one.adam(params)
    losses = run.run(5)

    by_hand = Descent(StepByStep(one), params)
    np.testing.assert_array_equal(losses, by_hand.run(5))
    np.testing.assert_array_equal(run.params, by_hand.params)
    assert losses[0] == one.value_and_gradient(params)[0]
    assert replace(one, n_threads=2).value_and_gradient(params)[0] == losses[0]


@pytest.mark.parametrize("wrong", [-0.1, np.nan, np.inf])
def test_l2_is_a_finite_number_from_zero(wrong):
    with pytest.raises(ValueError, match="l2 must be a finite number from 0 upwards, got"):
        make_objective("tanh", Huber(), l2=wrong)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("every_step", [True, False])
@pytest.mark.parametrize("hidden_size", [5, (3, 4)])
def test_sequences_of_different_lengths_are_as_if_alone(cell, every_step, hidden_size):
    lengths = np.array([11, 3, 7, 1, 11, 10, 2])
    objective, params = make_objective(
        cell, LOSSES["huber"], every_step, lengths=lengths, hidden_size=hidden_size
    )
    for b, length in enumerate(lengths):
        objective.x[length:, b] = np.nan
        if every_step:
            objective.y[length:, b] = np.nan

    value, gradient = objective.value_and_gradient(params)

    alone = [
        Objective(
            objective.network,
            objective.loss,
            objective.x[:length, [b]],
            objective.y[:length, [b]] if every_step else objective.y[[b]],
        ).value_and_gradient(params)
        for b, length in enumerate(lengths)
    ]
    share = lengths / lengths.sum() if every_step else np.full(7, 1 / 7)
    assert value == pytest.approx(share @ [loss for loss, _ in alone], rel=1e-12)
    np.testing.assert_allclose(gradient, share @ [slope for _, slope in alone], rtol=1e-9)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("hidden_size", [5, (3, 4)])
def test_truncation_holds_the_carried_state_constant(cell, hidden_size):
    start = np.random.default_rng(2).standard_normal((7, CELLS[cell].n_states * 7))
    if hidden_size == 5:
        start = start[:, : CELLS[cell].n_states * 5]
    objective, params = make_objective(
        cell, LOSSES["squared_error"], hidden_size=hidden_size, start=start, truncation=4
    )

    value, gradient, end = objective.value_gradient_and_end(params)

    total, slopes, state = 0.0, 0.0, start
    for first in (0, 4, 8):
        part = slice(first, first + 4)
        chunk = Objective(
            objective.network, objective.loss, objective.x[part], objective.y[part], start=state
        )
        loss, slope, state = chunk.value_gradient_and_end(params)
        total, slopes = total + loss * len(chunk.x) / 11, slopes + slope * len(chunk.x) / 11
    assert value == pytest.approx(total, rel=1e-12)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(end, state, rtol=1e-12)


@pytest.mark.parametrize("cell", ["tanh", "gru"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_sequences", [1, 33, 700])
def test_threads_do_not_change_a_bit(cell, dtype, n_sequences):
    one, params = make_objective(cell, LOSSES["huber"], dtype=dtype, n_sequences=n_sequences)

    value, gradient = one.value_and_gradient(params)

    for n_threads in (2, 3, 8):
        several = replace(one, n_threads=n_threads)
        assert several.value_and_gradient(params)[0] == value
        np.testing.assert_array_equal(several.value_and_gradient(params)[1], gradient)
        run, run_alone = several.adam(params), one.adam(params)
        np.testing.assert_array_equal(run.run(5), run_alone.run(5))
        np.testing.assert_array_equal(run.params, run_alone.params)


@pytest.mark.parametrize("cell", ["linear", "gru"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("every_step", [True, False])
@pytest.mark.parametrize("by_target", [(), (2,)])
def test_small_networks_with_many_rows_compute_the_same_in_other_lanes(
    cell, dtype, every_step, by_target
):
    rng = np.random.default_rng(1)
    n_states = 5 * CELLS[cell].n_states
    objective, params = make_objective(
        cell,
        LOSSES["huber"],
        every_step,
        dtype=dtype,
        n_sequences=50,
        weights=rng.random((11, 50, *by_target) if every_step else (50, *by_target)),
        lengths=rng.integers(1, 12, 50),
        start=rng.standard_normal((50, n_states)),
        truncation=4,
    )

    value, gradient, end = objective.value_gradient_and_end(params)

    assert isinstance(objective._work, RowsObjective)
    units = objective.in_units()
    expected_value, expected, expected_end = units.value_gradient_and_end(params)
    rtol = 1e-5 if dtype == np.float32 else 1e-12
    assert value == pytest.approx(expected_value, rel=rtol)
    np.testing.assert_allclose(gradient, expected, rtol=10 * rtol, atol=rtol)
    np.testing.assert_allclose(end, expected_end, rtol=10 * rtol, atol=rtol)


def test_threads_share_an_objective():
    objective, params = make_objective("gru", LOSSES["squared_error"])
    points = [params * scale for scale in np.linspace(0.1, 1.5, 64)]
    alone = [objective.value_and_gradient(point) for point in points]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(objective.value_and_gradient, points))

    for (value, gradient), (expected_value, expected) in zip(together, alone, strict=True):
        assert value == expected_value
        np.testing.assert_array_equal(gradient, expected)


def test_each_call_returns_a_gradient_of_its_own():
    objective, params = make_objective("tanh", LOSSES["squared_error"])

    _, first = objective.value_and_gradient(params)
    kept = first.copy()
    objective.value_and_gradient(2 * params)

    np.testing.assert_array_equal(first, kept)


def test_a_used_objective_survives_pickling():
    objective, params = make_objective("lstm", LOSSES["huber"])
    value, gradient = objective.value_and_gradient(params)

    copy = pickle.loads(pickle.dumps(objective))

    assert copy.value_and_gradient(params)[0] == value
    np.testing.assert_array_equal(copy.value_and_gradient(params)[1], gradient)


@pytest.mark.parametrize("every_step", [True, False])
def test_float32_stays_below_the_seam(every_step):
    objective, params = make_objective("gru", LOSSES["huber"], every_step, dtype=np.float32)

    _, gradient = objective.value_and_gradient(params)
    prediction, end = objective.network.predict(params, objective.x)

    assert gradient.dtype == prediction.dtype == end.dtype == np.float64


def test_an_explosive_recurrence_gives_an_infinite_loss_and_no_gradient():
    objective, params = make_objective("linear", LOSSES["squared_error"])

    value, gradient = objective.value_and_gradient(1e60 * params)

    assert not np.isfinite(value)
    np.testing.assert_array_equal(gradient, 0.0)


def test_shapes_that_do_not_fit_are_refused_before_a_kernel_runs():
    objective, params = make_objective("gru", LOSSES["squared_error"])
    network, x, y = objective.network, objective.x, objective.y

    with pytest.raises(ValueError, match="needs x of shape"):
        Objective(network, LOSSES["squared_error"], x, y[1:])
    with pytest.raises(ValueError, match="needs x of shape"):
        Objective(network, LOSSES["squared_error"], x[:, :, :1], y)
    with pytest.raises(ValueError, match="n_warmup must be less than the 11 steps"):
        Objective(network, LOSSES["squared_error"], x, y, n_warmup=11)
    for name, shape in (("weights", (11, 7)), ("lengths", (7,)), ("start", (7, 5))):
        with pytest.raises(ValueError, match=rf"{name} must have shape \({shape[0]}, "[:-1]):
            Objective(network, LOSSES["squared_error"], x, y, **{name: np.ones((2, 2))})
    with pytest.raises(ValueError, match="params must have shape"):
        objective.value_and_gradient(params[1:])
    with pytest.raises(ValueError, match="params must have shape"):
        network.predict(np.append(params, 0.0), x)
    with pytest.raises(ValueError, match="x must have shape"):
        network.predict(params, x[:, :, :1])
    with pytest.raises(ValueError, match="start must have shape"):
        network.predict(params, x, np.zeros((1, network.state_size)))


def test_weights_and_lengths_need_a_loss_that_the_kernels_know():
    for name, values in (("weights", np.ones((11, 7))), ("lengths", np.full(7, 11))):
        with pytest.raises(ValueError, match=f"{name} need a loss of rnnts.losses"):
            make_objective("tanh", LogCosh(), **{name: values})


def test_weights_that_weigh_nothing_are_refused():
    for wrong in (np.nan, np.inf, -1.0):
        weights = np.ones((11, 7))
        weights[3, 2] = wrong
        with pytest.raises(ValueError, match="weights must be finite numbers from 0"):
            make_objective("tanh", LOSSES["huber"], weights=weights)
    objective, params = make_objective("tanh", LOSSES["huber"], weights=np.zeros((11, 7)))
    with pytest.raises(ValueError, match="no prediction has a weight above zero"):
        objective.value_and_gradient(params)


def test_lengths_outside_the_steps_are_refused():
    for wrong in (0, 12):
        with pytest.raises(ValueError, match="lengths must lie between 1 and the 11 steps"):
            make_objective("tanh", LOSSES["huber"], lengths=np.full(7, wrong))


def test_a_size_that_cannot_fit_is_refused_before_anything_is_allocated():
    network = Network(CELLS["tanh"], 1, 1000, 1)
    x = np.broadcast_to(0.0, (10**9, 32, 1))

    objective = Objective(network, LOSSES["squared_error"], x, x)

    with pytest.raises(MemoryError, match=r"this needs [\d,]+ bytes of working memory"):
        objective.value_and_gradient(np.zeros(network.n_params))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("hidden_size", "n_sequences"), [(5, 1), ((3, 17), 33)])
def test_stepping_equals_running_through(cell, dtype, hidden_size, n_sequences):
    objective, params = make_objective(
        cell, LOSSES["huber"], dtype=dtype, hidden_size=hidden_size, n_sequences=n_sequences
    )
    network, x = objective.network, objective.x
    start = np.random.default_rng(1).standard_normal((n_sequences, network.state_size))
    prediction, end = network.predict(params, x, start)

    stepper = Stepper(network, params, start)
    steps = np.array([stepper.step(x_t) for x_t in x])

    np.testing.assert_array_equal(steps, prediction)
    np.testing.assert_array_equal(stepper.state, end)


@pytest.mark.parametrize(("n_inputs", "n_outputs"), [(48, 1), (1, 48)])
def test_many_inputs_and_outputs_are_not_written_out_in_machine_code(n_inputs, n_outputs):
    """LLVM would take minutes for a hundred of each."""
    x, y = np.zeros((5, 40, n_inputs)), np.zeros((5, 40, n_outputs))
    network = Network(CELLS["gru"], n_inputs, 2, n_outputs)

    objective = Objective(network, LOSSES["squared_error"], x, y)

    assert not isinstance(objective._work, RowsObjective)
