"""Straight-line code for one block of lanes, written by plain Python while a kernel is compiled.

A block is a few vectors of lanes that advance together.  Its memory counts in rows, a number for
each lane: parameter, input, unit and so on are row numbers, known when the code is written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from inspect import signature
from typing import Any

from llvmlite import ir
from numba import types

from rnnts.kernels._jit import intrinsic, with_arguments
from rnnts.kernels.cell import Vectors
from rnnts.kernels.expressions import Expression
from rnnts.kernels.lanes.sizes import LaneNetwork
from rnnts.kernels.simd import INT32, VECTOR, load_ir, splat_ir, store_ir

INT64 = ir.IntType(64)


class Lanes:
    """Reads and writes rows of memory, or of each row the same piece of `width` scalars.

    Several rows side by side are one expression as well, which makes code for all of them at once:
    LLVM cuts it into registers and computes those in step, so that one waits for a result while
    others proceed.
    """

    def __init__(
        self, builder: ir.IRBuilder, scalar: ir.Type, block: int, width: int, at: int = 0
    ) -> None:
        self.builder, self.scalar, self.block, self.width = builder, scalar, block, width
        self._at = at

    def pieces(self, width: int) -> Iterator["Lanes"]:
        """The same rows in pieces, for code with more results than there are registers."""
        for at in range(0, self.block, width):
            yield Lanes(self.builder, self.scalar, self.block, width, at)

    def kind(self, n_rows: int = 1) -> ir.VectorType:
        """The LLVM type of rows side by side."""
        return ir.VectorType(self.scalar, n_rows * self.width)

    def read(self, base: ir.Value, row: int, n_rows: int = 1) -> Expression:
        """A row, or several."""
        return self.wrap(load_ir(self.builder, self.place(base, row), self.kind(n_rows)))

    def read_each(self, base: ir.Value, n_rows: int) -> Vectors:
        """The first rows, one by one."""
        return tuple(self.read(base, row) for row in range(n_rows))

    def write(self, base: ir.Value, row: int, vector: Expression) -> None:
        """Write a row, or several."""
        store_ir(self.builder, vector.value, self.place(base, row))

    def read_scalar(self, base: ir.Value, index: int) -> Expression:
        """One scalar of memory in every lane."""
        return self.splat(self.builder.load(self.builder.gep(base, [ir.Constant(INT64, index)])))

    def splat(self, scalar: ir.Value) -> Expression:
        """A scalar in every lane; one of float64 is rounded."""
        if scalar.type != self.scalar:
            scalar = self.builder.fptrunc(scalar, self.scalar)
        return self.wrap(splat_ir(self.builder, self.kind(), scalar))

    def constant(self, number: float, n_rows: int) -> Expression:
        """A number in every lane of some rows."""
        kind = self.kind(n_rows)
        return self.wrap(ir.Constant(kind, [number] * kind.count))

    def join(self, rows: Sequence[Expression]) -> Expression:
        """Rows side by side; their number is a power of two."""
        parts = [row.value for row in rows]
        while len(parts) > 1:
            count = 2 * parts[0].type.count
            order = ir.Constant(ir.VectorType(INT32, count), list(range(count)))
            parts = [
                self.builder.shuffle_vector(low, high, order)
                for low, high in zip(parts[::2], parts[1::2], strict=True)
            ]
        return self.wrap(parts[0])

    def split(self, rows: Expression) -> Vectors:
        """The way back."""
        value, kind = rows.value, ir.VectorType(INT32, self.width)
        starts = range(0, value.type.count, self.width)
        orders = (ir.Constant(kind, list(range(start, start + self.width))) for start in starts)
        return tuple(self.wrap(self.builder.shuffle_vector(value, value, o)) for o in orders)

    def read_doubles(self, base: ir.Value) -> Expression:
        """A row of float64, whatever the lanes hold."""
        return self.wrap(load_ir(self.builder, self.place(base, 0), self._wide))

    def widened(self, row: Expression) -> Expression:
        """A row as float64."""
        return self.wrap(self.builder.fpext(row.value, self._wide)) if row.is_single else row

    def rounded(self, doubles: Expression) -> Expression:
        """A row of float64 as what the lanes hold."""
        if self.kind() == self._wide:
            return doubles
        return self.wrap(self.builder.fptrunc(doubles.value, self.kind()))

    @property
    def _wide(self) -> ir.VectorType:
        return ir.VectorType(ir.DoubleType(), self.width)

    def place(self, base: ir.Value, row: int) -> ir.Value:
        """Where a row, or its piece, begins."""
        return self.builder.gep(base, [ir.Constant(INT64, row * self.block + self._at)])

    def wrap(self, value: ir.Value) -> Expression:
        """An LLVM value as an expression."""
        return Expression(self.builder, value)


class Parameters:
    """Parameters by name, in every lane its own network's or that of the one network."""

    def __init__(self, net: LaneNetwork, lanes: Lanes, base: ir.Value) -> None:
        self._starts, self._base = net.starts, base
        self._read = lanes.read_scalar if net.is_shared else lanes.read

    def __call__(self, name: str, index: int) -> Expression:
        """A parameter, by its place in the named array."""
        return self._read(self._base, self._starts[name] + index)


def sum_of(
    products: Iterable[tuple[Expression, Expression]], start: Expression | None = None
) -> Expression:
    """`start` and the products, summed one after the other."""
    for a, b in products:
        start = a * b if start is None else a.multiply_add(b, start)
    assert start is not None
    return start


def lanes_of_block(context: Any, builder: ir.IRBuilder, net: LaneNetwork, dtype: Any) -> Lanes:
    """The rows of a block, whole."""
    kind = context.get_value_type(VECTOR[dtype])
    block = net.n_vectors * kind.count
    return Lanes(builder, kind.element, block, block)


def written_out(trace: Callable[..., None]) -> Any:
    """Intrinsic of a tag and pointers, for whose sizes `trace` writes the code of a block.

    The first pointer's scalars are what the lanes hold.  `trace` is called with the network, the
    lanes and the arguments as LLVM values.
    """

    def compiled(_typing: Any, *kinds: Any) -> tuple[Any, Callable[..., Any]]:
        net = LaneNetwork.of_type(kinds[0])

        def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
            trace(net, lanes_of_block(context, builder, net, kinds[1].dtype), *values[1:])
            return context.get_dummy_value()

        return types.void(*kinds), generate

    net, _, *arguments = signature(trace).parameters.values()
    return intrinsic(with_arguments(compiled, [net, *arguments]))
