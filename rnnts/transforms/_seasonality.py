"""Whether series have a season: the test of the M competitions, and the season's strength.

Series are the columns of an array of shape (n_rows, n_columns), each judged by itself.
"""

import numpy as np

from rnnts._types import BoolArray, FloatArray
from rnnts.transforms import _columns
from rnnts.transforms._decomposition import additive_season, trend_of

# Two-sided 90 % of the normal distribution, as in the M4 benchmark code.
_CRITICAL = 1.645


def is_seasonal(values: FloatArray, season_length: int) -> BoolArray:
    r"""Whether the autocorrelation of each column at the season is significant at 90 %.

    .. math:: |r_m| > 1.645 \sqrt{(1 + 2 \sum_{i<m} r_i^2) / n}

    Missing values count for nothing.  Never with fewer than three seasons of rows.

    References
    ----------
    Makridakis, Spiliotis and Assimakopoulos (2020), *The M4 Competition*: `SeasonalityTest` of its
    benchmark code.
    """
    n_rows = _columns.count(values)
    is_long = (n_rows >= 3 * season_length) & (season_length > 1)
    if not is_long.any():
        return is_long
    correlations = autocorrelations(values, season_length)
    # One lag after the other, whose order so does not depend on the number of columns.
    squares = sum(np.square(correlations[:-1]), start=np.zeros(values.shape[1]))
    limits = _CRITICAL * np.sqrt((1 + 2 * squares) / n_rows)
    is_significant: BoolArray = is_long & (np.abs(correlations[-1]) > limits)
    return is_significant


def autocorrelations(values: FloatArray, n_lags: int) -> FloatArray:
    """Autocorrelations of each column at lags 1 to `n_lags`; zeros for a constant one.

    Returns
    -------
    ndarray of shape (n_lags, n_columns)
    """
    deviations = values - _columns.mean(values)
    size = np.nanmax(np.abs(deviations), axis=0)
    is_constant = size <= 1e-12 * np.nanmax(np.abs(values), axis=0)
    by_column = np.ascontiguousarray((deviations / np.where(is_constant, 1.0, size)).T)
    by_column = np.nan_to_num(by_column)
    variance = np.where(is_constant, 1.0, _products(by_column, by_column))
    correlations = np.array(
        [_products(by_column[:, lag:], by_column[:, :-lag]) for lag in range(1, n_lags + 1)]
    )
    return np.where(is_constant, 0.0, correlations / variance)


def seasonal_strength(values: FloatArray, season_length: int) -> FloatArray:
    r"""Share of each column's detrended variance that the season explains, from 0 to 1.

    .. math:: 1 - \operatorname{Var}(R) / \operatorname{Var}(S + R)

    for the classical additive decomposition; 0 with fewer than three seasons of rows.

    References
    ----------
    Wang, Smith and Hyndman (2006), *Characteristic-based clustering for time series data*.
    """
    is_long = _columns.count(values) >= 3 * season_length
    if not is_long.any():
        return np.zeros(values.shape[1])
    detrended = values - trend_of(values, season_length)
    season = additive_season(values, season_length)
    rest = detrended - season[np.arange(len(values)) % season_length]
    variance = _columns.variance(detrended)
    explained = np.zeros_like(variance)
    np.divide(variance - _columns.variance(rest), variance, out=explained, where=variance > 0)
    return np.where(is_long, np.maximum(explained, 0.0), 0.0)


def _products(left: FloatArray, right: FloatArray) -> FloatArray:
    """Sum of the products of each row."""
    products: FloatArray = np.einsum("nt,nt->n", left, right)
    return products
