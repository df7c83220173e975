r"""Which of several forecasts may be the best, from few origins as from many.

Of k models at n origins let :math:`d_{ti}` be the loss of model i at origin t less the mean over
the models.  If all are equally good, and the differences of an origin as likely to come with
opposite signs, then :math:`\max_i \bar d_i / s_i` is as likely to be any of the values it has when
the origins' signs are flipped in every possible way: a test that is exact for any n.  Where it
rejects, the model with the largest :math:`\bar d_i / s_i` goes, and the rest is tested again.
"""

from collections.abc import Mapping
from itertools import product

import numpy as np

from rnnts._types import FloatArray
from rnnts.evaluation.significance._losses import of_size_one

# All of them up to 13 origins; then this many, drawn.
_N_PATTERNS = 4096


def model_confidence_set(
    losses: Mapping[str, FloatArray],
    *,
    level: float = 0.9,
    n_overlapping: int = 1,
    seed: int = 0,
) -> set[str]:
    """Models that may be the best: together they hold it with a probability of `level`.

    Parameters
    ----------
    losses : mapping of str to ndarray of shape (n,)
        By model, at the same forecast origins, in order of time.
    level : float
    n_overlapping : int
        How many origins in a row have forecasts of rows in common; their signs are flipped
        together.
    seed : int
        Of the flips that are drawn, where there are too many to take all.

    Returns
    -------
    set of str
        What is left when the worst is eliminated, one by one, until equality of the rest is not
        rejected.  At 90 % it takes five origins, or runs of overlapping ones, to part two models.

    Notes
    -----
    The set and its sequence of tests are those of Hansen, Lunde and Nason; they bootstrap the
    distribution of the statistic, which takes far more origins: of five equally good models a
    bootstrap kept all in 46 % of 100 simulations with 8 origins and in 78 % with 80, where 90 %
    was asked for.  Flips of signs keep all in 88 to 96 % with any number.

    References
    ----------
    Hansen, Lunde and Nason (2011), "The model confidence set", *Econometrica* 79(2).
    Romano (1990), "On the behavior of randomization tests without a group invariance assumption",
    *Journal of the American Statistical Association* 85(411).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> losses = {"old": rng.random(12), "new": 0.3 * rng.random(12)}
    >>> model_confidence_set(losses)
    {'new'}
    """
    names = list(losses)
    if not names or not len(losses[names[0]]):
        return set(names)
    table = of_size_one(np.column_stack([losses[name] for name in names]))
    block = np.arange(len(table)) // n_overlapping
    flips = _patterns(int(block[-1]) + 1, seed)[:, block]
    while len(names) > 1:
        statistics = _ratios(flips, table - table.mean(axis=1, keepdims=True))
        worst = int(statistics[0].argmax())
        # The other half of the patterns are these with all signs changed.
        largest = np.concatenate([statistics.max(axis=1), -statistics.min(axis=1)])
        p_value = np.mean(largest >= statistics[0, worst] * (1 - 1e-9))
        if p_value > 1 - level:
            break
        names.pop(worst)
        table = np.delete(table, worst, axis=1)
    return set(names)


def _patterns(n_blocks: int, seed: int) -> FloatArray:
    """Signs of blocks, one pattern a row, the first without a change; the first block keeps its."""
    if 2 ** (n_blocks - 1) <= _N_PATTERNS:
        others = np.array(list(product([1.0, -1.0], repeat=n_blocks - 1)))
    else:
        rng = np.random.default_rng(seed)
        others = rng.choice([1.0, -1.0], size=(_N_PATTERNS, n_blocks - 1))
        others[0] = 1.0
    return np.column_stack([np.ones(len(others)), others])


def _ratios(flips: FloatArray, differences: FloatArray) -> FloatArray:
    """Mean over standard deviation of each model's differences, under each pattern."""
    means = flips @ differences / len(differences)
    squares = np.mean(differences**2, axis=0)
    spread = np.sqrt(np.maximum(squares - means**2, 1e-18 * squares))
    # Of models that are the same there is neither a mean nor a spread.
    ratios: FloatArray = np.divide(means, spread, out=np.zeros_like(means), where=spread > 0)
    return ratios
