"""One block of lanes, forward through time and back.

What a block remembers lies in the workspace, step by step: its states, what its cells save, and the
slopes of its losses.  :mod:`rnnts.kernels.lanes` has the entry points.
"""

from typing import Any, NamedTuple

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels._jit import helper, shared
from rnnts.kernels.lanes_gradient import add_drive_sums, add_output_sums
from rnnts.kernels.lanes_sizes import (
    LaneNetwork,
    Tag,
    block_lanes,
    n_drives_of,
    n_outputs_of,
    n_params_of,
    n_saved_of,
    n_states_of,
)
from rnnts.kernels.lanes_step import (
    add_losses,
    add_slopes,
    score,
    score_squares,
    step_backward,
    step_forward,
)
from rnnts.kernels.simd import Pointer, advance, aligned_empty, clear, noinline

# Steps whose slopes, or losses, wait to be summed: enough that it pays to fill registers with the
# sums, few enough to stay in the first-level cache, and to add up in the precision of the lanes.
RING = 16


class Span(NamedTuple):
    """What a pass runs over, and how it scores; distances are counted in scalars."""

    n_steps: int
    first_scored: int
    x_start: int  # in a block of x
    x_step: int
    y_start: int  # in a block of y, of the first scored step
    y_step: int
    bend: float
    reach: float
    share: float  # one over the number of predictions that a loss is the mean of


class _Places(NamedTuple):
    """Where in the workspace each array begins, and where the last one ends."""

    saved: int
    slopes: int
    ring: int
    d_states: int
    partial: int  # losses
    gradient: int
    end: int


@shared
def _places(
    n_states: int, n_saved: int, n_outputs: int, n_drives: int, n_params: int, n_steps: int
) -> _Places:
    saved = (n_steps + 1) * n_states
    slopes = saved + n_steps * n_saved
    ring = slopes + n_steps * n_outputs
    d_states = ring + RING * n_drives
    partial = d_states + n_states
    gradient = partial + 1
    return _Places(saved, slopes, ring, d_states, partial, gradient, gradient + n_params)


def new_workspace(net: LaneNetwork, n_steps: int, dtype: type[np.floating]) -> FloatArray:
    """Scratch memory for one thread."""
    places = _places(net.n_states, net.n_saved, net.n_outputs, net.n_drives, net.n_params, n_steps)
    return aligned_empty(places.end * net.lanes_per_block(dtype), dtype)


@helper
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


@helper
def span_in(spans: tuple[Any, ...], workspace: FloatArray) -> Span:
    """A plain tuple, which Numba reads faster from Python, as :class:`Span`."""
    n_steps, first_scored, x_start, x_step, y_start, y_step, bend, reach, share = spans
    kind = workspace.dtype.type
    return Span(
        n_steps,
        first_scored,
        x_start,
        x_step,
        y_start,
        y_step,
        kind(bend),
        kind(reach),
        kind(share),
    )


@helper
def forward(
    net: Tag,
    params: Pointer,
    x: Pointer,
    y: Pointer,
    mask: Pointer,
    work: Pointer,
    losses: Pointer,
    span: Span,
) -> None:
    """Run a block through time, add its losses, and remember what the way back needs."""
    noinline()
    lanes, at = block_lanes(net, work), places_of(net, span.n_steps)
    row, kept = n_states_of(net) * lanes, n_saved_of(net) * lanes
    saved, slopes = advance(work, at.saved * lanes), advance(work, at.slopes * lanes)
    partial = advance(work, at.partial * lanes)
    clear(work, row)
    for first in range(0, span.n_steps, RING):
        stop = min(first + RING, span.n_steps)
        for t in range(first, stop):
            past, kept_at = advance(work, t * row), advance(saved, t * kept)
            step_forward(
                net, params, advance(x, t * span.x_step), past, advance(past, row), kept_at
            )
        # By themselves, scores wait for nothing.
        clear(partial, lanes)
        for t in range(max(first, span.first_scored), stop):
            inputs, now = advance(x, t * span.x_step), advance(work, (t + 1) * row)
            targets = advance(y, (t - span.first_scored) * span.y_step)
            slope = advance(slopes, t * n_outputs_of(net) * lanes)
            if span.bend == np.inf:
                score_squares(net, params, inputs, now, targets, mask, slope, partial)
            else:
                bend, reach = span.bend, span.reach
                score(net, params, inputs, now, targets, mask, slope, partial, bend, reach)
        add_losses(net, partial, losses)


@helper
def backward(
    net: Tag, params: Pointer, x: Pointer, work: Pointer, gradient: Pointer, span: Span
) -> None:
    """Add the gradient of a block that has just run forward."""
    noinline()
    lanes, at = block_lanes(net, work), places_of(net, span.n_steps)
    row, kept = n_states_of(net) * lanes, n_saved_of(net) * lanes
    read, width = n_outputs_of(net) * lanes, n_drives_of(net) * lanes
    saved, slopes = advance(work, at.saved * lanes), advance(work, at.slopes * lanes)
    ring, d_states = advance(work, at.ring * lanes), advance(work, at.d_states * lanes)
    clear(d_states, row)
    stop = span.n_steps
    while stop > 0:
        first = (stop - 1) // RING * RING
        for t in range(stop - 1, first - 1, -1):
            if t >= span.first_scored:
                add_slopes(net, params, advance(slopes, t * read), d_states)
            step_backward(
                net,
                params,
                advance(work, t * row),
                advance(work, (t + 1) * row),
                advance(saved, t * kept),
                d_states,
                advance(ring, (t - first) * width),
            )
        past, inputs = advance(work, first * row), advance(x, first * span.x_step)
        add_drive_sums(net, gradient, past, row, inputs, span.x_step, ring, width, stop - first)
        scored = max(first, span.first_scored)
        if scored < stop:
            now, inputs = advance(work, (scored + 1) * row), advance(x, scored * span.x_step)
            slope = advance(slopes, scored * read)
            add_output_sums(
                net, gradient, now, row, inputs, span.x_step, slope, read, stop - scored
            )
        stop = first
