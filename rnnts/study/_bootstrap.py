"""Size and power of the ratio test on losses as they were measured."""

from collections.abc import Callable

from rnnts._types import FloatArray
from rnnts.study._settings import Settings
from rnnts.study.inference import ErrorRates, Rate, RatioTest, rate_of, ratio_tost


def tost_rates(
    pairs: tuple[FloatArray, FloatArray], *, margin: float, settings: Settings
) -> ErrorRates:
    """How often pairs drawn anew are called equivalent, on the edge of the margin and at 1.

    Parameters
    ----------
    pairs : tuple of ndarray of shape (n,)
        Independent losses; the first are scaled to the ratio that is simulated.
    margin : float
    settings : Settings
    """
    first, second = pairs
    first = first * second.mean() / first.mean()
    rng = settings.rng("equivalence rates")

    def share(ratio: float, is_hit: Callable[[RatioTest], bool]) -> Rate:
        hits = []
        for _ in range(settings.n_tests):
            drawn = rng.integers(len(first), size=len(first))
            test = ratio_tost(ratio * first[drawn], second[drawn], margin=margin, n_lags=0)
            hits.append(is_hit(test))
        return rate_of(hits)

    def is_equivalent(test: RatioTest) -> bool:
        return test.p_equivalent < 0.05

    return ErrorRates(
        test=f"equivalence of two risks within {100 * margin:g} %",
        level=0.05,
        null="pairs of risks drawn anew from the measured ones, their ratio set to the margin",
        size=share(1 + margin, is_equivalent),
        alternative="the same pairs, their ratio set to 1",
        power=share(1.0, is_equivalent),
    )
