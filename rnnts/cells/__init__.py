"""Recurrent cells.  To add one, write its file and name it in `CELLS`."""

from rnnts.cells._base import Cell, Params, Tape
from rnnts.cells._elman import Elman
from rnnts.kernels import elman

__all__ = ["CELLS", "Cell", "Elman", "Params", "Tape"]

CELLS: dict[str, Cell] = {
    # A bias inside a linear recurrence that starts at zero is a free initial state in
    # disguise: it shifts the level only while the start is remembered, which the output bias
    # does not, and would make "the same model" a different one.
    "linear": Elman(elman.LINEAR, has_bias=False),
    "tanh": Elman(elman.TANH),
    "sigmoid": Elman(elman.SIGMOID),
    "relu": Elman(elman.RELU),
}
