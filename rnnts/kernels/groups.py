r"""Loss and gradient of one network as sums over groups of its sequences, which threads may share.

A row of `sums` belongs to a group: first its share of the loss, then that of the gradient, in
float64.  Groups, and the order in which their rows are added, are a matter of the data alone: the
result is the same to the bit, whoever computes the rows.

A penalty :math:`\sum_k c_k w_k^2` on the parameters is added to the row of the first group.
"""

from collections.abc import Callable
from math import isfinite

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels._jit import fragment
from rnnts.kernels.descent import take_step
from rnnts.kernels.simd import Doubles, pointer
from rnnts.kernels.threads import in_threads


def sum_over_groups(
    fill: Callable[[FloatArray, int, int], None], n_groups: int, n_params: int, n_threads: int
) -> tuple[float, FloatArray]:
    """Loss and gradient (zero where the loss is not finite); `fill` fills a range of the sums."""
    sums = np.empty((n_groups, 1 + n_params))
    in_threads(lambda first, last: fill(sums, first, last), n_groups, n_threads)
    total = sums[0] if n_groups == 1 else sums.sum(axis=0)
    value, gradient = float(total[0]), total[1:]
    if not isfinite(value):
        gradient[:] = 0.0
    return value, gradient


@fragment
def add_penalty(sums: Doubles, params: Doubles, costs: Doubles, n_params: int) -> None:
    """Add the penalty to the sums of a group; `costs` are those of the squares of parameters."""
    for k in range(n_params):
        sums[0] += costs[k] * params[k] * params[k]
        sums[1 + k] += 2.0 * costs[k] * params[k]


@fragment
def step_from_groups(
    sums: FloatArray, moments: FloatArray, learning_rate: float, settings: FloatArray
) -> tuple[float, int]:
    """Add the rows and take a step of :mod:`rnnts.kernels.descent`; returns loss and status."""
    value = 0.0
    for k in range(sums.shape[1] - 1):
        moments[1, k] = 0.0
    for group in range(len(sums)):
        value += sums[group, 0]
        for k in range(sums.shape[1] - 1):
            moments[1, k] += sums[group, 1 + k]
    width = moments.shape[1]
    status = take_step(pointer(moments), width, value, learning_rate, pointer(settings))
    return value, status
