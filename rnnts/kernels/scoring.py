r"""Predictions, their loss, and its gradient back to the hidden state.

.. math::
    \hat y_t = h_t W_y + x_t W_s + b_y, \qquad
    \bar h_t \mathrel{+}= \bar y_t W_y^\top, \qquad
    \bar W_y = \sum_t h_t^\top \bar y_t

The loss is a weighted mean over all scored predictions; it is summed in float64, whatever the lanes
hold.
"""

from typing import Any

import numpy as np

from rnnts.kernels._jit import fragment
from rnnts.kernels.gemm import gemm
from rnnts.kernels.layout import Readout
from rnnts.kernels.loss_codes import (
    CROSS_ENTROPY,
    GAUSSIAN,
    GIVEN,
    HUBER,
    LEAST_SCALE,
    LOGISTIC,
    PINBALL,
    SQUARED_ERROR,
)
from rnnts.kernels.problem import (
    LAYER,
    layers_in,
    read_layer,
    read_problem,
    readout_in,
    scratch_in,
)
from rnnts.kernels.simd import (
    Doubles,
    Integers,
    Pointer,
    advance,
    at_address,
    broadcast,
    clear,
    doubles_at,
    lane_count,
    lane_sum,
    load,
    multiply_add,
    store,
    zero,
)
from rnnts.kernels.unit import unit


@fragment
def _prediction(x_row: Pointer, h: Pointer, weights: Pointer, s: Readout) -> Any:
    """One output of one sequence, from a row of the first layer's tape and a hidden state."""
    total = zero(h)
    for i in range(0, s.padded, lane_count(h)):
        total = multiply_add(load(h, i), load(weights, s.front + i), total)
    if not s.n_skipped:
        # Without a skip not even times zero, which an infinite input would make NaN.
        return lane_sum(total) + weights[s.front - 1]
    # The front ends in the one that the bias belongs to, and begins with zeros.
    for i in range(0, s.front, lane_count(h)):
        total = multiply_add(load(x_row, i), load(weights, i), total)
    return lane_sum(total)


@unit()
def predict_rows(
    x_row: Pointer,
    h: Pointer,
    weights: Pointer,
    prediction: Pointer,
    problem: Integers,
    n_rows: int,
) -> None:
    """Predictions of one step, as (n_rows, n_outputs)."""
    s = readout_in(problem)
    for b in range(n_rows):
        for output in range(s.n_outputs):
            prediction[b * s.n_outputs + output] = _prediction(
                advance(x_row, b * s.x_row),
                advance(h, b * s.h_row),
                advance(weights, output * s.width),
                s,
            )


@fragment
def _loss_and_slope(loss: int, level: float, prediction: float, target: float) -> Any:
    """Loss of one prediction and its derivative; a NaN makes the loss NaN."""
    error = prediction - target
    if loss == SQUARED_ERROR:
        return 0.5 * error * error, error
    if loss == LOGISTIC:
        small = np.exp(-abs(prediction))
        share = 1.0 / (1.0 + small)
        chance = share if prediction >= 0.0 else small * share
        return max(prediction, 0.0) + np.log1p(small) - target * prediction, chance - target
    # The others are straight lines beyond the bend.
    bend = level if loss == HUBER else 0.0
    if abs(error) <= bend:
        return 0.5 * error * error, error
    if loss == PINBALL:
        slope = 1.0 - level if error > 0.0 else -level
        return slope * error, slope
    reach = bend if loss == HUBER else 1.0
    slope = reach if error > 0.0 else -reach
    return reach * (abs(error) - 0.5 * bend), slope


@unit()
def _losses(
    loss: int, levels: Doubles, predictions: Pointer, targets: Pointer, share: float, n: int
) -> float:
    """Sum of the losses of `n` predictions, which become slopes of `share` times them."""
    total = 0.0
    for k in range(n):
        value, slope = _loss_and_slope(
            loss, levels[k], np.float64(predictions[k]), np.float64(targets[k])
        )
        total += value
        predictions[k] = share * slope
    return float(total)


@unit()
def _cross_entropy(predictions: Pointer, targets: Pointer, share: float, n: int) -> float:
    """Cross-entropy of one row, whose predictions become slopes of `share` times it."""
    top = np.float64(predictions[0])
    for k in range(1, n):
        top = max(top, np.float64(predictions[k]))
    total, mass, hit = 0.0, 0.0, 0.0
    for k in range(n):
        total += np.exp(predictions[k] - top)
        mass += targets[k]
        hit += targets[k] * (predictions[k] - top)
    for k in range(n):
        chance = np.exp(predictions[k] - top) / total
        predictions[k] = share * (mass * chance - targets[k])
    return float(mass * np.log(total) - hit)


@unit()
def _likelihood(
    loss: int, levels: Doubles, predictions: Pointer, targets: Pointer, share: float, n: int
) -> float:
    """The same for negative log-likelihoods, of which each takes two of the `n` predictions."""
    total = 0.0
    for k in range(0, n, 2):
        freedom, constant = levels[k], levels[k + 1]
        scale = LEAST_SCALE + np.exp(np.float64(predictions[k + 1]))
        error = (predictions[k] - targets[k]) / scale
        # Half the square, or for Student's t what grows as its logarithm.
        value, slope = 0.5 * error * error, error
        if loss != GAUSSIAN:
            value = 0.5 * (freedom + 1.0) * np.log1p(error * error / freedom)
            slope = (freedom + 1.0) * error / (freedom + error * error)
        total += constant + np.log(scale) + value
        predictions[k] = share * slope / scale
        predictions[k + 1] = share * (1.0 - slope * error) * (1.0 - LEAST_SCALE / scale)
    return float(total)


@fragment
def add_to_hidden(
    d_states: Pointer,
    distance: int,
    d_prediction: Pointer,
    readout: Pointer,
    s: Readout,
    n_rows: int,
) -> None:
    """Carry the gradients on one step's predictions to its hidden states."""
    if s.n_outputs > lane_count(d_states):
        weights = advance(readout, s.front)
        n = s.n_outputs
        gemm(d_states, distance, d_prediction, n, 1, weights, s.width, n_rows, s.padded, n, 1)
        return
    for b in range(n_rows):
        for i in range(0, s.padded, lane_count(d_states)):
            place = b * distance + i
            total = load(d_states, place)
            for output in range(s.n_outputs):
                weight = load(readout, output * s.width + s.front + i)
                slope = broadcast(d_prediction, b * s.n_outputs + output)
                total = multiply_add(slope, weight, total)
            store(d_states, place, total)


@unit(gemm, predict_rows, _losses, _cross_entropy, _likelihood)
def score(problem: Integers, work: Pointer, first: int, n_rows: int) -> float:
    """Weighted sum of the losses of a block; leaves its slopes, and adds those of the read-out.

    A weight is that of a row, or of as many of its outputs as belong to one target; what has weight
    zero does not count, whatever its target.
    """
    p, s, at = read_problem(problem), readout_in(problem), scratch_in(problem)
    layers = layers_in(problem)
    bottom, top = read_layer(layers), read_layer(advance(layers, (p.n_layers - 1) * LAYER))
    readout, d_prediction = advance(work, s.weights), advance(work, at.d_prediction)
    numbers = doubles_at(p.numbers)
    share, levels = numbers[0], advance(numbers, 1)
    n, n_steps = s.n_outputs, p.n_read - p.n_warmup
    n_each = n // p.n_weights
    t = p.n_steps - n_steps
    x_row = advance(work, bottom.tape + t * n_rows * s.x_row)
    h = advance(work, top.tape + (t + top.dilation) * n_rows * s.h_row + top.output)
    if p.loss != GIVEN:
        predict_rows(x_row, h, readout, d_prediction, problem, n_steps * n_rows)
    if p.offset:
        for k in range(n_steps):
            begin = (p.n_warmup + k) * p.n_sequences + first
            offset = advance(at_address(p.offset, work), begin * n)
            for i in range(n_rows * n):
                d_prediction[k * n_rows * n + i] += offset[i]
    total: float = 0.0
    for k in range(n_steps):
        begin = (p.n_warmup + k) * p.n_sequences + first
        for b in range(n_rows):
            for part in range(p.n_weights):
                place = (begin + b) * p.n_weights + part
                slopes = advance(d_prediction, (k * n_rows + b) * n + part * n_each)
                targets = advance(at_address(p.y, work), place * n_each)
                own = advance(levels, part * n_each)
                weight = np.float64(at_address(p.weights, work)[place]) if p.weights else 1.0
                if p.loss == GIVEN:
                    for output in range(n_each):
                        slopes[output] = targets[output]
                elif weight == 0.0:
                    clear(slopes, n_each)
                elif p.loss == CROSS_ENTROPY:
                    total += weight * _cross_entropy(slopes, targets, weight * share, n_each)
                elif p.loss < GAUSSIAN:
                    total += weight * _losses(p.loss, own, slopes, targets, weight * share, n_each)
                else:
                    total += weight * _likelihood(
                        p.loss, own, slopes, targets, weight * share, n_each
                    )
    d_readout = advance(readout, at.gradients)
    n_scored = n_steps * n_rows
    gemm(d_readout, s.width, d_prediction, 1, n, x_row, s.x_row, n, s.front, n_scored, 1)
    d_output = advance(d_readout, s.front)
    gemm(d_output, s.width, d_prediction, 1, n, h, s.h_row, n, s.padded, n_scored, 1)
    return float(total)
