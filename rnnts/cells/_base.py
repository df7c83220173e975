"""A recurrence, as the network sees it."""

from dataclasses import dataclass

from rnnts._types import FloatArray
from rnnts.kernels.cell import Recurrence

Params = dict[str, FloatArray]


@dataclass(frozen=True)
class Cell:
    """A recurrence and the parameters it has, besides those of the input.

    Parameters
    ----------
    recurrence : type
        The class of two elementwise functions of which kernels are built.
    has_bias : bool
        Whether a bias is added to what the input brings.

    Examples
    --------
    >>> from rnnts.cells import CELLS
    >>> gru = CELLS["gru"]
    >>> gru.n_gates, gru.n_states
    (3, 1)
    >>> CELLS["tanh"].shapes(n_inputs=2, hidden_size=8)
    {'w_input': (2, 8), 'bias': (8,), 'w_hidden': (8, 8)}
    """

    recurrence: type[Recurrence]
    has_bias: bool = True

    @property
    def n_gates(self) -> int:
        """How many drives a unit has."""
        return self.recurrence.n_gates

    @property
    def n_states(self) -> int:
        """How many numbers a unit carries from one step to the next."""
        return self.recurrence.n_states

    def shapes(self, n_inputs: int, hidden_size: int) -> dict[str, tuple[int, ...]]:
        """Name and shape of each parameter of a layer.

        Parameters
        ----------
        n_inputs, hidden_size : int

        Returns
        -------
        dict of tuple of int
        """
        n_drives = self.n_gates * hidden_size
        shapes: dict[str, tuple[int, ...]] = {"w_input": (n_inputs, n_drives)}
        if self.has_bias:
            shapes["bias"] = (n_drives,)
        shapes["w_hidden"] = (hidden_size, n_drives)
        if self.recurrence.n_split:
            shapes["b_hidden"] = (self.recurrence.n_split * hidden_size,)
        return shapes
