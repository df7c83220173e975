"""The season of series: classical decomposition by moving averages, and by loess.

Series are the columns of an array of shape (n_rows, n_columns), each decomposed by itself.
"""

import numpy as np

from rnnts._types import FloatArray
from rnnts.transforms import _columns


def trend_of(values: FloatArray, season_length: int) -> FloatArray:
    """Centred moving average over a season; NaN for half a season at either end.

    Missing values are interpolated for this purpose: they spoil a moving average over a season
    less than a hole in the trend would.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        At least one season and a row.
    season_length : int

    Returns
    -------
    ndarray of shape (n_rows, n_columns)
    """
    half = season_length // 2
    n_centred = len(values) - 2 * half
    filled = interpolated(values)
    sums = filled[:n_centred].copy()
    if season_length % 2 == 0:
        # An even season has its centre between two rows: the average of the averages beside it.
        sums = (sums + filled[season_length:]) / 2
    for first in range(1, season_length):
        sums += filled[first : first + n_centred]
    trend = np.full(values.shape, np.nan)
    trend[half : half + n_centred] = sums / season_length
    return trend


def additive_season(values: FloatArray, season_length: int) -> FloatArray:
    """Mean deviation from the trend at each position in the season, with sum zero.

    Returns
    -------
    ndarray of shape (season_length, n_columns)
        For the rows 0, 1, ...; 0 where nothing was observed.
    """
    deviations = values - trend_of(values, season_length)
    season = _mean_by_position(deviations, season_length)
    return np.nan_to_num(season - _columns.mean(season))


def multiplicative_season(values: FloatArray, season_length: int) -> FloatArray:
    """Mean ratio to the trend at each position in the season, with mean one.

    Returns
    -------
    ndarray of shape (season_length, n_columns)
        For the rows 0, 1, ...; 1 where nothing was observed.
    """
    ratios = values / trend_of(values, season_length)
    season = _mean_by_position(ratios, season_length)
    return np.nan_to_num(season / _columns.mean(season), nan=1.0)


def loess_season(values: FloatArray, season_length: int) -> FloatArray:
    """Seasonal part of the STL decomposition, robust against outliers.

    Returns
    -------
    ndarray of shape (n_rows, n_columns)

    References
    ----------
    Cleveland, Cleveland, McRae and Terpenning (1990), *STL: a seasonal-trend decomposition
    procedure based on loess*.
    """
    from statsmodels.tsa.seasonal import STL

    season = np.empty(values.shape)
    for number, column in enumerate(interpolated(values).T):
        season[:, number] = STL(column, period=season_length, robust=True).fit().seasonal
    return season


def interpolated(values: FloatArray) -> FloatArray:
    """The columns with straight lines where values are missing, level at the ends.

    A column without any value stays as it is.
    """
    is_known = ~np.isnan(values)
    if is_known.all():
        return values
    n_rows = len(values)
    rows = np.arange(n_rows)[:, None]
    before = np.maximum.accumulate(np.where(is_known, rows, -1), axis=0)
    after = np.minimum.accumulate(np.where(is_known, rows, n_rows)[::-1], axis=0)[::-1]
    left, right = np.where(before < 0, after, before), np.where(after == n_rows, before, after)
    left = np.minimum(left, n_rows - 1)
    at_left, at_right = (np.take_along_axis(values, known, axis=0) for known in (left, right))
    slope = (at_right - at_left) / np.maximum(right - left, 1)
    return np.where(is_known, values, slope * (rows - left) + at_left)


def _mean_by_position(values: FloatArray, season_length: int) -> FloatArray:
    """Mean of the observed values at each position in the season; NaN where there are none."""
    n_missing = -len(values) % season_length
    whole = np.pad(values, ((0, n_missing), (0, 0)), constant_values=np.nan)
    seasons = whole.reshape(len(whole) // season_length, season_length, values.shape[1])
    is_known = ~np.isnan(seasons)
    counts = is_known.sum(axis=0)
    sums = np.where(is_known, seasons, 0.0).sum(axis=0)
    nothing = np.full(sums.shape, np.nan)
    means: FloatArray = np.divide(sums, counts, out=nothing, where=counts > 0)
    return means
