"""Measures of intervals, in the symbols of `rnnts.metrics`."""

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray
from rnnts._validation import check_between
from rnnts.metrics._checks import as_table, errors_of
from rnnts.metrics._scales import checked_scale, ratio
from rnnts.metrics._terms import coverage_terms, winkler_terms


def coverage(y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> float:
    r"""Share of the observations that lie within their intervals, ends included.

    .. math:: \frac{1}{h} \sum_t 1(l_t \le y_t \le u_t)

    Parameters
    ----------
    y_true, lower, upper : array-like of shape (n,) or (n, k)

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        If the shapes differ, an array is empty, not numeric or not finite, or a lower end lies
        above its upper end.

    Examples
    --------
    >>> coverage([1.0, 2.0, 3.0, 4.0], [0.0, 2.0, 4.0, 3.0], [2.0, 3.0, 5.0, 6.0])
    0.75
    """
    y, low, high = _intervals(y_true, lower, upper)
    return float(np.mean(coverage_terms(y, low, high)))


def winkler(y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike, level: float = 95) -> float:
    r"""Mean Winkler score of intervals: their width, plus a penalty for every miss.

    .. math::
        \frac{1}{h} \sum_t (u_t - l_t)
        + \frac{2}{\alpha} \max(l_t - y_t, 0) + \frac{2}{\alpha} \max(y_t - u_t, 0)

    Least on average for the true quantiles, in the unit of y.

    Parameters
    ----------
    y_true, lower, upper : array-like of shape (n,) or (n, k)
    level : float, default=95
        :math:`100 (1 - \alpha)`: how often the intervals are to hold y, in per cent.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As for `coverage`, or if `level` is not between 0 and 100.

    References
    ----------
    Winkler (1972), "A decision-theoretic approach to interval estimation", *Journal of the
    American Statistical Association* 67(337).
    Gneiting and Raftery (2007), "Strictly proper scoring rules, prediction, and estimation",
    *Journal of the American Statistical Association* 102(477), section 6.2.

    Examples
    --------
    >>> winkler([1.0, 5.0], [0.0, 0.0], [2.0, 4.0], level=80)
    8.0
    """
    return float(np.mean(_winkler_by_column(y_true, lower, upper, level)))


def msis(
    y_true: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    y_train: ArrayLike,
    season_length: int = 1,
    level: float = 95,
) -> float:
    r"""Mean scaled interval score: the `winkler` score, scaled as `mase` is.

    Parameters
    ----------
    y_true, lower, upper : array-like of shape (n,) or (n, k)
    y_train : array-like of shape (n_train,) or (n_train, k)
        What the forecaster was trained on.
    season_length : int, default=1
        Lag of the naive forecast; 1 is used when `y_train` is not longer than a season.
    level : float, default=95
        How often the intervals are to hold y, in per cent.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As for `winkler` and `mase`.

    References
    ----------
    Makridakis, Spiliotis and Assimakopoulos (2020), "The M4 Competition: 100,000 time series and
    61 forecasting methods", *International Journal of Forecasting* 36(1).

    Examples
    --------
    >>> msis([5.0], [3.0], [6.0], y_train=[1.0, 3.0, 2.0, 4.0], season_length=2)
    3.0
    """
    scores = _winkler_by_column(y_true, lower, upper, level)
    return float(np.mean(ratio(scores, checked_scale(y_train, season_length, len(scores), 1))))


def _winkler_by_column(
    y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike, level: float
) -> FloatArray:
    checked = check_between("level", level, 0, 100)
    y, low, high = _intervals(y_true, lower, upper)
    return np.asarray(np.mean(winkler_terms(y, low, high, checked), axis=0), dtype=np.float64)


def _intervals(
    y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Observations and the ends of their intervals, of shape (n, k)."""
    errors_of(y_true, lower, "lower")
    errors_of(y_true, upper, "upper")
    y, low, high = as_table("y_true", y_true), as_table("lower", lower), as_table("upper", upper)
    is_reversed = (low > high).any(axis=1)
    if is_reversed.any():
        raise ValueError(
            f"lower lies above upper in {is_reversed.sum()} row(s), the first row "
            f"{int(is_reversed.argmax())}; swap the two ends"
        )
    return y, low, high
