r"""Loss and gradient of a recurrent network by full backpropagation through time, for any cell.

.. math::
    z_t &= (x_t, 1, h_{t-1}) W, \qquad h_t = \text{cell}(z_t, h_{t-1}), \qquad
    \hat y_t = h_t W_y + x_t W_s + b_y \\
    \bar h_{t-1} &= \bar z_t W_h^\top + (\text{what the cell hands back around } W)
        + \bar y_{t-1} W_y^\top, \qquad
    \bar W = \sum_t (x_t, 1, h_{t-1})^\top \bar z_t

A bar marks the gradient of the loss.  Hidden units lie in the SIMD lanes.  Sequences advance in
blocks; a step of a block is one matrix product and the cell's elementwise code.  The gradients on
the drives gather in a ring, so that the gradient of the weights is one product for many steps.
Memory is laid out as :mod:`rnnts.kernels.layout` says.

Arrays are C-contiguous, writeable, time-major and, but for the flat vectors, of one scalar type.
"""

import numpy as np
from numba import from_dtype

from rnnts._types import FloatArray, IntArray
from rnnts.kernels._jit import kernel, shared
from rnnts.kernels.cell import Recurrence
from rnnts.kernels.denormals import flush_denormals, restore
from rnnts.kernels.gemm import link
from rnnts.kernels.layout import RING, Layout, layout_from, read_params, regions_of, write_gradient
from rnnts.kernels.loss_codes import GIVEN
from rnnts.kernels.passes import compile_cell
from rnnts.kernels.readout import add_to_hidden, add_to_readout, predict_rows, score_rows
from rnnts.kernels.simd import (
    Scalar,
    advance,
    aligned_empty,
    clear,
    lane_count,
    lanes_of,
    pointer,
)
from rnnts.kernels.steps import (
    add_to_weights,
    pack,
    pack_transposed,
    read_inputs,
    read_start,
    split_inputs,
    step,
    step_back,
    through_weights,
    write_end,
)

# Sequences that advance together at the most: their step stays in the first-level cache.
BLOCK = 32


@shared
def _block_rows(n_sequences: int) -> int:
    """Sequences in a block, so that no block is left with one of them."""
    n_blocks = (n_sequences + BLOCK - 1) // BLOCK
    return (n_sequences + n_blocks - 1) // max(n_blocks, 1)


def new_workspace(s: Layout, n_steps: int, n_sequences: int, dtype: Scalar) -> FloatArray:
    """Scratch memory; `predict` needs it for one step, whatever the length of its sequences."""
    lanes = lanes_of(dtype)
    return aligned_empty(regions_of(s, lanes, n_steps, _block_rows(n_sequences)).end, dtype)


_passes: dict[tuple[type[Recurrence], Scalar], tuple[int, int]] = {}


def passes_of(cell: type[Recurrence], dtype: Scalar) -> tuple[int, int]:
    """Addresses of the compiled cell: what an entry is called with, in this process only."""
    key = cell, dtype
    if key not in _passes:
        link(dtype)
        _passes[key] = compile_cell(cell, from_dtype(np.dtype(dtype)))
    return _passes[key]


@kernel
def predict(
    passes: tuple[int, int],
    params: FloatArray,
    sizes: IntArray,
    runs: IntArray,
    x: FloatArray,
    start: FloatArray,
    prediction: FloatArray,
    end: FloatArray,
    workspace: FloatArray,
) -> None:
    """Fill `prediction`, (n_steps, ...) or (1, ...) for the last one only, and the `end` states."""
    n_steps, n_sequences, n_inputs = x.shape
    n_predicted, _, n_outputs = prediction.shape
    control = flush_denormals()
    work = pointer(workspace)
    lanes, n_block = lane_count(work), _block_rows(n_sequences)
    s = layout_from(sizes)
    at = regions_of(s, lanes, 1, n_block)
    readout, packed, drives = (
        advance(work, at.readout),
        advance(work, at.packed),
        advance(work, at.drives),
    )
    clear(work, at.d_weights)
    read_params(pointer(params), runs, work)
    pack(work, packed, s)
    state_size = s.n_states * s.n_units
    for first in range(0, n_sequences, n_block):
        n_rows = min(n_block, n_sequences - first)
        past = advance(work, at.tape)
        now = advance(past, n_rows * s.row)
        read_start(past, advance(pointer(start), first * state_size), s, n_rows)
        for t in range(n_steps):
            place = t * n_sequences + first
            read_inputs(past, advance(pointer(x), place * n_inputs), s, n_rows)
            split_inputs(past, drives, packed, s, n_rows)
            step(passes[0], past, now, drives, packed, s, n_rows)
            if t >= n_steps - n_predicted:
                place -= (n_steps - n_predicted) * n_sequences
                target = advance(pointer(prediction), place * n_outputs)
                predict_rows(past, now, readout, target, s, n_rows)
            past, now = now, past
        write_end(past, advance(pointer(end), first * state_size), s, n_rows)
    restore(control)


@kernel
def value_and_gradient(
    passes: tuple[int, int],
    params: FloatArray,
    gradient: FloatArray,
    workspace: FloatArray,
    y: FloatArray,
    loss: int,
    parameter: float,
    sizes: IntArray,
    runs: IntArray,
    x: FloatArray,
    start: FloatArray,
    n_warmup: int,
) -> float:
    """Mean loss over the predictions after the first `n_warmup`; overwrites `gradient`.

    `y` is (n_steps, ...), or (1, ...) for a network that reads its last hidden state only.  Where
    the loss is not finite the gradient is zero.
    """
    n_steps, n_sequences, n_inputs = x.shape
    n_read, _, n_outputs = y.shape
    control = flush_denormals()
    work = pointer(workspace)
    lanes, n_block = lane_count(work), _block_rows(n_sequences)
    s = layout_from(sizes)
    at = regions_of(s, lanes, n_steps, n_block)
    readout, packed, transposed = (
        advance(work, at.readout),
        advance(work, at.packed),
        advance(work, at.transposed),
    )
    tape, drives, ring = (
        advance(work, at.tape),
        advance(work, at.drives),
        advance(work, at.d_drives),
    )
    d_states, d_prediction, d_weights = (
        advance(work, at.d_states),
        advance(work, at.d_prediction),
        advance(work, at.d_weights),
    )
    # Weights, read-out and their gradients lie side by side.
    clear(work, at.packed)
    read_params(pointer(params), runs, work)
    pack(work, packed, s)
    pack_transposed(work, transposed, s)
    first_scored = n_steps - n_read + n_warmup
    n_scored = n_steps - first_scored
    share = 1.0 if loss == GIVEN else 1.0 / (n_scored * n_sequences * n_outputs)
    state_size = s.n_states * s.n_units
    total = 0.0
    for first in range(0, n_sequences, n_block):
        n_rows = min(n_block, n_sequences - first)
        stride = n_rows * s.row
        n_slopes = n_rows * n_outputs
        read_start(tape, advance(pointer(start), first * state_size), s, n_rows)
        for t in range(n_steps):
            inputs = advance(pointer(x), (t * n_sequences + first) * n_inputs)
            read_inputs(advance(tape, t * stride), inputs, s, n_rows)
        split_inputs(tape, drives, packed, s, n_steps * n_rows)
        for t in range(n_steps):
            past = advance(tape, t * stride)
            now = advance(past, stride)
            step(passes[0], past, now, advance(drives, t * n_rows * s.kept), packed, s, n_rows)
            if t >= first_scored:
                place = (t - n_steps + n_read) * n_sequences + first
                target = advance(pointer(y), place * n_outputs)
                slopes = advance(d_prediction, (t - first_scored) * n_slopes)
                total += score_rows(
                    past, now, readout, target, slopes, s, n_rows, loss, parameter, share
                )
        past = advance(tape, first_scored * stride)
        d_readout = advance(work, at.d_readout)
        add_to_readout(d_readout, past, advance(past, stride), d_prediction, s, n_scored * n_rows)

        clear(d_states, n_rows * (s.row - s.front))
        n_slots = min(RING // n_rows, n_steps)
        slot, newest = n_slots - 1, n_steps
        for t in range(n_steps - 1, -1, -1):
            past = advance(tape, t * stride)
            d_drives = advance(ring, slot * n_rows * s.width)
            if t >= first_scored:
                slopes = advance(d_prediction, (t - first_scored) * n_slopes)
                add_to_hidden(d_states, slopes, readout, s, n_rows)
            saved = advance(drives, t * n_rows * s.kept)
            step_back(passes[1], past, advance(past, stride), saved, d_states, d_drives, s, n_rows)
            if slot == 0 or t == 0:
                add_to_weights(d_weights, past, d_drives, s, (newest - t) * n_rows)
                slot, newest = n_slots, t
            slot -= 1
            if t > 0:
                through_weights(d_states, d_drives, transposed, s, n_rows)
    total *= share
    if np.isfinite(total):
        write_gradient(pointer(gradient), runs, d_weights)
    else:
        gradient[:] = 0.0
    restore(control)
    return total
