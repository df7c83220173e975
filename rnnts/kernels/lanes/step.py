r"""One step of a small network, forward and back.

.. math::
    z_t &= x_t W_x + b + h_{t-1} W_h, \qquad h_t = \text{cell}(z_t, h_{t-1}) \\
    \bar h_{t-1} &= \bar z_t W_h^\top + (\text{what the cell hands back around } W_h)

A bar marks the gradient of the loss, of which the predictions' share comes from
:mod:`rnnts.kernels.lanes.readout`.
"""

from collections.abc import Sequence
from functools import reduce
from operator import add

from llvmlite import ir

from rnnts.kernels.cell import Vectors
from rnnts.kernels.expressions import Expression
from rnnts.kernels.lanes.readout import d_hidden_of
from rnnts.kernels.lanes.sizes import LaneNetwork
from rnnts.kernels.lanes.trace import Lanes, Parameters, sum_of, written_out


def _drives(net: LaneNetwork, theta: Parameters, x: Vectors, hidden: Vectors, unit: int) -> Vectors:
    """The drives of one unit, in the order that its cell wants them."""
    width = net.n_gates * net.n_units

    def from_input(gate: int) -> Expression:
        column = gate * net.n_units + unit
        bias = theta("bias", column) if net.has_bias else None
        return sum_of(
            ((theta("w_input", d * width + column), x_d) for d, x_d in enumerate(x)), bias
        )

    def from_past(gate: int, start: Expression | None) -> Expression:
        column = gate * net.n_units + unit
        return sum_of(
            ((theta("w_hidden", j * width + column), h) for j, h in enumerate(hidden)), start
        )

    mixed, split = range(net.n_mixed), range(net.n_mixed, net.n_gates)
    return (
        *(from_past(gate, from_input(gate)) for gate in mixed),
        *(from_past(gate, theta("b_hidden", net.split_place(gate, unit))) for gate in split),
        *(from_input(gate) for gate in split),
    )


def _advance(
    net: LaneNetwork, lanes: Lanes, params: ir.Value, x: ir.Value, past: ir.Value, now: ir.Value
) -> list[Vectors]:
    """Write the states of one step; returns what each group of units wants saved."""
    theta = Parameters(net, lanes, params)
    inputs = lanes.read_each(x, net.n_inputs)
    # All of them before the first is written: `now` may be `past`.
    hidden = lanes.read_each(past, net.n_units)
    before = [rows_of_group(net, lanes, past, net.recurrence.n_states, g) for g in net.unit_groups]
    saved = []
    for (first, count), states in zip(net.unit_groups, before, strict=True):
        units = (_drives(net, theta, inputs, hidden, i) for i in range(first, first + count))
        drives = tuple(lanes.join(rows) for rows in zip(*units, strict=True))
        reached, remembered = net.recurrence.forward(drives, states)
        for k, state in enumerate(reached):
            lanes.write(now, k * net.n_units + first, state)
        saved.append(remembered)
    return saved


def rows_of_group(
    net: LaneNetwork, lanes: Lanes, base: ir.Value, n_vectors: int, group: tuple[int, int]
) -> Vectors:
    """What a cell sees of some units: state by state, say, those of all of them."""
    first, count = group
    return tuple(lanes.read(base, k * net.n_units + first, count) for k in range(n_vectors))


@written_out
def advance_states(
    net: LaneNetwork, lanes: Lanes, params: ir.Value, x: ir.Value, past: ir.Value, now: ir.Value
) -> None:
    """One step on; `now` may be `past`."""
    _advance(net, lanes, params, x, past, now)


@written_out
def step_forward(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    x: ir.Value,
    past: ir.Value,
    now: ir.Value,
    saved: ir.Value,
) -> None:
    """One step on, with what the way back will want to see."""
    remembered = _advance(net, lanes, params, x, past, now)
    for (first, _), vectors in zip(net.unit_groups, remembered, strict=True):
        for k, vector in enumerate(vectors):
            lanes.write(saved, k * net.n_units + first, vector)


@written_out
def step_backward(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    past: ir.Value,
    now: ir.Value,
    saved: ir.Value,
    d_states: ir.Value,
    d_drives: ir.Value,
) -> None:
    """One step back: the gradients on its drives, and those on the past states in `d_states`."""
    nothing = [None] * net.n_units
    _step_backward(net, lanes, params, past, now, saved, d_states, d_drives, nothing)


@written_out
def step_backward_to_scored(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    past: ir.Value,
    now: ir.Value,
    saved: ir.Value,
    d_states: ir.Value,
    d_drives: ir.Value,
    slopes: ir.Value,
) -> None:
    """The same to a step that is scored, with the gradients on its predictions."""
    # They wait for nothing, unlike what comes through the weights, and so they are added first.
    arriving = d_hidden_of(net, lanes, params, slopes)
    _step_backward(net, lanes, params, past, now, saved, d_states, d_drives, arriving)


def _step_backward(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    past: ir.Value,
    now: ir.Value,
    saved: ir.Value,
    d_states: ir.Value,
    d_drives: ir.Value,
    arriving: Sequence[Expression | None],
) -> None:
    cell, n_units = net.recurrence, net.n_units
    theta = Parameters(net, lanes, params)
    slopes: list[list[Expression]] = [[] for _ in range(net.n_gates)]
    around: list[Expression | None] = []
    for group in net.unit_groups:
        first, count = group
        d_drive, d_past = cell.backward(
            rows_of_group(net, lanes, saved, cell.n_saved, group),
            rows_of_group(net, lanes, past, cell.n_states, group),
            rows_of_group(net, lanes, now, cell.n_states, group),
            rows_of_group(net, lanes, d_states, cell.n_states, group),
        )
        for k, rows in enumerate(d_drive):
            lanes.write(d_drives, k * n_units + first, rows)
        for k, d_state in enumerate(d_past[1:], start=1):
            rows = d_state if isinstance(d_state, Expression) else lanes.constant(d_state, count)
            lanes.write(d_states, k * n_units + first, rows)
        for gate in range(net.n_gates):
            slopes[gate] += lanes.split(d_drive[gate])
        bypass = d_past[0]
        around += lanes.split(bypass) if isinstance(bypass, Expression) else [None] * count
    flat = [slope for gate in slopes for slope in gate]
    for j in range(n_units):
        row = j * len(flat)
        products = ((theta("w_hidden", row + k), slope) for k, slope in enumerate(flat))
        starts = [start for start in (around[j], arriving[j]) if start is not None]
        lanes.write(d_states, j, sum_of(products, reduce(add, starts) if starts else None))
