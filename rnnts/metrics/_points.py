"""Measures of point forecasts and of quantiles, in the symbols of `rnnts.metrics`."""

import numpy as np
from numpy.typing import ArrayLike

from rnnts._validation import check_between
from rnnts.metrics._checks import as_table, errors_of
from rnnts.metrics._scales import (
    checked_root_scale,
    checked_scale,
    ratio,
    root_mean_square,
)
from rnnts.metrics._terms import percentage_terms, pinball_terms


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
    return float(np.mean(np.abs(errors_of(y_true, y_pred))))


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
    return float(np.mean(root_mean_square(errors_of(y_true, y_pred))))


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
    errors_of(y_true, y_pred)
    y, pred = as_table("y_true", y_true), as_table("y_pred", y_pred)
    return float(np.mean(percentage_terms(y, pred)))


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
    errors = errors_of(y_true, y_pred)
    scale = checked_scale(y_train, season_length, errors.shape[1], power=1)
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
    errors = errors_of(y_true, y_pred)
    scale = checked_root_scale(y_train, season_length, errors.shape[1])
    return float(np.mean(ratio(root_mean_square(errors), scale)))


def owa(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    y_naive2: ArrayLike,
    *,
    y_train: ArrayLike,
    season_length: int = 1,
) -> float:
    r"""Overall weighted average: `smape` and `mase` relative to those of Naive2, half and half.

    .. math::
        \frac{1}{2} \Bigl( \frac{\text{sMAPE}}{\text{sMAPE}_{\text{Naive2}}}
        + \frac{\text{MASE}}{\text{MASE}_{\text{Naive2}}} \Bigr)

    Below 1, better than the seasonally adjusted naive forecast.  Of several series, each of the
    four is averaged over the series before anything is divided, as in the M4 competition.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, k)
    y_naive2 : array-like of the same shape
        What `rnnts.Naive2Forecaster` predicts from the same origin.
    y_train : array-like of shape (n_train,) or (n_train, k)
        What the forecaster was trained on; shorter series begin with NaN.
    season_length : int, default=1

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As for `mase`.

    References
    ----------
    Makridakis, Spiliotis and Assimakopoulos (2020), "The M4 Competition: 100,000 time series and
    61 forecasting methods", *International Journal of Forecasting* 36(1).

    Examples
    --------
    >>> owa([2.0, 4.0], [3.0, 4.0], [6.0, 4.0], y_train=[1.0, 2.0, 4.0])
    0.325
    """
    mase_of_both = [
        mase(y_true, values, y_train=y_train, season_length=season_length)
        for values in (y_pred, y_naive2)
    ]
    if np.isinf(mase_of_both).all():
        raise ValueError(
            "owa needs a scale for one of the two forecasts at least, but y_train repeats itself "
            "exactly, so that the MASE of both is infinite; compare their mae instead"
        )
    return (
        _relative(smape(y_true, y_pred), smape(y_true, y_naive2)) + _relative(*mase_of_both)
    ) / 2


def _relative(measure: float, reference: float) -> float:
    return float(ratio(np.asarray(measure), np.asarray(reference)))


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
    errors_of(y_true, y_pred)
    y, pred = as_table("y_true", y_true), as_table("y_pred", y_pred)
    return float(np.mean(pinball_terms(y, pred, quantile)))
