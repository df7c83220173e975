"""What the driver asks of a cell, and how a cell's two functions become machine code.

A cell is a class, of which the compiler builds a recurrence.  In it stand how many vectors it works
on, and two elementwise functions of :class:`~rnnts.kernels.expressions.Expression`:

``n_gates``
    Products of the past hidden state with a square matrix of weights.
``n_split``
    How many gates, the last ones, keep that product apart from what the input brings.
``n_states``
    Vectors carried from step to step; the first is the hidden state, which is read out.
``n_saved``
    Vectors the backward function wants to see again, besides the states.
``forward(drives, past)``
    From the drives of one step, one for each gate (for a split gate first the product with the
    past, and after all of these what the input brings), and the past states: the states and what
    is to be saved.
``backward(saved, past, states, d_states)``
    The gradient on the drives in the same order, and the gradient on the past states, as far as
    it reaches them around the weights.
"""

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from llvmlite import ir
from numba import types
from numba.extending import overload

from rnnts.kernels._jit import intrinsic
from rnnts.kernels.expressions import Expression
from rnnts.kernels.simd import VECTOR, load_ir, store_ir

Vectors = tuple[Expression, ...]
Results = tuple[Expression | float, ...]


class _Tag(NamedTuple):
    """No value, only a type: what Numba compiles a kernel anew for."""


class Recurrence(_Tag):
    """What a cell derives from; an instance of it is the tag that a kernel is called with."""

    n_gates: ClassVar[int]
    n_split: ClassVar[int] = 0
    n_states: ClassVar[int] = 1
    n_saved: ClassVar[int] = 0

    @classmethod
    def forward(cls, drives: Vectors, past: Vectors) -> tuple[Vectors, Vectors]:
        """States and what to save, from the drives and the past states."""
        raise NotImplementedError

    @classmethod
    def backward(
        cls, saved: Vectors, past: Vectors, states: Vectors, d_states: Vectors
    ) -> tuple[Vectors, Results]:
        """Gradients on the drives, and on the past states around the weights."""
        raise NotImplementedError


def _class_constant(name: str) -> Callable[[Recurrence], int]:
    """Function of a tag that returns a number of its class, in Python and in kernels alike."""

    @intrinsic
    def compiled(_typing: Any, cell: Any) -> tuple[Any, Callable[..., Any]]:
        value = getattr(cell.instance_class, name)
        return types.intp(cell), lambda context, *_: context.get_constant(types.intp, value)

    def constant(cell: Recurrence) -> int:
        value: int = getattr(cell, name)
        return value

    overload(constant, inline="always")(lambda cell: lambda cell: compiled(cell))  # noqa: ARG005
    return constant


gates = _class_constant("n_gates")
split_gates = _class_constant("n_split")
states = _class_constant("n_states")
saved_vectors = _class_constant("n_saved")


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
def step_forward(
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
def step_backward(
    _typing: Any,
    cell: Any,
    saved: Any,
    past: Any,
    now: Any,
    d_states: Any,
    d_drives: Any,
    _distance: Any,
) -> tuple[Any, Callable[..., Any]]:
    """The reverse of `step_forward`; `d_states` moves one step back, around the weights only."""
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
