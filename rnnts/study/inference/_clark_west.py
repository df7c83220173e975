"""Whether a larger model predicts better than one nested in it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rnnts.evaluation.significance._losses import as_losses


@dataclass(frozen=True)
class ClarkWest:
    """Statistic (positive: the larger model is better) and one-sided p-value."""

    statistic: float
    p_value: float


def clark_west(y: ArrayLike, small: ArrayLike, large: ArrayLike) -> ClarkWest:
    r"""Whether a larger model predicts better, one step ahead, than one nested in it.

    Where the small model is true, the larger one pays for parameters it need not have estimated;
    its expected squared error is larger by the mean square of the difference of the predictions.
    That much is given back before the errors are compared.

    Parameters
    ----------
    y : array-like of shape (n,)
    small, large : array-like of shape (n,)
        Predictions of the nested model and of the one around it.

    Returns
    -------
    ClarkWest
        t ratio of the mean of :math:`e_1^2 - (e_2^2 - (\hat y_1 - \hat y_2)^2)`, on the normal
        distribution.

    References
    ----------
    Clark and West (2007), *Approximately normal tests for equal predictive accuracy in nested
    models*.

    Examples
    --------
    >>> round(clark_west([1.0, 2.0, 4.0], [0.0, 0.0, 0.0], [1.0, 1.0, 2.0]).statistic, 4)
    1.6775
    """
    truth, first, second = map(as_losses, (y, small, large))
    n = len(truth)
    if n < 2:
        raise ValueError(f"Clark and West's test needs at least 2 predictions, got {n}; give more")
    gain = (truth - first) ** 2 - (truth - second) ** 2 + (first - second) ** 2
    spread = float(np.std(gain, ddof=1))
    if spread == 0:
        return ClarkWest(0.0, 0.5)
    statistic = float(np.sqrt(n) * gain.mean() / spread)
    return ClarkWest(statistic, float(stats.norm.sf(statistic)))
