"""Skill: how far forecasts miss, in units of what the naive forecast missed in training."""

from collections.abc import Callable

import numpy as np

from rnnts._types import FloatArray


def naive_error(
    measure: Callable[[FloatArray, int], FloatArray], y: FloatArray, season_length: int
) -> FloatArray:
    """In-sample error of the naive forecast, one value a series.

    `measure` is `naive_scale` or `naive_squared_scale`.  Where no two values a season apart were
    observed, steps from each observed value to the next are measured.
    """

    def of_series(series: FloatArray) -> float:
        lag = season_length if season_length < len(series) else 1
        is_observed = ~np.isnan(series)
        if (is_observed[lag:] & is_observed[:-lag]).any():
            return float(measure(series, season_length)[0])
        return float(measure(series[is_observed], 1)[0])

    return np.array([of_series(series) for series in y.T])


def skill(
    y: FloatArray, predicted: FloatArray, scale: FloatArray, weights: FloatArray | None
) -> float:
    """One minus the mean absolute error over its scale, averaged over the series.

    Missing values of `y` are not counted, nor are series of which none is left.
    """
    is_observed = ~np.isnan(y)
    by_row = np.ones(len(y)) if weights is None else weights
    weight = by_row[:, None] * is_observed
    total = weight.sum(axis=0)
    is_scored = total > 0
    if not is_scored.any():
        raise ValueError(
            f"nothing to score: all {len(y)} row(s) of y are missing or have weight 0; give "
            "observed rows"
        )
    error = np.where(is_observed, np.abs(y - predicted), 0.0)
    # A constant series has scale 0; its errors are then counted as they are.
    in_units = error / np.where(scale > 0, scale, 1.0)
    return float(1 - ((weight * in_units).sum(axis=0)[is_scored] / total[is_scored]).mean())
