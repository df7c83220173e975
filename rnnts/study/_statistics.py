r"""Tests of "the same as" and of "better than".

A test of a difference that does not reject shows nothing.  Whether two mean losses are the same to
within a margin is asked the other way round, by two one-sided tests (TOST) on their ratio.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rnnts._types import FloatArray
from rnnts._validation import check_count


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
    pairs = np.stack([_as_losses(losses), _as_losses(reference)])
    n = pairs.shape[1]
    if n < 3:
        raise ValueError(f"a ratio test needs at least 3 pairs of losses, got {n}; replicate more")
    if n_lags is None:
        n_lags = int(4 * (n / 100) ** (2 / 9))
    means = pairs.mean(axis=1)
    covariance = _long_run_covariance(pairs, n_lags) / n

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
        Newbold, on a t distribution with n - 1 degrees of freedom.

    References
    ----------
    Diebold and Mariano (1995), *Comparing predictive accuracy*.
    Harvey, Leybourne and Newbold (1997), *Testing the equality of prediction mean squared errors*.

    Examples
    --------
    >>> round(diebold_mariano([1.0, 4.0, 9.0], [1.0, 2.0, 3.0]).statistic, 4)
    1.5119
    """
    difference = _as_losses(losses) - _as_losses(reference)
    n = len(difference)
    horizon = check_count("horizon", horizon)
    if n <= horizon:
        raise ValueError(f"{n} forecasts are too few for horizon={horizon}; give more")
    covariances = _autocovariances(difference[None], horizon - 1)[:, 0, 0]
    variance = covariances[0] + 2 * covariances[1:].sum()
    if variance <= 0:
        # The rectangular kernel can turn negative, the Bartlett kernel cannot.
        taper = 1 - np.arange(horizon) / horizon
        variance = 2 * taper @ covariances - covariances[0]
    if variance <= 0:
        return DieboldMariano(0.0, 1.0)
    factor = np.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic = float(factor * difference.mean() / np.sqrt(variance / n))
    return DieboldMariano(statistic, float(2 * stats.t.sf(abs(statistic), n - 1)))


def _as_losses(values: ArrayLike) -> FloatArray:
    losses = np.asarray(values, dtype=float)
    if losses.ndim != 1 or not np.isfinite(losses).all():
        raise ValueError(
            f"losses must be finite numbers in one row, got shape {losses.shape}; drop what failed"
        )
    return losses


def _autocovariances(rows: FloatArray, n_lags: int) -> FloatArray:
    """Of shape (n_lags + 1, n_rows, n_rows), divided by n."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    n = centred.shape[1]
    return np.stack([centred[:, lag:] @ centred[:, : n - lag].T / n for lag in range(n_lags + 1)])


def _long_run_covariance(pairs: FloatArray, n_lags: int) -> FloatArray:
    """Bartlett estimate; the sample covariance for independent pairs."""
    n = pairs.shape[1]
    if n_lags == 0:
        covariance: FloatArray = np.cov(pairs)
        return covariance
    covariances = _autocovariances(pairs, min(n_lags, n - 1))
    total: FloatArray = covariances[0]
    for lag, later in enumerate(covariances[1:], start=1):
        total = total + (1 - lag / (n_lags + 1)) * (later + later.T)
    return total


def _fieller(means: FloatArray, covariance: FloatArray, quantile: float) -> tuple[float, float]:
    """All ratios R with |d(R)| within `quantile` of its standard errors."""
    moments = np.outer(means, means) - quantile**2 * covariance
    square, half, constant = moments[1, 1], moments[0, 1], moments[0, 0]
    discriminant = half**2 - square * constant
    if square <= 0 or discriminant < 0:
        return 0.0, np.inf
    root = np.sqrt(discriminant)
    return float(max(0.0, (half - root) / square)), float((half + root) / square)
