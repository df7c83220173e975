r"""Real-time recurrent learning: how the states depend on all weights so far, step by step.

.. math::
    P_t = \frac{\partial s_t}{\partial w} = M_t\, P_{t-1} + J_t\, \frac{\partial z_t}{\partial w},
    \qquad M_t = J_t W_h^\top + K_t

with the states s of all units, the drives z, :math:`J = \partial s / \partial z`, and
:math:`K = \partial s_t / \partial s_{t-1}` around the weights.  J and K are diagonal in the units:
what a cell's backward function makes of a one in one of its states is a row of both.  A weight
reaches one drive only, through one factor: an input, a past hidden unit, or the number one.

References
----------
Williams and Zipser (1989), *A Learning Algorithm for Continually Running Fully Recurrent Neural
Networks*.
"""

from llvmlite import ir

from rnnts.kernels.expressions import Expression
from rnnts.kernels.lanes.gradient import columns_of_drives
from rnnts.kernels.lanes.sizes import LaneNetwork
from rnnts.kernels.lanes.step import rows_of_group
from rnnts.kernels.lanes.trace import Lanes, Parameters, sum_of, written_out


@written_out
def linearise(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    past: ir.Value,
    now: ir.Value,
    saved: ir.Value,
    on_drives: ir.Value,
    on_past: ir.Value,
) -> None:
    """Write J and M of one step.

    J has a row for each state of a unit, each of its drives and each unit.  M has for each state
    and unit a row for each past hidden unit, and then one for each further past state of the unit.
    """
    cell, n_units = net.recurrence, net.n_units
    theta = Parameters(net, lanes, params)
    for state in range(cell.n_states):
        for group in net.unit_groups:
            first, count = group
            ones = [lanes.constant(float(k == state), count) for k in range(cell.n_states)]
            slopes, around = cell.backward(
                rows_of_group(net, lanes, saved, cell.n_saved, group),
                rows_of_group(net, lanes, past, cell.n_states, group),
                rows_of_group(net, lanes, now, cell.n_states, group),
                tuple(ones),
            )
            for drive, rows in enumerate(slopes):
                lanes.write(on_drives, state * net.n_drives + drive * n_units + first, rows)
            by_unit = zip(*(lanes.split(rows) for rows in slopes[: net.n_gates]), strict=True)
            bypasses = [_by_unit(lanes, rows, count) for rows in around]
            for i, unit_slopes in enumerate(by_unit):
                unit = first + i
                row = (state * n_units + unit) * net.n_reached
                bypass = [rows[i] for rows in bypasses]
                for j in range(n_units):
                    weights = (
                        theta("w_hidden", (j * net.n_gates + gate) * n_units + unit)
                        for gate in range(net.n_gates)
                    )
                    start = bypass[0] if j == unit else None
                    reach = sum_of(zip(weights, unit_slopes, strict=True), start)
                    lanes.write(on_past, row + j, reach)
                for k, value in enumerate(bypass[1:]):
                    lanes.write(on_past, row + n_units + k, value)


def _by_unit(lanes: Lanes, rows: Expression | float, count: int) -> tuple[Expression, ...]:
    return lanes.split(rows if isinstance(rows, Expression) else lanes.constant(rows, count))


@written_out
def propagate(net: LaneNetwork, lanes: Lanes, on_past: ir.Value, sensitivities: ir.Value) -> None:
    """Multiply by M how all states depend on one parameter."""
    n_states, n_units = net.n_states, net.n_units
    before = lanes.read_each(sensitivities, n_states)
    for state in range(n_states):
        unit = state % n_units
        reached = [*before[:n_units], *before[n_units + unit :: n_units]]
        row = state * net.n_reached
        reach = (lanes.read(on_past, row + k) for k in range(net.n_reached))
        lanes.write(sensitivities, state, sum_of(zip(reach, reached, strict=True)))


@written_out
def add_direct(
    net: LaneNetwork,
    lanes: Lanes,
    on_drives: ir.Value,
    x: ir.Value,
    past: ir.Value,
    sensitivities: ir.Value,
) -> None:
    """Add what the parameters do to the states at this very step."""
    factors = {("input", d): row for d, row in enumerate(lanes.read_each(x, net.n_inputs))}
    factors |= {("hidden", j): row for j, row in enumerate(lanes.read_each(past, net.n_units))}
    for column, places in columns_of_drives(net):
        unit = column % net.n_units
        for kind in range(net.recurrence.n_states):
            slope = lanes.read(on_drives, kind * net.n_drives + column)
            for name, place in places.items():
                row = place * net.n_states + kind * net.n_units + unit
                before = lanes.read(sensitivities, row)
                factor = factors.get(name)
                after = before + slope if factor is None else slope.multiply_add(factor, before)
                lanes.write(sensitivities, row, after)


@written_out
def write_slope(
    net: LaneNetwork,
    lanes: Lanes,
    d_states: ir.Value,
    sensitivities: ir.Value,
    gradient: ir.Value,
) -> None:
    """The gradient of one parameter, from that of the hidden units."""
    slopes = lanes.read_each(d_states, net.n_units)
    reached = lanes.read_each(sensitivities, net.n_units)
    lanes.write(gradient, 0, sum_of(zip(slopes, reached, strict=True)))
