r"""Elman cell, :math:`h_t = f(u_t + h_{t-1} W)` with drive :math:`u_t`."""

from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.cells._base import Params, Tape
from rnnts.kernels import elman


@dataclass(frozen=True)
class Elman:
    """Simple recurrent cell of Elman (1990), *Finding Structure in Time*.

    Parameters
    ----------
    activation : int
        Nonlinearity of the hidden units, a code of :mod:`rnnts.kernels.elman`.
    has_bias : bool
    """

    activation: int
    has_bias: bool = True
    n_gates = 1

    def shapes(self, hidden_size: int) -> dict[str, tuple[int, ...]]:
        """Name and shape of each parameter of the recurrence."""
        return {"w_hidden": (hidden_size, hidden_size)}

    def forward(self, params: Params, drive: FloatArray, start: FloatArray) -> Tape:
        """Run the recurrence over every step, from the hidden state `start`."""
        n_steps, n_sequences, n_units = drive.shape
        hidden = np.empty((n_steps + 1, n_sequences, n_units))
        hidden[0] = start
        elman.forward(self.activation, drive, params["w_hidden"], hidden)
        return Tape(hidden)

    def backward(
        self, params: Params, tape: Tape, d_hidden: FloatArray
    ) -> tuple[FloatArray, Params]:
        """Carry gradients on the hidden states back to the drive and the parameters."""
        d_drive = np.empty_like(d_hidden)
        elman.backward(self.activation, params["w_hidden"], tape.hidden, d_hidden, d_drive)
        n_units = d_hidden.shape[-1]
        past = tape.hidden[:-1].reshape(-1, n_units)
        return d_drive, {"w_hidden": past.T @ d_drive.reshape(-1, n_units)}
