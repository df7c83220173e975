"""From arrays as people hold them to blocks of lanes, and back."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rnnts.kernels.cell import Recurrence
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


def to_lanes(
    parts: Sequence[AnyFloatArray], n_lanes: int, dtype: type[np.floating[Any]]
) -> AnyFloatArray:
    """Rows as lanes: arrays (n_rows, n_numbers) become one, (n_blocks, all numbers * n_lanes).

    The last block is filled up with zeros.
    """
    n_rows, n_numbers = len(parts[0]), sum(part.shape[1] for part in parts)
    n_whole, n_left = divmod(n_rows, n_lanes)
    blocks = empty_blocks(n_whole + (n_left > 0), n_numbers * n_lanes, dtype)
    numbers = blocks.reshape(-1, n_numbers, n_lanes)
    if n_left:
        numbers[-1] = 0.0
    start = 0
    for part in parts:
        stop = start + part.shape[1]
        whole = part[: n_rows - n_left].reshape(n_whole, n_lanes, part.shape[1])
        numbers[:n_whole, start:stop] = whole.transpose(0, 2, 1)
        if n_left:
            numbers[-1, start:stop, :n_left] = part[n_rows - n_left :].T
        start = stop
    return blocks


def from_lanes(packed: AnyFloatArray, n_lanes: int, n_rows: int) -> AnyFloatArray:
    """The way back: (n_blocks, n_numbers * n_lanes) becomes (n_rows, n_numbers)."""
    n_blocks, width = packed.shape
    blocks = packed.reshape(n_blocks, width // n_lanes, n_lanes)
    return blocks.transpose(0, 2, 1).reshape(n_blocks * n_lanes, -1)[:n_rows]


def by_row(steps: AnyFloatArray) -> AnyFloatArray:
    """(n_steps, n_rows, n_features) as (n_rows, n_steps * n_features)."""
    rows = steps.swapaxes(0, 1)
    return rows.reshape(len(rows), -1)


def empty_blocks(n_blocks: int, width: int, dtype: type[np.floating[Any]]) -> AnyFloatArray:
    """Uninitialised blocks; none is what kernels take for an array that is not there."""
    return aligned_empty(n_blocks * width, dtype).reshape(n_blocks, width)
