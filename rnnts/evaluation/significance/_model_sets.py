"""Several forecasts at once: is the benchmark beaten, and which may be the best."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from rnnts._types import FloatArray


def superior_ability(
    losses: Mapping[str, FloatArray],
    benchmark: str,
    models: Sequence[str],
    *,
    n_bootstraps: int = 1000,
    seed: int = 0,
) -> float:
    r"""p-value against no model being better than the benchmark.

    Parameters
    ----------
    losses : mapping of str to ndarray of shape (n,)
        By model, at the same forecast origins, in order of time.
    benchmark : str
    models : sequence of str
        Those it is compared with, all at once.
    n_bootstraps : int
    seed : int

    Returns
    -------
    float
        The "consistent" p-value, by the stationary bootstrap with blocks of :math:`n^{1/3}` steps
        in the mean.

    References
    ----------
    Hansen (2005), *A test for superior predictive ability*.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> losses = {"old": rng.random(50), "new": 0.5 * rng.random(50)}
    >>> superior_ability(losses, "old", ["new"]) < 0.01
    True
    """
    from arch.bootstrap import SPA

    rivals = np.column_stack([losses[model] for model in models])
    test = SPA(
        losses[benchmark],
        rivals,
        block_size=_block_size(len(rivals)),
        reps=n_bootstraps,
        seed=np.random.default_rng(seed),
    )
    test.compute()
    return float(test.pvalues["consistent"])


def model_confidence_set(
    losses: Mapping[str, FloatArray],
    *,
    level: float = 0.9,
    n_overlapping: int = 1,
    n_bootstraps: int = 1000,
    seed: int = 0,
) -> set[str]:
    """Models that may be the best: together they hold it with probability `level`.

    Parameters
    ----------
    losses : mapping of str to ndarray of shape (n,)
        By model, at the same forecast origins, in order of time.
    level : float
    n_overlapping : int
        How many origins in a row have forecasts of rows in common; blocks are no shorter.
    n_bootstraps : int
    seed : int

    Returns
    -------
    set of str
        What is left when the worst is eliminated, one by one, until equality of the rest (the
        range statistic) is not rejected.

    References
    ----------
    Hansen, Lunde and Nason (2011), *The model confidence set*.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> losses = {"old": rng.random(50), "new": 0.5 * rng.random(50)}
    >>> model_confidence_set(losses)
    {'new'}
    """
    from arch.bootstrap import MCS

    table = pd.DataFrame(losses)
    # Of models that are the same one stands for all: there is no variance of their difference.
    distinct = table.T.drop_duplicates().T
    if distinct.shape[1] == 1:
        return set(losses)
    test = MCS(
        distinct,
        size=1 - level,
        reps=n_bootstraps,
        block_size=max(_block_size(len(table)), n_overlapping),
        method="R",
        seed=np.random.default_rng(seed),
    )
    # Neither is there one where a model is worse by the same amount at every step.
    with np.errstate(divide="ignore", invalid="ignore"):
        test.compute()
    kept = distinct[test.included]
    return {name for name in losses if kept.eq(table[name], axis=0).all().any()}


def _block_size(n_steps: int) -> int:
    return int(np.ceil(n_steps ** (1 / 3)))
