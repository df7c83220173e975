"""Size and power of a test on replications like those at hand, drawn from them with replacement.

Moved to where the hypothesis is just false, the replications give the size; as they are, or moved
to where it is true, the power.
"""

import numpy as np
from scipy import stats

from rnnts._types import FloatArray
from rnnts.study.inference._rates import ErrorRates, Rate, rate_of


def equivalence_rates(
    losses: FloatArray,
    reference: FloatArray,
    *,
    margin: float,
    where: str,
    n_simulations: int,
    rng: np.random.Generator,
) -> ErrorRates:
    """How often two means are declared the same at a ratio of one plus the margin, and of one.

    Parameters
    ----------
    losses, reference : ndarray of shape (n,)
        Independent pairs.
    margin : float
    where : str
        What the pairs are of.
    n_simulations : int
    rng : Generator

    Returns
    -------
    ErrorRates
        Of `ratio_tost` without lags, at 5 %.
    """
    aligned = losses * (reference.mean() / losses.mean())
    limit = float(stats.t.ppf(0.95, len(losses) - 1))

    def rate(ratio: float) -> Rate:
        draws = rng.integers(len(losses), size=(n_simulations, len(losses)))
        first, second = ratio * aligned[draws], reference[draws]
        is_below = t_ratios(first - (1 + margin) * second) < -limit
        is_above = t_ratios(first - (1 - margin) * second) > limit
        return rate_of(is_below & is_above)

    return ErrorRates(
        test=f"ratio of mean squared errors within ±{margin:.0%} (two one-sided tests)",
        level=0.05,
        null=f"ratio {1 + margin:g}; {where}",
        size=rate(1 + margin),
        alternative=f"ratio 1; {where}",
        power=rate(1.0),
    )


def excess_rates(
    values: FloatArray,
    *,
    limit: float,
    level: float,
    n_simulations: int,
    rng: np.random.Generator,
) -> tuple[Rate, Rate]:
    """How often a one-sided t test finds a mean above the limit: where it is not, and where it is.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Independent; moved to a mean of `limit` for the size, as they are for the power.
    limit, level : float
    n_simulations : int
    rng : Generator

    Returns
    -------
    size, power : Rate
    """
    centred = values - values.mean()
    quantile = float(stats.t.ppf(1 - level, len(values) - 1))

    def rate(excess: float) -> Rate:
        draws = rng.integers(len(values), size=(n_simulations, len(values)))
        return rate_of(t_ratios(centred[draws] + excess) > quantile)

    return rate(0.0), rate(float(values.mean()) - limit)


def t_ratios(rows: FloatArray) -> FloatArray:
    """Mean of each row over its standard error; zero means of constant rows give 0."""
    spread = np.maximum(rows.std(axis=1, ddof=1), np.finfo(float).tiny)
    ratios: FloatArray = np.sqrt(rows.shape[1]) * rows.mean(axis=1) / spread
    return ratios
