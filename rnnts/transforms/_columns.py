"""Statistics of columns that do not depend on what stands beside a column.

NumPy adds up the rows of a lone column in pairs, those of several columns one after the other.
Here it is always in pairs, so that a series is prepared the same, to the last bit, by itself and
among thousands.  Values have shape (n_rows, n_columns), results (n_columns,); a missing value (NaN)
counts for nothing, and of no values the mean is zero.
"""

from collections.abc import Callable, Sequence

import numpy as np

from rnnts._types import FloatArray, IntArray

# What is computed for each at several settings stays in the cache of a core.
_AT_ONCE = 256


def in_parts(function: Callable[[FloatArray], FloatArray], values: FloatArray) -> FloatArray:
    """Results (n_columns,) of a function that needs much memory, a few columns at a time."""
    parts = np.split(values, range(_AT_ONCE, values.shape[1], _AT_ONCE), axis=1)
    return np.concatenate([function(part) for part in parts])


def count(values: FloatArray) -> IntArray:
    """How many values of each column are observed."""
    counts: IntArray = (~np.isnan(values)).sum(axis=0)
    return counts


def total(values: FloatArray) -> FloatArray:
    """Sum of each column."""
    by_column = np.ascontiguousarray(values.T)
    sums: FloatArray = np.where(np.isnan(by_column), 0.0, by_column).sum(axis=1)
    return sums


def mean(values: FloatArray) -> FloatArray:
    """Mean of each column."""
    means: FloatArray = total(values) / np.maximum(count(values), 1)
    return means


def variance(values: FloatArray) -> FloatArray:
    """Mean squared deviation of each column from its mean."""
    return mean(np.square(values - mean(values)))


def spread(values: FloatArray) -> FloatArray:
    """Standard deviation of each column: the root of its variance."""
    deviations: FloatArray = np.sqrt(variance(values))
    return deviations


def quantiles(values: FloatArray, probabilities: Sequence[float]) -> FloatArray:
    """Quantiles of each column, linear between its values: (n_probabilities, n_columns)."""
    # NaN come last.
    ordered = np.sort(values, axis=0)
    places = np.outer(probabilities, count(values) - 1)
    below = places.astype(int)
    low = np.take_along_axis(ordered, below, axis=0)
    high = np.take_along_axis(ordered, np.minimum(below + 1, len(values) - 1), axis=0)
    between: FloatArray = low + np.where(places > below, (places - below) * (high - low), 0.0)
    return between
