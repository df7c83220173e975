"""Losses in order of time, and the variance of their mean."""

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


def autocovariances(rows: FloatArray, n_lags: int) -> FloatArray:
    """Of shape (n_lags + 1, n_rows, n_rows), divided by n."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    n = centred.shape[1]
    return np.stack([centred[:, lag:] @ centred[:, : n - lag].T / n for lag in range(n_lags + 1)])


def long_run_covariance(pairs: FloatArray, n_lags: int) -> FloatArray:
    """Bartlett estimate; the sample covariance for independent pairs."""
    n = pairs.shape[1]
    if n_lags == 0:
        covariance: FloatArray = np.cov(pairs)
        return covariance
    covariances = autocovariances(pairs, min(n_lags, n - 1))
    total: FloatArray = covariances[0]
    for lag, later in enumerate(covariances[1:], start=1):
        total = total + (1 - lag / (n_lags + 1)) * (later + later.T)
    return total
