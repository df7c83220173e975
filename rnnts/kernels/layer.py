r"""One layer over all steps of a block of sequences, forward and back.

.. math::
    z_t &= (x_t, 1, h_{t-d}) W, \qquad h_t = \text{cell}(z_t, h_{t-d}) \\
    \bar h_{t-d} &= \bar z_t W_h^\top + (\text{what the cell hands back around } W)
        + (\text{what reads } h_{t-d}), \qquad
    \bar x_t = \bar z_t W_x^\top, \qquad
    \bar W = \sum_t (x_t, 1, h_{t-d})^\top \bar z_t

The first layer reads the data, each further one the outputs of the one below: its hidden states,
or, in a residual layer, these plus what it reads itself.  The outputs of residual layers are sums
of hidden states, so that the gradient of all that reads the last one goes to every layer at once.

With a dilation d of more than one step, d steps in a row do not depend on each other: they advance
at once, as if they were further sequences.

The gradients on the drives gather in a ring, so that those of the weights and of the inputs are one
product each for many steps.  With truncation k no gradient goes from step t on to a step before t
where k divides t.
"""

from rnnts.kernels._jit import fragment
from rnnts.kernels.gemm import gemm, pack_panels, pack_transposed_panels
from rnnts.kernels.problem import (
    LAYER,
    layers_in,
    read_layer,
    read_problem,
    readout_in,
    scratch_in,
)
from rnnts.kernels.scoring import add_to_hidden
from rnnts.kernels.simd import Doubles, Integers, Pointer, advance, at_address, clear
from rnnts.kernels.steps import (
    add_from_above,
    add_inputs,
    add_to_weights,
    pack,
    pack_transposed,
    read_inputs,
    read_start,
    split_inputs,
    step,
    step_back,
    through_weights,
    to_layer_below,
    write_d_start,
    write_end,
)
from rnnts.kernels.unit import unit


@fragment
def _read_params(params: Doubles, runs: Integers, n_runs: int, weights: Pointer) -> None:
    """Spread the flat vector over the weights, whose padding is zero already."""
    for run in range(n_runs):
        start, place = runs[3 * run], runs[3 * run + 1]
        for i in range(runs[3 * run + 2]):
            weights[place + i] = params[start + i]


@unit(pack_panels, pack_transposed_panels)
def prepare(problem: Integers, params: Doubles, work: Pointer, both_ways: int) -> None:
    """Lay out the weights, and again in the order in which products read them."""
    p, at, layers = read_problem(problem), scratch_in(problem), layers_in(problem)
    clear(work, at.gradients)
    _read_params(params, advance(layers, p.n_layers * LAYER), p.n_runs, work)
    for index in range(p.n_layers):
        s = read_layer(advance(layers, index * LAYER))
        weights = advance(work, s.weights)
        pack(weights, advance(work, s.packed), s)
        if both_ways:
            pack_transposed(weights, advance(work, s.transposed), s)
            if index:
                to_below = advance(work, s.to_below)
                pack_transposed_panels(to_below, weights, s.width, s.n_inputs, s.below, s.width)


@fragment
def write_gradient(gradient: Doubles, runs: Integers, n_runs: int, d_weights: Pointer) -> None:
    """The way back of the flat vector."""
    for run in range(n_runs):
        start, place = runs[3 * run], runs[3 * run + 1]
        for i in range(runs[3 * run + 2]):
            gradient[start + i] = d_weights[place + i]


@unit(gemm, add_inputs)
def forward_layer(problem: Integers, work: Pointer, index: int, first: int, n_rows: int) -> None:
    """Run the block that begins with sequence `first` through time."""
    p, layers = read_problem(problem), layers_in(problem)
    s = read_layer(advance(layers, index * LAYER))
    tape, drives = advance(work, s.tape), advance(work, s.drives)
    packed = advance(work, s.packed)
    start, end = at_address(p.start, work), at_address(p.end, work)
    stride = n_rows * s.row
    read_start(tape, advance(start, first * p.state_size), p.state_size, s, n_rows)
    if index == 0:
        x, distance, gap = at_address(p.x, work), s.n_inputs, p.n_sequences * s.n_inputs
        inputs = advance(x, first * distance)
    else:
        below = read_layer(advance(layers, (index - 1) * LAYER))
        distance, gap = below.row, n_rows * below.row
        inputs = advance(work, below.tape + below.dilation * gap + below.output)
    for t in range(p.n_steps):
        read_inputs(advance(tape, t * stride), advance(inputs, t * gap), distance, s, n_rows)
    split_inputs(tape, drives, packed, s, p.n_steps * n_rows)
    for t in range(0, p.n_steps, s.dilation):
        past = advance(tape, t * stride)
        now = advance(past, s.dilation * stride)
        kept = advance(drives, t * n_rows * s.kept)
        n_live = min(s.dilation, p.n_steps - t) * n_rows
        step(p.forward_at, past, now, kept, packed, s, n_live)
    if s.output != s.front:
        now = advance(tape, s.dilation * stride)
        add_inputs(tape, now, advance(layers, index * LAYER), p.n_steps * n_rows)
    states, n_slots = advance(end, first * p.state_size), p.n_steps + s.dilation
    write_end(tape, states, p.state_size, p.n_steps, n_slots, s, n_rows)


@unit(gemm)
def backward_layer(problem: Integers, work: Pointer, index: int, first: int, n_rows: int) -> None:
    """Add the gradient of the block that has just run forward, and hand it to the layer below.

    The block begins with sequence `first`.
    """
    p, at, layers = read_problem(problem), scratch_in(problem), layers_in(problem)
    readout = readout_in(problem)
    s = read_layer(advance(layers, index * LAYER))
    tape, drives, ring = (
        advance(work, s.tape),
        advance(work, s.drives),
        advance(work, at.d_drives),
    )
    d_states, above = advance(work, at.d_states), advance(work, at.above)
    d_prediction = advance(work, at.d_prediction)
    w_output = advance(work, readout.weights)
    transposed, to_below = advance(work, s.transposed), advance(work, s.to_below)
    d_weights = advance(work, s.weights + at.gradients)
    is_top = index == p.n_layers - 1
    first_scored = p.n_steps - p.n_read + p.n_warmup
    first_read = first_scored if s.is_read else p.n_steps
    stride, row = n_rows * s.row, s.row - s.front
    n_slopes, n_above = n_rows * readout.n_outputs, n_rows * at.above_row
    at_once = s.dilation * n_rows
    clear(d_states, at_once * row)
    slot, newest, stop = s.n_slots - 1, p.n_steps, p.n_steps
    last = p.n_steps - 1
    for t in range(last - last % s.dilation, -1, -s.dilation):
        past = advance(tape, t * stride)
        now = advance(past, s.dilation * stride)
        n_live = (stop - t) * n_rows
        d_drives = advance(ring, slot * at_once * s.width)
        if not is_top:
            add_from_above(d_states, advance(above, t * n_above), at.above_row, s, n_live)
        if stop > first_read:
            scored = max(t, first_read)
            slopes = advance(d_prediction, (scored - first_scored) * n_slopes)
            d_scored = advance(d_states, (scored - t) * n_rows * row)
            add_to_hidden(d_scored, row, slopes, w_output, readout, (stop - scored) * n_rows)
        saved = advance(drives, t * n_rows * s.kept)
        step_back(p.backward_at, past, now, saved, d_states, d_drives, s, n_live)
        if slot == 0 or t == 0:
            n_gathered = (newest - t) * n_rows
            add_to_weights(d_weights, past, d_drives, s, n_gathered)
            if index:
                # In the place of what has come from above, for those steps are done; or on top of
                # it, if the layers below are read as well.
                handed, accumulate = advance(above, t * n_above), 0 if is_top else s.is_read
                to_layer_below(handed, at.above_row, d_drives, to_below, s, n_gathered, accumulate)
            slot, newest = s.n_slots, t
        slot -= 1
        if t > 0 or p.d_start:
            through_weights(d_states, d_drives, transposed, s, n_live)
        if p.truncation:
            for later in range(t, stop):
                if later % p.truncation < s.dilation:
                    clear(advance(d_states, (later - t) * n_rows * row), n_rows * row)
        stop = t
    if p.d_start:
        d_start = advance(at_address(p.d_start, work), first * p.state_size)
        write_d_start(d_states, d_start, p.state_size, s, n_rows)
