"""The season of a series: classical decomposition by moving averages, and by loess."""

import numpy as np

from rnnts._types import FloatArray


def trend_of(column: FloatArray, season_length: int) -> FloatArray:
    """Centred moving average over a season; NaN for half a season at either end.

    Missing values are interpolated for this purpose: they spoil a moving average over a season
    less than a hole in the trend would.

    Parameters
    ----------
    column : ndarray of shape (n_rows,)
        At least one season and a row.
    season_length : int

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    is_even = season_length % 2 == 0
    # An even season has its centre between two rows: the average of the two averages beside it.
    window = np.r_[0.5, np.ones(season_length - 1), 0.5] if is_even else np.ones(season_length)
    trend = np.full(len(column), np.nan)
    half = len(window) // 2
    trend[half : len(column) - half] = np.convolve(
        interpolated(column), window / season_length, mode="valid"
    )
    return trend


def additive_season(column: FloatArray, season_length: int) -> FloatArray:
    """Mean deviation from the trend at each position in the season, with sum zero.

    Returns
    -------
    ndarray of shape (season_length,)
        For the rows 0, 1, ...; 0 where nothing was observed.
    """
    deviations = column - trend_of(column, season_length)
    season = _mean_by_position(deviations, season_length)
    centred: FloatArray = np.nan_to_num(season - np.nanmean(season))
    return centred


def multiplicative_season(column: FloatArray, season_length: int) -> FloatArray:
    """Mean ratio to the trend at each position in the season, with mean one.

    Returns
    -------
    ndarray of shape (season_length,)
        For the rows 0, 1, ...; 1 where nothing was observed.
    """
    ratios = column / trend_of(column, season_length)
    season = _mean_by_position(ratios, season_length)
    return np.nan_to_num(season / np.nanmean(season), nan=1.0)


def loess_season(column: FloatArray, season_length: int) -> FloatArray:
    """Seasonal part of the STL decomposition, robust against outliers.

    Returns
    -------
    ndarray of shape (n_rows,)

    References
    ----------
    Cleveland, Cleveland, McRae and Terpenning (1990), *STL: a seasonal-trend decomposition
    procedure based on loess*.
    """
    from statsmodels.tsa.seasonal import STL

    fitted = STL(interpolated(column), period=season_length, robust=True).fit()
    return np.asarray(fitted.seasonal, dtype=float)


def interpolated(column: FloatArray) -> FloatArray:
    """The column with straight lines where values are missing, level at the ends."""
    is_known = ~np.isnan(column)
    rows = np.arange(len(column))
    filled: FloatArray = np.interp(rows, rows[is_known], column[is_known])
    return filled


def _mean_by_position(values: FloatArray, season_length: int) -> FloatArray:
    """Mean of the observed values at each position in the season; NaN where there are none."""
    position = np.arange(len(values)) % season_length
    is_known = ~np.isnan(values)
    counts = np.bincount(position[is_known], minlength=season_length)
    sums = np.bincount(position[is_known], values[is_known], minlength=season_length)
    nothing = np.full(season_length, np.nan)
    means: FloatArray = np.divide(sums, counts, out=nothing, where=counts > 0)
    return means
