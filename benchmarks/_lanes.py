"""Small tanh Elman networks in SIMD lanes: a full-batch Adam step, float32, against named peers.

Ten thousand networks, each of which forecasts its own series one step ahead with the loss at every
step, stand against PyTorch's batched products and a plain Numba loop over the series; one network
on a batch of sequences, read out at the last step, against ``torch.nn.RNN``.
"""

import resource
import time
from collections.abc import Callable
from functools import partial
from math import sqrt, tanh
from statistics import median

import numpy as np
import torch
from numba import njit  # noqa: TID251

from benchmarks._timing import paired_seconds
from rnnts._descent import Descent
from rnnts._types import FloatArray
from rnnts.cells import CELLS
from rnnts.kernels.lanes_rows import RowsObjective
from rnnts.kernels.lanes_series import SeriesLanes
from rnnts.kernels.lanes_training import windows_objective
from rnnts.kernels.loss_codes import SQUARED_ERROR, LossCode

N_SERIES, N_STEPS = 10_000, 200
HIDDEN_SIZES = [1, 2, 4, 8]
LEARNING_RATE = 1e-3
N_STEPS_AT_ONCE = 50


def rows() -> list[dict[str, object]]:
    """One row a size: milliseconds of all three for one step, and ratios."""
    torch.set_num_threads(1)
    table = []
    for hidden_size in HIDDEN_SIZES:
        lanes, series, params = _problem(N_SERIES, N_STEPS, hidden_size)
        adam = windows_objective(lanes, series).adam(params, LEARNING_RATE)
        batched, gradient_of = _torch_step(series, params, hidden_size)
        looped = _loop_step(series, params, hidden_size)

        # A faster wrong answer is no benchmark.
        _, gradient = windows_objective(lanes, series).value_and_gradient(params)
        gap = np.linalg.norm(gradient - gradient_of()) / np.linalg.norm(gradient)
        assert gap < 1e-4, gap
        for _ in range(3):
            losses = adam.run(1).mean()
            np.testing.assert_allclose(losses, batched(), rtol=1e-5)
            np.testing.assert_allclose(losses, looped(), rtol=1e-5)

        ours, theirs = paired_seconds(partial(adam.run, 1), batched, n_rounds=7)
        ours_again, plain = paired_seconds(partial(adam.run, 1), looped, n_rounds=7)
        vectors = N_STEPS * N_SERIES / 16
        table.append(
            {
                "hidden": hidden_size,
                "rnnts ms": round(1e3 * ours, 2),
                "ns per step of 16": round(1e9 * min(ours, ours_again) / vectors, 1),
                "torch bmm ms": round(1e3 * theirs),
                "torch / rnnts": round(theirs / ours, 1),
                "loop ms": round(1e3 * plain),
                "loop / rnnts": round(plain / ours_again, 1),
            }
        )
    return table


def batch_rows() -> list[dict[str, object]]:
    """One network on a batch: microseconds of a step of both, and their ratio."""
    torch.set_num_threads(1)
    table = []
    for n_sequences, hidden_size in [(32, 1), (32, 4), (256, 1), (256, 4)]:
        rng = np.random.default_rng(0)
        x = rng.standard_normal((100, n_sequences, 1), dtype=np.float32)
        y = rng.standard_normal((1, n_sequences, 1), dtype=np.float32)
        objective = RowsObjective(
            CELLS["tanh"], hidden_size, x, y, LossCode(SQUARED_ERROR, (0.0,)), dtype=np.float32
        )
        params = rng.uniform(-0.5, 0.5, objective.network.n_params)
        peer = _torch_batch_step(x, y, params, hidden_size)
        descent = Descent(objective, params, LEARNING_RATE)
        for loss in descent.run(3):
            np.testing.assert_allclose(loss, peer(), rtol=1e-4)
        ours, theirs = paired_seconds(partial(descent.run, N_STEPS_AT_ONCE), peer, n_rounds=9)
        ours /= N_STEPS_AT_ONCE
        table.append(
            {
                "sequences": n_sequences,
                "hidden": hidden_size,
                "rnnts us": round(1e6 * ours, 1),
                "torch us": round(1e6 * theirs),
                "torch / rnnts": round(theirs / ours, 1),
            }
        )
    return table


def _torch_batch_step(
    x: FloatArray, y: FloatArray, params: FloatArray, hidden_size: int
) -> Callable[[], float]:
    rnn, read_out = torch.nn.RNN(1, hidden_size), torch.nn.Linear(hidden_size, 1)
    h = hidden_size
    w_input, bias, w_hidden, w_output, b_output = np.split(params, np.cumsum([h, h, h * h, h]))
    values = {
        rnn.weight_ih_l0: w_input[:, None],
        rnn.bias_ih_l0: bias,
        rnn.bias_hh_l0: np.zeros(h),
        rnn.weight_hh_l0: w_hidden.reshape(h, h).T,
        read_out.weight: w_output[None],
        read_out.bias: b_output,
    }
    with torch.no_grad():
        for parameter, value in values.items():
            parameter.copy_(torch.from_numpy(value.copy()))
    # Two biases add up to one; the second is not trained, so that both sides take the same steps.
    trained = [parameter for parameter in values if parameter is not rnn.bias_hh_l0]
    rnn.bias_hh_l0.requires_grad_(False)
    optimizer = torch.optim.Adam(trained, lr=LEARNING_RATE, fused=True)
    inputs, targets = torch.from_numpy(x), torch.from_numpy(y[0])

    def step() -> float:
        optimizer.zero_grad(set_to_none=True)
        loss = 0.5 * torch.nn.functional.mse_loss(read_out(rnn(inputs)[0][-1]), targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def thread_rows() -> list[dict[str, object]]:
    """Two threads against one."""
    table = []
    for n_series, n_steps, hidden_size in [(100_000, 200, 4), (100_000, 50, 4)]:
        lanes, series, params = _problem(n_series, n_steps, hidden_size)
        one = windows_objective(lanes, series).adam(params, LEARNING_RATE)
        two = windows_objective(lanes, series, n_threads=2).adam(params, LEARNING_RATE)
        alone, together = paired_seconds(partial(one.run, 1), partial(two.run, 1))
        table.append(
            {
                "series": n_series,
                "steps": n_steps,
                "one thread ms": round(1e3 * alone, 1),
                "two threads ms": round(1e3 * together, 1),
                "speedup": round(alone / together, 2),
            }
        )
    return table


def million_rows(n_series: int = 1_000_000, n_steps: int = 50) -> list[dict[str, object]]:
    """A million networks of four units, one step at a time, and the memory that takes."""
    lanes, series, params = _problem(n_series, n_steps, 4)
    table = []
    for n_threads in (1, 2):
        adam = windows_objective(lanes, series, n_threads=n_threads).adam(params, LEARNING_RATE)
        adam.run(1)
        seconds = []
        for _ in range(9):
            start = time.perf_counter()
            adam.run(1)
            seconds.append(time.perf_counter() - start)
        arrays = (adam.objective.data, adam.packed, adam.mean, adam.variance)
        table.append(
            {
                "series": n_series,
                "threads": n_threads,
                "median s": round(median(seconds), 3),
                "best s": round(min(seconds), 3),
                "arrays GB": round(sum(a.nbytes for a in arrays) / 1e9, 2),
                "peak RSS GB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
            }
        )
    return table


def _problem(
    n_series: int, n_steps: int, hidden_size: int
) -> tuple[SeriesLanes, FloatArray, FloatArray]:
    rng = np.random.default_rng(0)
    lanes = SeriesLanes(CELLS["tanh"], 1, hidden_size, 1)
    series = rng.standard_normal((n_steps + 1, n_series), dtype=np.float32)
    params = rng.random((n_series, lanes.n_params), dtype=np.float32) - np.float32(0.5)
    return lanes, series, params


def _torch_step(
    series: FloatArray, params: FloatArray, hidden_size: int
) -> tuple[Callable[[], float], Callable[[], FloatArray]]:
    """The step by batched matrix products and fused Adam, and the gradient by itself."""
    n_series, h = len(params), hidden_size
    sizes = [h, h, h * h, h, 1]
    shapes = [(1, h), (1, h), (h, h), (h, 1), (1, 1)]
    weights = [
        torch.from_numpy(part.copy()).reshape(n_series, *shape).requires_grad_()
        for part, shape in zip(np.split(params, np.cumsum(sizes)[:-1], axis=1), shapes, strict=True)
    ]
    w_input, bias, w_hidden, w_output, b_output = weights
    optimizer = torch.optim.Adam(weights, lr=LEARNING_RATE, fused=True)
    values = torch.from_numpy(series.T.copy())

    def loss() -> torch.Tensor:
        drives = torch.baddbmm(bias, values[:, :-1, None], w_input)
        hidden, states = torch.zeros(n_series, 1, h), []
        for drive in drives.unbind(1):
            hidden = torch.tanh(torch.baddbmm(drive[:, None], hidden, w_hidden))
            states.append(hidden)
        prediction = torch.baddbmm(b_output, torch.cat(states, 1), w_output)[..., 0]
        return 0.5 * ((prediction - values[:, 1:]) ** 2).mean(1).sum()

    def step() -> float:
        optimizer.zero_grad(set_to_none=True)
        total = loss()
        total.backward()
        optimizer.step()
        return total.item() / n_series

    def gradient() -> FloatArray:
        parts = torch.autograd.grad(loss(), weights)
        return np.concatenate([part.reshape(n_series, -1).numpy() for part in parts], axis=1)

    return step, gradient


def _loop_step(series: FloatArray, params: FloatArray, hidden_size: int) -> Callable[[], float]:
    """The step by a loop over series, as one would write it."""
    theta, values = params.copy(), np.ascontiguousarray(series.T)
    mean, variance = np.zeros_like(theta), np.zeros_like(theta)
    count = 0

    def step() -> float:
        nonlocal count
        count += 1
        return _loop(values, theta, mean, variance, hidden_size, count, LEARNING_RATE)

    return step


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _loop(
    values: FloatArray,
    params: FloatArray,
    mean: FloatArray,
    variance: FloatArray,
    n_units: int,
    count: int,
    rate: float,
) -> float:
    n_series, n_steps = len(values), values.shape[1] - 1
    states = np.zeros((n_steps + 1, n_units), np.float32)
    slopes = np.zeros(n_steps, np.float32)
    d_hidden, d_drive = np.zeros(n_units, np.float32), np.zeros(n_units, np.float32)
    gradient = np.zeros(params.shape[1], np.float32)
    share, total = np.float32(1.0 / n_steps), 0.0
    step = np.float32(rate / (1.0 - 0.9**count))
    correction = np.float32(1.0 / (1.0 - 0.999**count))
    bias, w_hidden, w_output = n_units, 2 * n_units, 2 * n_units + n_units * n_units
    b_output = w_output + n_units
    for b in range(n_series):
        theta = params[b]
        for t in range(n_steps):
            prediction = theta[b_output]
            for i in range(n_units):
                drive = theta[bias + i] + theta[i] * values[b, t]
                for j in range(n_units):
                    drive += theta[w_hidden + j * n_units + i] * states[t, j]
                states[t + 1, i] = tanh(drive)
                prediction += theta[w_output + i] * states[t + 1, i]
            error = prediction - values[b, t + 1]
            total += 0.5 * error * error * share
            slopes[t] = error * share
        gradient[:] = 0.0
        d_hidden[:] = 0.0
        for t in range(n_steps - 1, -1, -1):
            gradient[b_output] += slopes[t]
            for i in range(n_units):
                h = states[t + 1, i]
                gradient[w_output + i] += slopes[t] * h
                slope = d_hidden[i] + slopes[t] * theta[w_output + i]
                d_drive[i] = slope * (np.float32(1.0) - h * h)
                gradient[i] += d_drive[i] * values[b, t]
                gradient[bias + i] += d_drive[i]
            for j in range(n_units):
                d_hidden[j] = 0.0
                for i in range(n_units):
                    gradient[w_hidden + j * n_units + i] += d_drive[i] * states[t, j]
                    d_hidden[j] += theta[w_hidden + j * n_units + i] * d_drive[i]
        for k in range(len(theta)):
            mean[b, k] += np.float32(0.1) * (gradient[k] - mean[b, k])
            variance[b, k] += np.float32(0.001) * (gradient[k] * gradient[k] - variance[b, k])
            spread = sqrt(variance[b, k] * correction) + np.float32(1e-8)
            theta[k] -= step * mean[b, k] / spread
    return total / n_series


if __name__ == "__main__":
    import pandas as pd

    for table in (rows(), batch_rows(), thread_rows(), million_rows()):
        print(pd.DataFrame(table).to_string(index=False), flush=True)
