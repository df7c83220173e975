r"""Orders that AIC and BIC pick.

The errors of a long autoregression stand in for the shocks; with them an ARMA(p, q) is a linear
regression of :math:`y_t` on its own lags and on theirs, and every order costs one least squares.

References
----------
Hannan and Rissanen (1982), *Recursive estimation of mixed autoregressive-moving average order*.
"""

from collections.abc import Mapping
from itertools import product

import numpy as np

from rnnts._types import FloatArray

LARGEST = 4


def picked_orders(y: FloatArray) -> Mapping[str, tuple[int, int]]:
    """ARMA orders up to (4, 4) that AIC and BIC pick, and the autoregression that AIC picks.

    Keys are "ARMA, AIC", "ARMA, BIC" and "AR, AIC".
    """
    centred = y - y.mean()
    n_long = max(2 * LARGEST, int(np.log(len(y)) ** 2))
    shocks = np.r_[np.zeros(n_long), _errors(centred, _lags(centred, n_long))]
    # The same rows for all orders: sums of squares over different rows cannot be compared.
    first = n_long + LARGEST
    own, others = _lags(centred, LARGEST), _lags(shocks, LARGEST)
    rows = slice(first - LARGEST, None)
    n_rows = len(y) - first
    scores: dict[tuple[int, int], float] = {}
    for p, q in product(range(LARGEST + 1), repeat=2):
        lags = np.hstack([own[rows, :p], others[rows, :q]])
        scores[p, q] = n_rows * np.log(np.mean(_errors(centred[first:], lags) ** 2))

    def best(penalty: float, q_max: int = LARGEST) -> tuple[int, int]:
        allowed = [order for order in scores if order[1] <= q_max]
        return min(allowed, key=lambda order: scores[order] + penalty * sum(order))

    return {
        "ARMA, AIC": best(2.0),
        "ARMA, BIC": best(np.log(n_rows)),
        "AR, AIC": best(2.0, q_max=0),
    }


def _lags(values: FloatArray, n_lags: int) -> FloatArray:
    """Of shape (n - n_lags, n_lags): the values before each but the first ones, newest first."""
    windows = np.lib.stride_tricks.sliding_window_view(values[:-1], n_lags)
    lags: FloatArray = windows[:, ::-1]
    return lags


def _errors(values: FloatArray, lags: FloatArray) -> FloatArray:
    """Least-squares residuals of the last values, as many as there are rows of lags."""
    target = values[len(values) - len(lags) :]
    if not lags.shape[1]:
        return target
    errors: FloatArray = target - lags @ np.linalg.lstsq(lags, target, rcond=None)[0]
    return errors
