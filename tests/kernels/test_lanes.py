"""Losses and gradients of small networks in lanes, against a slow recurrence and differences."""

import itertools

import numpy as np
import pytest

from rnnts._network import Network
from rnnts.cells import CELLS
from rnnts.kernels.lanes.rows import RowsObjective
from rnnts.kernels.lanes.series import SeriesLanes
from rnnts.kernels.lanes.training import series_objective, windows_objective
from rnnts.kernels.loss_codes import SQUARED_ERROR, LossCode
from tests import naive
from tests.kernels.lanes_cases import (
    CASES,
    SIZES,
    assert_slopes_match,
    make_data,
    make_params,
    make_rows,
    make_series,
    naive_loss,
    naive_sums,
    poisoned,
    single_loss,
)

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
exact_cases = pytest.mark.parametrize("case", CASES[:6], ids=lambda case: case.id)
# What differs while one compiled kernel runs.
PASSES = [
    {},
    {"n_warmup": 4, "start": True},
    {"n_read": 1, "start": True},
    {"start": True, "truncation": 4},
    {"n_steps": 20, "n_warmup": 3, "truncation": 1},
]


def tolerance(case):
    return 1e-12 if case.dtype == np.float64 else 2e-5


@every_case
def test_series_match_the_naive_recurrence(case):
    for count, setting in zip(itertools.cycle([5, 33, 1]), PASSES, strict=False):
        data = make_data(case, count, weighted=case.is_weighted, **setting)
        params = make_params(case, count)

        losses, gradient, end = poisoned(make_series(case, data)).value_gradient_and_end(params)

        assert losses.dtype == np.float64
        for b in {0, count // 2, count - 1}:
            row = data.of([b])
            loss, last = naive_loss(case, params[b], row), naive_sums(case, params[b], row)[2]
            np.testing.assert_allclose(losses[b], loss, rtol=tolerance(case))
            np.testing.assert_allclose(end[b], last, rtol=0, atol=tolerance(case))
            assert_slopes_match(case, params[b], row, gradient[b])


@every_case
def test_rows_match_the_naive_recurrence(case):
    for number, (count, setting) in enumerate(
        zip(itertools.cycle(case.counts), PASSES, strict=False)
    ):
        data = make_data(case, count, weighted=number % 2 == 1, **setting)
        params = make_params(case)

        value, gradient, end = poisoned(make_rows(case, data)).value_gradient_and_end(params)

        assert value == pytest.approx(naive_loss(case, params, data), rel=tolerance(case))
        assert_slopes_match(case, params, data, gradient)
        for b in {0, count // 2, count - 1}:
            last = naive_sums(case, params, data.of([b]))[2]
            np.testing.assert_allclose(end[b], last, rtol=0, atol=tolerance(case))


@exact_cases
def test_every_coordinate_matches_central_differences(case):
    data = make_data(case, 33, weighted=case.is_weighted)
    rows, series = make_rows(case, data), make_series(case, data)
    shared, params, step = make_params(case), make_params(case, 33), 1e-6

    _, rows_gradient = rows.value_and_gradient(shared)
    _, gradient = series.value_and_gradient(params)

    expected = naive.gradient(lambda p: rows.value_and_gradient(p)[0], shared)
    assert np.linalg.norm(rows_gradient - expected) <= 1e-7 * np.linalg.norm(expected)
    differences = np.empty_like(gradient)
    for k in range(params.shape[1]):
        move = step * np.eye(params.shape[1])[k]
        up, down = (series.value_and_gradient(params + sign * move)[0] for sign in (1, -1))
        differences[:, k] = (up - down) / (2 * step)
    gap = np.linalg.norm(gradient - differences, axis=1)
    assert np.all(gap <= 1e-7 * np.linalg.norm(gradient, axis=1) + 1e-9)


@exact_cases
@pytest.mark.parametrize("n_steps", [1, 15, 16, 17, 33])
def test_any_number_of_steps(case, n_steps):
    data = make_data(case, 3, n_steps, n_warmup=n_steps // 2, weighted=case.is_weighted)
    params = make_params(case, 3)

    losses, gradient = make_series(case, data).value_and_gradient(params)

    for b in range(3):
        row = data.of([b])
        assert losses[b] == pytest.approx(naive_loss(case, params[b], row), rel=1e-12)
        assert_slopes_match(case, params[b], row, gradient[b], n_directions=1)


@exact_cases
def test_ten_thousand_are_as_right_as_a_few(case):
    data, params = make_data(case, 10_001, weighted=case.is_weighted), make_params(case, 10_001)
    chosen = np.array([0, 1, 4_999, 9_983, 9_984, 9_999, 10_000])
    few = make_series(case, data.of(chosen)).value_and_gradient(params[chosen])

    losses, gradient = make_series(case, data).value_and_gradient(params)

    np.testing.assert_array_equal(losses[chosen], few[0])
    np.testing.assert_array_equal(gradient[chosen], few[1])
    weights = np.ones(losses.shape) if data.weights is None else data.weights.sum(axis=0)
    shared = np.tile(params[0], (10_001, 1))
    losses, gradient = make_series(case, data).value_and_gradient(shared)
    value, d_shared = make_rows(case, data).value_and_gradient(params[0])
    assert value == pytest.approx(np.average(losses, weights=weights), rel=1e-12)
    expected = np.average(gradient, axis=0, weights=weights)
    np.testing.assert_allclose(d_shared, expected, rtol=1e-9, atol=1e-13)


@every_case
def test_nan_in_one_series_stays_there(case):
    data, params = make_data(case, 33, weighted=case.is_weighted), make_params(case, 33)
    expected, expected_gradient = make_series(case, data).value_and_gradient(params)
    data.x[4, 7] = np.nan
    data.y[-1, 9] = np.nan

    losses, gradient = make_series(case, data).value_and_gradient(params)

    others = np.delete(np.arange(33), [7, 9])
    assert np.isnan(losses[[7, 9]]).all()
    np.testing.assert_array_equal(gradient[[7, 9]], 0.0)
    np.testing.assert_array_equal(losses[others], expected[others])
    np.testing.assert_array_equal(gradient[others], expected_gradient[others])


@every_case
@pytest.mark.parametrize("place", ["x", "y"])
def test_nan_in_a_row_gives_nan_loss_and_no_gradient(case, place):
    data = make_data(case, 33)
    getattr(data, place)[4, 2, 0] = np.nan

    value, gradient = make_rows(case, data).value_and_gradient(make_params(case))

    assert np.isnan(value)
    np.testing.assert_array_equal(gradient, 0.0)


def test_an_exploding_network_leaves_the_others_alone():
    data, params = make_data(CASES[0], 5), make_params(CASES[0], 5)
    expected, _ = make_series(CASES[0], data).value_and_gradient(params)
    params[2] = 1e60

    losses, gradient = make_series(CASES[0], data).value_and_gradient(params)

    assert not np.isfinite(losses[2])
    np.testing.assert_array_equal(gradient[2], 0.0)
    np.testing.assert_array_equal(np.delete(losses, 2), np.delete(expected, 2))


@every_case
def test_rows_without_weight_are_as_if_they_were_not_there(case):
    data = make_data(case, 47, weighted=True)
    data.weights[:, 40:] = 0.0
    data.y[:, 40:] = np.nan
    params = make_params(case)

    value, gradient = make_rows(case, data).value_and_gradient(params)

    fewer = make_rows(case, data.of(slice(0, 40)))
    expected, expected_gradient = fewer.value_and_gradient(params)
    assert value == pytest.approx(expected, rel=tolerance(case))
    size = np.linalg.norm(expected_gradient)
    assert np.linalg.norm(gradient - expected_gradient) <= tolerance(case) * size


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.is_weighted], ids=lambda case: case.id
)
def test_steps_without_weight_are_as_if_they_were_not_there(case):
    data, params = make_data(case, 5, weighted=True), make_params(case, 5)
    data.weights[6:] = 0.0
    data.y[6:] = np.nan
    data.weights[0] += 1.0

    losses, gradient = make_series(case, data).value_and_gradient(params)
    together = make_rows(case, data).value_and_gradient(params[0])

    shorter = data.of_steps(slice(6))
    expected, expected_gradient = make_series(case, shorter).value_and_gradient(params)
    np.testing.assert_allclose(losses, expected, rtol=tolerance(case))
    size = np.abs(expected_gradient).max()
    np.testing.assert_allclose(
        gradient, expected_gradient, rtol=0, atol=10 * tolerance(case) * size
    )
    expected, _ = make_rows(case, shorter).value_and_gradient(params[0])
    assert together[0] == pytest.approx(expected, rel=tolerance(case))


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.sizes[2] > 1 and case.loss != "cross_entropy"],
    ids=lambda case: case.id,
)
def test_targets_have_weights_of_their_own(case):
    n_targets = case.sizes[2] // case.n_per_target
    data, params = make_data(case, 33, n_warmup=2), make_params(case, 33)
    weights = np.random.default_rng(1).integers(0, 3, (9, 33, n_targets)) + 0.0
    weights[-1] += 1.0
    data.y.reshape(9, 33, n_targets, -1)[weights == 0] = np.nan
    data = data._replace(weights=weights)

    losses, gradient = make_series(case, data).value_and_gradient(params)
    value, d_shared = make_rows(case, data).value_and_gradient(params[0])

    def weighted_sum(theta, b):
        views, start = case.network.unpack(theta), np.zeros(case.network.state_size)
        prediction, _ = naive.run(case.cell, views, data.x[:, b], start)
        scored = [(t, k) for t in range(2, 9) for k in range(n_targets) if weights[t, b, k]]
        return sum(
            weights[t, b, k] * single_loss(case, k, data.y[t, b], prediction[t]) for t, k in scored
        )

    shares = weights[2:].sum(axis=(0, 2))
    direction = np.random.default_rng(5).standard_normal(case.network.n_params)
    for b in (0, 32):
        assert losses[b] == pytest.approx(
            weighted_sum(params[b], b) / shares[b], rel=tolerance(case)
        )
        ends = [weighted_sum(params[b] + s * direction, b) / shares[b] for s in (1e-6, -1e-6)]
        size = np.linalg.norm(gradient[b]) * np.linalg.norm(direction)
        slope = (ends[0] - ends[1]) / 2e-6
        assert abs(gradient[b] @ direction - slope) <= 1e4 * tolerance(case) * size + 1e-8
    totals = [weighted_sum(params[0], b) for b in range(33)]
    assert value == pytest.approx(sum(totals) / shares.sum(), rel=tolerance(case))
    shared = make_series(case, data).value_and_gradient(np.tile(params[0], (33, 1)))[1]
    size = np.abs(d_shared).max()
    np.testing.assert_allclose(
        d_shared, shares @ shared / shares.sum(), rtol=0, atol=10 * tolerance(case) * size
    )


def test_weights_fit_the_terms_of_the_loss():
    case = next(case for case in CASES if case.loss == "cross_entropy" and case.sizes[2] > 1)
    data = make_data(case, 5)
    data = data._replace(weights=np.ones((9, 5, case.sizes[2])))

    for make in (make_series, make_rows):
        with pytest.raises(ValueError, match=r"1 terms in the loss need one weight for each row"):
            make(case, data).value_and_gradient(make_params(case, 5))


def test_a_network_that_nothing_weighs_has_no_loss_and_no_gradient():
    case = CASES[1]
    data, params = make_data(case, 5, weighted=True), make_params(case, 5)
    expected, _ = make_series(case, data).value_and_gradient(params)
    data.weights[:, 3] = 0.0

    losses, gradient = make_series(case, data).value_and_gradient(params)
    data.weights[:] = 0.0
    value, d_shared = make_rows(case, data).value_and_gradient(params[0])

    assert np.isnan(losses[3])
    assert np.isnan(value)
    np.testing.assert_array_equal(gradient[3], 0.0)
    np.testing.assert_array_equal(d_shared, 0.0)
    np.testing.assert_array_equal(np.delete(losses, 3), np.delete(expected, 3))


@exact_cases
def test_going_on_from_the_end_equals_going_through_with_the_gradient_cut(case):
    data, params = make_data(case, 5, n_steps=8, truncation=4), make_params(case, 5)
    if case.is_weighted:
        data = data._replace(weights=np.ones((8, 5)))
    first, second = (data.of_steps(slice(t, t + 4)) for t in (0, 4))

    losses, gradient, end = make_series(case, first).value_gradient_and_end(params)
    later, d_later = make_series(case, second).starting_from(end).value_and_gradient(params)

    expected, expected_gradient = make_series(case, data).value_and_gradient(params)
    np.testing.assert_allclose((losses + later) / 2, expected, rtol=1e-12)
    np.testing.assert_allclose((gradient + d_later) / 2, expected_gradient, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("n_lags", [1, 3])
@pytest.mark.parametrize("n_warmup", [0, 2])
@pytest.mark.parametrize("weighted", [None, (), (2,)], ids=["not", "by step", "by target"])
def test_windows_of_a_series_equal_windows_cut_out(n_lags, n_warmup, weighted):
    rng, horizon = np.random.default_rng(0), 2
    series = rng.standard_normal((20, 7))
    lanes = SeriesLanes(CELLS["linear"], n_lags, 1, horizon, dtype=np.float64)
    params = rng.uniform(-0.6, 0.6, (7, lanes.n_params))
    windows = np.lib.stride_tricks.sliding_window_view(series, n_lags + horizon, axis=0)
    weights = None if weighted is None else rng.random((*windows.shape[:2], *weighted))
    cut_out = series_objective(
        lanes, windows[..., :n_lags], windows[..., n_lags:], None, n_warmup, weights
    )

    objective = windows_objective(lanes, series, None, n_warmup, weights)

    expected, expected_gradient = cut_out.value_and_gradient(params)
    losses, gradient = objective.value_and_gradient(params)
    np.testing.assert_array_equal(losses, expected)
    np.testing.assert_array_equal(gradient, expected_gradient)


@pytest.mark.parametrize("case", CASES[3:9], ids=lambda case: case.id)
def test_running_step_by_step_matches_the_naive_recurrence(case):
    lanes, network, x = case.lanes, case.network, make_data(case, 5).x
    params = make_params(case, 5)
    packed, states = lanes.pack(params), lanes.pack(np.zeros((5, lanes.state_size)))

    predictions = np.concatenate([lanes.run(packed, x_t[None], states) for x_t in x])

    start = np.zeros(network.state_size)
    for b in range(5):
        expected, end = naive.run(case.cell, network.unpack(params[b]), x[:, b], start)
        np.testing.assert_allclose(predictions[:, b], expected, rtol=0, atol=tolerance(case))
        np.testing.assert_allclose(lanes.unpack(states, 5)[b], end, rtol=0, atol=tolerance(case))


def test_running_through_equals_running_step_by_step():
    lanes, x = CASES[5].lanes, make_data(CASES[5], 33).x
    packed = lanes.pack(make_params(CASES[5], 33))
    whole, single = (lanes.pack(np.zeros((33, lanes.state_size))) for _ in range(2))

    through = lanes.run(packed, x, whole, n_threads=2)
    stepped = np.concatenate([lanes.run(packed, x_t[None], single) for x_t in x])

    np.testing.assert_array_equal(through, stepped)
    np.testing.assert_array_equal(lanes.unpack(whole, 33), lanes.unpack(single, 33))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("sizes", SIZES)
def test_flat_vectors_are_ordered_as_those_of_a_network(cell, sizes):
    n_inputs, hidden_size, n_outputs, skip = sizes
    lanes = SeriesLanes(CELLS[cell], *sizes)
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


def test_a_loss_has_a_level_for_each_output():
    x, loss = np.zeros((3, 4, 2)), LossCode(SQUARED_ERROR, (0.0,))

    with pytest.raises(ValueError, match=r"2 outputs need .* as many levels, got 1"):
        RowsObjective(CELLS["tanh"], 1, x, x, loss).value_and_gradient(np.zeros(10))
