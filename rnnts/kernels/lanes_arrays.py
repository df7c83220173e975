"""From arrays as people hold them to blocks of lanes, and back."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rnnts.kernels.cell import Recurrence
from rnnts.kernels.lanes_block import Span
from rnnts.kernels.loss_codes import ABSOLUTE_ERROR, HUBER, SQUARED_ERROR, LossCode
from rnnts.kernels.simd import aligned_empty

AnyFloatArray = NDArray[np.floating[Any]]


class CellOfNetwork(Protocol):
    """What is needed of a :class:`rnnts.cells.Cell`."""

    @property
    def recurrence(self) -> type[Recurrence]:
        """The class of two elementwise functions."""

    @property
    def has_bias(self) -> bool:
        """Whether a bias is added to what the input brings."""


def to_lanes(values: AnyFloatArray, n_lanes: int, dtype: type[np.floating[Any]]) -> AnyFloatArray:
    """Rows as lanes: (n_rows, n_numbers) becomes (n_blocks, n_numbers * n_lanes).

    The last block is filled up with zeros.
    """
    n_rows, n_numbers = values.shape
    n_blocks = -(-n_rows // n_lanes)
    packed = aligned_empty(n_blocks * n_numbers * n_lanes, dtype)
    blocks = packed.reshape(n_blocks, n_numbers, n_lanes)
    n_whole = n_rows // n_lanes
    whole = values[: n_whole * n_lanes].reshape(n_whole, n_lanes, n_numbers)
    blocks[:n_whole] = whole.transpose(0, 2, 1)
    if n_whole < n_blocks:
        blocks[-1] = 0.0
        blocks[-1, :, : n_rows - n_whole * n_lanes] = values[n_whole * n_lanes :].T
    return packed.reshape(n_blocks, n_numbers * n_lanes)


def from_lanes(packed: AnyFloatArray, n_lanes: int, n_rows: int) -> AnyFloatArray:
    """The way back: (n_blocks, n_numbers * n_lanes) becomes (n_rows, n_numbers)."""
    n_blocks, width = packed.shape
    blocks = packed.reshape(n_blocks, width // n_lanes, n_lanes)
    return blocks.transpose(0, 2, 1).reshape(n_blocks * n_lanes, -1)[:n_rows]


def steps_to_lanes(
    steps: AnyFloatArray, n_lanes: int, dtype: type[np.floating[Any]]
) -> AnyFloatArray:
    """(n_steps, n_rows, n_features) becomes (n_blocks, n_steps * n_features * n_lanes)."""
    rows = np.moveaxis(steps, 1, 0)
    return to_lanes(rows.reshape(len(rows), -1), n_lanes, dtype)


def span_of(
    sizes: tuple[int, int, int, int], n_warmup: int, loss: LossCode, lanes: int, n_rows: int = 1
) -> Span:
    """A pass over separate x and y, of n_steps, n_read, n_inputs and n_outputs."""
    n_steps, n_read, n_inputs, n_outputs = sizes
    bend, reach = bend_and_reach(loss)
    return Span(
        n_steps=n_steps,
        first_scored=n_steps - n_read + n_warmup,
        x_start=0,
        x_step=n_inputs * lanes,
        y_start=n_warmup * n_outputs * lanes,
        y_step=n_outputs * lanes,
        bend=bend,
        reach=reach,
        share=1.0 / ((n_read - n_warmup) * n_outputs * n_rows),
    )


def bend_and_reach(loss: LossCode) -> tuple[float, float]:
    """A loss as the two numbers of :mod:`rnnts.kernels.lanes_step`."""
    parameter = loss.levels[0]
    return {
        SQUARED_ERROR: (np.inf, 0.0),
        ABSOLUTE_ERROR: (0.0, 1.0),
        HUBER: (parameter, parameter),
    }[loss.code]
