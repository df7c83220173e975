"""Whether one series of forecasts is better than another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rnnts._validation import check_count
from rnnts.evaluation.significance._losses import as_losses, autocovariances, of_size_one


@dataclass(frozen=True)
class DieboldMariano:
    """Statistic (negative: the first forecasts are better) and two-sided p-value."""

    statistic: float
    p_value: float


def diebold_mariano(losses: ArrayLike, reference: ArrayLike, *, horizon: int = 1) -> DieboldMariano:
    r"""Whether one series of forecasts is better than another.

    Parameters
    ----------
    losses, reference : array-like of shape (n,)
        Losses at the same forecast origins, in order of time.
    horizon : int
        Steps ahead of the forecasts: their errors are correlated up to lag `horizon` - 1.

    Returns
    -------
    DieboldMariano
        With the factor :math:`\sqrt{(n + 1 - 2h + h(h-1)/n) / n}` of Harvey, Leybourne and
        Newbold, on a t distribution with n - 1 degrees of freedom.  Where one forecast is worse by
        the same each time, there is no variance to test by: the p-value is NaN.

    References
    ----------
    Diebold and Mariano (1995), *Comparing predictive accuracy*.
    Harvey, Leybourne and Newbold (1997), *Testing the equality of prediction mean squared errors*.

    Examples
    --------
    >>> round(diebold_mariano([1.0, 4.0, 9.0], [1.0, 2.0, 3.0]).statistic, 4)
    1.5119
    """
    difference = as_losses(losses) - as_losses(reference)
    n = len(difference)
    horizon = check_count("horizon", horizon)
    if n <= horizon:
        raise ValueError(f"{n} forecasts are too few for horizon={horizon}; give more")
    difference = of_size_one(difference)
    covariances = autocovariances(difference[None], horizon - 1)[:, 0, 0]
    variance = covariances[0] + 2 * covariances[1:].sum()
    if variance <= 0:
        # The rectangular kernel can turn negative, the Bartlett kernel cannot.
        taper = 1 - np.arange(horizon) / horizon
        variance = 2 * taper @ covariances - covariances[0]
    if not difference.any():
        return DieboldMariano(0.0, 1.0)
    if np.ptp(difference) <= 8 * np.finfo(float).eps * np.abs(difference).max():
        return DieboldMariano(float(np.copysign(np.inf, difference[0])), np.nan)
    factor = np.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic = float(factor * difference.mean() / np.sqrt(variance / n))
    return DieboldMariano(statistic, float(2 * stats.t.sf(abs(statistic), n - 1)))
