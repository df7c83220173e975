r"""How often a series has to be differenced until its level stays.

The KPSS statistic measures how far the partial sums :math:`S_t` of the series' deviations from
its mean wander, with a Bartlett estimate :math:`\hat\sigma^2` of the long-run variance:

.. math:: \eta = \frac{1}{n^2 \hat\sigma^2} \sum_t S_t^2
"""

import numpy as np

from rnnts._types import BoolArray, FloatArray
from rnnts.transforms._seasonality import seasonal_strength

# 5 % of stationary series have more (Kwiatkowski et al. 1992, table 1).
_KPSS_5_PERCENT = 0.463
# 5 % of random walks have less (MacKinnon 2010).
_DICKEY_FULLER_5_PERCENT = -2.86
# Found by Hyndman to give the best forecasts of the M3 series.
_STRONG_SEASON = 0.64
# With fewer rows the test says what the bandwidth makes it say.
_MIN_ROWS = 10


def difference_lags(column: FloatArray, season_length: int) -> tuple[int, ...]:
    """Lags to difference by, in turn: none, a first one, a season, or both."""
    lags: list[int] = []
    if season_length > 1 and seasonal_strength(column, season_length) > _STRONG_SEASON:
        changes = column[season_length:] - column[:-season_length]
        if _keeps_most(changes, column):
            lags.append(season_length)
            column = changes
    if _keeps_most(np.diff(column), column) and _wanders(column[~np.isnan(column)]):
        lags.insert(0, 1)
    return tuple(lags)


def is_level_stationary(column: FloatArray) -> bool:
    """Whether KPSS finds no sign, at 5 %, of a level that does not stay."""
    return kpss(column[~np.isnan(column)]) <= _KPSS_5_PERCENT


def levels_stay(values: FloatArray) -> BoolArray:
    """The same of every column of (n_rows, n_columns), none of whose values is missing."""
    return kpss_of_each(values) <= _KPSS_5_PERCENT


def _wanders(values: FloatArray) -> bool:
    """Whether both tests, of opposite hypotheses, say that there is no level to return to."""
    # KPSS alone would difference a slow cycle, whose level does stay.
    return kpss(values) > _KPSS_5_PERCENT and dickey_fuller(values) > _DICKEY_FULLER_5_PERCENT


def _keeps_most(changes: FloatArray, column: FloatArray) -> bool:
    """Whether at least half of the observed rows have a difference: no row missing before them."""
    return bool(2 * (~np.isnan(changes)).sum() >= (~np.isnan(column)).sum())


def kpss(values: FloatArray, n_lags: int | None = None) -> float:
    """KPSS statistic against a constant level; 0 for a constant or very short series.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        Without missing values.
    n_lags : int, optional
        Autocovariances counted in the long-run variance; by default 3 sqrt(n) / 13, as in R.
    """
    return float(kpss_of_each(values[:, None], n_lags)[0])


def kpss_of_each(values: FloatArray, n_lags: int | None = None) -> FloatArray:
    """The same of every column of (n_rows, n_columns)."""
    n_rows, n_columns = values.shape
    if n_rows < _MIN_ROWS:
        return np.zeros(n_columns)
    deviations = values - values.mean(axis=0)
    size = np.abs(deviations).max(axis=0)
    moves = size > 1e-12 * np.abs(values).max(axis=0)
    deviations /= np.where(moves, size, 1.0)
    n_lags = int(3 * np.sqrt(n_rows) / 13) if n_lags is None else n_lags
    long_run = np.einsum("ij,ij->j", deviations, deviations)
    for lag in range(1, 1 + n_lags):
        covariance = np.einsum("ij,ij->j", deviations[lag:], deviations[:-lag])
        long_run += 2 * (1 - lag / (n_lags + 1)) * covariance
    wandering = np.square(deviations.cumsum(axis=0)).sum(axis=0)
    statistic: FloatArray = np.zeros(n_columns)
    np.divide(wandering, n_rows * long_run, out=statistic, where=moves)
    return statistic


def dickey_fuller(values: FloatArray, n_lags: int | None = None) -> float:
    r"""Augmented Dickey-Fuller statistic with a constant; 0 for a constant or very short series.

    The t value of :math:`\rho` in
    :math:`\Delta y_t = c + \rho y_{t-1} + \sum_i \gamma_i \Delta y_{t-i} + e_t`.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        Without missing values.
    n_lags : int, optional
        Lagged differences; by default the cube root of n - 1.
    """
    n_rows = len(values)
    if n_rows < _MIN_ROWS or np.ptp(values) == 0:
        return 0.0
    n_lags = int(np.cbrt(n_rows - 1)) if n_lags is None else n_lags
    values = (values - values.mean()) / np.ptp(values)
    steps = np.diff(values)
    lagged = [steps[n_lags - lag : len(steps) - lag] for lag in range(1, n_lags + 1)]
    x = np.column_stack([values[n_lags:-1], np.ones(len(steps) - n_lags), *lagged])
    coefficients, *_ = np.linalg.lstsq(x, steps[n_lags:])
    residuals = steps[n_lags:] - x @ coefficients
    variance = max(residuals @ residuals / (len(x) - x.shape[1]), 1e-20)
    return float(coefficients[0] / np.sqrt(variance * np.linalg.pinv(x.T @ x)[0, 0]))
