"""How often something happens, and how sure that number is."""

from collections.abc import Iterable
from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True)
class Rate:
    """Share of hits among n independent trials, with its interval."""

    value: float
    interval: tuple[float, float]
    n: int


def rate_of(hits: Iterable[bool], level: float = 0.95) -> Rate:
    """Share of hits with the exact interval of a binomial proportion.

    References
    ----------
    Clopper and Pearson (1934), *The use of confidence or fiducial limits*.

    Examples
    --------
    >>> rate_of([True, False, False, False, False, False, False, False, False, False]).value
    0.1
    """
    outcomes = [bool(hit) for hit in hits]
    result = stats.binomtest(sum(outcomes), len(outcomes))
    low, high = result.proportion_ci(level)
    return Rate(float(result.statistic), (float(low), float(high)), len(outcomes))


@dataclass(frozen=True, kw_only=True)
class ErrorRates:
    """How often a test rejects where it should not, and where it should, by simulation.

    Parameters
    ----------
    test : str
    level : float
        Nominal size.
    null, alternative : str
        What was simulated for the size and for the power.
    size, power : Rate
    """

    test: str
    level: float
    null: str
    size: Rate
    alternative: str
    power: Rate
