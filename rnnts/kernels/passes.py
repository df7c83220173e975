"""A cell's two functions as machine code: passes over one step of a block of sequences.

They are all that is compiled for a cell.  The driver is given their addresses, so that it is one
for all cells, and a further cell costs a tenth of the first.  What they read and write lies in
memory at a common distance, the padded size of one drive, state or saved value.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import typeof, types
from numba.core import cgutils

from rnnts.kernels._jit import NO_WRAPPERS, intrinsic, kernel
from rnnts.kernels.cell import Recurrence, Results, Vectors
from rnnts.kernels.expressions import Expression
from rnnts.kernels.simd import VECTOR, Pointer, advance, lane_count, load_ir, store_ir
from rnnts.kernels.unit import address_of


class _Vectors:
    """Vectors of memory at a common distance."""

    def __init__(self, builder: ir.IRBuilder, kind: Any, distance: ir.Value) -> None:
        self.builder, self.kind, self.distance = builder, kind, distance

    def read(self, base: ir.Value, count: int) -> Vectors:
        return tuple(
            Expression(self.builder, load_ir(self.builder, self._place(base, k), self.kind))
            for k in range(count)
        )

    def write(self, base: ir.Value, vectors: Results) -> None:
        for k, vector in enumerate(vectors):
            if isinstance(vector, Expression):
                value = vector.value
            else:
                value = ir.Constant(self.kind, [float(vector)] * self.kind.count)
            store_ir(self.builder, value, self._place(base, k))

    def _place(self, base: ir.Value, k: int) -> ir.Value:
        offset = self.builder.mul(self.distance, ir.Constant(self.distance.type, k))
        return self.builder.gep(base, [offset])


@intrinsic
def _forward(
    _typing: Any, cell: Any, drives: Any, past: Any, now: Any, _distance: Any, _n_units: Any
) -> tuple[Any, Callable[..., Any]]:
    """One vector of units, one step on; what is saved takes the place of the drives.

    Lanes from `n_units` on hold no unit and become zero: a cell need not map zero to zero, and
    zero weights times an infinite input are not zero.
    """
    tag = cell.instance_class

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        _, drives_at, past_at, now_at, distance, n_units = values
        memory = _Vectors(builder, context.get_value_type(VECTOR[drives.dtype]), distance)
        n_drives = tag.n_gates + tag.n_split
        reached, saved = tag.forward(
            memory.read(drives_at, n_drives), memory.read(past_at, tag.n_states)
        )
        n_lanes = builder.trunc(n_units, ir.IntType(drives.dtype.bitwidth))
        memory.write(drives_at, saved)
        memory.write(now_at, tuple(state.first(n_lanes) for state in reached))
        return context.get_dummy_value()

    return types.void(cell, drives, past, now, types.intp, types.intp), generate


@intrinsic
def _backward(
    _typing: Any,
    cell: Any,
    saved: Any,
    past: Any,
    now: Any,
    d_states: Any,
    d_drives: Any,
    _distance: Any,
) -> tuple[Any, Callable[..., Any]]:
    """The reverse of `_forward`; `d_states` moves one step back, around the weights only."""
    tag = cell.instance_class

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        _, saved_at, past_at, now_at, d_states_at, d_drives_at, distance = values
        memory = _Vectors(builder, context.get_value_type(VECTOR[saved.dtype]), distance)
        d_drive, d_past = tag.backward(
            memory.read(saved_at, tag.n_saved),
            memory.read(past_at, tag.n_states),
            memory.read(now_at, tag.n_states),
            memory.read(d_states_at, tag.n_states),
        )
        memory.write(d_drives_at, d_drive)
        memory.write(d_states_at, d_past)
        return context.get_dummy_value()

    return types.void(cell, saved, past, now, d_states, d_drives, types.intp), generate


@kernel(**NO_WRAPPERS)
def _forward_rows(
    cell: Recurrence,
    drives: Pointer,
    past: Pointer,
    now: Pointer,
    drive_row: int,
    tape_row: int,
    padded: int,
    n_units: int,
    n_rows: int,
) -> None:
    for b in range(n_rows):
        for i in range(0, padded, lane_count(now)):
            at = b * tape_row + i
            z = advance(drives, b * drive_row + i)
            _forward(cell, z, advance(past, at), advance(now, at), padded, n_units - i)


@kernel(**NO_WRAPPERS)
def _backward_rows(
    cell: Recurrence,
    saved: Pointer,
    past: Pointer,
    now: Pointer,
    d_states: Pointer,
    d_drives: Pointer,
    saved_row: int,
    tape_row: int,
    d_states_row: int,
    d_drives_row: int,
    padded: int,
    n_rows: int,
) -> None:
    for b in range(n_rows):
        for i in range(0, padded, lane_count(now)):
            _backward(
                cell,
                advance(saved, b * saved_row + i),
                advance(past, b * tape_row + i),
                advance(now, b * tape_row + i),
                advance(d_states, b * d_states_row + i),
                advance(d_drives, b * d_drives_row + i),
                padded,
            )


def _arguments(dtype: Any, n_pointers: int, n_integers: int) -> list[Any]:
    return [types.CPointer(dtype)] * n_pointers + [types.intp] * n_integers


_SHAPES = {_forward_rows: (3, 5), _backward_rows: (5, 6)}


def compile_cell(recurrence: type[Recurrence], dtype: Any) -> tuple[int, int]:
    """Addresses of the two compiled passes over a block of rows."""
    tag = typeof(recurrence())
    forward, backward = (
        address_of(unit, types.void(tag, *_arguments(dtype, *shape)))
        for unit, shape in _SHAPES.items()
    )
    return forward, backward


def _caller(n_pointers: int, n_integers: int) -> Any:
    """Intrinsic that calls a compiled pass at an address; the tag, being empty, is no argument."""

    @intrinsic
    def call(_typing: Any, _address: Any, first: Any, _rest: Any) -> tuple[Any, Callable[..., Any]]:
        kinds = _arguments(first.dtype, n_pointers, n_integers)

        def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
            convention = context.call_conv
            kind = convention.get_function_type(types.none, kinds)
            function = builder.inttoptr(values[0], kind.as_pointer())
            rest = cgutils.unpack_tuple(builder, values[2], len(kinds) - 1)
            given = [values[1], *rest]
            convention.call_function(builder, function, types.none, kinds, given)
            return context.get_dummy_value()

        return types.void(types.intp, first, types.Tuple(kinds[1:])), generate

    return call


# Called with an address, the first pointer, and a tuple of the other arguments.
call_forward, call_backward = (_caller(*shape) for shape in _SHAPES.values())
