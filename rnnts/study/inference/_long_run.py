"""The variance of the mean of pairs that are correlated in time."""

import numpy as np

from rnnts._types import FloatArray
from rnnts.evaluation.significance._losses import autocovariances


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
