"""Whether the ratio of two mean losses lies on one side of a bound."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rnnts.evaluation.significance._losses import as_losses


def p_ratio_above(losses: ArrayLike, reference: ArrayLike, bound: float) -> float:
    r"""p-value against a ratio of mean losses of at most `bound`.

    One half of :func:`ratio_tost`, for independent replications: the t test of
    :math:`\ell_1 - b \ell_2`, one-sided.  Small means the ratio is shown to lie above the bound.

    Parameters
    ----------
    losses, reference : array-like of shape (n,)
        Of the model in question and of the one it is compared with, on the same replications.
    bound : float

    Examples
    --------
    >>> p_ratio_above([1.1, 1.2, 1.3], [1.0, 1.0, 1.1], 1.0) < 0.05
    True
    """
    return float(stats.t.sf(*_t_ratio(losses, reference, bound)))


def p_ratio_below(losses: ArrayLike, reference: ArrayLike, bound: float) -> float:
    """p-value against a ratio of mean losses of at least `bound`; see `p_ratio_above`."""
    return float(stats.t.cdf(*_t_ratio(losses, reference, bound)))


def _t_ratio(losses: ArrayLike, reference: ArrayLike, bound: float) -> tuple[float, int]:
    """The statistic and its degrees of freedom."""
    contrast = as_losses(losses) - bound * as_losses(reference)
    n = len(contrast)
    if n < 3:
        raise ValueError(f"a ratio test needs at least 3 pairs of losses, got {n}; replicate more")
    spread = max(float(contrast.std(ddof=1)), np.finfo(float).tiny)
    return float(contrast.mean() / (spread / np.sqrt(n))), n - 1
