r"""Whether two mean losses are the same to within a margin.

A test of a difference that does not reject shows nothing.  Whether two mean losses are the same to
within a margin is asked the other way round, by two one-sided tests (TOST) on their ratio.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rnnts._types import FloatArray
from rnnts.evaluation.significance._losses import as_losses
from rnnts.study.inference._long_run import long_run_covariance


@dataclass(frozen=True)
class RatioTest:
    """Ratio of two mean losses, and whether it is one to within a margin.

    Parameters
    ----------
    ratio : float
    interval : tuple of float
        90 % confidence interval of Fieller; (0, inf) where the data do not bound it.
    p_equivalent : float
        Of the two one-sided tests: small means shown to lie within the margin.
    p_different : float
        Two-sided, of a ratio beyond the margin: below 0.1 exactly where the interval lies
        wholly outside it.
    margin : float
    n : int
    """

    ratio: float
    interval: tuple[float, float]
    p_equivalent: float
    p_different: float
    margin: float
    n: int

    @property
    def label(self) -> str:
        """What the data say: equivalent, different, or undecided."""
        if self.p_equivalent < 0.05:
            return "equivalent"
        return "different" if self.p_different < 0.1 else "undecided"


def ratio_tost(
    losses: ArrayLike, reference: ArrayLike, *, margin: float, n_lags: int | None = None
) -> RatioTest:
    r"""Equivalence of two mean losses measured in pairs.

    With :math:`d(R) = \bar\ell_1 - R \bar\ell_2`, the two hypotheses :math:`R \le 1 - m` and
    :math:`R \ge 1 + m` are each tested at 5 % by t ratios of :math:`d(1 \mp m)`.

    Parameters
    ----------
    losses, reference : array-like of shape (n,)
        Of the model in question and of the one it is compared with.
    margin : float
        Largest relative difference that counts as none.
    n_lags : int, optional
        Lags of the Bartlett long-run variance.  0 for independent replications; by default
        Newey and West's rule for serial data, :math:`\lfloor 4 (n / 100)^{2/9} \rfloor`.

    Returns
    -------
    RatioTest

    Raises
    ------
    ValueError
        If there are fewer than three pairs or the shapes differ.

    References
    ----------
    Schuirmann (1987), *A comparison of the two one-sided tests procedure and the power approach*.
    Fieller (1954), *Some problems in interval estimation*.
    Newey and West (1994), *Automatic lag selection in covariance matrix estimation*.

    Examples
    --------
    >>> test = ratio_tost([1.00, 1.01, 0.99, 1.00], [1.0, 1.0, 1.0, 1.0], margin=0.05, n_lags=0)
    >>> test.label
    'equivalent'
    """
    pairs = np.stack([as_losses(losses), as_losses(reference)])
    n = pairs.shape[1]
    if n < 3:
        raise ValueError(f"a ratio test needs at least 3 pairs of losses, got {n}; replicate more")
    if n_lags is None:
        n_lags = int(4 * (n / 100) ** (2 / 9))
    means = pairs.mean(axis=1)
    covariance = long_run_covariance(pairs, n_lags) / n

    def t_ratio(ratio: float) -> float:
        contrast = np.array([1.0, -ratio])
        spread = np.sqrt(max(contrast @ covariance @ contrast, np.finfo(float).tiny))
        return float(contrast @ means / spread)

    above_lower, above_upper = t_ratio(1 - margin), t_ratio(1 + margin)
    t = stats.t(n - 1)
    return RatioTest(
        ratio=float(means[0] / means[1]),
        interval=_fieller(means, covariance, float(t.ppf(0.95))),
        p_equivalent=float(max(t.sf(above_lower), t.cdf(above_upper))),
        p_different=float(min(1.0, 2 * min(t.cdf(above_lower), t.sf(above_upper)))),
        margin=margin,
        n=n,
    )


def _fieller(means: FloatArray, covariance: FloatArray, quantile: float) -> tuple[float, float]:
    """All ratios R with |d(R)| within `quantile` of its standard errors."""
    moments = np.outer(means, means) - quantile**2 * covariance
    square, half, constant = moments[1, 1], moments[0, 1], moments[0, 0]
    discriminant = half**2 - square * constant
    if square <= 0 or discriminant < 0:
        return 0.0, np.inf
    root = np.sqrt(discriminant)
    return float(max(0.0, (half - root) / square)), float((half + root) / square)
