"""Whether one-step errors still hold something that could have been predicted."""

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from rnnts._types import FloatArray


def autocorrelations(errors: FloatArray, n_lags: int) -> FloatArray:
    """Correlations of each column with itself some rows before, of shape (n_lags, n_targets).

    Pairs of which one is missing (NaN) count nothing, and those of constant errors are zero.
    """
    # Squares of the largest errors would be no floats.
    largest = np.nanmax(np.abs(errors), axis=0, initial=0.0)
    errors = errors / np.where(largest > 0, largest, 1.0)
    is_known = np.isfinite(errors)
    total = np.where(is_known, errors, 0.0).sum(axis=0)
    mean = total / np.maximum(is_known.sum(axis=0), 1)
    centred = np.where(is_known, errors - mean, 0.0)
    power = np.square(centred).sum(axis=0)
    lags = range(1, n_lags + 1)
    products = np.array([(centred[lag:] * centred[:-lag]).sum(axis=0) for lag in lags])
    correlations: FloatArray = products / np.where(power > 0, power, 1.0)
    return correlations


def ljung_box(errors: FloatArray, n_lags: int, n_fitted: int = 0) -> pd.DataFrame:
    r"""Ljung-Box test of each column: whether its first autocorrelations are jointly zero.

    .. math:: Q = T (T + 2) \sum_{k=1}^{K} \frac{r_k^2}{T - k} \sim \chi^2_{K - f}

    Parameters
    ----------
    errors : ndarray of shape (n_rows, n_targets)
        NaN where one is missing; pairs with such a row count nothing.
    n_lags : int
        :math:`K`, less than the number of rows.
    n_fitted : int
        :math:`f`, the autoregressive and moving-average coefficients that were fitted.

    Returns
    -------
    DataFrame
        One row a column, in their order: `lags`, `df`, `statistic`, `p_value`, and `lag1`, the
        first autocorrelation.  A small p-value says that the errors are not white noise.  Where
        errors are constant there is no autocorrelation: the statistic is 0.

    References
    ----------
    Ljung and Box (1978), *On a Measure of Lack of Fit in Time Series Models*, Biometrika 65.

    Examples
    --------
    >>> import numpy as np
    >>> alternating = np.array([[1.0], [-1.0]] * 10)
    >>> ljung_box(alternating, n_lags=2).round(3)
       lags  df  statistic  p_value  lag1
    0     2   2       40.7      0.0 -0.95
    """
    correlations = autocorrelations(errors, n_lags)
    n_known = np.isfinite(errors).sum(axis=0)
    lags = np.arange(1, n_lags + 1)
    weights = n_known * (n_known + 2) / (n_known - lags[:, None])
    statistic = (weights * np.square(correlations)).sum(axis=0)
    df = n_lags - n_fitted
    return pd.DataFrame(
        {
            "lags": n_lags,
            "df": df,
            "statistic": statistic,
            "p_value": chdtrc(df, statistic),
            "lag1": correlations[0],
        }
    )


def lags_to_test(n_rows: int, season_length: int, n_fitted: int) -> int:
    """Two seasons, or 10 lags without one, and enough for the coefficients; 0 if none will do.

    References
    ----------
    Hyndman and Athanasopoulos (2021), *Forecasting: Principles and Practice*, section 5.4.
    """
    usual = 2 * season_length if season_length > 1 else 10
    n_lags = max(min(usual, n_rows // 5), n_fitted + 3)
    return n_lags if n_lags < n_rows else 0
