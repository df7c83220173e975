r"""Least squares for theta models: :math:`\alpha` is searched, the other parameters follow.

Started at zero, the smoothed level :math:`\ell^0` and the shares of first level and line are

.. math::
    \ell^0_t = (1 - \alpha) \ell^0_{t-1} + \alpha y_t, \qquad
    d_t = (1 - \alpha)^t, \qquad b_t = \sum_{k \le t} (1 - \alpha)^k,

and the error of row t + 1 is linear in the first level :math:`\ell` and in :math:`\omega`:

.. math::
    c_{t+1} \left[(y_{t+1} - \ell^0_t) - \ell \, d_t - \omega (d_t A_t + b_t B_t)\right]

Their best values have a closed form, the bounds :math:`0 \le \omega < 1` included.  What is left is
a function of :math:`\alpha` alone, of which a lane of a vector computes one value.
"""

import numpy as np

from rnnts._types import BoolArray, FloatArray
from rnnts.kernels._jit import fragment, kernel
from rnnts.kernels.denormals import flush_denormals, restore
from rnnts.kernels.simd import (
    Doubles,
    advance,
    aligned_empty,
    broadcast,
    lane_count,
    load,
    multiply_add,
    pointer,
    store,
    zero,
)

# Those of the authors' own program, forecTheta; theta = 1e10 there is all of the line, too.
_LEAST_ALPHA, _LARGEST_ALPHA = 0.1, 0.99
_LARGEST_OMEGA = 1 - 1e-10

# Each look at alpha goes through so many values, the next one between the neighbours of the best:
# after five they lie 2e-6 apart, and the sum of squares is flat.
_N_ALPHAS, _N_LOOKS = 16, 5

# Below this share of its sum of squares, what the first level leaves of the line is rounding.
_ROUNDING = 1e-14

# Rows of numbers for each alpha: the parameters, the sum of squared errors, and products of the
# parts of the errors on the way; then come a one and a minus one, and the parts themselves.
_ALPHA, _KEEP, _OMEGA, _START, _SUM, _NORM, _REST_ON_START, _LINE_ON_START, _LINE, _SIZE, _FIT = (
    _N_ALPHAS * row for row in range(11)
)
_ONE, _MINUS_ONE, _PARTS = _FIT + _N_ALPHAS, _FIT + _N_ALPHAS + 1, _FIT + 2 * _N_ALPHAS


def new_memory(n_rows: int) -> FloatArray:
    """What a search over series of so many rows needs to compute in."""
    memory: FloatArray = aligned_empty(_PARTS + 3 * _N_ALPHAS * n_rows, np.float64)
    memory[:_PARTS] = 0.0
    memory[_ONE], memory[_MINUS_ONE] = 1.0, -1.0
    return memory


@fragment
def _split(
    values: Doubles,
    intercepts: Doubles,
    slopes: Doubles,
    counts: Doubles,
    n_rows: int,
    memory: Doubles,
    lane: int,
) -> None:
    """Three parts of the errors, and their products: what is left, of the level, of the line."""
    alpha, keep = load(memory, _ALPHA + lane), load(memory, _KEEP + lane)
    one, minus_one, nothing = broadcast(memory, _ONE), broadcast(memory, _MINUS_ONE), zero(memory)
    level, decay, share = nothing, one, one
    norm, rest_on_start, line_on_start, line = nothing, nothing, nothing, nothing
    parts = advance(memory, _PARTS)
    for t in range(n_rows):
        value, count = broadcast(values, t), broadcast(counts, t)
        rest = multiply_add(count, multiply_add(minus_one, level, value), nothing)
        by_start = multiply_add(count, decay, nothing)
        of_slope = multiply_add(share, broadcast(slopes, t), nothing)
        of_line = multiply_add(decay, broadcast(intercepts, t), of_slope)
        by_omega = multiply_add(count, of_line, nothing)
        norm = multiply_add(by_start, by_start, norm)
        rest_on_start = multiply_add(by_start, rest, rest_on_start)
        line_on_start = multiply_add(by_start, by_omega, line_on_start)
        line = multiply_add(by_omega, by_omega, line)
        store(parts, 3 * t * lane_count(memory), rest)
        store(parts, (3 * t + 1) * lane_count(memory), by_start)
        store(parts, (3 * t + 2) * lane_count(memory), by_omega)
        level = multiply_add(keep, level, multiply_add(alpha, value, nothing))
        decay = multiply_add(keep, decay, nothing)
        share = multiply_add(keep, share, one)
    store(memory, _NORM + lane, norm)
    store(memory, _REST_ON_START + lane, rest_on_start)
    store(memory, _LINE_ON_START + lane, line_on_start)
    store(memory, _LINE + lane, line)


@fragment
def _without_start(n_rows: int, memory: Doubles, lane: int) -> None:
    """What the first level leaves of the line: its size, and how much of the rest it explains."""
    # Minus the share of the first level in the line.
    share, size, fit = load(memory, _LINE_ON_START + lane), zero(memory), zero(memory)
    parts = advance(memory, _PARTS)
    for t in range(n_rows):
        rest = load(parts, 3 * t * lane_count(memory))
        by_start = load(parts, (3 * t + 1) * lane_count(memory))
        by_omega = load(parts, (3 * t + 2) * lane_count(memory))
        alone = multiply_add(share, by_start, by_omega)
        size = multiply_add(alone, alone, size)
        fit = multiply_add(alone, rest, fit)
    store(memory, _SIZE + lane, size)
    store(memory, _FIT + lane, fit)


@fragment
def _sum_of_squares(n_rows: int, memory: Doubles, lane: int) -> None:
    """Squared errors under minus the parameters in memory."""
    omega, start, total = load(memory, _OMEGA + lane), load(memory, _START + lane), zero(memory)
    parts = advance(memory, _PARTS)
    for t in range(n_rows):
        rest = load(parts, 3 * t * lane_count(memory))
        by_start = load(parts, (3 * t + 1) * lane_count(memory))
        by_omega = load(parts, (3 * t + 2) * lane_count(memory))
        error = multiply_add(start, by_start, multiply_add(omega, by_omega, rest))
        total = multiply_add(error, error, total)
    store(memory, _SUM + lane, total)


@fragment
def _look(
    values: Doubles,
    intercepts: Doubles,
    slopes: Doubles,
    counts: Doubles,
    n_rows: int,
    is_optimised: int,
    memory: Doubles,
) -> None:
    """Minus the best omega and start, and the sum of squares, at each alpha in memory."""
    for lane in range(0, _N_ALPHAS, lane_count(memory)):
        _split(values, intercepts, slopes, counts, n_rows, memory, lane)
        for k in range(lane, lane + lane_count(memory)):
            memory[_LINE_ON_START + k] /= -memory[_NORM + k]
        _without_start(n_rows, memory, lane)
        for k in range(lane, lane + lane_count(memory)):
            omega, size = 0.5, memory[_SIZE + k]
            if is_optimised and size > _ROUNDING * memory[_LINE + k]:
                omega = min(max(memory[_FIT + k] / size, 0.0), _LARGEST_OMEGA)
            rest_on_start = memory[_REST_ON_START + k] / memory[_NORM + k]
            memory[_OMEGA + k] = -omega
            memory[_START + k] = -(rest_on_start + omega * memory[_LINE_ON_START + k])
        _sum_of_squares(n_rows, memory, lane)


@kernel
def search(
    values: FloatArray,
    intercepts: FloatArray,
    slopes: FloatArray,
    counts: FloatArray,
    is_optimised: BoolArray,
    memory: FloatArray,
    found: FloatArray,
) -> None:
    """Find alpha, omega, first level and the sum of squared errors of each series.

    Parameters
    ----------
    values, intercepts, slopes, counts : ndarray of shape (n_series, n_rows)
        Rows, the line known before each, and the weight of its error.
    is_optimised : ndarray of shape (n_series,)
        Whether omega is searched for, or a half.
    memory : ndarray
        See `new_memory`.
    found : ndarray of shape (n_series, 4)
        To be filled.
    """
    control = flush_denormals()
    room = pointer(memory)
    for series in range(len(values)):
        begin = series * values.shape[1]
        low, high, best = _LEAST_ALPHA, _LARGEST_ALPHA, 0
        for _ in range(_N_LOOKS):
            step = (high - low) / (_N_ALPHAS - 1)
            for k in range(_N_ALPHAS):
                room[_ALPHA + k] = low + k * step if k < _N_ALPHAS - 1 else high
                room[_KEEP + k] = 1.0 - room[_ALPHA + k]
            _look(
                advance(pointer(values), begin),
                advance(pointer(intercepts), begin),
                advance(pointer(slopes), begin),
                advance(pointer(counts), begin),
                values.shape[1],
                is_optimised[series],
                room,
            )
            best = 0
            for k in range(1, _N_ALPHAS):
                if room[_SUM + k] < room[_SUM + best]:
                    best = k
            low = room[_ALPHA + max(best - 1, 0)]
            high = room[_ALPHA + min(best + 1, _N_ALPHAS - 1)]
        found[series, 0] = room[_ALPHA + best]
        found[series, 1] = -room[_OMEGA + best]
        found[series, 2] = -room[_START + best]
        found[series, 3] = room[_SUM + best]
    restore(control)
