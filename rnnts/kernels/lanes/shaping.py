r"""What is done to the gradients of independent networks before a step: a penalty, and a bound.

.. math::
    g \leftarrow g + 2 c\, w, \qquad
    g \leftarrow g \cdot \min\left(1, \frac{r}{\lVert g \rVert}\right)

with a cost c of each parameter, and the norm that of all parameters of one network.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types

from rnnts._types import FloatArray
from rnnts.kernels._jit import fragment, intrinsic
from rnnts.kernels.expressions import Expression
from rnnts.kernels.simd import (
    VECTOR,
    Pointer,
    lane_count,
    load,
    multiply_add,
    splat_ir,
    store,
    zero,
)


@fragment
def penalise(params: Pointer, gradient: Pointer, costs: FloatArray, lanes: int) -> None:
    """Add the gradient of the costs times the squares of the parameters."""
    for row in range(len(costs)):
        if costs[row] != 0.0:
            cost = _everywhere(params, 2.0 * costs[row])
            for i in range(row * lanes, (row + 1) * lanes, lane_count(params)):
                store(gradient, i, multiply_add(cost, load(params, i), load(gradient, i)))


@fragment
def shorten(gradient: Pointer, n_params: int, lanes: int, longest: float) -> None:
    """Bring each network's gradient down to a norm."""
    for lane in range(0, lanes, lane_count(gradient)):
        squares = zero(gradient)
        for row in range(n_params):
            slope = load(gradient, row * lanes + lane)
            squares = multiply_add(slope, slope, squares)
        factor = _factor(squares, longest)
        for row in range(n_params):
            i = row * lanes + lane
            store(gradient, i, multiply_add(factor, load(gradient, i), zero(gradient)))


@intrinsic
def _everywhere(_typing: Any, pointer: Any, _scalar: Any) -> tuple[Any, Callable[..., Any]]:
    """A float64 in every lane of a vector of the pointer's scalars."""
    vector = VECTOR[pointer.dtype]

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        scalar = context.cast(builder, values[1], types.float64, pointer.dtype)
        return splat_ir(builder, context.get_value_type(vector), scalar)

    return vector(pointer, types.float64), generate


@intrinsic
def _factor(_typing: Any, squares: Any, _longest: Any) -> tuple[Any, Callable[..., Any]]:
    """By what to multiply vectors, given the squares of their norms."""

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        norm = Expression(builder, values[0]).call("sqrt")
        scalar = context.cast(builder, values[1], types.float64, squares.dtype)
        longest = Expression(builder, splat_ir(builder, values[0].type, scalar))
        return norm.where(">", longest, longest / norm, 1.0).value

    return squares(squares, types.float64), generate
