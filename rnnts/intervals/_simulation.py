"""Paths of a recurrence that reads what was drawn as if it had been observed."""

from collections.abc import Callable

import numpy as np

from rnnts._types import FloatArray


def simulate(
    predict_next: Callable[[FloatArray | None], FloatArray], innovations: FloatArray
) -> FloatArray:
    """Paths, all stepped forward together: a prediction, plus an error, is the next row.

    Parameters
    ----------
    predict_next : callable
        Given the row just drawn, of shape (n_paths, n_targets), or None before the first, returns
        the prediction of the next row in the same shape.  It keeps the states of the paths.
    innovations : ndarray of shape (n_paths, n_steps, n_targets)

    Returns
    -------
    ndarray of shape (n_paths, n_steps, n_targets)

    Examples
    --------
    A random walk from 10:

    >>> import numpy as np
    >>> jumps = np.array([[[1.0], [1.0]], [[-1.0], [2.0]]])
    >>> walk = simulate(lambda last: np.full((2, 1), 10.0) if last is None else last, jumps)
    >>> walk[:, :, 0]
    array([[11., 12.],
           [ 9., 11.]])
    """
    paths = np.empty_like(innovations)
    last = None
    for step in range(innovations.shape[1]):
        last = paths[:, step] = predict_next(last) + innovations[:, step]
    return paths
