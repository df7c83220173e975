r"""One step of a block of sequences, forward and back, for any cell.

.. math::
    z_t &= (x_t, 1, h_{t-d}) W, \qquad h_t = \text{cell}(z_t, h_{t-d}) \\
    \bar h_{t-d} &= \bar z_t W_h^\top + (\text{what the cell hands back around } W), \qquad
    \bar W \mathrel{+}= (x_t, 1, h_{t-d})^\top \bar z_t

The drives of split gates are two products, which the cell joins.  Memory is laid out as
:mod:`rnnts.kernels.layout` says.
"""

from rnnts.kernels._jit import fragment
from rnnts.kernels.gemm import gemm, pack_panels, pack_transposed_panels
from rnnts.kernels.layout import Layer
from rnnts.kernels.passes import call_backward, call_forward
from rnnts.kernels.problem import read_layer
from rnnts.kernels.simd import (
    Integers,
    Pointer,
    add,
    advance,
    clear,
    lane_count,
    load,
    store,
    zero,
)
from rnnts.kernels.unit import unit


@fragment
def pack(weights: Pointer, packed: Pointer, s: Layer) -> None:
    """The weights as panels: all rows for the mixed gates, the two parts of the split ones."""
    n_split = s.n_split * s.padded
    n_mixed = s.n_gates * s.padded - n_split
    pack_panels(packed, weights, s.width, n_mixed, s.depth)
    if n_split:
        packed = advance(packed, n_mixed * s.depth)
        recurrent = advance(weights, s.n_inputs * s.width + n_mixed)
        pack_panels(packed, recurrent, s.width, n_split, 1 + s.n_units)
        packed = advance(packed, n_split * (1 + s.n_units))
        inputs = advance(weights, n_mixed + n_split)
        pack_panels(packed, inputs, s.width, n_split, s.n_inputs + 1)


@fragment
def pack_transposed(weights: Pointer, transposed: Pointer, s: Layer) -> None:
    """The recurrent weights the other way round: gate by gate, where gates end in padding."""
    recurrent = advance(weights, (s.n_inputs + 1) * s.width)
    if s.n_units == s.padded:
        depth = s.n_gates * s.padded
        pack_transposed_panels(transposed, recurrent, s.width, s.n_units, s.padded, depth)
        return
    for gate in range(s.n_gates):
        panels = advance(transposed, gate * s.n_units * s.padded)
        columns = advance(recurrent, gate * s.padded)
        pack_transposed_panels(panels, columns, s.width, s.n_units, s.padded, s.n_units)


@fragment
def read_inputs(tape: Pointer, x: Pointer, distance: int, s: Layer, n_rows: int) -> None:
    """Fill the fronts of some rows, from inputs at a `distance` from each other."""
    for b in range(n_rows):
        front = advance(tape, b * s.row)
        for i in range(0, s.front, lane_count(tape)):
            store(front, i, zero(tape))
        for i in range(s.n_inputs):
            front[s.first + i] = x[b * distance + i]
        front[s.front - 1] = 1


@fragment
def read_start(tape: Pointer, start: Pointer, state_size: int, s: Layer, n_rows: int) -> None:
    """Fill the states before the first step; a row of `start` has them from the oldest on."""
    for b in range(n_rows):
        for k in range(s.dilation * s.n_states):
            row = k // s.n_states * n_rows + b
            state = advance(tape, row * s.row + s.front + k % s.n_states * s.padded)
            clear(state, s.padded)
            place = b * state_size + s.first_state + k * s.n_units
            for i in range(s.n_units):
                state[i] = start[place + i]


@fragment
def write_end(
    tape: Pointer, end: Pointer, state_size: int, oldest: int, n_slots: int, s: Layer, n_rows: int
) -> None:
    """Copy the last states out of a tape, from the `oldest` on; it is a ring of `n_slots`."""
    for b in range(n_rows):
        for k in range(s.dilation * s.n_states):
            row = (oldest + k // s.n_states) % n_slots * n_rows + b
            state = advance(tape, row * s.row + s.front + k % s.n_states * s.padded)
            place = b * state_size + s.first_state + k * s.n_units
            for i in range(s.n_units):
                end[place + i] = state[i]


@fragment
def write_d_start(
    d_states: Pointer, d_start: Pointer, state_size: int, s: Layer, n_rows: int
) -> None:
    """Copy the gradient on the states before the first step, in the order of these."""
    for b in range(n_rows):
        for k in range(s.dilation * s.n_states):
            row = k // s.n_states * n_rows + b
            place = b * state_size + s.first_state + k * s.n_units
            d_state = advance(d_states, row * (s.row - s.front) + k % s.n_states * s.padded)
            for i in range(s.n_units):
                d_start[place + i] = d_state[i]


@fragment
def split_inputs(tape: Pointer, drives: Pointer, packed: Pointer, s: Layer, n_rows: int) -> None:
    """What the input brings to the split gates, for any number of rows of the tape."""
    n_split = s.n_split * s.padded
    if n_split:
        n_mixed = s.n_gates * s.padded - n_split
        depth = s.n_inputs + 1
        part, row = advance(drives, n_mixed + n_split), advance(tape, s.first)
        panels = advance(packed, n_mixed * s.depth + n_split * (1 + s.n_units))
        gemm(part, s.kept, row, s.row, 1, panels, 0, n_rows, n_split, depth, 0)


@unit()
def add_inputs(past: Pointer, now: Pointer, sizes: Integers, n_rows: int) -> None:
    """Fill the sums of hidden state and input, which a residual layer hands on."""
    s = read_layer(sizes)
    for b in range(n_rows):
        x, row = advance(past, b * s.row + s.first), advance(now, b * s.row)
        for i in range(0, s.padded, lane_count(now)):
            store(row, s.output + i, load(row, s.front + i))
        for i in range(s.n_units):
            row[s.output + i] += x[i]


@fragment
def step(
    forward_at: int,
    past: Pointer,
    now: Pointer,
    drives: Pointer,
    packed: Pointer,
    s: Layer,
    n_rows: int,
) -> None:
    """One step of a block of sequences, whose split gates have read their inputs."""
    n_split = s.n_split * s.padded
    n_mixed = s.n_gates * s.padded - n_split
    # What nothing saves needs no place of its own.
    z = drives if s.kept else advance(now, s.front)
    stride = s.kept if s.kept else s.row
    row = advance(past, s.first)
    gemm(z, stride, row, s.row, 1, packed, 0, n_rows, n_mixed, s.depth, 0)
    if n_split:
        part, panels = advance(z, n_mixed), advance(packed, n_mixed * s.depth)
        from_past = advance(row, s.n_inputs)
        depth = 1 + s.n_units
        gemm(part, stride, from_past, s.row, 1, panels, 0, n_rows, n_split, depth, 0)
    h_past, h_now = advance(past, s.front), advance(now, s.front)
    call_forward(forward_at, z, (h_past, h_now, stride, s.row, s.padded, s.n_units, n_rows))


@fragment
def step_back(
    backward_at: int,
    past: Pointer,
    now: Pointer,
    saved: Pointer,
    d_states: Pointer,
    d_drives: Pointer,
    s: Layer,
    n_rows: int,
) -> None:
    """The elementwise part of the reverse of one step."""
    h_past, h_now, d_states_row = advance(past, s.front), advance(now, s.front), s.row - s.front
    strides = (s.kept, s.row, d_states_row, s.width)
    call_backward(
        backward_at, saved, (h_past, h_now, d_states, d_drives, *strides, s.padded, n_rows)
    )


@fragment
def through_weights(
    d_states: Pointer,
    d_drives: Pointer,
    transposed: Pointer,
    s: Layer,
    n_rows: int,
) -> None:
    """Carry the gradient on the drives to the past hidden state."""
    stride, padded = s.row - s.front, s.padded
    if s.n_units == padded:
        depth = s.n_gates * padded
        gemm(d_states, stride, d_drives, s.width, 1, transposed, 0, n_rows, padded, depth, 1)
        return
    for gate in range(s.n_gates):
        d_drive = advance(d_drives, gate * padded)
        panels = advance(transposed, gate * s.n_units * padded)
        gemm(d_states, stride, d_drive, s.width, 1, panels, 0, n_rows, padded, s.n_units, 1)


@fragment
def add_from_above(d_states: Pointer, above: Pointer, distance: int, s: Layer, n_rows: int) -> None:
    """Add what the layer above hands down to the gradient on the hidden states of one step."""
    for b in range(n_rows):
        row, addend = advance(d_states, b * (s.row - s.front)), advance(above, b * distance)
        for i in range(0, s.padded, lane_count(row)):
            store(row, i, add(load(row, i), load(addend, i)))


@fragment
def to_layer_below(
    above: Pointer,
    distance: int,
    d_drives: Pointer,
    to_below: Pointer,
    s: Layer,
    n_rows: int,
    accumulate: int,
) -> None:
    """Carry the gradient on the drives to the inputs: the outputs of the layer below."""
    gemm(above, distance, d_drives, s.width, 1, to_below, 0, n_rows, s.below, s.width, accumulate)


@fragment
def add_to_weights(
    d_weights: Pointer, past: Pointer, d_drives: Pointer, s: Layer, n_rows: int
) -> None:
    """Add the gradient of the weights over `n_rows` rows of the tape."""
    n_split = s.n_split * s.padded
    n_mixed = s.n_gates * s.padded - n_split
    width, row = s.width, advance(past, s.first)
    gemm(d_weights, width, row, 1, s.row, d_drives, width, s.depth, n_mixed, n_rows, 1)
    if n_split:
        part, d_part = advance(d_weights, s.n_inputs * width + n_mixed), advance(d_drives, n_mixed)
        from_past = advance(row, s.n_inputs)
        gemm(part, width, from_past, 1, s.row, d_part, width, 1 + s.n_units, n_split, n_rows, 1)
        part, d_part = advance(d_weights, n_mixed + n_split), advance(d_part, n_split)
        gemm(part, width, row, 1, s.row, d_part, width, s.n_inputs + 1, n_split, n_rows, 1)
