"""What the driver asks of a cell.

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

from typing import ClassVar, NamedTuple

from rnnts.kernels.expressions import Expression

Vectors = tuple[Expression, ...]
Results = tuple[Expression | float, ...]


class _Tag(NamedTuple):
    """No value, only a type, for which Numba compiles a function anew."""


class Recurrence(_Tag):
    """What a cell derives from; an instance of it is a tag that selects what is compiled."""

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
