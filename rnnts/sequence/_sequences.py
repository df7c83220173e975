"""X as users give it: a table or a cube of sequences, or a list of them of any length."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnts._types import BoolArray, FloatArray, IntArray
from rnnts._validation import check_squarable


@dataclass(frozen=True)
class Sequences:
    """Sequences side by side, as kernels read them.

    Attributes
    ----------
    values : ndarray of shape (n_steps, n_sequences, n_features)
        Zero beyond the end of a sequence.
    lengths : ndarray of int of shape (n_sequences,), or None
        Steps of each sequence, where the caller gave a list of them.
    """

    values: FloatArray
    lengths: IntArray | None = None

    def __len__(self) -> int:
        return int(self.values.shape[1])

    @property
    def n_features(self) -> int:
        """Numbers at each step."""
        return int(self.values.shape[2])

    @cached_property
    def there(self) -> BoolArray:
        """Which steps (n_steps, n_sequences) are no padding."""
        n_steps, n_sequences, _ = self.values.shape
        if self.lengths is None:
            return np.ones((n_steps, n_sequences), bool)
        return np.arange(n_steps)[:, None] < self.lengths

    def by_step(self, weights: FloatArray) -> FloatArray:
        """The weights of sequences (n_sequences,) at every step that is there, step after step."""
        spread: FloatArray = np.broadcast_to(weights, self.there.shape)[self.there]
        return spread


def is_list_of_sequences(X: object) -> bool:
    """Whether X is a list of sequences, and not of the rows of one table.

    Lists of numbers of one length are a table, as everywhere in scikit-learn; arrays are sequences,
    whatever their lengths.
    """
    if isinstance(X, np.ndarray):
        return X.dtype == object and X.ndim == 1 and len(X) > 0 and _is_sequence(X[0])
    if not isinstance(X, list | tuple):
        return False
    if any(hasattr(item, "shape") and np.ndim(item) for item in X):
        return True
    rows = [item for item in X if _is_sequence(item)]
    is_nested = any(_is_sequence(row[0]) for row in rows if len(row))
    return is_nested or len({len(row) for row in rows}) > 1


def _is_sequence(item: object) -> bool:
    return isinstance(item, Sequence | np.ndarray) and not isinstance(item, str)


def read_list(X: Sequence[Any]) -> Sequences:
    """Sequences of shape (n_steps,) or (n_steps, n_features), each of its own length.

    Raises
    ------
    ValueError
        If one of them is empty, is not numeric or finite, has numbers too large to square, or has
        other features than the first.
    """
    rows = [_read_one(number, item) for number, item in enumerate(X)]
    n_features = rows[0].shape[1]
    for number, row in enumerate(rows):
        if row.shape[1] != n_features:
            raise ValueError(
                f"all sequences need the same features, and X[{number}] has {row.shape[1]} where "
                f"X[0] has {n_features}"
            )
    return Sequences(*padded(rows))


def _read_one(number: int, item: Any) -> FloatArray:
    try:
        values = np.asarray(item, float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"X[{number}] must be a sequence of numbers: {error}") from error
    if values.ndim not in (1, 2):
        raise ValueError(
            f"X[{number}] must have shape (n_steps,) or (n_steps, n_features), got {values.shape}"
        )
    if not values.size:
        raise ValueError(f"X[{number}] is an empty sequence; leave it out, and its target")
    values = values.reshape(len(values), -1)
    wrong = ~np.isfinite(values).all(axis=1)
    if wrong.any():
        raise ValueError(
            f"X[{number}] contains NaN or infinity at step {wrong.argmax()}; fill it or cut it out"
        )
    check_squarable(values, f"X[{number}]")
    return values


def padded(rows: Sequence[FloatArray]) -> tuple[FloatArray, IntArray]:
    """Rows (n_steps, n_columns) side by side, zeros beyond their ends, and their lengths."""
    lengths = np.array([len(row) for row in rows])
    values = np.zeros((lengths.max(), len(rows), rows[0].shape[1]))
    for number, row in enumerate(rows):
        values[: len(row), number] = row
    return values, lengths


def read_cube(cube: NDArray[Any]) -> Sequences:
    """Sequences of shape (n_sequences, n_steps, n_features).

    Raises
    ------
    ValueError
        If there is no step or no feature, or a number is not finite or too large to square.
    """
    if not cube.size:
        raise ValueError(f"X needs at least one step and one feature, got shape {cube.shape}")
    wrong = ~np.isfinite(cube).all(axis=2)
    if wrong.any():
        number, step = np.argwhere(wrong)[0]
        raise ValueError(
            f"X contains NaN or infinity, first in sequence {number} at step {step}; fill it, or "
            "give a list of sequences without it"
        )
    values = cube.transpose(1, 0, 2).astype(float)
    check_squarable(values, "X")
    return Sequences(values)
