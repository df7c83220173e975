r"""Whether the autocorrelations beyond a lag are those of a moving average: none.

Bartlett's formula for the covariance of two sample autocorrelations,

.. math::
    n \, \mathrm{cov}(r_i, r_j) \to \sum_{k \ge 1}
        (\rho_{k+i} + \rho_{k-i} - 2 \rho_i \rho_k) (\rho_{k+j} + \rho_{k-j} - 2 \rho_j \rho_k),

reduces beyond the order of a moving average to the autocovariances of :math:`\rho` itself.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rnnts._types import FloatArray


def autocorrelations(series: FloatArray, n_lags: int) -> FloatArray:
    """Of shape (n_series, n_lags + 1), lag 0 first, of centred series of shape (n_series, T)."""
    centred = series - series.mean(axis=1, keepdims=True)
    n_steps = centred.shape[1]
    products = [
        np.einsum("st,st->s", centred[:, lag:], centred[:, : n_steps - lag])
        for lag in range(n_lags + 1)
    ]
    ratios: FloatArray = np.stack(products, axis=1) / products[0][:, None]
    return ratios


def bartlett_covariance(acf: ArrayLike, lags: ArrayLike) -> FloatArray:
    """Covariance, times the length of the series, of sample autocorrelations at these lags.

    Parameters
    ----------
    acf : array-like of shape (m + 1,)
        Autocorrelations of the process from lag 0 on; zero beyond.
    lags : array-like of int, shape (k,)
        All at least 1.

    Returns
    -------
    ndarray of shape (k, k)

    References
    ----------
    Bartlett (1946), *On the theoretical specification and sampling properties of autocorrelated
    time-series*.  Brockwell and Davis (1991), *Time Series: Theory and Methods*, section 7.2.

    Examples
    --------
    >>> bartlett_covariance([1.0, 0.5], [2, 3])
    array([[1.5, 1. ],
           [1. , 1.5]])
    """
    known, at = np.asarray(acf, dtype=float), np.asarray(lags, dtype=int)
    farthest = int(at.max())
    # Beyond this many terms every factor is zero.
    shifts = np.arange(1, len(known) + farthest)
    padded = np.r_[known, np.zeros(2 * farthest)]
    before, after = np.abs(shifts - at[:, None]), shifts + at[:, None]
    terms = padded[after] + padded[before] - 2 * padded[at][:, None] * padded[shifts]
    covariance: FloatArray = terms @ terms.T
    return covariance


def moving_average_test(series: FloatArray, order: int, n_lags: int = 5) -> FloatArray:
    r"""p-values of the hypothesis that each series is a moving average of that order.

    Parameters
    ----------
    series : ndarray of shape (n_series, T)
    order : int
        q: under the hypothesis the autocorrelations vanish from lag q + 1 on.
    n_lags : int
        Autocorrelations q + 1 ... q + m that are tested together.

    Returns
    -------
    ndarray of shape (n_series,)
        Of :math:`T r' W^{-1} r` on a :math:`\chi^2` distribution with m degrees of freedom, W
        being Bartlett's covariance at the first q sample autocorrelations.
    """
    acf = autocorrelations(series, order + n_lags)
    inner, outer = acf[:, : order + 1], acf[:, order + 1 :]
    two_sided = np.concatenate([inner[:, :0:-1], inner], axis=1)
    width = two_sided.shape[1]
    covariances = np.zeros((len(series), n_lags))
    for lag in range(min(n_lags, width)):
        covariances[:, lag] = np.einsum("sk,sk->s", two_sided[:, lag:], two_sided[:, : width - lag])
    places = np.arange(n_lags)
    toeplitz = covariances[:, np.abs(places[:, None] - places)]
    scaled = np.linalg.solve(toeplitz, outer[:, :, None])[:, :, 0]
    statistics = series.shape[1] * np.einsum("sk,sk->s", outer, scaled)
    p_values: FloatArray = stats.chi2.sf(statistics, n_lags)
    return p_values
