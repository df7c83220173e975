r"""What one prediction of a stream was off by, and the step downhill that answers it.

.. math::
    \bar z_t = e_t\, g(z_t), \qquad w \leftarrow w - \eta_w \bar w

with z the output of the network, and for each loss

.. math::
    \text{squared} &: e = z - y, \qquad \text{absolute} : e = \text{sign}(z - y), \qquad
    \text{Huber} : e = \max(-1, \min(z - y, 1)), \\
    \text{logistic} &: e = \sigma(z) - y, \qquad \text{all with } g = 1, \\
    \text{Brier} &: e = \sigma(z) - y, \qquad g = \sigma'(z)

Error and gain are kept apart for the rule that takes the gain anew once the read-out has moved.
A stream whose error is not finite, because its target is missing or its state has overflowed, keeps
its weights.
"""

from collections.abc import Callable

from llvmlite import ir

from rnnts.kernels.expressions import Expression, Operand
from rnnts.kernels.lanes.readout import ReadOut
from rnnts.kernels.lanes.sizes import LaneNetwork
from rnnts.kernels.lanes.trace import Lanes, written_out
from rnnts.kernels.loss_codes import ABSOLUTE_ERROR, BRIER, HUBER, LOGISTIC, SQUARED_ERROR
from rnnts.kernels.math import sigmoid


def _sign(difference: Expression) -> Expression:
    return difference.where(">", 0.0, 1.0, difference.where("<", 0.0, -1.0, difference))


_ERRORS: dict[int, Callable[[Expression, Expression], Expression]] = {
    SQUARED_ERROR: lambda output, target: output - target,
    ABSOLUTE_ERROR: lambda output, target: _sign(output - target),
    HUBER: lambda output, target: (output - target).clipped(-1.0, 1.0),
    LOGISTIC: lambda output, target: sigmoid(output) - target,
    BRIER: lambda output, target: sigmoid(output) - target,
}


def _gain(net: LaneNetwork, output: Expression) -> Operand:
    if net.loss != BRIER:
        return 1.0
    probability = sigmoid(output)
    return probability * (1.0 - probability)


def _where_finite(error: Expression, then: Expression, other: Operand) -> Expression:
    return error.call("fabs").where("<", float("inf"), then, other)


@written_out
def respond(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    x: ir.Value,
    now: ir.Value,
    y: ir.Value,
    output: ir.Value,
    error: ir.Value,
    slope: ir.Value,
) -> None:
    """Write the output of one step, its error, and the slope of the loss there."""
    (value,) = ReadOut(net, lanes, params)(x, now)
    difference = _ERRORS[net.loss](value, lanes.read(y, 0))
    lanes.write(output, 0, value)
    lanes.write(error, 0, difference)
    lanes.write(slope, 0, _where_finite(difference, difference * _gain(net, value), 0.0))


@written_out
def respond_again(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    x: ir.Value,
    now: ir.Value,
    error: ir.Value,
    slope: ir.Value,
) -> None:
    """Write the slope for the error of before, at the output of the parameters of now."""
    (value,) = ReadOut(net, lanes, params)(x, now)
    difference = lanes.read(error, 0)
    lanes.write(slope, 0, _where_finite(difference, difference * _gain(net, value), 0.0))


def _descend(
    lanes: Lanes,
    params: ir.Value,
    gradient: ir.Value,
    error: ir.Value,
    rates: ir.Value,
    rows: range,
) -> None:
    difference = lanes.read(error, 0)
    for row in rows:
        before, rate = lanes.read(params, row), lanes.read_scalar(rates, row)
        after = lanes.read(gradient, row).multiply_add(-rate, before)
        lanes.write(params, row, _where_finite(difference, after, before))


@written_out
def descend_readout(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    gradient: ir.Value,
    error: ir.Value,
    rates: ir.Value,
) -> None:
    """Move the parameters of the read-out, each at its rate."""
    rows = range(net.n_recurrent, net.n_params)
    _descend(lanes, params, gradient, error, rates, rows)


@written_out
def descend_recurrence(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    gradient: ir.Value,
    error: ir.Value,
    rates: ir.Value,
) -> None:
    """Move the parameters of the recurrence, each at its rate."""
    _descend(lanes, params, gradient, error, rates, range(net.n_recurrent))
