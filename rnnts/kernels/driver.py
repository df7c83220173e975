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

from rnnts._types import FloatArray, IntArray
from rnnts.kernels._jit import helper, kernel, shared
from rnnts.kernels.cell import (
    Recurrence,
    gates,
    saved_vectors,
    split_gates,
    states,
    step_backward,
    step_forward,
)
from rnnts.kernels.denormals import flush_denormals, restore
from rnnts.kernels.gemm import gemm, link, pack_panels, pack_transposed_panels
from rnnts.kernels.layout import (
    RING,
    Layout,
    layout_of,
    read_params,
    regions_of,
    write_gradient,
)
from rnnts.kernels.readout import GIVEN, add_to_hidden, add_to_readout, predict_rows, score_rows
from rnnts.kernels.simd import (
    Pointer,
    advance,
    aligned_empty,
    clear,
    lane_count,
    lanes_of,
    noinline,
    pointer,
    store,
    zero,
)

# Sequences that advance together at the most: their step stays in the first-level cache.
BLOCK = 32


@shared
def _block_rows(n_sequences: int) -> int:
    """Sequences in a block, so that no block is left with one of them."""
    n_blocks = (n_sequences + BLOCK - 1) // BLOCK
    return (n_sequences + n_blocks - 1) // max(n_blocks, 1)


def new_workspace(
    cell: Recurrence,
    sizes: tuple[int, int, int, bool],
    n_steps: int,
    n_sequences: int,
    dtype: type[np.floating],
) -> FloatArray:
    """Scratch memory for a network of n_inputs, n_units, n_outputs, with or without skip.

    A call of `predict` needs it for one step, whatever the length of its sequences.
    """
    link(dtype)
    s = layout_of(cell, *sizes, lanes_of(dtype))
    rows = _block_rows(n_sequences)
    return aligned_empty(regions_of(s, lanes_of(dtype), n_steps, rows).end, dtype)


@helper
def _pack(cell: Recurrence, weights: Pointer, packed: Pointer, s: Layout) -> None:
    """The weights as panels: all rows for the mixed gates, the two parts of the split ones."""
    n_split = split_gates(cell) * s.padded
    n_mixed = gates(cell) * s.padded - n_split
    pack_panels(packed, weights, s.width, n_mixed, s.depth)
    if n_split:
        packed = advance(packed, n_mixed * s.depth)
        recurrent = advance(weights, s.n_inputs * s.width + n_mixed)
        pack_panels(packed, recurrent, s.width, n_split, 1 + s.n_units)
        packed = advance(packed, n_split * (1 + s.n_units))
        inputs = advance(weights, n_mixed + n_split)
        pack_panels(packed, inputs, s.width, n_split, s.n_inputs + 1)


@helper
def _pack_transposed(cell: Recurrence, weights: Pointer, transposed: Pointer, s: Layout) -> None:
    """The recurrent weights the other way round: gate by gate, where gates end in padding."""
    recurrent = advance(weights, (s.n_inputs + 1) * s.width)
    if s.n_units == s.padded:
        depth = gates(cell) * s.padded
        pack_transposed_panels(transposed, recurrent, s.width, s.n_units, s.padded, depth)
        return
    for gate in range(gates(cell)):
        panels = advance(transposed, gate * s.n_units * s.padded)
        columns = advance(recurrent, gate * s.padded)
        pack_transposed_panels(panels, columns, s.width, s.n_units, s.padded, s.n_units)


@helper
def _read_inputs(tape: Pointer, x: Pointer, s: Layout, n_rows: int) -> None:
    """Fill the fronts of one step."""
    for b in range(n_rows):
        front = advance(tape, b * s.row)
        for i in range(0, s.front, lane_count(tape)):
            store(front, i, zero(tape))
        for i in range(s.n_inputs):
            front[s.first + i] = x[b * s.n_inputs + i]
        front[s.front - 1] = 1


@helper
def _read_start(cell: Recurrence, tape: Pointer, start: Pointer, s: Layout, n_rows: int) -> None:
    for b in range(n_rows):
        for k in range(states(cell)):
            state = advance(tape, b * s.row + s.front + k * s.padded)
            clear(state, s.padded)
            for i in range(s.n_units):
                state[i] = start[(b * states(cell) + k) * s.n_units + i]


@helper
def _write_end(cell: Recurrence, tape: Pointer, end: Pointer, s: Layout, n_rows: int) -> None:
    for b in range(n_rows):
        for k in range(states(cell)):
            state = advance(tape, b * s.row + s.front + k * s.padded)
            for i in range(s.n_units):
                end[(b * states(cell) + k) * s.n_units + i] = state[i]


@helper
def _step(
    cell: Recurrence,
    past: Pointer,
    now: Pointer,
    drives: Pointer,
    packed: Pointer,
    s: Layout,
    n_rows: int,
) -> None:
    """One step of a block of sequences."""
    noinline()
    n_split = split_gates(cell) * s.padded
    n_mixed = gates(cell) * s.padded - n_split
    # What nothing saves needs no place of its own.
    z = drives if saved_vectors(cell) else advance(now, s.front)
    stride = s.kept if saved_vectors(cell) else s.row
    row = advance(past, s.first)
    gemm(z, stride, row, s.row, 1, packed, 0, n_rows, n_mixed, s.depth, 0)
    if n_split:
        depth = 1 + s.n_units
        part, panels = advance(z, n_mixed), advance(packed, n_mixed * s.depth)
        from_past = advance(row, s.n_inputs)
        gemm(part, stride, from_past, s.row, 1, panels, 0, n_rows, n_split, depth, 0)
        part, panels = advance(part, n_split), advance(panels, n_split * depth)
        gemm(part, stride, row, s.row, 1, panels, 0, n_rows, n_split, s.n_inputs + 1, 0)
    for b in range(n_rows):
        at = b * s.row + s.front
        for i in range(0, s.padded, lane_count(now)):
            step_forward(
                cell,
                advance(z, b * stride + i),
                advance(past, at + i),
                advance(now, at + i),
                s.padded,
                s.n_units - i,
            )


@helper
def _step_back(
    cell: Recurrence,
    past: Pointer,
    now: Pointer,
    saved: Pointer,
    d_states: Pointer,
    d_drives: Pointer,
    s: Layout,
    n_rows: int,
) -> None:
    """The elementwise part of the reverse of one step."""
    noinline()
    for b in range(n_rows):
        at = b * s.row + s.front
        for i in range(0, s.padded, lane_count(now)):
            step_backward(
                cell,
                advance(saved, b * s.kept + i),
                advance(past, at + i),
                advance(now, at + i),
                advance(d_states, b * (s.row - s.front) + i),
                advance(d_drives, b * s.width + i),
                s.padded,
            )


@helper
def _through_weights(
    cell: Recurrence,
    d_states: Pointer,
    d_drives: Pointer,
    transposed: Pointer,
    s: Layout,
    n_rows: int,
) -> None:
    """Carry the gradient on the drives to the past hidden state."""
    stride, padded = s.row - s.front, s.padded
    if s.n_units == padded:
        depth = gates(cell) * padded
        gemm(d_states, stride, d_drives, s.width, 1, transposed, 0, n_rows, padded, depth, 1)
        return
    for gate in range(gates(cell)):
        d_drive = advance(d_drives, gate * padded)
        panels = advance(transposed, gate * s.n_units * padded)
        gemm(d_states, stride, d_drive, s.width, 1, panels, 0, n_rows, padded, s.n_units, 1)


@helper
def _add_to_weights(
    cell: Recurrence, d_weights: Pointer, past: Pointer, d_drives: Pointer, s: Layout, n_rows: int
) -> None:
    """Add the gradient of the weights over `n_rows` rows of the tape."""
    n_split = split_gates(cell) * s.padded
    n_mixed = gates(cell) * s.padded - n_split
    width, row = s.width, advance(past, s.first)
    gemm(d_weights, width, row, 1, s.row, d_drives, width, s.depth, n_mixed, n_rows, 1)
    if n_split:
        part, d_part = advance(d_weights, s.n_inputs * width + n_mixed), advance(d_drives, n_mixed)
        from_past = advance(row, s.n_inputs)
        gemm(part, width, from_past, 1, s.row, d_part, width, 1 + s.n_units, n_split, n_rows, 1)
        part, d_part = advance(d_weights, n_mixed + n_split), advance(d_part, n_split)
        gemm(part, width, row, 1, s.row, d_part, width, s.n_inputs + 1, n_split, n_rows, 1)


@kernel
def predict(
    cell: Recurrence,
    params: FloatArray,
    runs: IntArray,
    n_units: int,
    skip: bool,
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
    s = layout_of(cell, n_inputs, n_units, n_outputs, skip, lanes)
    at = regions_of(s, lanes, 1, n_block)
    readout, packed, drives = (
        advance(work, at.readout),
        advance(work, at.packed),
        advance(work, at.drives),
    )
    clear(work, at.d_weights)
    read_params(pointer(params), runs, work)
    _pack(cell, work, packed, s)
    state_size = states(cell) * n_units
    for first in range(0, n_sequences, n_block):
        n_rows = min(n_block, n_sequences - first)
        past = advance(work, at.tape)
        now = advance(past, n_rows * s.row)
        _read_start(cell, past, advance(pointer(start), first * state_size), s, n_rows)
        for t in range(n_steps):
            place = t * n_sequences + first
            _read_inputs(past, advance(pointer(x), place * n_inputs), s, n_rows)
            _step(cell, past, now, drives, packed, s, n_rows)
            if t >= n_steps - n_predicted:
                place -= (n_steps - n_predicted) * n_sequences
                target = advance(pointer(prediction), place * n_outputs)
                predict_rows(past, now, readout, target, s, n_rows)
            past, now = now, past
        _write_end(cell, past, advance(pointer(end), first * state_size), s, n_rows)
    restore(control)


@kernel
def value_and_gradient(
    cell: Recurrence,
    params: FloatArray,
    gradient: FloatArray,
    runs: IntArray,
    n_units: int,
    skip: bool,
    x: FloatArray,
    y: FloatArray,
    start: FloatArray,
    workspace: FloatArray,
    n_warmup: int,
    loss: int,
    parameter: float,
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
    s = layout_of(cell, n_inputs, n_units, n_outputs, skip, lanes)
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
    _pack(cell, work, packed, s)
    _pack_transposed(cell, work, transposed, s)
    first_scored = n_steps - n_read + n_warmup
    n_scored = n_steps - first_scored
    share = 1.0 if loss == GIVEN else 1.0 / (n_scored * n_sequences * n_outputs)
    state_size = states(cell) * n_units
    total = 0.0
    for first in range(0, n_sequences, n_block):
        n_rows = min(n_block, n_sequences - first)
        step = n_rows * s.row
        step_outputs = n_rows * n_outputs
        _read_start(cell, tape, advance(pointer(start), first * state_size), s, n_rows)
        for t in range(n_steps):
            inputs = advance(pointer(x), (t * n_sequences + first) * n_inputs)
            _read_inputs(advance(tape, t * step), inputs, s, n_rows)
        for t in range(n_steps):
            past = advance(tape, t * step)
            now = advance(past, step)
            _step(cell, past, now, advance(drives, t * n_rows * s.kept), packed, s, n_rows)
            if t >= first_scored:
                place = (t - n_steps + n_read) * n_sequences + first
                target = advance(pointer(y), place * n_outputs)
                slopes = advance(d_prediction, (t - first_scored) * step_outputs)
                total += score_rows(
                    past, now, readout, target, slopes, s, n_rows, loss, parameter, share
                )
        past = advance(tape, first_scored * step)
        d_readout = advance(work, at.d_readout)
        add_to_readout(
            d_readout, past, advance(past, step), d_prediction, s, n_scored * n_rows
        )

        clear(d_states, n_rows * (s.row - s.front))
        n_slots = min(RING // n_rows, n_steps)
        slot, newest = n_slots - 1, n_steps
        for t in range(n_steps - 1, -1, -1):
            past = advance(tape, t * step)
            d_drives = advance(ring, slot * n_rows * s.width)
            if t >= first_scored:
                slopes = advance(d_prediction, (t - first_scored) * step_outputs)
                add_to_hidden(d_states, slopes, readout, s, n_rows)
            saved = advance(drives, t * n_rows * s.kept)
            _step_back(cell, past, advance(past, step), saved, d_states, d_drives, s, n_rows)
            if slot == 0 or t == 0:
                _add_to_weights(cell, d_weights, past, d_drives, s, (newest - t) * n_rows)
                slot, newest = n_slots, t
            slot -= 1
            if t > 0:
                _through_weights(cell, d_states, d_drives, transposed, s, n_rows)
    total *= share
    if np.isfinite(total):
        write_gradient(pointer(gradient), runs, d_weights)
    else:
        gradient[:] = 0.0
    restore(control)
    return total
