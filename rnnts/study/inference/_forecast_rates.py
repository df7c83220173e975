"""Size and power of tests of forecasts, where the truth is known because it was simulated.

The errors of two forecasts share a part.  Equally good ones have another part each, of the same
variance; of unequal ones only the worse has it.  Shares follow the ratio of mean squared errors
that the study measured.
"""

import numpy as np
from scipy import stats
from scipy.signal import lfilter

from rnnts._types import FloatArray
from rnnts.evaluation.significance import diebold_mariano
from rnnts.study.inference import (
    ErrorRates,
    bootstrapped_confidence_set,
    p_ratio_above,
    rate_of,
    superior_ability,
)


def equal_losses(
    rng: np.random.Generator, shape: tuple[int, ...], n_models: int, ratio: float
) -> FloatArray:
    """Squared errors of equally good forecasts, models first."""
    shared, own = _parts(rng, shape, n_models, ratio)
    losses: FloatArray = (shared + own) ** 2
    return losses


def unequal_losses(
    rng: np.random.Generator, shape: tuple[int, ...], n_models: int, ratio: float
) -> FloatArray:
    """Squared errors, models first, of which the first is better by that ratio."""
    shared, own = _parts(rng, shape, n_models, ratio)
    own[0] = 0
    losses: FloatArray = (shared + own) ** 2
    return losses


def diebold_mariano_rates(
    rng: np.random.Generator,
    *,
    n_steps: int,
    ratio: float,
    echo: float,
    n_simulations: int,
    level: float = 0.05,
) -> tuple[ErrorRates, ErrorRates]:
    """Of the test of Diebold and Mariano: losses without memory, and with the one measured.

    Parameters
    ----------
    rng : Generator
    n_steps : int
    ratio : float
        Of the mean squared errors under the alternative, below 1.
    echo : float
        Autocorrelation of the difference of losses from step to step.
    n_simulations : int
    level : float
    """
    shape = (n_simulations, n_steps)
    equal = -np.diff(equal_losses(rng, shape, 2, ratio), axis=0)[0]
    unequal = -np.diff(unequal_losses(rng, shape, 2, ratio), axis=0)[0]
    both = []
    for memory, words in (
        (0.0, "independent from step to step"),
        (echo, "with the memory measured"),
    ):
        null, other = _with_memory(equal, memory), _with_memory(unequal, memory)
        tests = [
            [diebold_mariano(row, np.zeros(n_steps)) for row in rows] for rows in (null, other)
        ]
        both.append(
            ErrorRates(
                test=f"Diebold-Mariano-HLN, losses {words} ({memory:.2f})",
                level=level,
                null=f"two equally good forecasts of {n_steps} steps",
                size=rate_of(test.p_value < level for test in tests[0]),
                alternative=f"ratio of mean squared errors {ratio:.3f}",
                power=rate_of(test.p_value < level and test.statistic < 0 for test in tests[1]),
            )
        )
    return both[0], both[1]


def share_rates(
    rng: np.random.Generator,
    *,
    n_series: int,
    bound: float,
    share: float,
    confidence: float,
    n_simulations: int,
) -> ErrorRates:
    """Of the limit of a share: how often it lies beyond the bound though the share is the bound."""

    def shown(truth: float) -> list[bool]:
        hits = rng.binomial(n_series, truth, n_simulations)
        side = (1 - confidence) / 2
        if share > bound:
            limits = stats.beta.ppf(side, hits, n_series - hits + 1)
            return list(np.where(hits == 0, 0.0, limits) > bound)
        limits = stats.beta.ppf(1 - side, hits + 1, n_series - hits)
        return list(np.where(hits == n_series, 1.0, limits) < bound)

    return ErrorRates(
        test=f"limit of the share of wins, {n_series} series",
        level=(1 - confidence) / 2,
        null=f"share of {bound:g}",
        size=rate_of(shown(bound)),
        alternative=f"share of {share:g}",
        power=rate_of(shown(share)),
    )


def bound_rates(
    rng: np.random.Generator,
    *,
    n_series: int,
    bound: float,
    ratio: float,
    measured: FloatArray,
    n_simulations: int,
    level: float = 0.05,
) -> ErrorRates:
    """Of the one-sided test of a ratio of risks, the ratio varying from series to series.

    Deviations from the ratio are drawn from those `measured`, skewed as they may be.  What is to be
    shown is that it lies on the side of the bound where `ratio` is.
    """
    is_above = ratio > bound
    deviations = measured - measured.mean()

    def shown(truth: float) -> list[bool]:
        rivals = 1 + 0.01 * rng.chisquare(3, (n_simulations, n_series))
        risks = rivals * (truth + rng.choice(deviations, rivals.shape))
        p_values = [
            p_ratio_above(risk, rival, bound) for risk, rival in zip(risks, rivals, strict=True)
        ]
        return [(p_value if is_above else 1 - p_value) < level for p_value in p_values]

    return ErrorRates(
        test=f"ratio of risks {'above' if is_above else 'below'} {bound:g}, one-sided t",
        level=level,
        null=f"ratio {bound:g}, {n_series} series",
        size=rate_of(shown(bound)),
        alternative=f"ratio {ratio:.3f}",
        power=rate_of(shown(ratio)),
    )


def model_set_rates(
    rng: np.random.Generator,
    *,
    n_steps: int,
    n_models: int,
    ratio: float,
    n_simulations: int,
    n_bootstraps: int = 200,
) -> tuple[ErrorRates, ErrorRates]:
    """Of the test of superior ability at 5 % and of the model confidence set at 90 %."""
    names = [str(place) for place in range(n_models)]
    beaten: dict[str, list[bool]] = {"equal": [], "unequal": []}
    excluded: dict[str, list[bool]] = {"equal": [], "unequal": []}
    for kind, simulate in (("equal", equal_losses), ("unequal", unequal_losses)):
        for run in range(n_simulations):
            losses = dict(zip(names, simulate(rng, (n_steps,), n_models, ratio), strict=True))
            last, others = names[-1], names[:-1]
            p_value = superior_ability(losses, last, others, n_bootstraps=n_bootstraps, seed=run)
            kept = bootstrapped_confidence_set(losses, n_bootstraps=n_bootstraps, seed=run)
            beaten[kind].append(p_value < 0.05)
            # The size is the chance to lose a best model, the power that to drop a worse one.
            excluded[kind].append(names[0] not in kept if kind == "equal" else last not in kept)
    null = f"{n_models} equally good forecasts of {n_steps} steps"
    alternative = f"one forecast better, ratio of mean squared errors {ratio:.3f}"
    return (
        ErrorRates(
            test="superior predictive ability (SPA)",
            level=0.05,
            null=null,
            size=rate_of(beaten["equal"]),
            alternative=alternative,
            power=rate_of(beaten["unequal"]),
        ),
        ErrorRates(
            test="exclusion from the 90 % model confidence set",
            level=0.1,
            null=null,
            size=rate_of(excluded["equal"]),
            alternative=alternative + ", a worse one excluded",
            power=rate_of(excluded["unequal"]),
        ),
    )


def _parts(
    rng: np.random.Generator, shape: tuple[int, ...], n_models: int, ratio: float
) -> tuple[FloatArray, FloatArray]:
    shared = np.sqrt(ratio) * rng.standard_normal(shape)
    own = np.sqrt(1 - ratio) * rng.standard_normal((n_models, *shape))
    return shared, own


def _with_memory(difference: FloatArray, echo: float) -> FloatArray:
    """The same mean and variance, correlated from step to step."""
    mean = difference.mean()
    filtered = lfilter([np.sqrt(1 - echo**2)], [1, -echo], difference - mean, axis=-1)
    echoed: FloatArray = filtered + mean
    return echoed
