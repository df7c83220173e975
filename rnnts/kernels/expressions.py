"""Vectors as symbols: Python arithmetic on them writes LLVM instructions.

A function of expressions is plain Python.  It runs once, while the kernel that needs it is
compiled, and leaves its instructions behind.  Numba never sees it, so that it costs almost no
compile time, and it is inlined wherever it is used.
"""

from typing import Any, Union

import numpy as np
from llvmlite import ir

from rnnts.kernels.simd import FLAGS, call_ir, splat_ir

Operand = Union["Expression", float]


class Expression:
    """A vector while code is generated; a number beside it stands in every lane."""

    def __init__(self, builder: ir.IRBuilder, value: ir.Value) -> None:
        self.builder, self.value = builder, value

    @property
    def is_single(self) -> bool:
        """Whether the lanes hold float32."""
        return isinstance(self.value.type.element, ir.FloatType)

    def __add__(self, other: Operand) -> "Expression":
        return self._arithmetic("fadd", self, other)

    def __radd__(self, other: float) -> "Expression":
        return self + other

    def __sub__(self, other: Operand) -> "Expression":
        return self._arithmetic("fsub", self, other)

    def __rsub__(self, other: float) -> "Expression":
        return self._arithmetic("fsub", other, self)

    def __mul__(self, other: Operand) -> "Expression":
        return self._arithmetic("fmul", self, other)

    def __rmul__(self, other: float) -> "Expression":
        return self * other

    def __truediv__(self, other: Operand) -> "Expression":
        return self._arithmetic("fdiv", self, other)

    def __rtruediv__(self, other: float) -> "Expression":
        return self._arithmetic("fdiv", other, self)

    def __neg__(self) -> "Expression":
        return self._wrap(self.builder.fneg(self.value))

    def multiply_add(self, factor: Operand, addend: Operand) -> "Expression":
        """Self times `factor` plus `addend`, fused where the CPU can."""
        return self.call("fmuladd", factor, addend)

    def call(self, name: str, *others: Operand) -> "Expression":
        """One of LLVM's functions of vectors."""
        values = [self.value, *(self._lanes(other) for other in others)]
        return self._wrap(call_ir(self.builder, name, values))

    def where(self, comparison: str, bound: Operand, then: Operand, other: Operand) -> "Expression":
        """`then` in the lanes where the comparison holds, which it never does for a NaN."""
        test = self.builder.fcmp_ordered(comparison, self.value, self._lanes(bound))
        return self._wrap(self.builder.select(test, self._lanes(then), self._lanes(other)))

    def clipped(self, low: Operand, high: Operand) -> "Expression":
        """Self between two bounds; a NaN stays."""
        capped = self.where(">", high, high, self)
        return capped.where("<", low, low, capped)

    def first(self, n_lanes: ir.Value) -> "Expression":
        """The first lanes, and zero in the others."""
        kind = ir.VectorType(n_lanes.type, self.value.type.count)
        positions = ir.Constant(kind, list(range(kind.count)))
        test = self.builder.icmp_signed("<", positions, splat_ir(self.builder, kind, n_lanes))
        return self._wrap(self.builder.select(test, self.value, self._lanes(0.0)))

    def even(self) -> "Expression":
        """Self with the lowest bit cleared."""
        integer, _, _ = self._integer()
        return self._from_integer(self.builder.and_(integer, _each(integer, -2)))

    def power_of_two(self, n_below: int = 0) -> "Expression":
        """2 to the k, given k + bias in the lowest bits, and below it so many that are zero."""
        integer, shift, _ = self._integer()
        return self._from_integer(self.builder.shl(integer, _each(integer, shift - n_below)))

    def exponent_and_mantissa(self) -> tuple["Expression", "Expression"]:
        """Self = 2**k m as k and m, with m from the root of a half to the root of two.

        They mean something for a positive normal number.
        """
        integer, shift, bias = self._integer()
        root = _bits(0.5**0.5, self.is_single)
        rounder = 1.5 * 2.0**shift
        moved = self.builder.add(integer, _each(integer, (bias << shift) - root))
        biased = self.builder.lshr(moved, _each(integer, shift))
        spelled = self.builder.or_(biased, _each(integer, _bits(rounder, self.is_single)))
        fraction = self.builder.and_(moved, _each(integer, (1 << shift) - 1))
        mantissa = self.builder.add(fraction, _each(integer, root))
        return self._from_integer(spelled) - (rounder + bias), self._from_integer(mantissa)

    def _integer(self) -> tuple[ir.Value, int, int]:
        """The bits, where the exponent starts in them, and its bias."""
        bits, shift, bias = (32, 23, 127) if self.is_single else (64, 52, 1023)
        kind = ir.VectorType(ir.IntType(bits), self.value.type.count)
        return self.builder.bitcast(self.value, kind), shift, bias

    def _from_integer(self, value: ir.Value) -> "Expression":
        return self._wrap(self.builder.bitcast(value, self.value.type))

    def _arithmetic(self, instruction: str, left: Operand, right: Operand) -> "Expression":
        emit: Any = getattr(self.builder, instruction)
        return self._wrap(emit(self._lanes(left), self._lanes(right), flags=FLAGS))

    def _lanes(self, operand: Operand) -> ir.Value:
        if isinstance(operand, Expression):
            return operand.value
        return ir.Constant(self.value.type, [float(operand)] * self.value.type.count)

    def _wrap(self, value: ir.Value) -> "Expression":
        return Expression(self.builder, value)


def _each(like: ir.Value, integer: int) -> ir.Value:
    return ir.Constant(like.type, [integer] * like.type.count)


def _bits(number: float, is_single: bool) -> int:
    if is_single:
        return int(np.float32(number).view(np.int32))
    return int(np.float64(number).view(np.int64))
