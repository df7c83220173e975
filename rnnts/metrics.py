r"""Measures of forecasts, intervals and quantiles, and the in-sample error that scales them.

Arrays have shape (n,), or (n, k) for k series side by side: then every measure is the average of
its values for the columns. Below, :math:`y_t` is observed, :math:`\hat y_t` forecast,
:math:`t = 1 \dots h`, :math:`[l_t, u_t]` an interval that is to hold
:math:`100 (1 - \alpha)` per cent of the observations, and :math:`x_1 \dots x_n` is the training
series with season length :math:`m`.
"""

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray
from rnnts._validation import check_between, check_count

__all__ = [
    "coverage",
    "mae",
    "mase",
    "msis",
    "naive_scale",
    "naive_squared_scale",
    "pinball",
    "rmse",
    "rmsse",
    "smape",
    "winkler",
]


def mae(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    r"""Mean absolute error, in the unit of y.

    .. math:: \frac{1}{h} \sum_t |y_t - \hat y_t|

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, k)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ, or an array is empty, not numeric or not finite.

    Examples
    --------
    >>> mae([1.0, 2.0, 3.0], [1.0, 2.5, 5.0])
    0.8333333333333334
    """
    return float(np.mean(np.abs(_errors(y_true, y_pred))))


def rmse(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    r"""Root mean squared error, in the unit of y.

    .. math:: \sqrt{\frac{1}{h} \sum_t (y_t - \hat y_t)^2}

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, k)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ, or an array is empty, not numeric or not finite.

    Examples
    --------
    >>> rmse([1.0, 2.0], [4.0, 6.0])
    3.5355339059327378
    """
    return float(np.mean(np.sqrt(np.mean(_errors(y_true, y_pred) ** 2, axis=0))))


def smape(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    r"""Symmetric mean absolute percentage error, from 0 to 200.

    .. math:: \frac{200}{h} \sum_t \frac{|y_t - \hat y_t|}{|y_t| + |\hat y_t|}

    An exact forecast of zero counts as 0.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, k)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ, or an array is empty, not numeric or not finite.

    References
    ----------
    Makridakis, Spiliotis and Assimakopoulos (2020), "The M4 Competition: 100,000 time series and
    61 forecasting methods", *International Journal of Forecasting* 36(1).

    Examples
    --------
    >>> smape([0.0, 1.0], [0.0, 3.0])
    50.0
    """
    errors = np.abs(_errors(y_true, y_pred))
    sizes = np.abs(_table("y_true", y_true)) + np.abs(_table("y_pred", y_pred))
    return float(200 * np.mean(ratio(errors, sizes)))


def mase(
    y_true: ArrayLike, y_pred: ArrayLike, *, y_train: ArrayLike, season_length: int = 1
) -> float:
    r"""Mean absolute scaled error: below 1, better than the naive forecast was in training.

    .. math::
        \frac{1}{h} \sum_t |y_t - \hat y_t| \Big/
        \frac{1}{n - m} \sum_{t=m+1}^{n} |x_t - x_{t-m}|

    A constant training series has scale 0: an exact forecast of it scores 0, any other inf.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, k)
    y_train : array-like of shape (n_train,) or (n_train, k)
        What the forecaster was trained on.
    season_length : int, default=1
        Lag of the naive forecast; 1 is used when `y_train` is not longer than a season.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ, an array is empty or not numeric, a value to be scored is not finite,
        or `y_train` has too few rows for a scale.

    References
    ----------
    Hyndman and Koehler (2006), "Another look at measures of forecast accuracy", *International
    Journal of Forecasting* 22(4).

    Examples
    --------
    >>> mase([5.0, 6.0], [4.0, 6.0], y_train=[1.0, 3.0, 2.0, 4.0], season_length=2)
    0.5
    """
    errors = _errors(y_true, y_pred)
    scale = _checked_scale(y_train, season_length, errors.shape[1], power=1)
    return float(np.mean(ratio(np.mean(np.abs(errors), axis=0), scale)))


def rmsse(
    y_true: ArrayLike, y_pred: ArrayLike, *, y_train: ArrayLike, season_length: int = 1
) -> float:
    r"""Root mean squared scaled error, the squared counterpart of `mase`.

    .. math::
        \sqrt{\frac{1}{h} \sum_t (y_t - \hat y_t)^2 \Big/
        \frac{1}{n - m} \sum_{t=m+1}^{n} (x_t - x_{t-m})^2}

    A constant training series has scale 0: an exact forecast of it scores 0, any other inf.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, k)
    y_train : array-like of shape (n_train,) or (n_train, k)
        What the forecaster was trained on.
    season_length : int, default=1
        Lag of the naive forecast; 1 is used when `y_train` is not longer than a season.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As for `mase`.

    References
    ----------
    Makridakis, Spiliotis and Assimakopoulos (2022), "The M5 competition: background, organization,
    and implementation", *International Journal of Forecasting* 38(4).

    Examples
    --------
    >>> rmsse([5.0, 6.0], [4.0, 5.0], y_train=[1.0, 3.0, 1.0])
    0.5
    """
    errors = _errors(y_true, y_pred)
    scale = _checked_scale(y_train, season_length, errors.shape[1], power=2)
    return float(np.mean(np.sqrt(ratio(np.mean(errors**2, axis=0), scale))))


def pinball(y_true: ArrayLike, y_pred: ArrayLike, quantile: float) -> float:
    r"""Mean pinball loss of quantile forecasts, in the unit of y; least for the true quantile.

    .. math::
        \frac{1}{h} \sum_t \max\bigl(\tau (y_t - \hat y_t),\; (\tau - 1) (y_t - \hat y_t)\bigr)

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, k)
    quantile : float
        :math:`\tau`, between 0 and 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ, an array is empty, not numeric or not finite, or `quantile` is not
        between 0 and 1.

    References
    ----------
    Koenker and Bassett (1978), "Regression Quantiles", *Econometrica* 46(1).

    Examples
    --------
    >>> pinball([1.0, 2.0], [0.0, 4.0], quantile=0.75)
    0.625
    """
    quantile = check_between("quantile", quantile, 0, 1)
    errors = _errors(y_true, y_pred)
    return float(np.mean(np.maximum(quantile * errors, (quantile - 1) * errors)))


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
    return float(np.mean((low <= y) & (y <= high)))


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
    return float(np.mean(ratio(scores, _checked_scale(y_train, season_length, len(scores), 1))))


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


def _mean_power_of_differences(y_train: ArrayLike, season_length: int, power: int) -> FloatArray:
    lag = check_count("season_length", season_length)
    train = _table("y_train", y_train)
    if np.isinf(train).any():
        raise ValueError("y_train has infinite values; replace them, e.g. by NaN, or drop them")
    if len(train) <= lag:
        lag = 1
    differences = np.abs(train[lag:] - train[:-lag]) ** power
    if not np.isfinite(differences).any(axis=0).all():
        raise ValueError(
            f"y_train has {len(train)} row(s), but no two observed values {lag} step(s) apart to "
            "scale by; give more training data"
        )
    return np.asarray(np.nanmean(differences, axis=0), dtype=np.float64)


def _checked_scale(
    y_train: ArrayLike, season_length: int, n_columns: int, power: int
) -> FloatArray:
    scale = _mean_power_of_differences(y_train, season_length, power)
    if len(scale) != n_columns:
        raise ValueError(
            f"y_train has {len(scale)} column(s) but y_true has {n_columns}; give the training "
            "rows of the same series"
        )
    return scale


def ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Quotient that is 0 for 0/0 and inf for anything else over 0."""
    undefined = np.where(numerator > 0, np.inf, 0.0)
    return np.divide(numerator, denominator, out=undefined, where=denominator > 0)


def _winkler_by_column(
    y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike, level: float
) -> FloatArray:
    penalty = 2 / (1 - check_between("level", level, 0, 100) / 100)
    y, low, high = _intervals(y_true, lower, upper)
    scores = high - low + penalty * (np.maximum(low - y, 0) + np.maximum(y - high, 0))
    return np.asarray(np.mean(scores, axis=0), dtype=np.float64)


def _intervals(
    y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Observations and the ends of their intervals, of shape (n, k)."""
    _errors(y_true, lower, "lower")
    _errors(y_true, upper, "upper")
    y, low, high = _table("y_true", y_true), _table("lower", lower), _table("upper", upper)
    is_reversed = (low > high).any(axis=1)
    if is_reversed.any():
        raise ValueError(
            f"lower lies above upper in {is_reversed.sum()} row(s), the first row "
            f"{int(is_reversed.argmax())}; swap the two ends"
        )
    return y, low, high


def _errors(y_true: ArrayLike, y_pred: ArrayLike, name_of_pred: str = "y_pred") -> FloatArray:
    """Errors y_true - y_pred, of shape (n, k)."""
    true, pred = _table("y_true", y_true), _table(name_of_pred, y_pred)
    if true.shape != pred.shape:
        raise ValueError(
            f"y_true has shape {np.shape(y_true)} but {name_of_pred} has shape "
            f"{np.shape(y_pred)}; give one prediction for each observation"
        )
    for name, table in (("y_true", true), (name_of_pred, pred)):
        bad = np.flatnonzero(~np.isfinite(table).all(axis=1))
        if len(bad):
            raise ValueError(
                f"{name} has NaN or infinite values in {len(bad)} row(s), the first row {bad[0]}; "
                "score only rows where both arrays are finite"
            )
    return true - pred


def _table(name: str, values: ArrayLike) -> FloatArray:
    """Values as floats of shape (n, k)."""
    raw = np.asarray(values)
    try:
        if raw.dtype.kind not in "biufO":
            raise TypeError
        table = raw.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} has dtype {raw.dtype}, not numbers; convert it, e.g. pd.to_numeric({name})"
        ) from error
    if table.ndim not in (1, 2):
        raise ValueError(f"{name} has shape {raw.shape}; give an array of shape (n,) or (n, k)")
    if table.size == 0:
        raise ValueError(f"{name} is empty (shape {raw.shape}); give at least one value")
    return table if table.ndim == 2 else table[:, np.newaxis]
