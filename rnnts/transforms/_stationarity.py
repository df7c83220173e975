r"""How often series have to be differenced until their level stays.

Series are the columns of an array of shape (n_rows, n_columns), each tested by itself.
The KPSS statistic measures how far the partial sums :math:`S_t` of the series' deviations from
its mean wander, with a Bartlett estimate :math:`\hat\sigma^2` of the long-run variance:

.. math:: \eta = \frac{1}{n^2 \hat\sigma^2} \sum_t S_t^2
"""

from collections.abc import Iterator

import numpy as np

from rnnts._least_squares import BLOCK_ROWS, triangle
from rnnts._types import BoolArray, FloatArray, IntArray
from rnnts.transforms import _columns
from rnnts.transforms._seasonality import seasonal_strength

# 5 % of stationary series have more (Kwiatkowski et al. 1992, table 1).
_KPSS_5_PERCENT = 0.463
# 5 % of random walks have less (MacKinnon 2010).
_DICKEY_FULLER_5_PERCENT = -2.86
# Found by Hyndman to give the best forecasts of the M3 series.
_STRONG_SEASON = 0.64
# With fewer rows the test says what the bandwidth makes it say.
_MIN_ROWS = 10


def difference_lags(values: FloatArray, season_length: int) -> tuple[tuple[int, ...], ...]:
    """Lags to difference each column by, in turn: none, a first one, a season, or both."""
    values = values.copy()
    is_seasonal = np.zeros(values.shape[1], dtype=bool)
    if season_length > 1:
        is_seasonal = seasonal_strength(values, season_length) > _STRONG_SEASON
        changes = np.full_like(values, np.nan)
        changes[season_length:] = values[season_length:] - values[:-season_length]
        is_seasonal &= _keeps_most(changes, values)
        values[:, is_seasonal] = changes[:, is_seasonal]
    wanders = _keeps_most(np.diff(values, axis=0), values)
    wanders[wanders] = _wanders(values[:, wanders])
    return tuple(
        (1,) * bool(first) + (season_length,) * bool(season)
        for first, season in zip(wanders, is_seasonal, strict=True)
    )


def is_level_stationary(values: FloatArray) -> BoolArray:
    """Whether KPSS finds no sign, at 5 %, that the level of a column does not stay."""
    return kpss(values) <= _KPSS_5_PERCENT


def _wanders(values: FloatArray) -> BoolArray:
    """Whether both tests, of opposite hypotheses, say that there is no level to return to."""
    # KPSS alone would difference a slow cycle, whose level does stay.
    wanders = kpss(values) > _KPSS_5_PERCENT
    wanders[wanders] = dickey_fuller(values[:, wanders]) > _DICKEY_FULLER_5_PERCENT
    return wanders


def _keeps_most(changes: FloatArray, values: FloatArray) -> BoolArray:
    """Whether at least half of the observed rows have a difference: no row missing before them."""
    keeps: BoolArray = 2 * _columns.count(changes) >= _columns.count(values)
    return keeps


def kpss(values: FloatArray, n_lags: int | None = None) -> FloatArray:
    """KPSS statistic of each column against a constant level.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        Missing values are left out.
    n_lags : int, optional
        Autocovariances counted in the long-run variance; by default 3 sqrt(n) / 13, as in R.

    Returns
    -------
    ndarray of shape (n_columns,)
        0 for a constant or very short column.
    """
    statistics = np.zeros(values.shape[1])
    for numbers, series in _of_equal_length(values):
        n_rows = series.shape[1]
        if n_rows < _MIN_ROWS:
            continue
        deviations = series - series.mean(axis=1, keepdims=True)
        size = np.abs(deviations).max(axis=1)
        varies = size > 1e-12 * np.abs(series).max(axis=1)
        deviations = deviations[varies] / size[varies, None]
        n_used = int(3 * np.sqrt(n_rows) / 13) if n_lags is None else n_lags
        long_run = _bartlett(deviations, 1 + n_used)
        wandering = np.square(deviations.cumsum(axis=1)).sum(axis=1)
        statistics[numbers[varies]] = wandering / (n_rows * long_run)
    return statistics


def _bartlett(deviations: FloatArray, width: int) -> FloatArray:
    r"""Sum of squares and of autocovariances, each with the weight :math:`1 - lag / width`.

    It is the mean over the window's places of the squared sum within a window of that width, in a
    time that does not depend on it.
    """
    padded = np.pad(deviations, [(0, 0), (width, width - 1)])
    sums = padded.cumsum(axis=1)
    squares: FloatArray = np.square(sums[:, width:] - sums[:, :-width]).sum(axis=1)
    return squares / width


def dickey_fuller(values: FloatArray, n_lags: int | None = None) -> FloatArray:
    r"""Augmented Dickey-Fuller statistic of each column, with a constant.

    The t value of :math:`\rho` in
    :math:`\Delta y_t = c + \rho y_{t-1} + \sum_i \gamma_i \Delta y_{t-i} + e_t`.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        Missing values are left out.
    n_lags : int, optional
        Lagged differences; by default the cube root of n - 1.

    Returns
    -------
    ndarray of shape (n_columns,)
        0 for a constant or very short column.
    """
    statistics = np.zeros(values.shape[1])
    for numbers, series in _of_equal_length(values):
        varies = np.ptp(series, axis=1) > 0
        if series.shape[1] >= _MIN_ROWS and varies.any():
            n_used = int(np.cbrt(series.shape[1] - 1)) if n_lags is None else n_lags
            statistics[numbers[varies]] = _dickey_fuller(series[varies], n_used)
    return statistics


def _dickey_fuller(series: FloatArray, n_lags: int) -> FloatArray:
    """The same for series of shape (n_series, n_rows) that vary."""
    size = np.ptp(series, axis=1)[:, None]
    series = (series - series.mean(axis=1, keepdims=True)) / size
    steps = np.diff(series)
    n_rows, n_terms = steps.shape[1] - n_lags, n_lags + 2
    r = triangle(_dickey_fuller_rows(series, steps, n_lags))
    x, after, beyond = r[:, :n_terms, :n_terms], r[:, :n_terms, n_terms:], r[:, n_terms:, n_terms]
    # Terms that say the same share a coefficient, as in a straight line.
    inverse = np.linalg.pinv(x, rcond=n_rows * np.finfo(float).eps)
    coefficients = inverse @ after
    residuals = np.concatenate([(after - x @ coefficients)[:, :, 0], beyond], axis=1)
    variance = np.maximum(np.square(residuals).sum(axis=1) / (n_rows - n_terms), 1e-20)
    ratio: FloatArray = coefficients[:, 0, 0] / np.sqrt(
        variance * np.square(inverse[:, 0]).sum(axis=1)
    )
    return ratio


def _dickey_fuller_rows(series: FloatArray, steps: FloatArray, n_lags: int) -> Iterator[FloatArray]:
    """Level before each step, one, the steps before it, and the step, of consecutive rows."""
    for start in range(n_lags, steps.shape[1], BLOCK_ROWS):
        stop = min(start + BLOCK_ROWS, steps.shape[1])
        lagged = [steps[:, start - lag : stop - lag] for lag in range(1, n_lags + 1)]
        step = steps[:, start:stop]
        yield np.stack([series[:, start:stop], np.ones_like(step), *lagged, step], axis=2)


def _of_equal_length(values: FloatArray) -> Iterator[tuple[IntArray, FloatArray]]:
    """Columns with equally many observed values: their numbers, and (n_series, n_rows) of those."""
    by_column = np.ascontiguousarray(values.T)
    is_known = ~np.isnan(by_column)
    counts = is_known.sum(axis=1)
    for n_rows in np.unique(counts):
        numbers = np.flatnonzero(counts == n_rows)
        yield numbers, by_column[numbers][is_known[numbers]].reshape(len(numbers), n_rows)
