"""What errors are divided by: those of the naive forecast in training."""

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray, IntArray
from rnnts._validation import check_count, check_squarable
from rnnts.metrics._checks import as_table


def naive_scale(y_train: ArrayLike, season_length: int = 1) -> FloatArray:
    r"""In-sample mean absolute error of the seasonal naive forecast, one value a column.

    .. math:: \frac{1}{n - m} \sum_{t=m+1}^{n} |x_t - x_{t-m}|

    Where values are missing (NaN), the differences between observed values are averaged.

    Parameters
    ----------
    y_train : array-like of shape (n,) or (n, k)
    season_length : int, default=1
        Lag :math:`m`; 1 is used when the series is not longer than a season.

    Returns
    -------
    ndarray of shape (k,)
        One value for a 1-D series.

    Raises
    ------
    ValueError
        If `y_train` is not numeric, or no two observed values lie a season apart.

    Examples
    --------
    >>> naive_scale([1.0, 3.0, 2.0, 4.0], season_length=2)
    array([1.])
    """
    return _mean_power_of_differences(y_train, season_length, power=1)


def naive_squared_scale(y_train: ArrayLike, season_length: int = 1) -> FloatArray:
    r"""In-sample mean squared error of the seasonal naive forecast, one value a column.

    .. math:: \frac{1}{n - m} \sum_{t=m+1}^{n} (x_t - x_{t-m})^2

    The scale of `rmsse`, as `naive_scale` is that of `mase`; parameters and errors are the same.

    Parameters
    ----------
    y_train : array-like of shape (n,) or (n, k)
    season_length : int, default=1

    Returns
    -------
    ndarray of shape (k,)

    Examples
    --------
    >>> naive_squared_scale([1.0, 3.0, 2.0, 7.0], season_length=2)
    array([8.5])
    """
    return _mean_power_of_differences(y_train, season_length, power=2)


def checked_scale(y_train: ArrayLike, season_length: int, n_columns: int, power: int) -> FloatArray:
    """Mean power of the naive errors in training, for each of the columns that are scored."""
    scale = _mean_power_of_differences(y_train, season_length, power)
    if len(scale) != n_columns:
        raise ValueError(
            f"y_train has {len(scale)} column(s) but y_true has {n_columns}; give the training "
            "rows of the same series"
        )
    return scale


def checked_root_scale(y_train: ArrayLike, season_length: int, n_columns: int) -> FloatArray:
    """Root mean square of the naive errors in training, however small these are."""
    train = as_table("y_train", y_train)
    # What is of size one can be squared.
    exponent = _exponent(train)
    scale = checked_scale(np.ldexp(train, -exponent), season_length, n_columns, power=2)
    return np.asarray(np.ldexp(np.sqrt(scale), exponent), dtype=np.float64)


def root_mean_square(values: FloatArray) -> FloatArray:
    """Of each column (n_rows, n_columns), however small the values are."""
    exponent = _exponent(values)
    squares = np.ldexp(values, -exponent) ** 2
    return np.asarray(np.ldexp(np.sqrt(np.mean(squares, axis=0)), exponent), dtype=np.float64)


def _exponent(values: FloatArray) -> IntArray:
    """Power of two that the largest number of each column is near, below one: dividing is exact."""
    largest = np.max(np.where(np.isfinite(values), np.abs(values), 0.0), axis=0)
    exponent: IntArray = np.minimum(np.frexp(largest)[1], 0)
    return exponent


def ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Quotient that is 0 for 0/0 and inf for anything else over 0; NaN for what is missing.

    Two infinite measures, relative to each other, are such.
    """
    undefined = np.where(numerator > 0, np.inf, 0.0)
    undefined = np.where(np.isnan(numerator) | np.isnan(denominator), np.nan, undefined)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.divide(numerator, denominator, out=undefined, where=denominator > 0)


def _mean_power_of_differences(y_train: ArrayLike, season_length: int, power: int) -> FloatArray:
    lag = check_count("season_length", season_length)
    train = as_table("y_train", y_train)
    if np.isinf(train).any():
        raise ValueError("y_train has infinite values; replace them, e.g. by NaN, or drop them")
    check_squarable(train, "y_train")
    if len(train) <= lag:
        lag = 1
    differences = np.abs(train[lag:] - train[:-lag]) ** power
    if not np.isfinite(differences).any(axis=0).all():
        raise ValueError(
            f"y_train has {len(train)} row(s), but no two observed values {lag} step(s) apart to "
            "scale by; give more training data"
        )
    return np.asarray(np.nanmean(differences, axis=0), dtype=np.float64)
