"""Training of small networks in lanes: many steps in one call, threads, and the cache."""

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

from rnnts._descent import Descent
from rnnts.kernels.lanes.rows import RowsObjective
from tests.kernels.lanes_cases import CASES, make_data, make_params, make_rows, make_series

# A network with several drives to a unit, and one in the other scalar type.
TRAINED = [CASES[4], CASES[7]]
trained_cases = pytest.mark.parametrize("case", TRAINED, ids=lambda case: case.id)


def numpy_adam(gradient, mean, variance, params, count, learning_rate):
    mean = 0.9 * mean + 0.1 * gradient
    variance = 0.999 * variance + 0.001 * gradient**2
    spread = np.sqrt(variance / (1 - 0.999**count)) + 1e-8
    return mean, variance, params - learning_rate * mean / (1 - 0.9**count) / spread


def make_both(case, count, n_threads=1):
    data = make_data(case, count, weighted=case.is_weighted)
    series, rows = make_series(case, data, n_threads), make_rows(case, data, n_threads)
    return (series, make_params(case, count)), (rows, make_params(case))


def training(objective, params, **settings):
    if isinstance(objective, RowsObjective):
        return Descent(objective, params, **settings)
    return objective.adam(params, **settings)


@trained_cases
@pytest.mark.parametrize("placement", [0, 1], ids=["series", "rows"])
def test_a_run_matches_numpy(case, placement):
    objective, params = make_both(case, 33)[placement]
    rates = np.array([0.05, 0.04, 0.03, 0.02, 0.01])
    run = training(objective, params, learning_rate=0.5)

    losses = run.run(5, rates)

    is_single = case.dtype == np.float32
    expected, mean, variance = params, np.zeros_like(params), np.zeros_like(params)
    for k, rate in enumerate(rates):
        value, gradient = objective.value_and_gradient(expected)
        np.testing.assert_allclose(losses[k], value, rtol=1e-4 if is_single else 1e-9)
        mean, variance, expected = numpy_adam(gradient, mean, variance, expected, k + 1, rate)
    # Adam divides by the size of the gradient, rounding and all.
    np.testing.assert_allclose(run.params, expected, rtol=0, atol=2e-3 if is_single else 1e-8)
    assert run.count == 5


@trained_cases
def test_a_penalty_and_a_longest_gradient_match_numpy(case):
    objective, params = make_both(case, 33)[0]
    costs = np.random.default_rng(1).uniform(0.0, 0.1, params.shape[1])
    costs[::3] = 0.0
    run = objective.adam(params, learning_rate=0.01, clip_norm=0.1, costs=costs)

    losses = run.run(4)

    is_single = case.dtype == np.float32
    expected, mean, variance = params, np.zeros_like(params), np.zeros_like(params)
    for step in range(4):
        value, gradient = objective.value_and_gradient(expected)
        np.testing.assert_allclose(losses[step], value, rtol=1e-4 if is_single else 1e-9)
        gradient = gradient + 2 * costs * expected
        norms = np.linalg.norm(gradient, axis=1, keepdims=True)
        assert (norms > 0.1).any()
        gradient = gradient * np.minimum(1.0, 0.1 / norms)
        mean, variance, expected = numpy_adam(gradient, mean, variance, expected, step + 1, 0.01)
    np.testing.assert_allclose(run.params, expected, rtol=0, atol=2e-3 if is_single else 1e-8)


@trained_cases
def test_steps_in_one_call_or_in_several_are_the_same(case):
    for objective, params in make_both(case, 1_001):
        at_once, one_by_one = training(objective, params), training(objective, params)

        together = at_once.run(5)
        apart = np.concatenate([one_by_one.run(1) for _ in range(5)])

        np.testing.assert_array_equal(together, apart)
        np.testing.assert_array_equal(at_once.params, one_by_one.params)
        assert not np.array_equal(at_once.params, params)


@trained_cases
@pytest.mark.parametrize("count", [33, 1_001])
def test_threads_do_not_change_a_bit(case, count):
    pairs = zip(make_both(case, count), make_both(case, count, n_threads=2), strict=True)
    for (alone, params), (together, _) in pairs:
        one, two = training(alone, params), training(together, params)

        np.testing.assert_array_equal(one.run(3), two.run(3))
        np.testing.assert_array_equal(one.params, two.params)
        for a, b in zip(
            alone.value_gradient_and_end(params),
            together.value_gradient_and_end(params),
            strict=True,
        ):
            np.testing.assert_array_equal(a, b)


def test_a_network_whose_loss_is_nan_stands_still():
    case = TRAINED[0]
    data, params = make_data(case, 5, weighted=case.is_weighted), make_params(case, 5)
    data.y[-1, 3] = np.nan
    series = training(make_series(case, data), params)
    rows = training(make_rows(case, data), params[0])

    losses, values = series.run(3), rows.run(3)

    assert np.isnan(losses[:, 3]).all()
    assert np.isfinite(np.delete(losses, 3, axis=1)).all()
    np.testing.assert_array_equal(series.params[3], params[3])
    assert np.isnan(values).tolist() == [True]
    np.testing.assert_array_equal(rows.params, params[0])


@trained_cases
def test_an_objective_survives_a_pickle(case):
    for objective, params in make_both(case, 33):
        expected = objective.value_and_gradient(params)

        result = pickle.loads(pickle.dumps(objective)).value_and_gradient(params)

        for ours, theirs in zip(result, expected, strict=True):
            np.testing.assert_array_equal(ours, theirs)


FIRST_USE = """
import numpy as np
from rnnts.cells import CELLS
from rnnts._descent import Descent
from rnnts.kernels.lanes import entries as lanes
from rnnts.kernels.lanes.rows import RowsObjective
from rnnts.kernels.lanes.series import SeriesLanes
from rnnts.kernels.lanes.training import series_objective, windows_objective
from rnnts.kernels.loss_codes import HUBER, LossCode

entries = [lanes.series_gradient, lanes.series_adam, lanes.rows_gradient, lanes.rows_descend,
           lanes.run]
assert not any(entry.overloads for entry in entries), "compiled at import"
x = np.zeros((3, 2, 1))
shape = SeriesLanes(CELLS["tanh"], 1, 1, 1)
params = np.zeros((2, shape.n_params))
# Another bend is no other kernel.
for loss in (LossCode(HUBER, (1.0,)), LossCode(HUBER, (2.0,))):
    rows = RowsObjective(CELLS["tanh"], 1, x, x, loss)
    windows = windows_objective(shape, x[..., 0], loss)
    for objective in (series_objective(shape, x, x, loss), windows):
        objective.value_and_gradient(params)
        objective.starting_from(np.ones((2, 1))).value_gradient_and_end(params)
        objective.adam(params).run(2)
    rows.value_and_gradient(params[0])
    Descent(rows, params[0]).run(2)
shape.run(shape.pack(params), x, shape.pack(np.zeros((2, 1))))
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

    assert counts == [[*"1111100000"], [*"0000011111"]]
