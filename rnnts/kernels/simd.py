"""A SIMD value for Numba: the LLVM type ``<lanes x float>`` or ``<lanes x double>``.

A vector fills one register of the target CPU: 64 bytes with AVX-512, 32 with AVX, else 16.
Pointers are raw, and offsets count scalars.  Code written with vectors needs no help from LLVM's
loop vectoriser, which plain loops over arrays do not get often enough (they measured 3 to 5 times
slower).  Arithmetic carries the flag ``contract`` alone, so that a NaN stays a NaN.

What ends in ``_ir`` emits instructions; the intrinsics are what a kernel calls.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.registry import cpu_target
from numba.extending import models, register_model
from numpy.typing import NDArray

from rnnts._validation import check_memory
from rnnts.kernels._jit import intrinsic

INT32 = ir.IntType(32)
FLAGS = ("contract",)

# What it is to a type checker, which cannot see through Numba.
Pointer = Any

# Pointers to float64 and to integers, whatever the scalars are.
Doubles = Annotated[Any, "float64"]
Integers = Annotated[Any, "intp"]

# float32 or float64, as a class.
Scalar = type[np.float32] | type[np.float64]

_Generator = tuple[Any, Callable[..., Any]]


def _register_bytes() -> int:
    features = cpu_target.target_context.codegen().magic_tuple()[2].split(",")
    if "+avx512f" in features:
        return 64
    return 32 if "+avx" in features else 16


REGISTER_BYTES = _register_bytes()


class VectorType(types.Type):
    """Numba's type of a vector of one scalar type."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        self.lanes = REGISTER_BYTES * 8 // dtype.bitwidth
        super().__init__(f"vector<{self.lanes} x {dtype}>")


VECTOR = {dtype: VectorType(dtype) for dtype in (types.float32, types.float64)}


@register_model(VectorType)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: VectorType) -> None:
        scalar = ir.FloatType() if kind.dtype == types.float32 else ir.DoubleType()
        super().__init__(manager, kind, ir.VectorType(scalar, kind.lanes))  # type: ignore[no-untyped-call]


def lanes_of(dtype: Scalar) -> int:
    """Scalars in a vector."""
    return REGISTER_BYTES // np.dtype(dtype).itemsize


def aligned_empty(size: int, dtype: Scalar) -> NDArray[Any]:
    """Uninitialised scalars that start where a register-wide load crosses no cache line."""
    itemsize = np.dtype(dtype).itemsize
    check_memory(size * itemsize)
    block = np.empty(size + 64 // itemsize, dtype)
    start = -block.ctypes.data % 64 // itemsize
    return block[start : start + size]


def splat_ir(builder: ir.IRBuilder, kind: ir.VectorType, scalar: ir.Value) -> ir.Value:
    """A scalar in every lane."""
    undefined = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(undefined, scalar, ir.Constant(INT32, 0))
    zeros = ir.Constant(ir.VectorType(INT32, kind.count), None)
    return builder.shuffle_vector(first, first, zeros)


def call_ir(builder: ir.IRBuilder, name: str, values: Sequence[ir.Value]) -> ir.Value:
    """One of LLVM's functions of vectors."""
    kind = values[0].type
    bits = 32 if isinstance(kind.element, ir.FloatType) else 64
    signature = ir.FunctionType(kind, [kind] * len(values))
    full_name = f"llvm.{name}.v{kind.count}f{bits}"
    return builder.call(
        cgutils.get_or_insert_function(builder.module, signature, full_name), values
    )


def load_ir(builder: ir.IRBuilder, pointer: ir.Value, kind: ir.VectorType) -> ir.Value:
    """A vector from memory that is aligned to its scalars at least."""
    value = builder.load(builder.bitcast(pointer, kind.as_pointer()))
    value.align = _scalar_bytes(kind)
    return value


def store_ir(builder: ir.IRBuilder, value: ir.Value, pointer: ir.Value) -> None:
    """A vector to memory that is aligned to its scalars at least."""
    target = builder.bitcast(pointer, value.type.as_pointer())
    builder.store(value, target).align = _scalar_bytes(value.type)


def _scalar_bytes(kind: ir.VectorType) -> int:
    return 4 if isinstance(kind.element, ir.FloatType) else 8


@intrinsic
def pointer(_typing: Any, array: Any) -> _Generator:
    """To the first element of a C-contiguous array."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, values: Any) -> ir.Value:
        return context.make_array(signature.args[0])(context, builder, values[0]).data

    return types.CPointer(array.dtype)(array), generate


@intrinsic
def advance(_typing: Any, pointer: Any, _offset: Any) -> _Generator:
    """The pointer some scalars further on."""

    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        return builder.gep(values[0], [values[1]])

    return pointer(pointer, types.intp), generate


@intrinsic
def at_address(_typing: Any, _address: Any, like: Any) -> _Generator:
    """A pointer to what lies at an address, of the type of another pointer."""

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        return builder.inttoptr(values[0], context.get_value_type(like))

    return like(types.intp, like), generate


@intrinsic
def doubles_at(_typing: Any, _address: Any) -> _Generator:
    """A pointer to float64 at an address."""
    result = types.CPointer(types.float64)

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        return builder.inttoptr(values[0], context.get_value_type(result))

    return result(types.intp), generate


@intrinsic
def as_doubles(_typing: Any, pointer: Any) -> _Generator:
    """The same place, as a pointer to float64."""

    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        return builder.bitcast(values[0], ir.DoubleType().as_pointer())

    return types.CPointer(types.float64)(pointer), generate


@intrinsic
def load(_typing: Any, pointer: Any, _offset: Any) -> _Generator:
    """A vector from memory."""
    vector = VECTOR[pointer.dtype]

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        place = builder.gep(values[0], [values[1]])
        return load_ir(builder, place, context.get_value_type(vector))

    return vector(pointer, types.intp), generate


@intrinsic
def store(_typing: Any, pointer: Any, _offset: Any, vector: Any) -> _Generator:
    """Write a vector to memory."""

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        store_ir(builder, values[2], builder.gep(values[0], [values[1]]))
        return context.get_dummy_value()

    return types.void(pointer, types.intp, vector), generate


@intrinsic
def clear(_typing: Any, pointer: Any, _size: Any) -> _Generator:
    """Zero `size` scalars."""

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        width = ir.Constant(values[1].type, pointer.dtype.bitwidth // 8)
        cgutils.memset(builder, values[0], builder.mul(values[1], width), 0)
        return context.get_dummy_value()

    return types.void(pointer, types.intp), generate


@intrinsic
def zero(_typing: Any, pointer: Any) -> _Generator:
    """A zero vector of the pointer's scalar type."""
    vector = VECTOR[pointer.dtype]

    def generate(context: Any, *_: Any) -> ir.Value:
        return ir.Constant(context.get_value_type(vector), None)

    return vector(pointer), generate


@intrinsic
def broadcast(_typing: Any, pointer: Any, _offset: Any) -> _Generator:
    """One scalar of memory in every lane."""
    vector = VECTOR[pointer.dtype]

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        scalar = builder.load(builder.gep(values[0], [values[1]]))
        return splat_ir(builder, context.get_value_type(vector), scalar)

    return vector(pointer, types.intp), generate


@intrinsic
def add(_typing: Any, a: Any, b: Any) -> _Generator:
    """The sum of two vectors."""

    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        return builder.fadd(*values)

    return a(a, b), generate


@intrinsic
def multiply_add(_typing: Any, a: Any, b: Any, c: Any) -> _Generator:
    """The sum of a b and c, fused where the CPU can: there is no slow emulation where it cannot."""

    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        return call_ir(builder, "fmuladd", values)

    return a(a, b, c), generate


@intrinsic
def lane_sum(_typing: Any, vector: Any) -> _Generator:
    """Sum over the lanes, by halves."""

    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        value, count = values[0], values[0].type.count
        while count > 1:
            count //= 2
            low, high = (
                ir.Constant(ir.VectorType(INT32, count), list(range(start, start + count)))
                for start in (0, count)
            )
            value = builder.fadd(
                builder.shuffle_vector(value, value, low),
                builder.shuffle_vector(value, value, high),
            )
        return builder.extract_element(value, ir.Constant(INT32, 0))

    return vector.dtype(vector), generate


@intrinsic
def lane_count(_typing: Any, pointer: Any) -> _Generator:
    """Scalars in a vector, known when the kernel is compiled."""
    count = VECTOR[pointer.dtype].lanes
    return types.intp(pointer), lambda context, *_: context.get_constant(types.intp, count)


@intrinsic
def noinline(_typing: Any) -> _Generator:
    """Keep the enclosing function a call, so that LLVM optimises it once."""

    def generate(context: Any, builder: ir.IRBuilder, *_: Any) -> ir.Value:
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.void(), generate
