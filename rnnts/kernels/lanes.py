r"""Small networks with rows, or whole networks, in the SIMD lanes.

*Series*: a lane is a network of its own, with its own weights and its own sequence.
*Rows*: a lane is a sequence, and all belong to one network.
The code is the same; a weight is loaded for each lane, or stands in all of them.

The equations are those of :mod:`rnnts.kernels.lanes_step` and
:mod:`rnnts.kernels.lanes_gradient`.  Lanes advance in blocks, each from its first step to its last
and back before the next one starts, so that what a block remembers stays in the cache.  Every array
is C-contiguous and aligned to a register; L is the number of lanes of a block::

    x            (n_blocks, n_steps, n_inputs, L)
    y            (n_blocks, n_read, n_outputs, L)
    params       (n_blocks, n_params, L), or (n_params,) of the one network
    gradient     the same as params
    states       (n_blocks, n_states, L): the hidden state of all units, then further states
    prediction   (n_blocks, n_steps, n_outputs, L)
    losses       (n_blocks, L), in float64

A kernel takes x and y as (n_blocks, ...), and in a :class:`~rnnts.kernels.lanes_block.Span` where
each starts and how far it moves on: both may be windows of one series, which is then one array.

Lanes that are left over in the last block are filled up with zeros: as networks of their own they
disturb nobody, and as rows they are masked.  All kernels work on the blocks from `start` to `stop`,
or groups of them, which threads may share; two calls that share a workspace must not run at once.
"""

from typing import Any

from rnnts._types import FloatArray
from rnnts.kernels._jit import helper, kernel
from rnnts.kernels.adam import rates_of, update
from rnnts.kernels.denormals import flush_denormals, restore
from rnnts.kernels.lanes_block import Span, backward, forward, places_of, span_in
from rnnts.kernels.lanes_sizes import (
    Tag,
    block_lanes,
    n_networks_of,
    n_outputs_of,
    n_params_of,
    n_states_of,
)
from rnnts.kernels.lanes_step import advance_states, read_out, settle
from rnnts.kernels.simd import Pointer, advance, clear, lane_count, lane_sum, load, pointer

# Blocks of rows whose gradients are summed before they are rounded to float64.
GROUP = 8


@helper
def _series_block(
    net: Tag,
    params: Pointer,
    x: FloatArray,
    y: FloatArray,
    gradient: Pointer,
    losses: FloatArray,
    work: Pointer,
    block: int,
    span: Span,
) -> None:
    """Losses and gradients of one block of networks; `params` and `gradient` point at the block."""
    lanes = block_lanes(net, work)
    inputs = advance(pointer(x), block * x.shape[1] + span.x_start)
    targets = advance(pointer(y), block * y.shape[1] + span.y_start)
    loss = advance(pointer(losses), block * lanes)
    clear(loss, lanes)
    clear(gradient, n_params_of(net) * lanes)
    forward(net, params, inputs, targets, work, work, loss, span)
    backward(net, params, inputs, work, gradient, span)
    settle(net, gradient, loss, span.share)
    for lane in range(lanes):
        loss[lane] *= span.share


@kernel
def series_gradient(
    net: Tag,
    x: FloatArray,
    y: FloatArray,
    spans: tuple[Any, ...],
    losses: FloatArray,
    params: FloatArray,
    gradient: FloatArray,
    workspace: FloatArray,
    start: int,
    stop: int,
) -> None:
    """Losses of independent networks, and their gradients; zero where the loss is not finite."""
    span, control = span_in(spans, workspace), flush_denormals()
    work = pointer(workspace)
    size = n_params_of(net) * block_lanes(net, work)
    for block in range(start, stop):
        theta, g = advance(pointer(params), block * size), advance(pointer(gradient), block * size)
        _series_block(net, theta, x, y, g, losses, work, block, span)
    restore(control)


@kernel
def series_adam_step(
    net: Tag,
    x: FloatArray,
    y: FloatArray,
    spans: tuple[Any, ...],
    losses: FloatArray,
    params: FloatArray,
    mean: FloatArray,
    variance: FloatArray,
    count: int,
    settings: tuple[float, float, float, float],
    workspace: FloatArray,
    start: int,
    stop: int,
) -> None:
    """One step of Adam for independent networks; their gradients never leave the cache."""
    span, control = span_in(spans, workspace), flush_denormals()
    rates = rates_of(count, *settings)
    work = pointer(workspace)
    size = n_params_of(net) * block_lanes(net, work)
    g = advance(work, places_of(net, span.n_steps).gradient * block_lanes(net, work))
    for block in range(start, stop):
        theta = advance(pointer(params), block * size)
        m, v = advance(pointer(mean), block * size), advance(pointer(variance), block * size)
        _series_block(net, theta, x, y, g, losses, work, block, span)
        for i in range(0, size, lane_count(work)):
            update(theta, g, m, v, i, rates)
    restore(control)


@helper
def _total_of_row(rows: Pointer, row: int, lanes: int) -> float:
    total = 0.0
    for lane in range(0, lanes, lane_count(rows)):
        total += lane_sum(load(rows, row * lanes + lane))
    return total


@kernel
def rows_gradient(
    net: Tag,
    params: FloatArray,
    x: FloatArray,
    y: FloatArray,
    mask: FloatArray,
    losses: FloatArray,
    partial: FloatArray,
    workspace: FloatArray,
    spans: tuple[Any, ...],
    start: int,
    stop: int,
) -> None:
    """Loss and gradient of one network, as sums over groups of blocks.

    Row k of `partial` belongs to the k-th group: first the loss, then the gradient, in float64.
    Groups make the order of the sums a matter of the data alone, not of how many threads there are.
    """
    span, control = span_in(spans, workspace), flush_denormals()
    work, theta = pointer(workspace), pointer(params)
    lanes = block_lanes(net, work)
    g = advance(work, places_of(net, span.n_steps).gradient * lanes)
    for group in range(start, stop):
        loss = advance(pointer(losses), group * lanes)
        clear(loss, lanes)
        clear(g, n_params_of(net) * lanes)
        for block in range(group * GROUP, min((group + 1) * GROUP, len(x))):
            inputs = advance(pointer(x), block * x.shape[1] + span.x_start)
            targets = advance(pointer(y), block * y.shape[1] + span.y_start)
            live = advance(pointer(mask), block * lanes)
            forward(net, theta, inputs, targets, live, work, loss, span)
            backward(net, theta, inputs, work, g, span)
        total = 0.0
        for lane in range(lanes):
            total += loss[lane]
        partial[group, 0] = total * span.share
        for row in range(n_params_of(net)):
            partial[group, 1 + row] = _total_of_row(g, row, lanes) * span.share
    restore(control)


@kernel
def run(
    net: Tag,
    params: FloatArray,
    x: FloatArray,
    states: FloatArray,
    prediction: FloatArray,
    n_steps: int,
    start: int,
    stop: int,
) -> None:
    """Predictions at every step; `states` moves on in place."""
    control = flush_denormals()
    theta, lanes = pointer(params), block_lanes(net, pointer(params))
    n_kept, n_read, size = n_states_of(net), n_outputs_of(net), n_params_of(net)
    n_inputs = x.shape[1] // n_steps
    for block in range(start, stop):
        own = advance(theta, n_networks_of(net) * block * size * lanes)
        state = advance(pointer(states), block * n_kept * lanes)
        for t in range(n_steps):
            inputs = advance(pointer(x), block * x.shape[1] + t * n_inputs)
            place = (block * n_steps + t) * n_read * lanes
            advance_states(net, own, inputs, state, state)
            read_out(net, own, inputs, state, advance(pointer(prediction), place))
    restore(control)
