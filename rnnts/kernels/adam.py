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
from rnnts.kernels._jit import helper, intrinsic, kernel, shared
from rnnts.kernels.expressions import Expression
from rnnts.kernels.simd import VECTOR, Pointer, lane_count, load_ir, pointer, splat_ir, store_ir


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


def _update(n_lanes: Callable[[Any], int]) -> Any:
    """Intrinsic of Adam on some parameters, from an offset on."""

    @intrinsic
    def compiled(
        _typing: Any, params: Any, gradient: Any, mean: Any, variance: Any, _offset: Any, rates: Any
    ) -> tuple[Any, Callable[..., Any]]:
        vector = VECTOR[params.dtype]

        def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
            kind = ir.VectorType(context.get_value_type(params.dtype), n_lanes(vector))
            *bases, offset, numbers = values
            places = [builder.gep(base, [offset]) for base in bases]
            theta, g, m, v = (
                Expression(builder, load_ir(builder, place, kind)) for place in places
            )
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

    return compiled


# One vector of parameters, and one parameter.
update, _update_one = _update(lambda vector: vector.lanes), _update(lambda _: 1)


@helper
def update_all(
    params: Pointer, gradient: Pointer, mean: Pointer, variance: Pointer, size: int, rates: Rates
) -> None:
    """One step on flat vectors of one scalar type, in place."""
    whole = size - size % lane_count(params)
    for i in range(0, whole, lane_count(params)):
        update(params, gradient, mean, variance, i, rates)
    for i in range(whole, size):
        _update_one(params, gradient, mean, variance, i, rates)


@kernel
def adam_step(
    params: FloatArray,
    gradient: FloatArray,
    mean: FloatArray,
    variance: FloatArray,
    count: int,
    settings: tuple[float, float, float, float],
) -> None:
    """One step on flat vectors of one scalar type, in place.

    `count` is the number of the step, from one; `settings` are the learning rate, both betas and
    epsilon.
    """
    rates = rates_of(count, *settings)
    moments = pointer(mean), pointer(variance)
    update_all(pointer(params), pointer(gradient), *moments, params.size, rates)
