"""Averages that a few extreme values dominate less and less, each with its interval."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rnnts._types import FloatArray
from rnnts.evaluation.significance._losses import as_losses

_TRIMMED = 0.1


@dataclass(frozen=True)
class Average:
    """A number for the middle of a distribution, and its interval."""

    value: float
    interval: tuple[float, float]


def averages_of(values: ArrayLike, level: float = 0.9) -> Mapping[str, Average]:
    """Mean, mean without a tenth at each end, median and geometric mean of independent values.

    The intervals are Student's t for the mean and for the mean logarithm, t with the winsorised
    variance for the trimmed mean, and a pair of order statistics for the median: unbounded where
    there are too few of them.

    References
    ----------
    Tukey and McLaughlin (1963), *Less vulnerable confidence and significance procedures for
    location based on a single sample: trimming/winsorization 1*.
    Conover (1999), *Practical Nonparametric Statistics*, section 3.2.

    Examples
    --------
    >>> averages_of([1.0, 2.0, 4.0])["geometric mean"].value
    2.0
    """
    ordered = np.sort(as_losses(values))
    n_trimmed = int(_TRIMMED * len(ordered))
    logs = _t_interval(np.log(np.maximum(ordered, np.finfo(float).tiny)), 0, level)
    low, high = (float(np.exp(end)) for end in logs.interval)
    return {
        "mean": _t_interval(ordered, 0, level),
        "trimmed mean": _t_interval(ordered, n_trimmed, level),
        "median": _median(ordered, level),
        "geometric mean": Average(float(np.exp(logs.value)), (low, high)),
    }


def _t_interval(ordered: FloatArray, n_trimmed: int, level: float) -> Average:
    """Of sorted values without so many at each end."""
    n = len(ordered)
    n_kept = n - 2 * n_trimmed
    value = float(ordered[n_trimmed : n - n_trimmed].mean())
    if n_kept < 2:
        return Average(value, (-np.inf, np.inf))
    winsorised = np.clip(ordered, ordered[n_trimmed], ordered[n - n_trimmed - 1])
    variance = winsorised.var(ddof=1) * (n - 1) / (n_kept * (n_kept - 1))
    reach = float(stats.t.ppf((1 + level) / 2, n_kept - 1) * np.sqrt(variance))
    return Average(value, (value - reach, value + reach))


def _median(ordered: FloatArray, level: float) -> Average:
    """Between the k-th values from below and from above: P(fewer than k below) is binomial."""
    n = len(ordered)
    k = int(stats.binom.ppf((1 - level) / 2, n, 0.5))
    value = float(np.median(ordered))
    if k < 1:
        return Average(value, (-np.inf, np.inf))
    return Average(value, (float(ordered[k - 1]), float(ordered[n - k])))
