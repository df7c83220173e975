r"""Whether the errors of a fitted model still depend on something.

At an optimum the errors are orthogonal to their gradient.  If the model is the true one they are
so, up to noise, to any other past value as well: :math:`T R^2` of the regression of the errors on
the gradient and on further directions is :math:`\chi^2` with one degree of freedom a direction.
Only the small model is fitted, so nothing has to be identified in the larger one: where a common
factor is not, the likelihood ratio is not :math:`\chi^2`.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from rnnts._types import FloatArray


@dataclass(frozen=True)
class ScoreTest:
    """Statistic, its degrees of freedom and the p-value."""

    statistic: float
    n_directions: int
    p_value: float


def score_test(errors: FloatArray, gradient: FloatArray, directions: FloatArray) -> ScoreTest:
    r"""Lagrange-multiplier test of a model within a larger one.

    Parameters
    ----------
    errors : ndarray of shape (T,)
        One-step errors of the fitted model.
    gradient : ndarray of shape (T, k)
        Their derivatives by its parameters.
    directions : ndarray of shape (T, m)
        What the errors must not depend on.

    Returns
    -------
    ScoreTest

    References
    ----------
    Breusch and Pagan (1980), *The Lagrange multiplier test and its applications to model
    specification in econometrics*.  Godfrey (1979), *Testing the adequacy of a time series model*.

    Examples
    --------
    >>> errors, trend = np.array([1.0, -1.0, -2.0, 2.0]), np.arange(4.0)
    >>> round(score_test(errors, np.ones((4, 1)), trend[:, None]).statistic, 6)
    0.08
    """
    regressors = np.column_stack([gradient, directions])
    # Of unit length, because a gradient can be tiny next to a direction.
    lengths = np.linalg.norm(regressors, axis=0)
    scaled = regressors / np.where(lengths > 0, lengths, 1)
    basis, sizes, _ = np.linalg.svd(scaled, full_matrices=False)
    explained = basis[:, sizes > sizes[0] * np.finfo(float).eps * len(errors)].T @ errors
    statistic = float(len(errors) * (explained @ explained) / (errors @ errors))
    n_directions = directions.shape[1]
    return ScoreTest(statistic, n_directions, float(stats.chi2.sf(statistic, n_directions)))
