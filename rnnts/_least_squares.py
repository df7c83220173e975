"""Least squares over rows that come block by block, so that no design matrix lies in memory."""

from collections.abc import Iterable

import numpy as np

from rnnts._types import FloatArray

# Rows of a block: enough to keep LAPACK at speed, few enough for a cache.
BLOCK_ROWS = 1024


def triangle(blocks: Iterable[FloatArray]) -> FloatArray:
    """The R of the QR decomposition of all rows.

    It says of sums of squares what the rows say, with their condition and not its square.

    Parameters
    ----------
    blocks : iterable of ndarray of shape (..., n_rows, n_columns)
        Consecutive rows, at least one block.

    Returns
    -------
    ndarray of shape (..., min(n_rows of all, n_columns), n_columns)

    References
    ----------
    Golub and Van Loan (2013), *Matrix Computations*, section 6.5 (updating by rows).

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.array([[3.0, 1.0], [4.0, 2.0], [0.0, 5.0]])
    >>> once = triangle([rows])
    >>> np.allclose(once.T @ once, rows.T @ rows)
    True
    >>> twice = triangle([rows[:2], rows[2:]])
    >>> np.allclose(twice.T @ twice, rows.T @ rows)
    True
    """
    rest = iter(blocks)
    found = _triangle_of(next(rest))
    for block in rest:
        found = _triangle_of(np.concatenate([found, block], axis=-2))
    return found


def _triangle_of(rows: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.qr(rows, mode="r"), dtype=float)
