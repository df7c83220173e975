r"""One step of gradient descent by Adam, and whether it is the last.

The gradient is shortened to a given length, the best point is kept, and descent stops where the
loss no longer falls or is not finite.  All the numbers under way are rows of one array of float64,
`moments`, whose width is a whole number of vectors (what is beyond the parameters stays zero)::

    point | gradient | mean | variance | best point | best value, steps in vain, steps, status

and `settings` are beta_1, beta_2, epsilon, the longest gradient, the least share of the loss by
which it must fall, and in how many steps.
"""

from typing import Protocol

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels._jit import kernel
from rnnts.kernels.adam import rates_of, update
from rnnts.kernels.denormals import flush_denormals, restore
from rnnts.kernels.simd import (
    Pointer,
    advance,
    aligned_empty,
    lane_count,
    lane_sum,
    lanes_of,
    load,
    multiply_add,
    pointer,
    store,
    zero,
)
from rnnts.kernels.threads import kept_threads
from rnnts.kernels.unit import unit

GOING, STALLED, EXPLODED = range(3)
_ROWS = 6


def new_moments(params: FloatArray) -> FloatArray:
    """The numbers under way before the first step."""
    lanes = lanes_of(np.float64)
    # The last row needs four numbers.
    width = -(-max(len(params), 4) // lanes) * lanes
    moments = aligned_empty(_ROWS * width, np.float64).reshape(_ROWS, width)
    moments[:] = 0.0
    moments[0, : len(params)] = moments[4, : len(params)] = params
    moments[5, 0] = np.inf
    return moments


@unit()
def take_step(
    moments: Pointer, width: int, value: float, learning_rate: float, settings: Pointer
) -> int:
    """Move the point, given the loss there and its gradient; returns the status."""
    gradient, mean, variance, best, record = (
        advance(moments, width),
        advance(moments, 2 * width),
        advance(moments, 3 * width),
        advance(moments, 4 * width),
        advance(moments, 5 * width),
    )
    lanes = lane_count(moments)
    squares = zero(moments)
    for i in range(0, width, lanes):
        slope = load(gradient, i)
        squares = multiply_add(slope, slope, squares)
    norm = np.sqrt(lane_sum(squares))
    if not (np.isfinite(value) and np.isfinite(norm)):
        record[3] = EXPLODED
        return EXPLODED
    record[2] += 1.0
    if record[2] == 1.0 or record[0] - value > settings[4] * abs(record[0]):
        record[1] = 0.0
    else:
        record[1] += 1.0
    if value < record[0]:
        record[0] = value
        for i in range(0, width, lanes):
            store(best, i, load(moments, i))
    if record[1] >= settings[5]:
        record[3] = STALLED
        return STALLED
    if norm > settings[3]:
        for i in range(width):
            gradient[i] *= settings[3] / norm
    rates = rates_of(record[2], learning_rate, settings[0], settings[1], settings[2])
    for i in range(0, width, lanes):
        update(moments, gradient, mean, variance, i, rates)
    return GOING


@kernel
def take_one_step(
    moments: FloatArray, value: float, learning_rate: float, settings: FloatArray
) -> int:
    """The same, from Python."""
    control = flush_denormals()
    width = moments.shape[1]
    status: int = take_step(pointer(moments), width, value, learning_rate, pointer(settings))
    restore(control)
    return status


class Descendable(Protocol):
    """What can be descended: an objective, whatever computes it."""

    @property
    def n_threads(self) -> int:
        """Threads that it uses."""

    def value_and_gradient(self, params: FloatArray) -> tuple[float, FloatArray]:
        """Value and gradient at a point."""


def by_steps(
    objective: Descendable,
    n_params: int,
    moments: FloatArray,
    settings: FloatArray,
    learning_rates: FloatArray,
    losses: FloatArray,
) -> int:
    """Descend one step at a time; returns how many losses it filled."""
    with kept_threads(objective.n_threads):
        for k, learning_rate in enumerate(learning_rates):
            losses[k], gradient = objective.value_and_gradient(moments[0, :n_params])
            moments[1, :n_params] = gradient
            if take_one_step(moments, losses[k], learning_rate, settings) != GOING:
                return k + 1
    return len(losses)
