"""Streams: networks of their own that predict, and learn, at every step.

All kernels read the steps of a stream one by one: advance the state, write the output, learn from
the target.  Arrays are in blocks of lanes as :mod:`rnnts.kernels.lanes.entries` has them::

    x            (n_blocks, n_steps * n_inputs * L)
    y, output    (n_blocks, n_steps * L)
    params       (n_blocks, n_params * L)
    states       (n_blocks, n_states * L)
    rates        (n_params,), the step sizes of the parameters, in float64
    memory       (n_blocks, ...): what a rule remembers, zero before the first step

params, states and memory move on in place.  For backpropagation through time a block of memory is a
ring of steps, each with its inputs, the states before it, and what the cell saved; for real-time
recurrent learning it holds for each parameter of the recurrence how the states depend on it.
"""

from typing import NamedTuple

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels._jit import fragment, kernel, shared
from rnnts.kernels.denormals import flush_denormals, restore
from rnnts.kernels.lanes.block import copy
from rnnts.kernels.lanes.gradient import add_drive_sums, add_output_sums
from rnnts.kernels.lanes.readout import add_slopes
from rnnts.kernels.lanes.responses import (
    descend_readout,
    descend_recurrence,
    respond,
    respond_again,
)
from rnnts.kernels.lanes.sensitivities import add_direct, linearise, propagate, write_slope
from rnnts.kernels.lanes.sizes import (
    LaneNetwork,
    Tag,
    block_lanes,
    n_drives_of,
    n_inputs_of,
    n_params_of,
    n_reached_of,
    n_recurrent_of,
    n_saved_of,
    n_states_of,
)
from rnnts.kernels.lanes.step import step_backward, step_forward
from rnnts.kernels.simd import advance, aligned_empty, clear, pointer


class _Places(NamedTuple):
    """Where in the workspace each array begins, and where the last one ends, in rows."""

    slope: int
    d_states: int
    gradient: int
    past: int
    saved: int
    on_past: int
    on_drives: int
    end: int


@shared
def _places(
    n_states: int, n_saved: int, n_reached: int, n_params: int, n_drive_rows: int
) -> _Places:
    slope = 1  # after the error
    d_states = slope + 1
    gradient = d_states + n_states
    past = gradient + n_params
    saved = past + n_states
    on_past = saved + n_saved
    on_drives = on_past + n_states * n_reached
    return _Places(
        slope, d_states, gradient, past, saved, on_past, on_drives, on_drives + n_drive_rows
    )


def workspace_for_bptt(net: LaneNetwork, n_slots: int, dtype: type[np.floating]) -> FloatArray:
    """Scratch memory for one thread."""
    return _workspace(net, n_slots * net.n_drives, dtype)


def workspace_for_rtrl(net: LaneNetwork, dtype: type[np.floating]) -> FloatArray:
    """Scratch memory for one thread."""
    return _workspace(net, net.recurrence.n_states * net.n_drives, dtype)


def _workspace(net: LaneNetwork, n_drive_rows: int, dtype: type[np.floating]) -> FloatArray:
    at = _places(net.n_states, net.n_saved, net.n_reached, net.n_params, n_drive_rows)
    return aligned_empty(at.end * net.lanes_per_block(dtype), dtype)


@fragment
def _places_of(net: Tag) -> _Places:
    """Places of all but the end."""
    return _places(n_states_of(net), n_saved_of(net), n_reached_of(net), n_params_of(net), 0)


@kernel
def learn_by_bptt(
    net: Tag,
    x: FloatArray,
    y: FloatArray,
    output: FloatArray,
    params: FloatArray,
    states: FloatArray,
    memory: FloatArray,
    rates: FloatArray,
    n_before: int,
    n_slots: int,
    readout_first: bool,
    workspace: FloatArray,
    start: int,
    stop: int,
) -> None:
    """Learn from the gradient of each step's loss through the last `n_slots` steps.

    `n_before` steps were read before.  With `readout_first` the slope reaches the hidden units
    through the read-out that has already moved.
    """
    control, work, down = flush_denormals(), pointer(workspace), pointer(rates)
    lanes, at = block_lanes(net, pointer(workspace)), _places_of(net)
    n_inputs, row, width = n_inputs_of(net), n_states_of(net) * lanes, n_drives_of(net) * lanes
    size, slot = n_params_of(net) * lanes, memory.shape[1] // n_slots
    n_steps = x.shape[1] // (n_inputs * lanes)
    past_at, saved_at = n_inputs * lanes, (n_inputs + n_states_of(net)) * lanes
    error, slope = work, advance(work, at.slope * lanes)
    d_states, g = advance(work, at.d_states * lanes), advance(work, at.gradient * lanes)
    d_drives = advance(work, at.on_drives * lanes)
    for block in range(start, stop):
        theta, state = advance(pointer(params), block * size), advance(pointer(states), block * row)
        ring = advance(pointer(memory), block * memory.shape[1])
        for t in range(n_steps):
            newest, n_used = (n_before + t) % n_slots, min(n_before + t + 1, n_slots)
            kept = advance(ring, newest * slot)
            past = advance(kept, past_at)
            copy(advance(pointer(x), block * x.shape[1] + t * past_at), kept, past_at)
            copy(state, past, row)
            step_forward(net, theta, kept, past, state, advance(kept, saved_at))
            place = (block * n_steps + t) * lanes
            target, out = advance(pointer(y), place), advance(pointer(output), place)
            respond(net, theta, kept, state, target, out, error, slope)
            clear(g, size)
            clear(d_states, row)
            if not readout_first:
                add_slopes(net, theta, slope, d_states)
            add_output_sums(net, g, state, row, kept, past_at, slope, lanes, 1)
            descend_readout(net, theta, g, error, down)
            if readout_first:
                respond_again(net, theta, kept, state, error, slope)
                add_slopes(net, theta, slope, d_states)
            now, nth = state, newest
            for _ in range(n_used):
                kept = advance(ring, nth * slot)
                past = advance(kept, past_at)
                step_backward(
                    net,
                    theta,
                    past,
                    now,
                    advance(kept, saved_at),
                    d_states,
                    advance(d_drives, nth * width),
                )
                now, nth = past, (nth - 1) % n_slots
            # The steps in use are the first ones of the ring, whatever their order.
            first = advance(ring, past_at)
            add_drive_sums(net, g, first, slot, ring, slot, d_drives, width, n_used)
            descend_recurrence(net, theta, g, error, down)
    restore(control)


@kernel
def learn_by_rtrl(
    net: Tag,
    x: FloatArray,
    y: FloatArray,
    output: FloatArray,
    params: FloatArray,
    states: FloatArray,
    memory: FloatArray,
    rates: FloatArray,
    workspace: FloatArray,
    start: int,
    stop: int,
) -> None:
    """Learn from the gradient of each step's loss through all steps so far."""
    control, work, down = flush_denormals(), pointer(workspace), pointer(rates)
    lanes, at = block_lanes(net, pointer(workspace)), _places_of(net)
    n_inputs, row = n_inputs_of(net) * lanes, n_states_of(net) * lanes
    size, n_recurrent = n_params_of(net) * lanes, n_recurrent_of(net)
    n_steps = x.shape[1] // n_inputs
    error, slope = work, advance(work, at.slope * lanes)
    d_states, g = advance(work, at.d_states * lanes), advance(work, at.gradient * lanes)
    past, saved = advance(work, at.past * lanes), advance(work, at.saved * lanes)
    on_past, on_drives = advance(work, at.on_past * lanes), advance(work, at.on_drives * lanes)
    for block in range(start, stop):
        theta, state = advance(pointer(params), block * size), advance(pointer(states), block * row)
        sensitivities = advance(pointer(memory), block * memory.shape[1])
        for t in range(n_steps):
            inputs = advance(pointer(x), block * x.shape[1] + t * n_inputs)
            copy(state, past, row)
            step_forward(net, theta, inputs, past, state, saved)
            linearise(net, theta, past, state, saved, on_drives, on_past)
            for k in range(n_recurrent):
                propagate(net, on_past, advance(sensitivities, k * row))
            add_direct(net, on_drives, inputs, past, sensitivities)
            place = (block * n_steps + t) * lanes
            target, out = advance(pointer(y), place), advance(pointer(output), place)
            respond(net, theta, inputs, state, target, out, error, slope)
            clear(g, size)
            clear(d_states, row)
            add_slopes(net, theta, slope, d_states)
            add_output_sums(net, g, state, row, inputs, n_inputs, slope, lanes, 1)
            for k in range(n_recurrent):
                of_one = advance(sensitivities, k * row)
                write_slope(net, d_states, of_one, advance(g, k * lanes))
            descend_readout(net, theta, g, error, down)
            descend_recurrence(net, theta, g, error, down)
    restore(control)
