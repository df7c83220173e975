r"""One step of a small network, forward and back.

.. math::
    z_t &= x_t W_x + b + h_{t-1} W_h, \qquad h_t = \text{cell}(z_t, h_{t-1}), \qquad
    \hat y_t = h_t W_y + x_t W_s + b_y \\
    \bar h_{t-1} &= \bar z_t W_h^\top + \bar y_{t-1} W_y^\top
        + (\text{what the cell hands back around } W_h)

A bar marks the gradient of the loss.  The three losses are one formula with two numbers, a parabola
up to the bend and a line beyond it:

.. math::
    \ell(e) = \begin{cases} e^2 / 2 & |e| \le \text{bend} \\
        \text{reach} \, (|e| - \text{bend} / 2) & \text{else} \end{cases}

Squared error is (inf, 0), absolute error (0, 1), Huber (delta, delta); a NaN lies beyond the bend,
and stays.  Squared error has code of its own as well, for the sake of the smallest networks.
"""

from collections.abc import Iterable

from llvmlite import ir

from rnnts.kernels.cell import Vectors
from rnnts.kernels.expressions import Expression
from rnnts.kernels.lanes_sizes import LaneNetwork
from rnnts.kernels.lanes_trace import Lanes, Parameters, sum_of, written_out


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
    before = [_rows_of_group(net, lanes, past, net.recurrence.n_states, g) for g in net.unit_groups]
    saved = []
    for (first, count), states in zip(net.unit_groups, before, strict=True):
        units = (_drives(net, theta, inputs, hidden, i) for i in range(first, first + count))
        drives = tuple(lanes.join(rows) for rows in zip(*units, strict=True))
        reached, remembered = net.recurrence.forward(drives, states)
        for k, state in enumerate(reached):
            lanes.write(now, k * net.n_units + first, state)
        saved.append(remembered)
    return saved


def _rows_of_group(
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


def _predictions(
    net: LaneNetwork, lanes: Lanes, params: ir.Value, x: ir.Value, now: ir.Value
) -> Vectors:
    theta = Parameters(net, lanes, params)
    hidden = lanes.read_each(now, net.n_units)
    inputs = lanes.read_each(x, net.n_skipped)

    def prediction(output: int) -> Expression:
        from_hidden = (
            (theta("w_output", i * net.n_outputs + output), h) for i, h in enumerate(hidden)
        )
        from_input = (
            (theta("w_skip", d * net.n_outputs + output), x_d) for d, x_d in enumerate(inputs)
        )
        return sum_of(from_input, sum_of(from_hidden, theta("b_output", output)))

    return tuple(prediction(output) for output in range(net.n_outputs))


@written_out
def read_out(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    x: ir.Value,
    now: ir.Value,
    prediction: ir.Value,
) -> None:
    """Write the predictions of one step."""
    for output, value in enumerate(_predictions(net, lanes, params, x, now)):
        lanes.write(prediction, output, value)


def _write_scores(
    net: LaneNetwork,
    lanes: Lanes,
    mask: ir.Value,
    pairs: Iterable[tuple[Expression, Expression]],
    slopes: ir.Value,
    losses: ir.Value,
) -> None:
    """Add the loss and write the slope of each output; rows that only fill up have neither."""
    total = lanes.read(losses, 0)
    for output, (loss, slope) in enumerate(pairs):
        if net.is_shared:
            share = lanes.read(mask, 0)
            loss, slope = share * loss, share * slope
        total = total + loss
        lanes.write(slopes, output, slope)
    lanes.write(losses, 0, total)


@written_out
def score_squares(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    x: ir.Value,
    now: ir.Value,
    y: ir.Value,
    mask: ir.Value,
    slopes: ir.Value,
    losses: ir.Value,
) -> None:
    """Add the squared errors of one step, halved, and write their slopes."""
    predictions = _predictions(net, lanes, params, x, now)
    errors = (value - lanes.read(y, output) for output, value in enumerate(predictions))
    _write_scores(net, lanes, mask, ((0.5 * e * e, e) for e in errors), slopes, losses)


@written_out
def score(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    x: ir.Value,
    now: ir.Value,
    y: ir.Value,
    mask: ir.Value,
    slopes: ir.Value,
    losses: ir.Value,
    bend: ir.Value,
    reach: ir.Value,
) -> None:
    """Add the losses of one step, and write their slopes."""
    bend_, reach_ = lanes.splat(bend), lanes.splat(reach)

    def loss_and_slope(error: Expression) -> tuple[Expression, Expression]:
        size = error.call("fabs")
        is_inside = lanes.builder.fcmp_ordered("<=", size.value, bend_.value)
        pairs = (
            (0.5 * error * error, reach_ * (size - bend_ * 0.5)),
            (error, reach_.call("copysign", error)),
        )
        loss, slope = (
            lanes.wrap(lanes.builder.select(is_inside, inner.value, outer.value))
            for inner, outer in pairs
        )
        return loss, slope

    predictions = _predictions(net, lanes, params, x, now)
    errors = (value - lanes.read(y, output) for output, value in enumerate(predictions))
    _write_scores(net, lanes, mask, map(loss_and_slope, errors), slopes, losses)


@written_out
def add_losses(_net: LaneNetwork, lanes: Lanes, partial: ir.Value, losses: ir.Value) -> None:
    """Add losses of some steps to the total, which is kept in float64."""
    lanes.add_as_double(losses, lanes.read(partial, 0))


@written_out
def add_slopes(
    net: LaneNetwork, lanes: Lanes, params: ir.Value, slopes: ir.Value, d_states: ir.Value
) -> None:
    """Carry the gradients on one step's predictions to its hidden states."""
    theta = Parameters(net, lanes, params)
    d_prediction = lanes.read_each(slopes, net.n_outputs)
    for i in range(net.n_units):
        weights = (theta("w_output", i * net.n_outputs + k) for k in range(net.n_outputs))
        total = sum_of(zip(weights, d_prediction, strict=True), lanes.read(d_states, i))
        lanes.write(d_states, i, total)


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
    cell, n_units = net.recurrence, net.n_units
    theta = Parameters(net, lanes, params)
    slopes: list[list[Expression]] = [[] for _ in range(net.n_gates)]
    around: list[Expression | None] = []
    for group in net.unit_groups:
        first, count = group
        d_drive, d_past = cell.backward(
            _rows_of_group(net, lanes, saved, cell.n_saved, group),
            _rows_of_group(net, lanes, past, cell.n_states, group),
            _rows_of_group(net, lanes, now, cell.n_states, group),
            _rows_of_group(net, lanes, d_states, cell.n_states, group),
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
        lanes.write(d_states, j, sum_of(products, around[j]))


@written_out
def settle(
    net: LaneNetwork, lanes: Lanes, gradient: ir.Value, losses: ir.Value, share: ir.Value
) -> None:
    """Scale the gradient by `share`; it becomes zero where the loss is not finite."""
    share_ = lanes.splat(share)
    size = lanes.read_double(losses).call("fabs")
    for row in range(net.n_params):
        scaled = lanes.read(gradient, row) * share_
        lanes.write(gradient, row, size.where("<", float("inf"), scaled, 0.0))
