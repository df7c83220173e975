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


def bootstrapped_confidence_set(
    losses: Mapping[str, FloatArray],
    *,
    level: float = 0.9,
    n_bootstraps: int = 1000,
    seed: int = 0,
) -> set[str]:
    """Models that may be the best: together they hold it with probability `level`.

    Parameters
    ----------
    losses : mapping of str to ndarray of shape (n,)
        By model, at the same forecast origins, in order of time.
    level : float
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
    """
    from arch.bootstrap import MCS

    table = pd.DataFrame(losses)
    test = MCS(
        table,
        size=1 - level,
        reps=n_bootstraps,
        block_size=_block_size(len(table)),
        method="R",
        seed=np.random.default_rng(seed),
    )
    test.compute()
    return {str(name) for name in test.included}


def _block_size(n_steps: int) -> int:
    return int(np.ceil(n_steps ** (1 / 3)))
