"""Quantiles that do not cross, at any probability."""

import numpy as np
from scipy.special import ndtri

from rnnts._types import FloatArray, IntArray


def rearranged(quantiles: FloatArray) -> FloatArray:
    """Quantiles in increasing order along the last axis, which never makes them worse.

    Parameters
    ----------
    quantiles : ndarray of shape (..., n_probabilities)
        For increasing probabilities.

    Returns
    -------
    ndarray of the same shape

    References
    ----------
    Chernozhukov, Fernández-Val and Galichon (2010), "Quantile and probability curves without
    crossing", *Econometrica* 78(3).

    Examples
    --------
    >>> import numpy as np
    >>> rearranged(np.array([1.0, 3.0, 2.0]))
    array([1., 2., 3.])
    """
    return np.sort(quantiles, axis=-1)


def interpolated_quantiles(
    quantiles: FloatArray, known: FloatArray, probabilities: FloatArray
) -> FloatArray:
    """Quantiles at other probabilities than those a network was trained for.

    On the scale of normal deviates, where the quantiles of a normal distribution lie on a line:
    linear between the known ones, and beyond them on with the slope between the outermost two.

    Parameters
    ----------
    quantiles : ndarray of shape (..., n_known)
    known : ndarray of shape (n_known,)
        Increasing probabilities, two at least.
    probabilities : ndarray of shape (n_probabilities,) or (..., n_probabilities)
        The same for all, or others for each.

    Returns
    -------
    ndarray of shape (..., n_probabilities)
        Not crossing.

    Raises
    ------
    ValueError
        If fewer than two are known.

    Examples
    --------
    >>> import numpy as np
    >>> quartiles = np.array([-0.6745, 0.0, 0.6745])
    >>> known = np.array([0.25, 0.5, 0.75])
    >>> interpolated_quantiles(quartiles, known, np.array([0.025, 0.6])).round(2)
    array([-1.96,  0.25])
    """
    if len(known) < 2:
        raise ValueError(
            f"other quantiles need two known ones at least, got {len(known)}; train for more"
        )
    ordered = rearranged(quantiles)
    deviates, wanted = ndtri(known), ndtri(probabilities)
    right = np.clip(np.searchsorted(deviates, wanted), 1, len(known) - 1)
    left = right - 1
    weight = (wanted - deviates[left]) / (deviates[right] - deviates[left])
    below, above = (_picked(ordered, places) for places in (left, right))
    found: FloatArray = below + weight * (above - below)
    return found


def _picked(values: FloatArray, places: IntArray) -> FloatArray:
    """Entries of the last axis: the same for all, or others for each."""
    shape = (1,) * (values.ndim - places.ndim) + places.shape
    return np.take_along_axis(values, places.reshape(shape), axis=-1)


def quantiles_of_paths(paths: FloatArray, probabilities: FloatArray) -> FloatArray:
    """Quantiles over simulated paths.

    Parameters
    ----------
    paths : ndarray of shape (n_paths, n_steps, n_targets)
    probabilities : ndarray of shape (n_probabilities,)

    Returns
    -------
    ndarray of shape (n_steps, n_targets, n_probabilities)

    References
    ----------
    Hyndman and Fan (1996), "Sample quantiles in statistical packages", *The American
    Statistician* 50(4): their definition 8.

    Examples
    --------
    >>> import numpy as np
    >>> quantiles_of_paths(np.arange(9.0).reshape(9, 1, 1), np.array([0.5]))
    array([[[4.]]])
    """
    quantiles = np.quantile(paths, probabilities, axis=0, method="median_unbiased")
    return np.moveaxis(quantiles, 0, -1)


def quantiles_of_columns(values: FloatArray, probabilities: FloatArray) -> FloatArray:
    """Quantiles of each column at probabilities of its own, linear between its values.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        NaN counts for nothing.
    probabilities : ndarray of shape (n_columns, n_probabilities)

    Returns
    -------
    ndarray of shape (n_columns, n_probabilities)
        Zero for a column that has no values.

    References
    ----------
    Hyndman and Fan (1996): their definition 7.

    Examples
    --------
    >>> import numpy as np
    >>> columns = np.array([[3.0, np.nan], [1.0, 5.0], [2.0, 7.0]])
    >>> quantiles_of_columns(columns, np.array([[0.25, 1.0], [0.25, 1.0]]))
    array([[1.5, 3. ],
           [5.5, 7. ]])
    """
    # NaN come last.
    ordered = np.sort(values.T, axis=1)
    n_seen = (~np.isnan(ordered)).sum(axis=1, keepdims=True)
    last = np.maximum(n_seen - 1, 0)
    places = probabilities * last
    below = places.astype(int)
    low = np.take_along_axis(ordered, below, axis=1)
    high = np.take_along_axis(ordered, np.minimum(below + 1, last), axis=1)
    return np.where(n_seen > 0, low + (places - below) * (high - low), 0.0)
