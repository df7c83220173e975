"""How much of a sum its largest terms make up."""

import numpy as np

from rnnts._types import FloatArray
from rnnts.study.inference._averages import Average

_N_DRAWS = 1000


def worst_share(
    values: FloatArray, share: float, rng: np.random.Generator, level: float = 0.9
) -> Average:
    """What part of the sum the largest values make up, with a percentile bootstrap interval.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Independent; a sum that is not positive has no parts.
    share : float
        Of the values that count as the largest, at least one.
    rng : Generator
    level : float

    References
    ----------
    Efron and Tibshirani (1993), *An Introduction to the Bootstrap*, chapter 13.

    Examples
    --------
    >>> worst_share(np.array([1.0, 1.0, 2.0]), 0.3, np.random.default_rng(0)).value
    0.5
    """
    value = float(_worst(values[None], share)[0])
    if np.isnan(value):
        return Average(value, (-np.inf, np.inf))
    draws = _worst(values[rng.integers(len(values), size=(_N_DRAWS, len(values)))], share)
    low, high = np.nanquantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Average(value, (float(low), float(high)))


def _worst(rows: FloatArray, share: float) -> FloatArray:
    n = rows.shape[1]
    n_worst = max(1, round(share * n))
    totals = rows.sum(axis=1)
    largest = np.partition(rows, n - n_worst, axis=1)[:, n - n_worst :].sum(axis=1)
    parts: FloatArray = largest / np.where(totals > 0, totals, np.nan)
    return parts
