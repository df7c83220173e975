r"""Predictions of a small network, their losses, and the way back to its hidden states.

.. math::
    \hat y_t = h_t W_y + x_t W_s + b_y, \qquad
    \bar h_t \mathrel{+}= \bar y_t W_y^\top

A bar marks the gradient of the loss, which is summed in float64 whatever the lanes hold.  Steps, or
the targets of each, may be weighted: the weights then add up to one over what each has a share of,
so that the weighted sum is the mean.
"""

from llvmlite import ir
from numba.core import cgutils

from rnnts.kernels.cell import Vectors
from rnnts.kernels.expressions import Expression
from rnnts.kernels.lanes.losses import LOSSES
from rnnts.kernels.lanes.sizes import LaneNetwork, power_of_two_within
from rnnts.kernels.lanes.trace import INT64, Lanes, Parameters, sum_of, written_out
from rnnts.kernels.simd import REGISTER_BYTES, splat_ir

# Of 32 or of 16 registers, those that may hold weights and sums while steps are scored.
_N_FIXED = 24 if REGISTER_BYTES == 64 else 10


class ReadOut:
    """The weights of the predictions, read once."""

    def __init__(self, net: LaneNetwork, lanes: Lanes, params: ir.Value) -> None:
        theta = Parameters(net, lanes, params)
        self._net, self._lanes = net, lanes

        def columns(name: str, n_rows: int) -> list[Vectors]:
            return [
                tuple(theta(name, row * net.n_outputs + output) for row in range(n_rows))
                for output in range(net.n_outputs)
            ]

        self._hidden = columns("w_output", net.n_units)
        self._skip = columns("w_skip", net.n_skipped)
        self._bias = columns("b_output", 1)

    def __call__(self, x: ir.Value, now: ir.Value) -> Vectors:
        """The predictions of one step."""
        hidden = self._lanes.read_each(now, self._net.n_units)
        inputs = self._lanes.read_each(x, self._net.n_skipped)
        return tuple(
            sum_of(zip(skip, inputs, strict=True), sum_of(zip(weights, hidden, strict=True), bias))
            for weights, skip, (bias,) in zip(self._hidden, self._skip, self._bias, strict=True)
        )


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
    for output, value in enumerate(ReadOut(net, lanes, params)(x, now)):
        lanes.write(prediction, output, value)


@written_out
def score(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    places: ir.Value,
    distances: ir.Value,
    levels: ir.Value,
    n_steps: ir.Value,
    losses: ir.Value,
) -> None:
    """Add the losses of some steps, and write their slopes.

    `places` are those of the inputs, the hidden states, the targets, the weights and the slopes of
    the first step, and `distances` how far from each of them the next step is, in scalars.
    """
    for piece in lanes.pieces(lanes.block // _n_pieces(net)):
        _score_piece(net, piece, params, places, distances, levels, n_steps, losses)


def _n_pieces(net: LaneNetwork) -> int:
    """Pieces of a block, of each of which all that is the same at every step finds registers."""
    n_fixed = net.n_outputs * (1 + net.n_units + net.n_skipped) + 2
    return max(1, net.n_vectors // power_of_two_within(_N_FIXED // n_fixed))


def _score_piece(
    net: LaneNetwork,
    lanes: Lanes,
    params: ir.Value,
    places: ir.Value,
    distances: ir.Value,
    levels: ir.Value,
    n_steps: ir.Value,
    losses: ir.Value,
) -> None:
    builder = lanes.builder
    predict = ReadOut(net, lanes, params)
    levels_ = tuple(lanes.splat(builder.extract_value(levels, k)) for k in range(net.n_outputs))
    total = cgutils.alloca_once_value(builder, lanes.read_doubles(losses).value)
    with cgutils.for_range(builder, n_steps, intp=INT64) as loop:
        x, now, y, weight, slopes = (
            builder.gep(
                builder.extract_value(places, k),
                [builder.mul(loop.index, builder.extract_value(distances, k))],
            )
            for k in range(5)
        )
        targets = lanes.read_each(y, net.n_outputs)
        predictions = predict(x, now)
        n_parts = max(1, net.n_weights)
        n_each = net.n_outputs // n_parts
        for part in range(n_parts):
            own = slice(part * n_each, (part + 1) * n_each)
            loss, d_predictions = LOSSES[net.loss](predictions[own], targets[own], levels_[own])
            if net.n_weights:
                loss, d_predictions = _weighted(lanes.read(weight, part), loss, d_predictions)
            for output, slope in enumerate(d_predictions, own.start):
                lanes.write(slopes, output, slope)
            builder.store((lanes.wrap(builder.load(total)) + lanes.widened(loss)).value, total)
    lanes.write(losses, 0, lanes.wrap(builder.load(total)))


def _weighted(weight: Expression, loss: Expression, slopes: Vectors) -> tuple[Expression, Vectors]:
    # Chosen, not multiplied: what does not count may be NaN.  A weight of NaN, as of a network all
    # of whose weights are zero, is not zero.
    def times(value: Expression) -> Expression:
        return weight.where("==", 0.0, 0.0, weight * value)

    return times(loss), tuple(map(times, slopes))


def d_hidden_of(net: LaneNetwork, lanes: Lanes, params: ir.Value, slopes: ir.Value) -> Vectors:
    """The gradients on one step's predictions, carried to its hidden state."""
    theta = Parameters(net, lanes, params)
    d_prediction = lanes.read_each(slopes, net.n_outputs)
    return tuple(
        sum_of(
            (theta("w_output", i * net.n_outputs + output), slope)
            for output, slope in enumerate(d_prediction)
        )
        for i in range(net.n_units)
    )


@written_out
def add_slopes(
    net: LaneNetwork, lanes: Lanes, params: ir.Value, slopes: ir.Value, d_states: ir.Value
) -> None:
    """Add the gradients on one step's predictions to those on its hidden state."""
    for i, arriving in enumerate(d_hidden_of(net, lanes, params, slopes)):
        lanes.write(d_states, i, lanes.read(d_states, i) + arriving)


@written_out
def settle(
    net: LaneNetwork, lanes: Lanes, gradient: ir.Value, losses: ir.Value, share: ir.Value
) -> None:
    """Scale losses and gradient by `share`; the gradient is zero where the loss is not finite."""
    total = lanes.read_doubles(losses)
    wide_share = lanes.wrap(splat_ir(lanes.builder, total.value.type, share))
    lanes.write(losses, 0, total * wide_share)
    scale, size = lanes.splat(share), lanes.rounded(total).call("fabs")
    for row in range(net.n_params):
        scaled = lanes.read(gradient, row) * scale
        lanes.write(gradient, row, size.where("<", float("inf"), scaled, 0.0))
