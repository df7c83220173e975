"""Whether a series has a season: the test of the M competitions, and the season's strength."""

import numpy as np

from rnnts._types import FloatArray
from rnnts.transforms._decomposition import additive_season, trend_of

# Two-sided 90 % of the normal distribution, as in the M4 benchmark code.
_CRITICAL = 1.645


def is_seasonal(column: FloatArray, season_length: int) -> bool:
    r"""Whether the autocorrelation at the season is significant at 90 %.

    .. math:: |r_m| > 1.645 \sqrt{(1 + 2 \sum_{i<m} r_i^2) / n}

    Missing values count for nothing.  Never with fewer than three seasons of rows.

    References
    ----------
    Makridakis, Spiliotis and Assimakopoulos (2020), *The M4 Competition*: `SeasonalityTest` of its
    benchmark code.
    """
    n_rows = int((~np.isnan(column)).sum())
    if season_length < 2 or n_rows < 3 * season_length:
        return False
    correlations = autocorrelations(column, season_length)
    limit = _CRITICAL * np.sqrt((1 + 2 * np.square(correlations[:-1]).sum()) / n_rows)
    return bool(abs(correlations[-1]) > limit)


def autocorrelations(column: FloatArray, n_lags: int) -> FloatArray:
    """Autocorrelations at lags 1 to `n_lags`; zeros for a constant series."""
    deviations = column - np.nanmean(column)
    size = np.nanmax(np.abs(deviations))
    if size <= 1e-12 * np.nanmax(np.abs(column)):
        return np.zeros(n_lags)
    deviations = np.nan_to_num(deviations / size)
    products = [deviations[lag:] @ deviations[:-lag] for lag in range(1, n_lags + 1)]
    correlations: FloatArray = np.array(products) / (deviations @ deviations)
    return correlations


def seasonal_strength(column: FloatArray, season_length: int) -> float:
    r"""Share of the detrended variance that the season explains, from 0 to 1.

    .. math:: 1 - \operatorname{Var}(R) / \operatorname{Var}(S + R)

    for the classical additive decomposition; 0 with fewer than three seasons of rows.

    References
    ----------
    Wang, Smith and Hyndman (2006), *Characteristic-based clustering for time series data*.
    """
    if (~np.isnan(column)).sum() < 3 * season_length:
        return 0.0
    detrended = column - trend_of(column, season_length)
    season = additive_season(column, season_length)
    rest = detrended - np.resize(season, len(column))
    variance = np.nanvar(detrended)
    return max(0.0, 1 - float(np.nanvar(rest) / variance)) if variance > 0 else 0.0
