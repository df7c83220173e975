"""Checks of the arrays that enter the algebra."""

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray


def read_only(array: FloatArray) -> FloatArray:
    """A copy that cannot be written to: a frozen model stays what it was."""
    frozen = np.array(array, dtype=float)
    frozen.setflags(write=False)
    return frozen


def as_vector(name: str, value: ArrayLike) -> FloatArray:
    """`value` as a float array of one axis, or an error."""
    vector = np.asarray(value, dtype=float)
    if vector.ndim != 1:
        raise ValueError(f"{name} must have one axis, got shape {vector.shape}; pass a flat list")
    return vector


def as_matrix(name: str, value: ArrayLike) -> FloatArray:
    """`value` as a float array of two axes, or an error."""
    matrix = np.asarray(value, dtype=float)
    if matrix.ndim != 2:
        raise ValueError(f"{name} must have two axes, got shape {matrix.shape}")
    return matrix


def check_finite(name: str, array: FloatArray) -> None:
    """Raise where an entry is NaN or infinite."""
    if not np.isfinite(array).all():
        place = tuple(int(axis) for axis in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"{name} must be finite, got {array[place]} at position "
            f"{place[0] if len(place) == 1 else place}; fill or drop such entries first"
        )


def check_range(name: str, values: FloatArray) -> FloatArray:
    """Return values, one row for each step, or raise where they are no longer numbers."""
    is_finite = np.isfinite(values).all(axis=tuple(range(1, values.ndim)))
    if not is_finite.all():
        raise OverflowError(
            f"{name} leaves the floating-point range at step {int((~is_finite).argmax()) + 1} of "
            f"{len(values)}, because the recurrence is explosive; ask for fewer steps, or use a "
            "model with smaller coefficients"
        )
    return values


def as_series(y: ArrayLike, n_outputs: int) -> FloatArray:
    """`y` as an array of shape (T, n_outputs), or an error."""
    series = np.asarray(y, dtype=float)
    if series.ndim == 1 and n_outputs == 1:
        series = series[:, None]
    if series.ndim != 2 or series.shape[1] != n_outputs:
        wanted = "(T,)" if n_outputs == 1 else f"(T, {n_outputs})"
        raise ValueError(f"y must have shape {wanted} for this model, got {np.shape(y)}")
    check_finite("y", series)
    return series


def as_exogenous(X: ArrayLike | None, n_rows: int, n_columns: int) -> FloatArray:
    """`X` as an array of shape (n_rows, n_columns), or an error; None where no column is due."""
    if X is None:
        if n_columns:
            raise ValueError(
                f"X must have {n_columns} exogenous columns for this model, got None; "
                f"pass an array of shape ({n_rows}, {n_columns})"
            )
        return np.zeros((n_rows, 0))
    rows = np.asarray(X, dtype=float)
    if rows.ndim == 1 and n_columns == 1:
        rows = rows[:, None]
    if rows.shape != (n_rows, n_columns):
        raise ValueError(
            f"X must have shape ({n_rows}, {n_columns}), one row for each step and one column "
            f"for each exogenous variable, got {rows.shape}"
        )
    check_finite("X", rows)
    return rows
