"""Who is ahead how often: tests that look at the order of the models only.

A block is what all models are tried on alike, such as a series from one origin.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rnnts._types import FloatArray
from rnnts._validation import check_between, check_count


def mean_ranks(losses: ArrayLike) -> FloatArray:
    """Rank of each model within each block, 1 for the smallest loss, averaged over the blocks.

    Parameters
    ----------
    losses : array-like of shape (n_blocks, n_models)
        Equal losses share the mean of their ranks.

    Returns
    -------
    ndarray of shape (n_models,)

    Raises
    ------
    ValueError
        If it is no table, or a loss is missing.

    Examples
    --------
    >>> mean_ranks([[0.1, 0.2, 0.3], [0.5, 0.4, 0.5]])
    array([1.75, 1.5 , 2.75])
    """
    ranks: FloatArray = stats.rankdata(_table(losses), axis=1).mean(axis=0)
    return ranks


def friedman(losses: ArrayLike) -> float:
    r"""p-value against all models being alike, by their ranks.

    .. math::
        \chi^2 = \frac{12 N}{k (k + 1)} \Bigl( \sum_j R_j^2 - \frac{k (k + 1)^2}{4} \Bigr)

    with mean ranks :math:`R_j` of k models over N blocks and k - 1 degrees of freedom, corrected
    for ties.

    Parameters
    ----------
    losses : array-like of shape (n_blocks, n_models)
        Of at least three models.

    Returns
    -------
    float
        1 where nothing but ties is seen.

    Raises
    ------
    ValueError
        If it is no table, a loss is missing, or the models are fewer than three.

    References
    ----------
    Friedman (1937), "The use of ranks to avoid the assumption of normality implicit in the analysis
    of variance", *Journal of the American Statistical Association* 32(200).

    Examples
    --------
    >>> round(friedman([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.1, 0.3, 0.2]]), 4)
    0.097
    """
    table = _table(losses)
    if table.shape[1] < 3:
        raise ValueError(
            f"Friedman's test needs at least 3 models, got {table.shape[1]}; compare two by "
            "diebold_mariano"
        )
    if (table == table[:, :1]).all():
        return 1.0
    return float(stats.friedmanchisquare(*table.T).pvalue)


def critical_difference(n_models: int, n_blocks: int, level: float = 95) -> float:
    r"""How far apart two mean ranks have to be for one model to be called better.

    .. math:: q_\alpha \sqrt{\frac{k (k + 1)}{6 N}}

    where :math:`q_\alpha` is the quantile of the studentised range of k normal variables over
    :math:`\sqrt 2`: Nemenyi's test, in which the chance of any false difference between k models is
    at most :math:`\alpha`.

    Parameters
    ----------
    n_models : int
        :math:`k`, at least two.
    n_blocks : int
        :math:`N`, taken to be independent of each other.
    level : float
        :math:`100 (1 - \alpha)`, in per cent.

    Returns
    -------
    float

    Raises
    ------
    ValueError, TypeError
        If the numbers are too small, or the level does not lie between 0 and 100.

    References
    ----------
    Nemenyi (1963), *Distribution-free Multiple Comparisons*, PhD thesis, Princeton University.
    Demšar (2006), "Statistical comparisons of classifiers over multiple data sets", *Journal of
    Machine Learning Research* 7, section 3.2.2.

    Examples
    --------
    >>> round(critical_difference(4, 14), 2)
    1.25
    """
    k, n = check_count("n_models", n_models, minimum=2), check_count("n_blocks", n_blocks)
    tail = 1 - check_between("level", level, 0, 100) / 100
    quantile = stats.studentized_range.isf(tail, k, np.inf) / np.sqrt(2)
    return float(quantile * np.sqrt(k * (k + 1) / (6 * n)))


def _table(losses: ArrayLike) -> FloatArray:
    table = np.asarray(losses, dtype=float)
    if table.ndim != 2 or not table.size or np.isnan(table).any():
        raise ValueError(
            f"losses must be a table (n_blocks, n_models) without missing ones, got shape "
            f"{table.shape}; drop the blocks in which a model failed"
        )
    return table
