"""Recurrent cells.

To add one, write its file, a class of two elementwise functions as described in
:mod:`rnnts.kernels.cell`, and name it in `CELLS`.  Training, prediction, every loss, float32 and
float64, and the tests over `CELLS` follow; only ``tests/naive.py`` and, for `to_onnx`,
``rnnts/forecasters/onnx/_network.py`` want its equations once more.
"""

from rnnts.cells._base import Cell, Params
from rnnts.cells._elman import Linear, Relu, Sigmoid, Tanh
from rnnts.cells._gru import Gru
from rnnts.cells._lstm import Lstm

__all__ = ["CELLS", "Cell", "Params"]

CELLS: dict[str, Cell] = {
    # A bias inside a linear recurrence that starts at zero is a free initial state in
    # disguise: it shifts the level only while the start is remembered, which the output bias
    # does not, and would make "the same model" a different one.
    "linear": Cell(Linear, has_bias=False),
    "tanh": Cell(Tanh),
    "sigmoid": Cell(Sigmoid),
    "relu": Cell(Relu),
    "gru": Cell(Gru),
    "lstm": Cell(Lstm),
}
