"""Quantiles of forecasts whose errors are Gaussian."""

import numpy as np
from scipy.special import ndtri

from rnnts._types import FloatArray


def gaussian_quantiles(
    mean: FloatArray, variance: FloatArray, probabilities: FloatArray
) -> FloatArray:
    """Quantiles of normal distributions.

    Parameters
    ----------
    mean, variance : ndarray of shape (n_steps, n_targets)
    probabilities : ndarray of shape (n_probabilities,)
        Strictly between 0 and 1.

    Returns
    -------
    ndarray of shape (n_steps, n_targets, n_probabilities)

    Examples
    --------
    >>> import numpy as np
    >>> gaussian_quantiles(np.array([[5.0]]), np.array([[4.0]]), np.array([0.5, 0.975])).round(2)
    array([[[5.  , 8.92]]])
    """
    quantiles: FloatArray = mean[..., None] + np.sqrt(variance)[..., None] * ndtri(probabilities)
    return quantiles
