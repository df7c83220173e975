r"""One step of Adam in place, each parameter with a step size of its own.

.. math::
    m \leftarrow m + (1 - \beta_1) (g - m), \quad
    v \leftarrow v + (1 - \beta_2) (g^2 - v), \quad
    w \leftarrow w - \eta \, \hat m / (\sqrt{\hat v} + \epsilon)

A hat divides by one minus the power of :math:`\beta` that is the number of the step, from one.

References
----------
Kingma and Ba (2015), *Adam: A Method for Stochastic Optimization*.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from llvmlite import ir
from numba import types

from rnnts._types import FloatArray
from rnnts.kernels._jit import fragment, intrinsic, shared
from rnnts.kernels.expressions import Expression
from rnnts.kernels.simd import VECTOR, load_ir, splat_ir, store_ir


class Rates(NamedTuple):
    """The numbers of one step of Adam."""

    step: float  # learning rate, with the correction of the mean
    correction: float  # of the variance
    new_mean: float  # 1 - beta_1
    new_variance: float  # 1 - beta_2
    epsilon: float


@shared
def rates_of(
    count: int, learning_rate: float, beta_1: float, beta_2: float, epsilon: float
) -> Rates:
    """Rates of step number `count`, from one."""
    return Rates(
        learning_rate / (1.0 - beta_1**count),
        1.0 / (1.0 - beta_2**count),
        1.0 - beta_1,
        1.0 - beta_2,
        epsilon,
    )


@fragment
def rates_in(row: FloatArray) -> Rates:
    """An array of five numbers as :class:`Rates`."""
    return Rates(row[0], row[1], row[2], row[3], row[4])


def _updated(
    params: Expression,
    gradient: Expression,
    mean: Expression,
    variance: Expression,
    rates: list[Expression],
) -> tuple[Expression, Expression, Expression]:
    step, correction, new_mean, new_variance, epsilon = rates
    mean = (gradient - mean).multiply_add(new_mean, mean)
    variance = gradient.multiply_add(gradient, -variance).multiply_add(new_variance, variance)
    spread = (variance * correction).call("sqrt") + epsilon
    return params - mean * step / spread, mean, variance


@intrinsic
def update(
    _typing: Any, params: Any, gradient: Any, mean: Any, variance: Any, _offset: Any, rates: Any
) -> tuple[Any, Callable[..., Any]]:
    """Adam on one vector of parameters."""
    vector = VECTOR[params.dtype]

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        kind = context.get_value_type(vector)
        *bases, offset, numbers = values
        places = [builder.gep(base, [offset]) for base in bases]
        theta, g, m, v = (Expression(builder, load_ir(builder, place, kind)) for place in places)
        scalars = (builder.extract_value(numbers, k) for k in range(len(rates)))
        vectors = [
            Expression(builder, splat_ir(builder, kind, context.cast(builder, *cast)))
            for cast in zip(scalars, rates.types, [params.dtype] * len(rates), strict=True)
        ]
        updated = _updated(theta, g, m, v, vectors)
        for place, value in zip((places[0], *places[2:]), updated, strict=True):
            store_ir(builder, value.value, place)
        return context.get_dummy_value()

    return types.void(params, gradient, mean, variance, types.intp, rates), generate
