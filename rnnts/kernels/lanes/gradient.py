r"""The gradient of the weights over many steps, held in registers.

.. math::
    \bar W_x = \sum_t x_t^\top \bar z_t, \quad \bar b = \sum_t \bar z_t, \quad
    \bar W_h = \sum_t h_{t-1}^\top \bar z_t, \quad
    \bar W_y = \sum_t h_t^\top \bar y_t, \quad \bar W_s = \sum_t x_t^\top \bar y_t, \quad
    \bar b_y = \sum_t \bar y_t

Summed step by step, each of them would travel to and from memory at every step: a network of eight
units has three times as many as the CPU has registers.  So the slopes of some steps wait in memory,
and the sums are formed a few columns at a time.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from rnnts.kernels._jit import intrinsic
from rnnts.kernels.expressions import Expression
from rnnts.kernels.lanes.sizes import LaneNetwork
from rnnts.kernels.lanes.trace import INT64, Lanes, lanes_of_block
from rnnts.kernels.simd import REGISTER_BYTES, VECTOR

# Sums that fit in registers beside the factors of one step: of 32, or of 16 registers.
_N_SUMS = 24 if REGISTER_BYTES == 64 else 12

# One factor of a sum: a row of the hidden states or of the inputs, or the number one.
_HIDDEN, _INPUT, _ONE = "hidden", "input", "one"
_Factor = tuple[str, int]
# A column of slopes, and for each factor the parameter whose gradient their product is.
_Column = tuple[int, dict[_Factor, int]]


def columns_of_drives(net: LaneNetwork) -> list[_Column]:
    """Each drive of a unit, and the parameter behind each of its factors."""
    starts, width = net.starts, net.n_gates * net.n_units
    columns: list[_Column] = []
    for gate in range(net.n_gates):
        for i in range(net.n_units):
            column = gate * net.n_units + i
            hidden = {
                (_HIDDEN, j): starts["w_hidden"] + j * width + column for j in range(net.n_units)
            }
            inputs = {
                (_INPUT, d): starts["w_input"] + d * width + column for d in range(net.n_inputs)
            }
            if net.has_bias:
                inputs[_ONE, 0] = starts["bias"] + column
            if gate < net.n_mixed:
                columns.append((column, hidden | inputs))
            else:
                place = net.split_place(gate, i)
                columns.append((column, hidden | {(_ONE, 0): starts["b_hidden"] + place}))
                columns.append((width + place, inputs))
    return columns


def _columns_of_outputs(net: LaneNetwork) -> list[_Column]:
    starts, n_outputs = net.starts, net.n_outputs
    return [
        (
            output,
            {(_HIDDEN, i): starts["w_output"] + i * n_outputs + output for i in range(net.n_units)}
            | {(_INPUT, d): starts["w_skip"] + d * n_outputs + output for d in range(net.n_skipped)}
            | {(_ONE, 0): starts["b_output"] + output},
        )
        for output in range(n_outputs)
    ]


def _tiles(columns: list[_Column]) -> list[list[_Column]]:
    """Columns that are summed together: of the same factors, and not more than fit."""
    tiles: list[list[_Column]] = []
    pieces = [
        (column, dict(list(places.items())[first : first + _N_SUMS]))
        for column, places in columns
        for first in range(0, len(places), _N_SUMS)
    ]
    for column, places in sorted(pieces, key=lambda piece: list(piece[1])):
        last = tiles[-1] if tiles else []
        is_alike = bool(last) and last[0][1].keys() == places.keys()
        if is_alike and (len(last) + 1) * len(places) <= _N_SUMS:
            last.append((column, places))
        else:
            tiles.append([(column, places)])
    return tiles


def _add_tile(
    lanes: Lanes,
    tile: list[_Column],
    bases: dict[str, ir.Value],
    distances: dict[str, ir.Value],
    n_steps: ir.Value,
) -> None:
    """A loop over the steps, for one vector of lanes."""
    builder = lanes.builder
    sums = {
        place: cgutils.alloca_once_value(builder, lanes.read(bases["gradient"], place).value)
        for _, places in tile
        for place in places.values()
    }
    with cgutils.for_range(builder, n_steps, intp=INT64) as loop:
        at = {
            name: builder.gep(bases[name], [builder.mul(loop.index, distance)])
            for name, distance in distances.items()
        }
        slopes = [lanes.read(at["slopes"], column) for column, _ in tile]
        for factor in tile[0][1]:
            name, row = factor
            value = None if name == _ONE else lanes.read(at[name], row)
            for slope, (_, places) in zip(slopes, tile, strict=True):
                total = lanes.wrap(builder.load(sums[places[factor]]))
                total = total + slope if value is None else value.multiply_add(slope, total)
                builder.store(total.value, sums[places[factor]])
    for place, total in sums.items():
        lanes.write(bases["gradient"], place, Expression(builder, builder.load(total)))


def _sums(columns_of: Callable[[LaneNetwork], list[_Column]]) -> Any:
    """Intrinsic that adds the sums over some steps to the gradient.

    Its arguments are pointers to the first of the steps, and after those to the hidden states, the
    inputs and the slopes the distance of two steps in scalars.
    """

    @intrinsic
    def compiled(
        _typing: Any,
        tag: Any,
        gradient: Any,
        hidden: Any,
        _hidden_step: Any,
        inputs: Any,
        _input_step: Any,
        slopes: Any,
        _slope_step: Any,
        _n_steps: Any,
    ) -> tuple[Any, Callable[..., Any]]:
        net = LaneNetwork.of_type(tag)

        def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
            _, gradient_at, hidden_at, d_hidden, input_at, d_input, slope_at, d_slope, n = values
            bases = {
                "gradient": gradient_at,
                _HIDDEN: hidden_at,
                _INPUT: input_at,
                "slopes": slope_at,
            }
            distances = {_HIDDEN: d_hidden, _INPUT: d_input, "slopes": d_slope}
            lanes = lanes_of_block(context, builder, net, gradient.dtype)
            for piece in lanes.pieces(VECTOR[gradient.dtype].lanes):
                for tile in _tiles(columns_of(net)):
                    _add_tile(piece, tile, bases, distances, n)
            return context.get_dummy_value()

        size = types.intp
        return (
            types.void(tag, gradient, hidden, size, inputs, size, slopes, size, size),
            generate,
        )

    return compiled


add_drive_sums = _sums(columns_of_drives)
add_output_sums = _sums(_columns_of_outputs)
