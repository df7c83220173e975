r"""Smallest one-step risk of any ARMA(n, n) predictor for a process, its coefficients known.

With :math:`\theta` fixed the predictor is linear in the other weights: the error has the impulse
response :math:`\psi - \sum_{i=1}^{n} k_i \, L^i \psi / \theta`, so the best k is a least squares
over the lags, and only :math:`\theta` is searched for, in partial autocorrelations, within which
every invertible one lies.
"""

import numpy as np
from scipy.optimize import least_squares
from scipy.signal import lfilter

from rnnts._types import FloatArray
from rnnts.linear import ARMA

_N_LAGS = 400
_N_STARTS = 8
_REACH = 3.0
_EXACT = 1e-10


def risk_floor(process: ARMA, hidden_size: int) -> float:
    """Smallest mean squared one-step error that so many linear units allow, in units of sigma2."""
    psi = process.psi_weights(_N_LAGS)
    if not hidden_size:
        return float(psi @ psi)
    rng, best = np.random.default_rng(0), np.inf
    for _ in range(_N_STARTS):
        start = rng.uniform(-1.5, 1.5, hidden_size)
        found = least_squares(
            lambda point: _errors(psi, theta_of(np.tanh(point))),
            start,
            bounds=(-_REACH, _REACH),
            xtol=1e-12,
            ftol=1e-13,
            gtol=1e-12,
            max_nfev=200,
        )
        best = min(best, float(2 * found.cost))
        # Below the variance of the shocks there is nothing to be found.
        if best < 1 + _EXACT:
            break
    return best


def theta_of(partial: FloatArray) -> FloatArray:
    """Coefficients of the invertible polynomial 1 + theta_1 L + ... of such partial correlations.

    References
    ----------
    Monahan (1984), *A note on enforcing stationarity in autoregressive-moving average models*.
    """
    theta = np.empty(0)
    for correlation in partial:
        theta = np.r_[theta + correlation * theta[::-1], correlation]
    return theta


def _errors(psi: FloatArray, theta: FloatArray) -> FloatArray:
    """Impulse response of the one-step error with the best weights for this theta."""
    states = lfilter([1.0], np.r_[1.0, theta], psi)
    regressors = np.column_stack(
        [np.r_[np.zeros(lag), states[:-lag]] for lag in range(1, len(theta) + 1)]
    )
    weights = np.linalg.lstsq(regressors, psi, rcond=None)[0]
    errors: FloatArray = psi - regressors @ weights
    return errors
