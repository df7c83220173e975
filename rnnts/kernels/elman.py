r"""Elman recurrence and its backpropagation through time.

.. math::
    h_t &= f(u_t + h_{t-1} W) \\
    \bar u_t &= (\bar h_t + \bar u_{t+1} W^\top) \odot f'(h_t)

:math:`u_t` is the drive (what a step receives besides its past), a bar marks the gradient of the
loss.  Arrays are time-major: one step of all sequences is contiguous.  The slope is a function of
the output :math:`h_t`, which is on the tape, rather than of the input, which is not.
"""

import math

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels._jit import kernel

LINEAR, TANH, SIGMOID, RELU = range(4)


@kernel
def _activate(activation: int, z: float) -> float:
    if activation == LINEAR:
        return z
    if activation == TANH:
        return math.tanh(z)
    if activation == SIGMOID:
        return 1.0 / (1.0 + math.exp(-z))
    # A comparison, not max(): a NaN must travel.
    return 0.0 if z < 0.0 else z


@kernel
def _slope(activation: int, h: float) -> float:
    if activation == LINEAR:
        return 1.0
    if activation == TANH:
        return 1.0 - h * h
    if activation == SIGMOID:
        return h * (1.0 - h)
    return 1.0 if h > 0.0 else 0.0


@kernel
def forward(activation: int, drive: FloatArray, w_hidden: FloatArray, hidden: FloatArray) -> None:
    """Fill ``hidden[1:]``; ``hidden[0]`` is the start."""
    n_steps, n_sequences, n_units = drive.shape
    for t in range(n_steps):
        for b in range(n_sequences):
            for j in range(n_units):
                hidden[t + 1, b, j] = drive[t, b, j]
            for i in range(n_units):
                for j in range(n_units):
                    hidden[t + 1, b, j] += hidden[t, b, i] * w_hidden[i, j]
            for j in range(n_units):
                hidden[t + 1, b, j] = _activate(activation, hidden[t + 1, b, j])


@kernel
def backward(
    activation: int,
    w_hidden: FloatArray,
    hidden: FloatArray,
    d_hidden: FloatArray,
    d_drive: FloatArray,
) -> None:
    """Fill `d_drive` from the gradient `d_hidden` that reaches each hidden state directly."""
    n_steps, n_sequences, n_units = d_drive.shape
    # The inner loops of both passes run over contiguous numbers, so that LLVM vectorises them.
    w_back = np.ascontiguousarray(w_hidden.T)
    from_future = np.zeros((n_sequences, n_units))
    for t in range(n_steps - 1, -1, -1):
        for b in range(n_sequences):
            for j in range(n_units):
                d_output = d_hidden[t, b, j] + from_future[b, j]
                d_drive[t, b, j] = d_output * _slope(activation, hidden[t + 1, b, j])
            for i in range(n_units):
                from_future[b, i] = 0.0
            for j in range(n_units):
                for i in range(n_units):
                    from_future[b, i] += d_drive[t, b, j] * w_back[j, i]
