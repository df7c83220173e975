"""Losses in order of time, and how they hang together."""

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray


def as_losses(values: ArrayLike) -> FloatArray:
    """One row of finite numbers."""
    losses = np.asarray(values, dtype=float)
    if losses.ndim != 1 or not np.isfinite(losses).all():
        raise ValueError(
            f"losses must be finite numbers in one row, got shape {losses.shape}; drop what failed"
        )
    return losses


def of_size_one(values: FloatArray) -> FloatArray:
    """The same in a unit, a power of two, in which the largest squares are numbers."""
    _, exponent = np.frexp(np.abs(values).max())
    scaled: FloatArray = np.ldexp(values, -exponent)
    return scaled


def autocovariances(rows: FloatArray, n_lags: int) -> FloatArray:
    """Of shape (n_lags + 1, n_rows, n_rows), divided by n."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    n = centred.shape[1]
    return np.stack([centred[:, lag:] @ centred[:, : n - lag].T / n for lag in range(n_lags + 1)])
