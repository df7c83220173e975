"""What every recurrent cell promises to the network."""

from typing import NamedTuple, Protocol

from rnnts._types import FloatArray

Params = dict[str, FloatArray]


class Tape(NamedTuple):
    """What a forward pass leaves behind for the backward pass."""

    hidden: FloatArray  # (n_steps + 1, n_sequences, hidden_size); hidden[0] is the start
    saved: tuple[FloatArray, ...] = ()  # whatever else the cell's backward needs


class Cell(Protocol):
    """A recurrence from a drive to hidden states, and its reverse.

    The drive is the part of every gate that does not depend on the past,
    ``x @ w_input + bias``.  The network computes it in one product for all steps, so that a cell
    is nothing but its recurrence.
    """

    @property
    def n_gates(self) -> int:
        """How many drives a unit has."""

    @property
    def has_bias(self) -> bool:
        """Whether the drive has a bias."""

    def shapes(self, hidden_size: int) -> dict[str, tuple[int, ...]]:
        """Name and shape of each parameter of the recurrence."""

    def forward(self, params: Params, drive: FloatArray, start: FloatArray) -> Tape:
        """Run the recurrence over every step, from the hidden state `start`."""

    def backward(
        self, params: Params, tape: Tape, d_hidden: FloatArray
    ) -> tuple[FloatArray, Params]:
        """Carry gradients on the hidden states back to the drive and the parameters."""
