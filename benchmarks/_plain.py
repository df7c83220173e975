r"""A tanh network in plain Numba: loops over arrays, as one would write them.

.. math::
    h_t = \tanh(x_t w_x + b + h_{t-1} W), \qquad \hat y_t = h_t w_y + b_y

Inner loops run along the rows of W and LLVM may reorder sums: of the ways to write and compile
these loops that were tried, the fastest but for one unit, where another gained 7 %.
"""

from collections.abc import Callable, Iterator
from math import sqrt, tanh

import numpy as np
from numba import njit  # noqa: TID251

from benchmarks._comparison import Side
from benchmarks._problems import LEARNING_RATE, Batch, Panel
from rnnts._types import FloatArray

_compiled = njit(cache=True, error_model="numpy", fastmath=True)


def sides(problem: Batch | Panel) -> Iterator[tuple[str, Side]]:
    """The one way to train; none for other cells."""
    if isinstance(problem, Panel):
        values = np.ascontiguousarray(problem.series.T)
        yield "loops", _side(_panel_step, values[:, :-1], values[:, 1:], problem)
    elif problem.cell == "tanh":
        x = np.ascontiguousarray(problem.x[..., 0].T)
        yield "loops", _side(_batch_step, x, problem.y, problem)


def _side(step: Callable[..., float], x: FloatArray, y: FloatArray, problem: Batch | Panel) -> Side:
    params, n_units, count = problem.params.copy(), problem.hidden_size, 0
    mean, variance = np.zeros_like(params), np.zeros_like(params)

    def run(n_steps: int) -> float:
        nonlocal count
        for _ in range(n_steps):
            count += 1
            loss = step(x, y, params, mean, variance, n_units, count)
        return loss

    return run


@_compiled
def _batch_step(x, y, params, mean, variance, n_units, count):
    n_sequences, n_steps = x.shape
    gradient = np.zeros_like(params)
    states = np.zeros((n_steps + 1, n_units), params.dtype)
    total = 0.0
    for b in range(n_sequences):
        total += _add_gradient(gradient, params, x[b], y[b], states, n_units)
    gradient /= params.dtype.type(n_sequences)
    _adam(params, gradient, mean, variance, count)
    return total / n_sequences


@_compiled
def _panel_step(x, y, params, mean, variance, n_units, count):
    n_series, n_steps = x.shape
    gradient = np.zeros_like(params[0])
    states = np.zeros((n_steps + 1, n_units), params.dtype)
    total = 0.0
    for b in range(n_series):
        gradient[:] = 0
        total += _add_gradient(gradient, params[b], x[b], y[b], states, n_units)
        _adam(params[b], gradient, mean[b], variance[b], count)
    return total / n_series


@_compiled
def _add_gradient(gradient, params, x, y, states, n_units):
    """Loss of one sequence, whose last steps have targets; adds to the gradient."""
    w_input, bias, w_hidden, w_output = _views(params, n_units)
    d_w_input, d_bias, d_w_hidden, d_w_output = _views(gradient, n_units)
    n_steps, n_scored = len(x), len(y)
    drive, d_hidden = np.empty_like(bias), np.zeros_like(bias)
    one, total = params.dtype.type(1), 0.0

    for t in range(n_steps):
        for i in range(n_units):
            drive[i] = bias[i] + x[t] * w_input[i]
        for j in range(n_units):
            for i in range(n_units):
                drive[i] += states[t, j] * w_hidden[j, i]
        for i in range(n_units):
            states[t + 1, i] = tanh(drive[i])

    for t in range(n_steps - 1, -1, -1):
        if t >= n_steps - n_scored:
            error = params[-1] - y[t - n_steps + n_scored]
            for i in range(n_units):
                error += states[t + 1, i] * w_output[i]
            total += 0.5 * error * error
            slope = error / params.dtype.type(n_scored)
            gradient[-1] += slope
            for i in range(n_units):
                d_w_output[i] += slope * states[t + 1, i]
                d_hidden[i] += slope * w_output[i]
        for i in range(n_units):
            drive[i] = d_hidden[i] * (one - states[t + 1, i] * states[t + 1, i])
            d_w_input[i] += x[t] * drive[i]
            d_bias[i] += drive[i]
        for j in range(n_units):
            back = params.dtype.type(0)
            for i in range(n_units):
                d_w_hidden[j, i] += states[t, j] * drive[i]
                back += w_hidden[j, i] * drive[i]
            d_hidden[j] = back
    return total / n_scored


@_compiled
def _views(params, n_units):
    w_hidden = params[2 * n_units : -n_units - 1].reshape(n_units, n_units)
    return params[:n_units], params[n_units : 2 * n_units], w_hidden, params[-n_units - 1 : -1]


@_compiled
def _adam(params, gradient, mean, variance, count):
    # Numbers of the type of the arrays: a float64 among float32 would double the width of all.
    number = params.dtype.type
    step = number(LEARNING_RATE / (1.0 - 0.9**count))
    correction = number(1.0 / (1.0 - 0.999**count))
    new_mean, new_variance, epsilon = number(0.1), number(0.001), number(1e-8)
    for k in range(len(params)):
        mean[k] += new_mean * (gradient[k] - mean[k])
        variance[k] += new_variance * (gradient[k] * gradient[k] - variance[k])
        params[k] -= step * mean[k] / (sqrt(variance[k] * correction) + epsilon)
