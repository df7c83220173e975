"""y with a time axis: a target for every step of every sequence."""

from collections.abc import Sized
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnts._types import FloatArray
from rnnts.sequence._sequences import Sequences


def shape_of(y: Any) -> tuple[int, ...] | None:
    """Shape of y, or None where its rows have several lengths."""
    try:
        shape: tuple[int, ...] = np.asarray(y).shape
    except ValueError:
        return None
    return shape


def steps_of(y: Any, sequences: Sequences) -> NDArray[Any]:
    """Targets one after the other, (n_live,) or (n_live, n_outputs), step after step.

    Parameters
    ----------
    y : array-like of shape (n_sequences, n_steps) or (n_sequences, n_steps, n_outputs), or list
        A list has an array of shape (n_steps,) or (n_steps, n_outputs) for each sequence.
    sequences : Sequences

    Raises
    ------
    ValueError
        If the time axis of y is not that of X.
    """
    check_length(y, sequences)
    there = sequences.there
    rows = [_numbers(number, row) for number, row in enumerate(y)]
    for number, (row, n_steps) in enumerate(zip(rows, there.sum(axis=0), strict=True)):
        if row.shape[:1] != (n_steps,):
            raise ValueError(
                f"y needs a target for every step, and y[{number}] has shape {row.shape} where "
                f"X[{number}] has {n_steps} steps; for one target a sequence give y of shape "
                "(n_sequences,)"
            )
    # From sequence after sequence to step after step.
    places = np.empty(there.shape, np.int64)
    places.T[there.T] = np.arange(there.sum())
    flat: NDArray[Any] = np.concatenate(rows)[places[there]]
    return flat


def _numbers(number: int, row: Any) -> NDArray[Any]:
    try:
        return np.asarray(row)
    except ValueError as error:
        raise ValueError(f"y[{number}] must have as many targets at each step: {error}") from error


def check_length(y: Sized, sequences: Sequences) -> None:
    """Raise unless there is one of y for each sequence."""
    if len(y) != len(sequences):
        raise ValueError(
            f"X and y need one length: X has {len(sequences)} sequences, y has {len(y)} targets "
            "(inconsistent numbers of samples)"
        )


def in_steps(flat: FloatArray, sequences: Sequences) -> FloatArray:
    """Targets (n_live, n_outputs) in their places, (n_steps, n_sequences, n_outputs)."""
    there = sequences.there
    values = np.zeros((*there.shape, flat.shape[1]))
    values[there] = flat
    return values


def given_back(values: NDArray[Any], sequences: Sequences) -> NDArray[Any] | list[NDArray[Any]]:
    """Values (n_steps, n_sequences, ...) as X came: a cube, or a list of arrays."""
    rows: NDArray[Any] = np.swapaxes(values, 0, 1)
    if sequences.lengths is None:
        return rows
    return [row[:length] for row, length in zip(rows, sequences.lengths, strict=True)]
