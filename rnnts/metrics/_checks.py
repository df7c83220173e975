"""Arrays at the door: numbers, one forecast for each observation."""

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray
from rnnts._validation import check_squarable


def errors_of(y_true: ArrayLike, y_pred: ArrayLike, name_of_pred: str = "y_pred") -> FloatArray:
    """Errors y_true - y_pred, of shape (n, k)."""
    true, pred = as_table("y_true", y_true), as_table(name_of_pred, y_pred)
    if true.shape != pred.shape:
        raise ValueError(
            f"y_true has shape {np.shape(y_true)} but {name_of_pred} has shape "
            f"{np.shape(y_pred)}; give one prediction for each observation"
        )
    for name, table in (("y_true", true), (name_of_pred, pred)):
        bad = np.flatnonzero(~np.isfinite(table).all(axis=1))
        if len(bad):
            raise ValueError(
                f"{name} has NaN or infinite values in {len(bad)} row(s), the first row {bad[0]}; "
                "score only rows where both arrays are finite"
            )
        check_squarable(table, name)
    return true - pred


def as_table(name: str, values: ArrayLike) -> FloatArray:
    """Values as floats of shape (n, k)."""
    raw = np.asarray(values)
    try:
        if raw.dtype.kind not in "biufO":
            raise TypeError
        table = raw.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} has dtype {raw.dtype}, not numbers; convert it, e.g. pd.to_numeric({name})"
        ) from error
    if table.ndim not in (1, 2):
        raise ValueError(f"{name} has shape {raw.shape}; give an array of shape (n,) or (n, k)")
    if table.size == 0:
        raise ValueError(f"{name} is empty (shape {raw.shape}); give at least one value")
    return table if table.ndim == 2 else table[:, np.newaxis]
