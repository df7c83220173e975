r"""Small networks with rows, or whole networks, in the SIMD lanes.

*Series*: a lane is a network of its own, with its own weights and its own sequence.
*Rows*: a lane is a sequence, and all belong to one network.
The code is the same; a weight is loaded for each lane, or stands in all of them.

The equations are those of :mod:`rnnts.kernels.lanes.step`, :mod:`rnnts.kernels.lanes.readout` and
:mod:`rnnts.kernels.lanes.gradient`.  Lanes advance in blocks, each from its first step to its last
and back before the next one starts, so that what a block remembers stays in the cache.  Every array
is C-contiguous and aligned to a register; L is the number of lanes of a block::

    data         (n_blocks, ...): for a block x, (n_steps, n_inputs, L), and y, which may be a later
                 part of the same numbers, (n_scored, n_outputs, L); then weights,
                 (n_scored, n_weights, L)
    params       (n_blocks, n_params * L), or (n_params,) in float64 of the one network
    gradient     the same as params
    starts, ends (n_blocks, n_states * L): the hidden state of all units, then further states;
                 no blocks at all to start at rest, or to keep nothing
    prediction   (n_blocks, n_steps * n_outputs * L)
    losses       (..., n_blocks * L), in float64

A :class:`~rnnts.kernels.lanes.block.Span` says where in a block of data each begins, and how far it
moves on.  Lanes that are left over in the last block are filled up with zeros: as networks of their
own they disturb nobody, and as rows they have the weight zero.  All kernels work on the blocks from
`start` to `stop`, or groups of them, which threads may share; two calls that share a workspace must
not run at once.
"""

from typing import Any

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels._jit import fragment, kernel
from rnnts.kernels.adam import rates_in, update
from rnnts.kernels.denormals import flush_denormals, restore
from rnnts.kernels.descent import GOING
from rnnts.kernels.groups import add_penalty, step_from_groups
from rnnts.kernels.lanes.block import Span, backward, copy, forward, places_of, span_from
from rnnts.kernels.lanes.readout import read_out, settle
from rnnts.kernels.lanes.shaping import penalise, shorten
from rnnts.kernels.lanes.sizes import (
    Tag,
    block_lanes,
    n_networks_of,
    n_outputs_of,
    n_params_of,
    n_states_of,
)
from rnnts.kernels.lanes.step import advance_states
from rnnts.kernels.simd import (
    Pointer,
    advance,
    as_doubles,
    clear,
    lane_count,
    lane_sum,
    load,
    pointer,
)

# Blocks of rows whose gradients are summed before they are rounded to float64.
GROUP = 8


@fragment
def _forward_and_back(
    net: Tag,
    params: Pointer,
    data: FloatArray,
    starts: FloatArray,
    losses: Pointer,
    gradient: Pointer,
    ends: FloatArray,
    work: Pointer,
    block: int,
    span: Span,
) -> None:
    """Add losses and gradients of one block."""
    row = n_states_of(net) * block_lanes(net, work)
    if starts.size:
        copy(advance(pointer(starts), block * row), work, row)
    else:
        clear(work, row)
    numbers = advance(pointer(data), block * data.shape[1])
    forward(net, params, numbers, work, losses, span)
    if ends.size:
        copy(advance(work, span.n_steps * row), advance(pointer(ends), block * row), row)
    backward(net, params, numbers, work, gradient, span)


@kernel
def series_gradient(
    net: Tag,
    data: FloatArray,
    spans: tuple[Any, ...],
    starts: FloatArray,
    params: FloatArray,
    losses: FloatArray,
    gradient: FloatArray,
    ends: FloatArray,
    workspace: FloatArray,
    start: int,
    stop: int,
) -> None:
    """Losses of independent networks, and their gradients; zero where the loss is not finite."""
    span, control, work = span_from(spans), flush_denormals(), pointer(workspace)
    lanes = block_lanes(net, work)
    size = n_params_of(net) * lanes
    for block in range(start, stop):
        theta, g = advance(pointer(params), block * size), advance(pointer(gradient), block * size)
        loss = advance(pointer(losses), block * lanes)
        clear(loss, lanes)
        clear(g, size)
        _forward_and_back(net, theta, data, starts, loss, g, ends, work, block, span)
        settle(net, g, loss, span.share)
    restore(control)


@kernel
def series_adam(
    net: Tag,
    data: FloatArray,
    spans: tuple[Any, ...],
    starts: FloatArray,
    params: FloatArray,
    losses: FloatArray,
    mean: FloatArray,
    variance: FloatArray,
    rates: FloatArray,
    costs: FloatArray,
    longest: float,
    workspace: FloatArray,
    start: int,
    stop: int,
) -> None:
    """Steps of Adam for independent networks, a row of `rates` and one of `losses` for each.

    A block takes all of them before the next one starts: its data stay in the cache, and the
    gradient never leaves it.  `costs`, those of the squares of parameters, may be empty, and the
    norm that gradients are shortened to may be infinite.
    """
    span, control, work = span_from(spans), flush_denormals(), pointer(workspace)
    lanes = block_lanes(net, work)
    size = n_params_of(net) * lanes
    g = advance(work, places_of(net, span.n_steps).gradient * lanes)
    for block in range(start, stop):
        theta = advance(pointer(params), block * size)
        m, v = advance(pointer(mean), block * size), advance(pointer(variance), block * size)
        for k in range(len(rates)):
            loss = advance(pointer(losses), k * losses.shape[1] + block * lanes)
            clear(loss, lanes)
            clear(g, size)
            _forward_and_back(net, theta, data, starts, loss, g, starts[:0], work, block, span)
            settle(net, g, loss, span.share)
            penalise(theta, g, costs, lanes)
            if longest < np.inf:
                shorten(g, n_params_of(net), lanes, longest)
            for i in range(0, size, lane_count(work)):
                update(theta, g, m, v, i, rates_in(rates[k]))
    restore(control)


@fragment
def _sum_of_row(rows: Pointer, row: int, lanes: int) -> float:
    total = 0.0
    for lane in range(0, lanes, lane_count(rows)):
        total += lane_sum(load(rows, row * lanes + lane))
    return total


@fragment
def _groups_of_rows(
    net: Tag,
    data: FloatArray,
    span: Span,
    starts: FloatArray,
    costs: FloatArray,
    params: FloatArray,
    partial: FloatArray,
    ends: FloatArray,
    work: Pointer,
    start: int,
    stop: int,
) -> None:
    lanes, at, n_params = block_lanes(net, work), places_of(net, span.n_steps), n_params_of(net)
    theta, g = advance(work, at.params * lanes), advance(work, at.gradient * lanes)
    losses = as_doubles(advance(work, at.losses * lanes))
    for k in range(n_params):
        theta[k] = params[k]
    for group in range(start, stop):
        clear(losses, lanes)
        clear(g, n_params * lanes)
        for block in range(group * GROUP, min((group + 1) * GROUP, len(data))):
            _forward_and_back(net, theta, data, starts, losses, g, ends, work, block, span)
        partial[group, 0] = _sum_of_row(losses, 0, lanes)
        for row in range(n_params):
            partial[group, 1 + row] = _sum_of_row(g, row, lanes)
        if group == 0 and costs.size:
            add_penalty(pointer(partial), pointer(params), pointer(costs), n_params)


@kernel
def rows_gradient(
    net: Tag,
    data: FloatArray,
    spans: tuple[Any, ...],
    starts: FloatArray,
    costs: FloatArray,
    params: FloatArray,
    partial: FloatArray,
    ends: FloatArray,
    workspace: FloatArray,
    start: int,
    stop: int,
) -> None:
    """Loss and gradient of one network, in rows of `partial` as for :mod:`rnnts.kernels.groups`."""
    span, control, work = span_from(spans), flush_denormals(), pointer(workspace)
    _groups_of_rows(net, data, span, starts, costs, params, partial, ends, work, start, stop)
    restore(control)


@kernel
def rows_descend(
    net: Tag,
    data: FloatArray,
    spans: tuple[Any, ...],
    starts: FloatArray,
    costs: FloatArray,
    partial: FloatArray,
    moments: FloatArray,
    settings: FloatArray,
    learning_rates: FloatArray,
    losses: FloatArray,
    workspace: FloatArray,
) -> int:
    """Steps of :mod:`rnnts.kernels.descent` for one network, on the blocks of all its rows.

    Returns how many there were before the descent stopped, and fills `losses` with those before
    each; `partial` is as for `rows_gradient`.
    """
    span, control, work = span_from(spans), flush_denormals(), pointer(workspace)
    n_filled, status = 0, GOING
    while n_filled < len(losses) and status == GOING:
        point, n_groups = moments[0], len(partial)
        _groups_of_rows(
            net, data, span, starts, costs, point, partial, starts[:0], work, 0, n_groups
        )
        losses[n_filled], status = step_from_groups(
            partial, moments, learning_rates[n_filled], settings
        )
        n_filled += 1
    restore(control)
    return n_filled


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
