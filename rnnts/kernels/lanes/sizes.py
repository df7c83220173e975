"""A small network's sizes as a type, and where its parameters stand in the flat vector.

A kernel of :mod:`rnnts.kernels.lanes.entries` is called with a plain tuple: the cell's tag, and a
tuple for each size, whose *length* is the size.  Numba compiles the kernel for the type of that
tuple, so that every loop over units is written out and nothing is left to test while it runs.
"""

from collections.abc import Callable
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numba import types

from rnnts.kernels._jit import intrinsic
from rnnts.kernels.cell import Recurrence
from rnnts.kernels.loss_codes import SQUARED_ERROR
from rnnts.kernels.simd import Pointer, lanes_of

# Vectors whose cells are computed in step.
_IN_STEP = 4

# What a kernel is called with; opaque to all but `LaneNetwork`.
Tag = tuple[Any, ...]


class LaneNetwork(NamedTuple):
    """A network of a few units, and how it is scored.

    Parameters
    ----------
    recurrence : type
        The cell: a class of two elementwise functions.
    n_inputs, n_units, n_outputs : int
    has_bias, has_skip : bool
        Whether a bias is added to what the input brings, and whether the input reaches the output
        directly as well.
    is_shared : bool
        Whether all lanes hold rows of one network, or each lane a network of its own.
    n_vectors : int
        Vectors that advance together, a power of two.
    loss : int
        One of :mod:`rnnts.kernels.loss_codes`.
    n_weights : int
        What each step of each lane has of them in the loss: none, one, or one for each target.
    """

    recurrence: type[Recurrence]
    n_inputs: int
    n_units: int
    n_outputs: int
    has_bias: bool
    has_skip: bool
    is_shared: bool
    n_vectors: int
    loss: int = SQUARED_ERROR
    n_weights: int = 0

    @property
    def tag(self) -> Tag:
        """These sizes, as the lengths of tuples."""
        lengths = map(int, self[1:])
        return (self.recurrence(), *((0,) * length for length in lengths))

    @classmethod
    def of_type(cls, tag: Any) -> "LaneNetwork":
        """The way back, from Numba's type of a tag."""
        cell, *sizes = tag.types
        lengths: Any = map(len, sizes)
        return cls(cell.instance_class, *lengths)

    @property
    def n_gates(self) -> int:
        """Columns of recurrent weights for a unit."""
        return self.recurrence.n_gates

    @property
    def n_mixed(self) -> int:
        """Gates in which past and input come together before the cell sees them."""
        return self.recurrence.n_gates - self.recurrence.n_split

    @property
    def n_drives(self) -> int:
        """Drives of all units, a split gate having two."""
        return (self.recurrence.n_gates + self.recurrence.n_split) * self.n_units

    @property
    def n_states(self) -> int:
        """Numbers carried from one step to the next."""
        return self.recurrence.n_states * self.n_units

    @property
    def n_saved(self) -> int:
        """Numbers that the way back wants to see again, besides the states."""
        return self.recurrence.n_saved * self.n_units

    @property
    def n_skipped(self) -> int:
        """Inputs that reach the output directly: all or none."""
        return self.n_inputs if self.has_skip else 0

    def split_place(self, gate: int, unit: int) -> int:
        """Which of the split drives belongs to a unit of a split gate."""
        return (gate - self.n_mixed) * self.n_units + unit

    @property
    def starts(self) -> dict[str, int]:
        """Where each parameter starts in the flat vector of :class:`rnnts._network.Network`."""
        n_columns = self.n_gates * self.n_units
        sizes = {
            "w_input": self.n_inputs * n_columns,
            "bias": self.has_bias * n_columns,
            "w_hidden": self.n_units * n_columns,
            "b_hidden": self.recurrence.n_split * self.n_units,
            "w_output": self.n_units * self.n_outputs,
            "w_skip": self.n_skipped * self.n_outputs,
            "b_output": self.n_outputs,
        }
        return dict(zip([*sizes, "end"], accumulate([0, *sizes.values()]), strict=True))

    @property
    def n_params(self) -> int:
        """Length of the flat vector."""
        return self.starts["end"]

    @property
    def n_recurrent(self) -> int:
        """How many parameters, the first ones, are not the read-out's."""
        return self.starts["w_output"]

    @property
    def n_reached(self) -> int:
        """Past states on which a state of one unit depends."""
        return self.n_units + self.recurrence.n_states - 1

    @property
    def unit_groups(self) -> list[tuple[int, int]]:
        """First unit and number of units whose cells are computed in step.

        Powers of two, and no more than their intermediate results find registers.
        """
        groups, first = [], 0
        while first < self.n_units:
            most = min(_IN_STEP // self.n_vectors, self.n_units - first)
            count = power_of_two_within(most)
            groups.append((first, count))
            first += count
        return groups

    def lanes_per_block(self, dtype: type[np.floating[Any]]) -> int:
        """Lanes that advance together."""
        return self.n_vectors * lanes_of(dtype)


def most_vectors(n_units: int) -> int:
    """How many vectors should advance together, if there are that many.

    A step is a chain of operations, each of which waits for the one before.  About eight vectors of
    units in flight fill the time that they wait.
    """
    return power_of_two_within(8 // n_units)


def power_of_two_within(number: int) -> int:
    """The largest power of two up to a number, and one at least."""
    return 1 << (max(1, number).bit_length() - 1)


def _size(count: Callable[[LaneNetwork], int]) -> Any:
    """Intrinsic of a tag that returns a constant."""

    @intrinsic
    def constant(_typing: Any, tag: Any) -> tuple[Any, Callable[..., Any]]:
        value = count(LaneNetwork.of_type(tag))
        return types.intp(tag), lambda context, *_: context.get_constant(types.intp, value)

    return constant


n_params_of = _size(lambda net: net.n_params)
n_recurrent_of = _size(lambda net: net.n_recurrent)
n_inputs_of = _size(lambda net: net.n_inputs)
n_drives_of = _size(lambda net: net.n_drives)
n_states_of = _size(lambda net: net.n_states)
n_saved_of = _size(lambda net: net.n_saved)
n_reached_of = _size(lambda net: net.n_reached)
n_outputs_of = _size(lambda net: net.n_outputs)
n_networks_of = _size(lambda net: 0 if net.is_shared else 1)


@intrinsic
def block_lanes(_typing: Any, tag: Any, pointer: Pointer) -> tuple[Any, Callable[..., Any]]:
    """Lanes that advance together, known when the kernel is compiled."""
    bits = pointer.dtype.bitwidth
    kind = np.float32 if bits == 32 else np.float64
    count = LaneNetwork.of_type(tag).lanes_per_block(kind)
    return types.intp(tag, pointer), lambda context, *_: context.get_constant(types.intp, count)
