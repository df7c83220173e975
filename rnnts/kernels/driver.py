r"""Loss and gradient of a recurrent network by backpropagation through time, for any cell.

Hidden units lie in the SIMD lanes.  Sequences advance in blocks, layer by layer
(:mod:`rnnts.kernels.layer`); a step of a block is one matrix product and the cell's elementwise
code.  The last layer is read out and scored (:mod:`rnnts.kernels.scoring`), and the gradient goes
back from layer to layer.  Memory is laid out as :mod:`rnnts.kernels.layout` says, and the data are
found as :mod:`rnnts.kernels.problem` says.

Gradients are summed in groups of blocks (:mod:`rnnts.kernels.groups`).
"""

import numpy as np
from numba import from_dtype

from rnnts._types import FloatArray, IntArray
from rnnts.kernels._jit import kernel
from rnnts.kernels.cell import Recurrence
from rnnts.kernels.denormals import flush_denormals, restore
from rnnts.kernels.descent import GOING
from rnnts.kernels.gemm import gemm
from rnnts.kernels.groups import add_penalty, step_from_groups
from rnnts.kernels.layer import backward_layer, forward_layer, prepare, write_gradient
from rnnts.kernels.passes import compile_cell
from rnnts.kernels.problem import (
    LAYER,
    layers_in,
    read_layer,
    read_problem,
    readout_in,
    scratch_in,
)
from rnnts.kernels.scoring import predict_rows, score
from rnnts.kernels.simd import (
    Doubles,
    Integers,
    Pointer,
    Scalar,
    advance,
    at_address,
    clear,
    doubles_at,
    pointer,
)
from rnnts.kernels.steps import (
    add_inputs,
    read_inputs,
    read_start,
    split_inputs,
    step,
    write_end,
)
from rnnts.kernels.unit import unit

# Groups of blocks at the most: enough for the threads there may be.
_GROUPS = 16


def groups_of(n_sequences: int, n_block: int) -> tuple[int, int]:
    """Blocks in a group, and how many groups there are."""
    n_blocks = -(-n_sequences // max(n_block, 1))
    n_grouped = -(-n_blocks // _GROUPS)
    return n_grouped, -(-n_blocks // max(n_grouped, 1))


_passes: dict[tuple[type[Recurrence], Scalar], tuple[int, int]] = {}


def passes_of(cell: type[Recurrence], dtype: Scalar) -> tuple[int, int]:
    """Addresses of the compiled cell, in this process."""
    key = cell, dtype
    if key not in _passes:
        _passes[key] = compile_cell(cell, from_dtype(np.dtype(dtype)))
    return _passes[key]


@unit(prepare, forward_layer, score, backward_layer)
def evaluate(
    problem: Integers, params: Doubles, partial: Doubles, work: Pointer, first: int, last: int
) -> None:
    """Loss and gradient of the groups from `first` to `last`, a row of `partial` each."""
    p, at, layers = read_problem(problem), scratch_in(problem), layers_in(problem)
    runs = advance(layers, p.n_layers * LAYER)
    share = doubles_at(p.numbers)[0]
    prepare(problem, params, work, 1)
    for group in range(first, last):
        clear(advance(work, at.gradients), at.gradients)
        total = 0.0
        begin = group * p.n_grouped * p.n_block
        stop = min(begin + p.n_grouped * p.n_block, p.n_sequences)
        for sequence in range(begin, stop, p.n_block):
            n_rows = min(p.n_block, p.n_sequences - sequence)
            for index in range(p.n_layers):
                forward_layer(problem, work, index, sequence, n_rows)
            total += score(problem, work, sequence, n_rows)
            for index in range(p.n_layers - 1, -1, -1):
                backward_layer(problem, work, index, sequence, n_rows)
        row = advance(partial, group * (1 + p.n_params))
        row[0] = total * share
        write_gradient(advance(row, 1), runs, p.n_runs, advance(work, at.gradients))
        if group == 0 and p.costs:
            add_penalty(row, params, doubles_at(p.costs), p.n_params)


@unit(prepare, gemm, add_inputs, predict_rows)
def run(problem: Integers, work: Pointer) -> None:
    """Predictions of all sequences, and their states after the last step; weights are prepared.

    A tape of one step is enough: it is a ring, in which all layers move on together.
    """
    p, s, layers = read_problem(problem), readout_in(problem), layers_in(problem)
    bottom, n_slots = read_layer(layers), 1 + scratch_in(problem).reach
    x, prediction = at_address(p.x, work), at_address(p.y, work)
    start, end = at_address(p.start, work), at_address(p.end, work)
    for first in range(0, p.n_sequences, p.n_block):
        n_rows = min(p.n_block, p.n_sequences - first)
        for index in range(p.n_layers):
            layer = read_layer(advance(layers, index * LAYER))
            states = advance(start, first * p.state_size)
            read_start(advance(work, layer.tape), states, p.state_size, layer, n_rows)
        old = 0
        for t in range(p.n_steps):
            place = t * p.n_sequences + first
            inputs, distance = advance(x, place * bottom.n_inputs), bottom.n_inputs
            for index in range(p.n_layers):
                layer = read_layer(advance(layers, index * LAYER))
                new = old + layer.dilation
                new -= n_slots if new >= n_slots else 0
                past = advance(work, layer.tape + old * n_rows * layer.row)
                now = advance(work, layer.tape + new * n_rows * layer.row)
                drives, packed = advance(work, layer.drives), advance(work, layer.packed)
                read_inputs(past, inputs, distance, layer, n_rows)
                split_inputs(past, drives, packed, layer, n_rows)
                step(p.forward_at, past, now, drives, packed, layer, n_rows)
                if layer.output != layer.front:
                    add_inputs(past, now, advance(layers, index * LAYER), n_rows)
                inputs, distance = advance(now, layer.output), layer.row
            if t >= p.n_steps - p.n_read:
                place -= (p.n_steps - p.n_read) * p.n_sequences
                predict_rows(
                    advance(work, bottom.tape + old * n_rows * s.x_row),
                    inputs,
                    advance(work, s.weights),
                    advance(prediction, place * s.n_outputs),
                    problem,
                    n_rows,
                )
            old = old + 1 if old + 1 < n_slots else 0
        for index in range(p.n_layers):
            layer = read_layer(advance(layers, index * LAYER))
            tape, states = advance(work, layer.tape), advance(end, first * p.state_size)
            write_end(tape, states, p.state_size, old, n_slots, layer, n_rows)


@kernel
def predict(problem: IntArray, params: FloatArray, workspace: FloatArray) -> None:
    """Fill the predictions, where the problem has its y, and the end states."""
    control = flush_denormals()
    prepare(pointer(problem), pointer(params), pointer(workspace), 0)
    run(pointer(problem), pointer(workspace))
    restore(control)


@kernel
def predict_again(problem: IntArray, workspace: FloatArray) -> None:
    """The same, with the weights that `predict` has left in the workspace."""
    control = flush_denormals()
    run(pointer(problem), pointer(workspace))
    restore(control)


@kernel
def value_and_gradient(
    problem: IntArray,
    params: FloatArray,
    partial: FloatArray,
    workspace: FloatArray,
    first: int,
    last: int,
) -> None:
    """Fill rows `first` to `last` of `partial`: of each group its share of loss and gradient.

    `partial` is (n_groups, 1 + n_params).
    """
    control = flush_denormals()
    evaluate(pointer(problem), pointer(params), pointer(partial), pointer(workspace), first, last)
    restore(control)


@kernel
def descend(
    problem: IntArray,
    partial: FloatArray,
    workspace: FloatArray,
    moments: FloatArray,
    settings: FloatArray,
    learning_rates: FloatArray,
    losses: FloatArray,
) -> int:
    """Steps of Adam, until all are taken or one is the last; returns how many losses it filled.

    `moments` and `settings` are those of :mod:`rnnts.kernels.descent`.
    """
    control = flush_denormals()
    n_filled, status = 0, GOING
    while n_filled < len(losses) and status == GOING:
        point, sums = pointer(moments), pointer(partial)
        evaluate(pointer(problem), point, sums, pointer(workspace), 0, len(partial))
        losses[n_filled], status = step_from_groups(
            partial, moments, learning_rates[n_filled], settings
        )
        n_filled += 1
    restore(control)
    return n_filled
