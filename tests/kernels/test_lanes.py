"""Small networks in lanes, against the driver of one network, a slow recurrence and differences."""

import itertools
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.kernels.adam import adam_step
from rnnts.kernels.lanes_rows import RowsObjective
from rnnts.kernels.lanes_series import SeriesLanes
from rnnts.kernels.lanes_training import series_objective, windows_objective
from rnnts.losses import LOSSES, fused
from tests import naive

N_STEPS = 9
SQUARED = fused(LOSSES["squared_error"], 1)

SIZES = [(1, 1, 1, False), (2, 3, 2, True), (3, 5, 1, False)]  # inputs, units, outputs, skip
COUNTS = [1, 5, 33]  # below and above a block of lanes, and never a multiple of one

every_cell = pytest.mark.parametrize("cell", CELLS)
every_loss = pytest.mark.parametrize("loss", LOSSES)
every_size = pytest.mark.parametrize("sizes", SIZES)
every_dtype = pytest.mark.parametrize("dtype", [np.float64, np.float32])
readouts = pytest.mark.parametrize(("every_step", "n_warmup"), [(True, 0), (True, 4), (False, 0)])


def make_data(sizes, count, every_step=True, seed=3):
    n_inputs, _, n_outputs, _ = sizes
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((N_STEPS, count, n_inputs))
    y = 2 * rng.standard_normal((N_STEPS, count, n_outputs))
    return x, y if every_step else y[-1:], rng


def make_series(cell, loss, sizes, count, every_step=True, n_warmup=0, dtype=np.float64):
    n_inputs, hidden_size, n_outputs, skip = sizes
    x, y, rng = make_data(sizes, count, every_step)
    lanes = SeriesLanes(CELLS[cell], n_inputs, hidden_size, n_outputs, skip, dtype)
    objective = series_objective(lanes, x, y, fused(LOSSES[loss], sizes[2]), n_warmup)
    return objective, rng.uniform(-0.6, 0.6, (count, lanes.n_params)), x, y


def make_rows(cell, loss, sizes, count, every_step=True, n_warmup=0, dtype=np.float64):
    _, hidden_size, _, skip = sizes
    x, y, rng = make_data(sizes, count, every_step)
    objective = RowsObjective(
        CELLS[cell], hidden_size, x, y, fused(LOSSES[loss], sizes[2]), n_warmup, skip, dtype
    )
    return objective, rng.uniform(-0.6, 0.6, objective.network.n_params)


def one_objective(cell, loss, sizes, x, y, every_step=True, n_warmup=0):
    """What computes the same for one network, by other means."""
    n_inputs, hidden_size, n_outputs, skip = sizes
    network = Network(CELLS[cell], n_inputs, hidden_size, n_outputs, every_step, skip)
    return Objective(network, LOSSES[loss], x, y if every_step else y[0], n_warmup)


def poison(objective):
    """Run once, and leave NaN in the memory that the next call will find."""
    with objective._workspaces.one() as memory:
        memory[:] = np.nan


def assert_close(result, expected, dtype):
    # In float32 a small error of prediction is the difference of two numbers of order one.
    rel, floor = (1e-12, 1e-14) if dtype == np.float64 else (1e-5, 1e-5)
    for ours, theirs in zip(result, expected, strict=True):
        assert np.linalg.norm(ours - theirs) <= rel * np.linalg.norm(theirs) + floor


@every_cell
@every_size
@every_dtype
@readouts
def test_series_match_networks_run_one_by_one(cell, sizes, dtype, every_step, n_warmup):
    for loss, count in itertools.product(LOSSES, COUNTS):
        objective, params, x, y = make_series(cell, loss, sizes, count, every_step, n_warmup, dtype)
        poison(objective)

        losses, gradient = objective.value_and_gradient(params)

        assert losses.dtype == np.float64
        for b in range(count):
            one = one_objective(cell, loss, sizes, x[:, [b]], y[:, [b]], every_step, n_warmup)
            expected = one.value_and_gradient(params[b])
            assert_close((losses[b], gradient[b]), expected, dtype)


@every_cell
@every_size
@every_dtype
@readouts
def test_rows_match_the_driver(cell, sizes, dtype, every_step, n_warmup):
    for loss, count in itertools.product(LOSSES, COUNTS):
        objective, params = make_rows(cell, loss, sizes, count, every_step, n_warmup, dtype)
        poison(objective)

        result = objective.value_and_gradient(params)

        one = one_objective(cell, loss, sizes, objective.x, objective.y, every_step, n_warmup)
        assert_close(result, one.value_and_gradient(params), dtype)


@every_cell
@every_loss
@every_size
def test_series_gradient_matches_central_differences(cell, loss, sizes):
    objective, params, _, _ = make_series(cell, loss, sizes, 5)
    step = 1e-6

    _, gradient = objective.value_and_gradient(params)

    differences = np.empty_like(gradient)
    for k in range(params.shape[1]):
        up, down = params.copy(), params.copy()
        up[:, k] += step
        down[:, k] -= step
        rise = objective.value_and_gradient(up)[0] - objective.value_and_gradient(down)[0]
        differences[:, k] = rise / (2 * step)
    gap = np.linalg.norm(gradient - differences, axis=1)
    assert np.all(gap <= 1e-7 * np.linalg.norm(gradient, axis=1))


@every_cell
@every_loss
@every_size
def test_rows_gradient_matches_central_differences(cell, loss, sizes):
    objective, params = make_rows(cell, loss, sizes, 5)

    _, gradient = objective.value_and_gradient(params)

    expected = naive.gradient(lambda p: objective.value_and_gradient(p)[0], params)
    assert np.linalg.norm(gradient - expected) <= 1e-7 * np.linalg.norm(gradient)


@every_cell
@every_loss
@every_size
def test_losses_match_the_naive_recurrence(cell, loss, sizes):
    objective, params, x, y = make_series(cell, loss, sizes, 5)
    network = one_objective(cell, loss, sizes, x, y).network

    losses, _ = objective.value_and_gradient(params)

    start = np.zeros(network.state_size)
    for b in range(5):
        prediction, _ = naive.run(cell, network.unpack(params[b]), x[:, b], start)
        assert losses[b] == pytest.approx(naive.LOSSES[loss](y[:, b], prediction), rel=1e-13)


def test_ten_thousand_networks_match_networks_run_one_by_one():
    count, sizes = 10_001, SIZES[1]
    objective, params, x, y = make_series("tanh", "squared_error", sizes, count)

    losses, gradient = objective.value_and_gradient(params)

    for b in (0, 1, 4_999, 9_983, 9_984, 9_999, 10_000):
        one = one_objective("tanh", "squared_error", sizes, x[:, [b]], y[:, [b]])
        assert_close((losses[b], gradient[b]), one.value_and_gradient(params[b]), np.float64)
    assert losses.shape == (count,)
    assert np.isfinite(losses).all()
    assert np.isfinite(gradient).all()


def test_ten_thousand_rows_match_the_driver():
    sizes = SIZES[1]
    objective, params = make_rows("tanh", "huber", sizes, 10_001)

    result = objective.value_and_gradient(params)

    one = one_objective("tanh", "huber", sizes, objective.x, objective.y)
    assert_close(result, one.value_and_gradient(params), np.float64)


@pytest.mark.parametrize("n_steps", [1, 31, 32, 33, 70])
@pytest.mark.parametrize("n_warmup", [0, 35])
@pytest.mark.parametrize("cell", ["tanh", "lstm"])
def test_any_number_of_steps(cell, n_steps, n_warmup):
    n_warmup = min(n_warmup, n_steps - 1)
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((n_steps, 3, 2)), rng.standard_normal((n_steps, 3, 2))
    lanes = SeriesLanes(CELLS[cell], 2, 3, 2, True, np.float64)
    params = rng.uniform(-0.6, 0.6, (3, lanes.n_params))

    losses, gradient = series_objective(lanes, x, y, SQUARED, n_warmup).value_and_gradient(params)

    for b in range(3):
        one = one_objective(
            cell, "squared_error", SIZES[1], x[:, [b]], y[:, [b]], n_warmup=n_warmup
        )
        assert_close((losses[b], gradient[b]), one.value_and_gradient(params[b]), np.float64)


@pytest.mark.parametrize(("n_lags", "horizon"), [(1, 1), (3, 1), (3, 2)])
@pytest.mark.parametrize("n_warmup", [0, 2])
def test_windows_of_a_series_equal_windows_cut_out(n_lags, horizon, n_warmup):
    rng = np.random.default_rng(0)
    series = rng.standard_normal((20, 7))
    lanes = SeriesLanes(CELLS["tanh"], n_lags, 3, horizon, dtype=np.float64)
    params = rng.uniform(-0.6, 0.6, (7, lanes.n_params))
    windows = np.lib.stride_tricks.sliding_window_view(series, n_lags + horizon, axis=0)
    cut_out = series_objective(
        lanes, windows[..., :n_lags], windows[..., n_lags:], SQUARED, n_warmup
    )

    losses, gradient = windows_objective(lanes, series, SQUARED, n_warmup).value_and_gradient(
        params
    )

    expected, expected_gradient = cut_out.value_and_gradient(params)
    np.testing.assert_array_equal(losses, expected)
    np.testing.assert_array_equal(gradient, expected_gradient)


@every_cell
@every_dtype
def test_nan_in_one_series_stays_there(cell, dtype):
    sizes = SIZES[1]
    clean, params, x, y = make_series(cell, "squared_error", sizes, 33, dtype=dtype)
    x[4, 7] = np.nan
    y[2, 9] = np.nan
    spoilt = series_objective(clean.lanes, x, y, SQUARED)

    losses, gradient = spoilt.value_and_gradient(params)

    expected, expected_gradient = clean.value_and_gradient(params)
    others = np.delete(np.arange(33), [7, 9])
    assert np.isnan(losses[[7, 9]]).all()
    np.testing.assert_array_equal(gradient[[7, 9]], 0.0)
    np.testing.assert_array_equal(losses[others], expected[others])
    np.testing.assert_array_equal(gradient[others], expected_gradient[others])


@every_cell
@every_loss
def test_nan_in_a_row_gives_nan_loss_and_no_gradient(cell, loss):
    objective, params = make_rows(cell, loss, SIZES[1], 5)
    objective.x[4, 2] = np.nan

    value, gradient = objective.value_and_gradient(params)

    assert np.isnan(value)
    np.testing.assert_array_equal(gradient, 0.0)


def test_an_exploding_network_leaves_the_others_alone():
    objective, params, _, _ = make_series("linear", "squared_error", SIZES[1], 5)
    expected, _ = objective.value_and_gradient(params)
    params[2] = 1e60

    losses, gradient = objective.value_and_gradient(params)

    assert not np.isfinite(losses[2])
    np.testing.assert_array_equal(gradient[2], 0.0)
    np.testing.assert_array_equal(np.delete(losses, 2), np.delete(expected, 2))


@pytest.mark.parametrize("count", [33, 1_001])
@every_dtype
def test_threads_do_not_change_a_bit(count, dtype):
    series, params, _, _ = make_series("tanh", "huber", SIZES[1], count, dtype=dtype)
    rows, shared = make_rows("tanh", "huber", SIZES[1], count, dtype=dtype)
    alone = [
        *series.value_and_gradient(params),
        *rows.value_and_gradient(shared),
        series.adam(params).step(),
    ]

    together = [
        *replace(series, n_threads=2).value_and_gradient(params),
        *replace(rows, n_threads=2).value_and_gradient(shared),
        replace(series, n_threads=2).adam(params).step(),
    ]

    for one, two in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, two)


@every_dtype
@pytest.mark.parametrize("count", [1, 33])
def test_adam_step_matches_numpy(dtype, count):
    objective, params, _, _ = make_series("tanh", "squared_error", SIZES[1], count, dtype=dtype)
    adam = objective.adam(params, learning_rate=0.05)
    expected = params.astype(dtype)
    mean = variance = np.zeros_like(params)

    for step in range(1, 6):
        losses = adam.step()
        expected_losses, gradient = objective.value_and_gradient(expected)
        np.testing.assert_allclose(
            losses, expected_losses, rtol=1e-4 if dtype == np.float32 else 1e-9
        )
        mean, variance, expected = numpy_adam(gradient, mean, variance, expected, step, 0.05)

    # Adam divides by the size of the gradient, rounding and all.
    np.testing.assert_allclose(
        adam.params, expected, rtol=0, atol=2e-3 if dtype == np.float32 else 1e-9
    )


def test_adam_halts_where_the_loss_is_nan():
    clean, params, x, y = make_series("tanh", "squared_error", SIZES[1], 5)
    y[2, 3] = np.nan
    adam = series_objective(clean.lanes, x, y, SQUARED).adam(params)

    for _ in range(3):
        losses = adam.step()

    assert np.isnan(losses[3])
    np.testing.assert_array_equal(adam.params[3], params[3])
    assert np.isfinite(np.delete(losses, 3)).all()


@pytest.mark.parametrize("size", [1, 16, 37])
@every_dtype
def test_adam_on_a_flat_vector_matches_numpy(size, dtype):
    rng = np.random.default_rng(0)
    params, gradient, mean = rng.standard_normal((3, size)).astype(dtype)
    variance = rng.random(size).astype(dtype)
    new_mean, new_variance, expected = numpy_adam(gradient, mean, variance, params, 3, 0.1)

    adam_step(params, gradient, mean, variance, 3, (0.1, 0.9, 0.999, 1e-8))

    rtol = 1e-5 if dtype == np.float32 else 1e-13
    np.testing.assert_allclose(mean, new_mean, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(variance, new_variance, rtol=rtol)
    np.testing.assert_allclose(params, expected, rtol=rtol, atol=rtol)


def numpy_adam(gradient, mean, variance, params, count, learning_rate):
    mean = 0.9 * mean + 0.1 * gradient
    variance = 0.999 * variance + 0.001 * gradient**2
    spread = np.sqrt(variance / (1 - 0.999**count)) + 1e-8
    return mean, variance, params - learning_rate * mean / (1 - 0.9**count) / spread


@every_cell
@every_size
@every_dtype
def test_running_step_by_step_matches_the_naive_recurrence(cell, sizes, dtype):
    objective, params, x, y = make_series(cell, "squared_error", sizes, 5, dtype=dtype)
    lanes, network = objective.lanes, one_objective(cell, "squared_error", sizes, x, y).network
    packed, states = lanes.pack(params), lanes.pack(np.zeros((5, lanes.state_size)))

    predictions = np.concatenate([lanes.run(packed, x[[t]], states) for t in range(N_STEPS)])

    tolerance = 1e-5 if dtype == np.float32 else 1e-12
    for b in range(5):
        start = np.zeros(network.state_size)
        expected, end = naive.run(cell, network.unpack(params[b]), x[:, b], start)
        np.testing.assert_allclose(predictions[:, b], expected, rtol=tolerance, atol=tolerance)
        state = lanes.unpack(states, 5)[b]
        np.testing.assert_allclose(state, end, rtol=tolerance, atol=tolerance)


def test_running_through_equals_running_step_by_step():
    objective, params, x, _ = make_series("lstm", "squared_error", SIZES[1], 33)
    lanes, packed = objective.lanes, objective.lanes.pack(params)
    whole, single = (lanes.pack(np.zeros((33, lanes.state_size))) for _ in range(2))

    through = lanes.run(packed, x, whole, n_threads=2)
    stepped = np.concatenate([lanes.run(packed, x[[t]], single) for t in range(N_STEPS)])

    np.testing.assert_array_equal(through, stepped)
    np.testing.assert_array_equal(lanes.unpack(whole, 33), lanes.unpack(single, 33))


@every_cell
@every_size
def test_flat_vectors_are_ordered_as_those_of_a_network(cell, sizes):
    n_inputs, hidden_size, n_outputs, skip = sizes
    lanes = SeriesLanes(CELLS[cell], n_inputs, hidden_size, n_outputs, skip)
    network = Network(CELLS[cell], n_inputs, hidden_size, n_outputs, skip=skip)

    present = {name for name, shape in network.shapes.items() if np.prod(shape)}

    starts = lanes.network.starts
    assert present == {a for a, b in itertools.pairwise(starts) if starts[a] < starts[b]}
    assert lanes.n_params == network.n_params


@pytest.mark.parametrize("count", [1, 5, 64, 10_001])
def test_unpack_reverses_pack(count):
    lanes = SeriesLanes(CELLS["gru"], 1, 2, 1)
    values = np.arange(3.0 * count, dtype=np.float32).reshape(count, 3)

    np.testing.assert_array_equal(lanes.unpack(lanes.pack(values), count), values)


FIRST_USE = """
import numpy as np
from rnnts.cells import CELLS
from rnnts.kernels import adam, lanes
from rnnts.kernels.adam import adam_step
from rnnts.kernels.lanes_rows import RowsObjective
from rnnts.kernels.lanes_series import SeriesLanes
from rnnts.kernels.lanes_training import series_objective, windows_objective
from rnnts.kernels.loss_codes import LossCode

entries = [
    lanes.series_gradient, lanes.series_adam_step, lanes.rows_gradient, lanes.run, adam.adam_step
]
assert not any(entry.overloads for entry in entries), "compiled at import"
x = np.zeros((3, 2, 1))
for name in ("tanh", "lstm"):
    shape = SeriesLanes(CELLS[name], 1, 1, 1)
    params = np.zeros((2, shape.n_params))
    for objective in (series_objective(shape, x, x), windows_objective(shape, x[..., 0])):
        objective.value_and_gradient(params)
        objective.adam(params).step()
    shape.run(shape.pack(params), x, shape.pack(np.zeros((2, shape.state_size))))
    rows = RowsObjective(CELLS[name], 1, x, x, LossCode(0, (0.0,)))
    rows.value_and_gradient(params[0])
adam.adam_step(*np.ones((4, 5)), 1, (0.1, 0.9, 0.999, 1e-8))
print(*(sum(getattr(entry.stats, kind).values())
        for kind in ("cache_misses", "cache_hits") for entry in entries))
"""


def test_a_second_process_compiles_nothing(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}

    counts = [
        subprocess.run(
            [sys.executable, "-c", FIRST_USE],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for _ in range(2)
    ]

    assert counts == [[*"2222100000"], [*"0000022221"]]
