"""What every row adds to a measure, in the symbols of `rnnts.metrics`.

Arrays of one shape in, one of that shape out; NaN where something is missing.  A measure is a mean
of these, over whichever rows it is asked for.
"""

import numpy as np

from rnnts._types import FloatArray
from rnnts.metrics._scales import ratio


def percentage_terms(y: FloatArray, pred: FloatArray) -> FloatArray:
    """Of `smape`."""
    terms: FloatArray = 200 * ratio(np.abs(y - pred), np.abs(y) + np.abs(pred))
    return terms


def pinball_terms(y: FloatArray, pred: FloatArray, quantile: float | FloatArray) -> FloatArray:
    """Of `pinball`."""
    errors = y - pred
    terms: FloatArray = np.maximum(quantile * errors, (quantile - 1) * errors)
    return terms


def coverage_terms(y: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Of `coverage`."""
    is_known = ~np.isnan(y + low + high)
    return np.where(is_known, (low <= y) & (y <= high), np.nan)


def winkler_terms(y: FloatArray, low: FloatArray, high: FloatArray, level: float) -> FloatArray:
    """Of `winkler`."""
    penalty = 2 / (1 - level / 100)
    terms: FloatArray = high - low + penalty * (np.maximum(low - y, 0) + np.maximum(y - high, 0))
    return terms


def crps_terms(y: FloatArray, quantiles: FloatArray, probabilities: FloatArray) -> FloatArray:
    """Of `crps_of_quantiles`; `quantiles` has a last axis for the increasing probabilities."""
    edges = np.concatenate([[0.0], (probabilities[1:] + probabilities[:-1]) / 2, [1.0]])
    terms: FloatArray = 2 * pinball_terms(y[..., None], quantiles, probabilities) @ np.diff(edges)
    return terms
