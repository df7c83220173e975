"""Several tests at once."""

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray


def holm(p_values: ArrayLike) -> FloatArray:
    r"""p-values that may be read one by one: the chance of any false rejection is kept.

    The i-th smallest of m is multiplied by :math:`m + 1 - i`, and none is made smaller than those
    before it.  Nothing is asked of how the tests depend on each other.

    Parameters
    ----------
    p_values : array-like of shape (n,)
        NaN for tests that could not be done, which stay NaN and do not count.

    Returns
    -------
    ndarray of shape (n,)

    References
    ----------
    Holm (1979), "A simple sequentially rejective multiple test procedure", *Scandinavian Journal of
    Statistics* 6(2).

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, dtype=float)
    order = np.argsort(given)[: np.isfinite(given).sum()]
    adjusted = np.full(given.shape, np.nan)
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * given[order]), 1)
    return adjusted
