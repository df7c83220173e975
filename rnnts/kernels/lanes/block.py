"""One block of lanes, forward through time and back.

What a block remembers lies in the workspace, step by step: its states, what its cells save, and the
slopes of its losses.  :mod:`rnnts.kernels.lanes.entries` has the entry points.
"""

from typing import Any, NamedTuple

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels._jit import fragment, helper, shared
from rnnts.kernels.lanes.gradient import add_drive_sums, add_output_sums
from rnnts.kernels.lanes.readout import add_slopes, score
from rnnts.kernels.lanes.sizes import (
    LaneNetwork,
    Tag,
    block_lanes,
    n_drives_of,
    n_outputs_of,
    n_params_of,
    n_saved_of,
    n_states_of,
)
from rnnts.kernels.lanes.step import step_backward, step_backward_to_scored, step_forward
from rnnts.kernels.simd import Pointer, advance, aligned_empty, clear, noinline

# Steps whose losses, or slopes, wait to be summed: enough that it pays to fill registers with the
# sums, few enough to stay in the first-level cache, and to add up in the precision of the lanes.
RING = 16


class Span(NamedTuple):
    """What a pass runs over, and how it scores; places and distances are counted in scalars.

    A block of data begins with the inputs.  What is scored lies from the first scored step on.
    """

    n_steps: int
    first_scored: int
    truncation: int  # steps that a gradient goes back, counted from the first one; zero for all
    x_step: int
    y_start: int
    y_step: int
    weights_start: int
    weights_step: int
    share: float  # the loss is so much of the sum over all predictions
    levels: tuple[float, ...]  # of the loss, for each output


class _Places(NamedTuple):
    """Where in the workspace each array begins, and where the last one ends."""

    saved: int
    slopes: int
    ring: int
    d_states: int
    losses: int  # float64
    gradient: int
    params: int
    end: int


@shared
def _places(
    n_states: int, n_saved: int, n_outputs: int, n_drives: int, n_params: int, n_steps: int
) -> _Places:
    saved = (n_steps + 1) * n_states
    slopes = saved + n_steps * n_saved
    ring = slopes + n_steps * n_outputs
    d_states = ring + RING * n_drives
    losses = d_states + n_states
    gradient = losses + 2
    params = gradient + n_params
    return _Places(saved, slopes, ring, d_states, losses, gradient, params, params + n_params)


def new_workspace(net: LaneNetwork, n_steps: int, dtype: type[np.floating]) -> FloatArray:
    """Scratch memory for one thread."""
    places = _places(net.n_states, net.n_saved, net.n_outputs, net.n_drives, net.n_params, n_steps)
    return aligned_empty(places.end * net.lanes_per_block(dtype), dtype)


@fragment
def places_of(net: Tag, n_steps: int) -> _Places:
    """Places in the workspace, in rows."""
    return _places(
        n_states_of(net),
        n_saved_of(net),
        n_outputs_of(net),
        n_drives_of(net),
        n_params_of(net),
        n_steps,
    )


@fragment
def span_from(numbers: tuple[Any, ...]) -> Span:
    """A plain tuple, which Numba reads faster from Python, as :class:`Span`."""
    n_steps, first_scored, truncation, x_step, y_start, y_step, start, step, share, levels = numbers
    return Span(
        n_steps,
        first_scored,
        truncation,
        x_step,
        y_start,
        y_step,
        start,
        step,
        share,
        levels,
    )


@fragment
def copy(source: Pointer, target: Pointer, size: int) -> None:
    """Copy some scalars."""
    for i in range(size):
        target[i] = source[i]


@helper
def forward(
    net: Tag, params: Pointer, data: Pointer, work: Pointer, losses: Pointer, span: Span
) -> None:
    """Run a block from its first states, add its losses, remember what the way back needs."""
    noinline()
    lanes, at = block_lanes(net, work), places_of(net, span.n_steps)
    row, kept, read = n_states_of(net) * lanes, n_saved_of(net) * lanes, n_outputs_of(net) * lanes
    saved, slopes = advance(work, at.saved * lanes), advance(work, at.slopes * lanes)
    distances = span.x_step, row, span.y_step, span.weights_step, read
    for first in range(0, span.n_steps, RING):
        stop = min(first + RING, span.n_steps)
        for t in range(first, stop):
            past, kept_at = advance(work, t * row), advance(saved, t * kept)
            inputs = advance(data, t * span.x_step)
            step_forward(net, params, inputs, past, advance(past, row), kept_at)
        # By themselves, scores wait for nothing.
        scored = max(first, span.first_scored)
        if scored < stop:
            nth = scored - span.first_scored
            places = (
                advance(data, scored * span.x_step),
                advance(work, (scored + 1) * row),
                advance(data, span.y_start + nth * span.y_step),
                advance(data, span.weights_start + nth * span.weights_step),
                advance(slopes, scored * read),
            )
            score(net, params, places, distances, span.levels, stop - scored, losses)


@helper
def backward(
    net: Tag, params: Pointer, data: Pointer, work: Pointer, gradient: Pointer, span: Span
) -> None:
    """Add the gradient of a block that has just run forward."""
    noinline()
    lanes, at = block_lanes(net, work), places_of(net, span.n_steps)
    row, kept = n_states_of(net) * lanes, n_saved_of(net) * lanes
    read, width = n_outputs_of(net) * lanes, n_drives_of(net) * lanes
    saved, slopes = advance(work, at.saved * lanes), advance(work, at.slopes * lanes)
    ring, d_states = advance(work, at.ring * lanes), advance(work, at.d_states * lanes)
    clear(d_states, row)
    cut = (span.n_steps - 1) // span.truncation * span.truncation if span.truncation else -1
    stop = span.n_steps
    add_slopes(net, params, advance(slopes, (stop - 1) * read), d_states)
    while stop > 0:
        first = (stop - 1) // RING * RING
        for t in range(stop - 1, first - 1, -1):
            past, now = advance(work, t * row), advance(work, (t + 1) * row)
            kept_at, d_drives = advance(saved, t * kept), advance(ring, (t - first) * width)
            before = advance(slopes, (t - 1) * read)
            if t > span.first_scored and t != cut:
                step_backward_to_scored(net, params, past, now, kept_at, d_states, d_drives, before)
                continue
            step_backward(net, params, past, now, kept_at, d_states, d_drives)
            if t == cut:
                cut -= span.truncation
                clear(d_states, row)
                if t > span.first_scored:
                    add_slopes(net, params, before, d_states)
        past, inputs = advance(work, first * row), advance(data, first * span.x_step)
        add_drive_sums(net, gradient, past, row, inputs, span.x_step, ring, width, stop - first)
        scored = max(first, span.first_scored)
        if scored < stop:
            now, inputs = advance(work, (scored + 1) * row), advance(data, scored * span.x_step)
            slope = advance(slopes, scored * read)
            add_output_sums(
                net, gradient, now, row, inputs, span.x_step, slope, read, stop - scored
            )
        stop = first
