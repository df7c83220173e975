"""The MA(∞) and AR(∞) forms of an ARMA model and the forecast variance that follows."""

from typing import TYPE_CHECKING

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_count
from rnnts.linear._checks import check_range
from rnnts.linear._polynomial import divide_series

if TYPE_CHECKING:
    from rnnts.linear._arma import ARMA


def psi_weights(arma: "ARMA", n_weights: int) -> FloatArray:
    r"""Weights of the MA(∞) form, :math:`y_t = \mu + \sum_{j \ge 0} \psi_j e_{t-j}`.

    Parameters
    ----------
    n_weights : int
        How many, counting :math:`\psi_0 = 1`.

    Returns
    -------
    ndarray of shape (n_weights,)

    Raises
    ------
    ValueError, OverflowError
        If `n_weights` is below 1, or the weights of an explosive model are no longer numbers.

    References
    ----------
    Brockwell and Davis (2016), *Introduction to Time Series and Forecasting*, section 3.1.

    Examples
    --------
    >>> from rnnts.linear import ARMA
    >>> ARMA(ar=[0.5], ma=[0.4]).psi_weights(3)
    array([1.  , 0.9 , 0.45])
    """
    n_weights = check_count("n_weights", n_weights)
    with np.errstate(over="ignore", invalid="ignore"):
        weights = divide_series(arma.ma_polynomial, arma.ar_polynomial, n_weights)
    return check_range("the response to an error", weights)


def pi_weights(arma: "ARMA", n_weights: int) -> FloatArray:
    r"""Weights of the AR(∞) form, :math:`y_t = c' + \sum_{j \ge 1} \pi_j y_{t-j} + e_t`.

    They are the weights of past observations in the one-step prediction.

    Parameters
    ----------
    n_weights : int
        How many; the first is :math:`\pi_1`.

    Returns
    -------
    ndarray of shape (n_weights,)

    Raises
    ------
    ValueError, OverflowError
        If `n_weights` is below 1, or the weights of an explosive model are no longer numbers.

    References
    ----------
    Brockwell and Davis (2016), *Introduction to Time Series and Forecasting*, section 3.1,
    where the signs are turned: their series is phi / theta.

    Examples
    --------
    >>> from rnnts.linear import ARMA
    >>> ARMA(ar=[0.5], ma=[0.4]).pi_weights(3)
    array([ 0.9  , -0.36 ,  0.144])
    """
    n_weights = check_count("n_weights", n_weights)
    with np.errstate(over="ignore", invalid="ignore"):
        weights = -divide_series(arma.ar_polynomial, arma.ma_polynomial, n_weights + 1)[1:]
    return check_range("the weight of an observation", weights)


def forecast_variance(arma: "ARMA", horizon: int) -> FloatArray:
    r"""Variance of the forecast errors 1 to `horizon` steps ahead.

    Parameters
    ----------
    horizon : int

    Returns
    -------
    ndarray of shape (horizon,)
        :math:`\sigma^2 \sum_{j<h} \psi_j^2`.

    Raises
    ------
    ValueError, OverflowError
        If `horizon` is below 1, or the variances of an explosive model are no longer numbers.

    References
    ----------
    Brockwell and Davis (2016), *Introduction to Time Series and Forecasting*, section 3.3.

    Examples
    --------
    >>> from rnnts.linear import ARMA
    >>> ARMA(ar=[1.0], ma=[], sigma2=4.0).forecast_variance(3)
    array([ 4.,  8., 12.])
    """
    psi = psi_weights(arma, check_count("horizon", horizon))
    with np.errstate(over="ignore"):
        variances = arma.sigma2 * np.cumsum(psi**2)
    return check_range("the variance", variances)
