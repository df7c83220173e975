r"""Predictions, their loss, and its gradient back to the hidden state.

.. math::
    \hat y_t = h_t W_y + x_t W_s + b_y, \qquad
    \bar h_t \mathrel{+}= \bar y_t W_y^\top, \qquad
    \bar W_y = \sum_t h_t^\top \bar y_t

The loss is a mean over all scored predictions; it is summed in float64, whatever the lanes hold.
"""

from typing import Any

import numpy as np

from rnnts.kernels._jit import helper
from rnnts.kernels.gemm import gemm
from rnnts.kernels.layout import Layout
from rnnts.kernels.loss_codes import GIVEN, HUBER, SQUARED_ERROR
from rnnts.kernels.simd import (
    Pointer,
    advance,
    broadcast,
    lane_count,
    lane_sum,
    load,
    multiply_add,
    noinline,
    store,
    zero,
)


@helper
def predict_output(past: Pointer, now: Pointer, readout: Pointer, s: Layout) -> Any:
    """One output of one sequence: x stands on the tape one row before h."""
    total = zero(now)
    for i in range(s.front, s.front + s.padded, lane_count(now)):
        total = multiply_add(load(now, i), load(readout, i), total)
    prediction = lane_sum(total) + readout[s.front - 1]
    for i in range(s.first, s.first + s.n_skipped):
        prediction += past[i] * readout[i]
    return prediction


@helper
def predict_rows(
    past: Pointer, now: Pointer, readout: Pointer, prediction: Pointer, s: Layout, n_rows: int
) -> None:
    """Predictions of one step, as (n_rows, n_outputs)."""
    noinline()
    for b in range(n_rows):
        for output in range(s.n_outputs):
            weights = advance(readout, output * (s.front + s.padded))
            prediction[b * s.n_outputs + output] = predict_output(
                advance(past, b * s.row), advance(now, b * s.row), weights, s
            )


@helper
def loss_and_slope(
    loss: int, parameter: float, prediction: float, target: float
) -> tuple[float, float]:
    """Loss of one prediction and its derivative; a NaN makes both NaN."""
    if loss == GIVEN:
        return 0.0, target
    error = prediction - target
    if loss == SQUARED_ERROR:
        return 0.5 * error * error, error
    # Both others are straight lines beyond the bend, which for the absolute error is at zero.
    bend = parameter if loss == HUBER else 0.0
    if error > bend:
        sign = 1.0
    elif error < -bend:
        sign = -1.0
    else:
        return 0.5 * error * error, error
    slope = bend * sign if loss == HUBER else sign
    return slope * (error - 0.5 * bend * sign), slope


@helper
def score_rows(
    past: Pointer,
    now: Pointer,
    readout: Pointer,
    target: Pointer,
    d_prediction: Pointer,
    s: Layout,
    n_rows: int,
    loss: int,
    parameter: float,
    share: float,
) -> float:
    """Sum of the losses of one step; leaves the gradients of `share` times it."""
    noinline()
    total = 0.0
    for b in range(n_rows):
        for output in range(s.n_outputs):
            weights = advance(readout, output * (s.front + s.padded))
            prediction = predict_output(
                advance(past, b * s.row), advance(now, b * s.row), weights, s
            )
            place = b * s.n_outputs + output
            value, slope = loss_and_slope(
                loss, parameter, np.float64(prediction), np.float64(target[place])
            )
            total += value
            d_prediction[place] = share * slope
    return total


@helper
def add_to_hidden(
    d_states: Pointer, d_prediction: Pointer, readout: Pointer, s: Layout, n_rows: int
) -> None:
    """Carry the gradients on one step's predictions to its hidden states."""
    noinline()
    for b in range(n_rows):
        for i in range(0, s.padded, lane_count(d_states)):
            place = b * (s.row - s.front) + i
            total = load(d_states, place)
            for output in range(s.n_outputs):
                weight = load(readout, output * (s.front + s.padded) + s.front + i)
                slope = broadcast(d_prediction, b * s.n_outputs + output)
                total = multiply_add(slope, weight, total)
            store(d_states, place, total)


@helper
def add_to_readout(
    d_readout: Pointer, past: Pointer, now: Pointer, d_prediction: Pointer, s: Layout, n_scored: int
) -> None:
    """Add the gradient of the read-out over `n_scored` rows of the tape."""
    n, stride = s.n_outputs, s.front + s.padded
    gemm(d_readout, stride, d_prediction, 1, n, past, s.row, n, s.front, n_scored, 1)
    h, d_output = advance(now, s.front), advance(d_readout, s.front)
    gemm(d_output, stride, d_prediction, 1, n, h, s.row, n, s.padded, n_scored, 1)
