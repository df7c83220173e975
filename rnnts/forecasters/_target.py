"""The target at the door: any numeric series becomes a float array, its form remembered."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rnnts._types import FloatArray

# Beyond it, a sum of squares is no float.
_LARGEST = 1e150


@dataclass(frozen=True)
class Layout:
    """How the target came, so that forecasts go out the same way."""

    is_pandas: bool
    is_1d: bool
    name: Any = None
    columns: pd.Index | None = None

    def wrap(
        self, values: FloatArray, index: pd.Index | None
    ) -> FloatArray | pd.Series | pd.DataFrame:
        """Values of shape (n_rows, n_targets) in the target's type and number of dimensions."""
        if not self.is_pandas:
            return values[:, 0] if self.is_1d else values
        if self.is_1d:
            return pd.Series(values[:, 0], index=index, name=self.name)
        return pd.DataFrame(values, index=index, columns=self.columns)


def labels_of(data: Any) -> pd.Index | None:
    """The index of pandas data, or None."""
    if isinstance(data, pd.Index):
        return data
    return data.index if isinstance(data, pd.Series | pd.DataFrame) else None


def read_target(y: Any) -> tuple[FloatArray, Layout]:
    """Targets as a fresh float array of shape (n_rows, n_targets), every value finite."""
    layout = Layout(is_pandas=False, is_1d=True)
    if isinstance(y, pd.Series):
        layout = Layout(is_pandas=True, is_1d=True, name=y.name)
        _check_numeric(y, "y")
        values = y.to_numpy(dtype=float, na_value=np.nan)
    elif isinstance(y, pd.DataFrame):
        layout = Layout(is_pandas=True, is_1d=False, columns=y.columns)
        for name, column in y.items():
            _check_numeric(column, f"y[{name!r}]")
        values = y.to_numpy(dtype=float, na_value=np.nan)
    else:
        values = _numeric_array(y)
    if values.ndim not in (1, 2):
        raise ValueError(
            f"y must be 1-D, or 2-D (time, series), got {values.ndim} dimension(s) of shape "
            f"{values.shape}"
        )
    if values.ndim == 2 and values.shape[1] == 0:
        raise ValueError("y has no columns: a table of targets needs one column per series")
    if values.ndim == 2 and not layout.is_pandas:
        layout = Layout(is_pandas=False, is_1d=False)
    # pandas hands out read-only views; the copy also keeps a caller's later edits out.
    values = np.array(values if values.ndim == 2 else values[:, None], dtype=float)
    _check_finite(values, labels_of(y))
    return values, layout


def _numeric_array(y: Any) -> FloatArray:
    try:
        values = np.asarray(y)
    except ValueError as error:
        raise ValueError(
            "y has rows of different lengths: a series needs one number per row, or the same "
            "number of columns in every row"
        ) from error
    if np.iscomplexobj(values):
        raise ValueError("Complex data not supported: y must hold real numbers")
    if values.dtype.kind in "biuf":
        return values.astype(float)
    try:
        if values.dtype.kind != "O":
            raise TypeError
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"y has dtype {values.dtype}: the target must be numeric; convert it, e.g. "
            "pd.to_numeric(y)"
        ) from error


def _check_numeric(column: pd.Series, name: str) -> None:
    dtype = column.dtype
    if pd.api.types.is_object_dtype(dtype):
        as_number = pd.to_numeric(column, errors="coerce")
        is_bad = (as_number.isna() & column.notna()).to_numpy()
        if is_bad.any():
            first = int(is_bad.argmax())
            raise ValueError(
                f"{name} has dtype object and {is_bad.sum()} non-numeric value(s), the first "
                f"{column.iloc[first]!r} at {column.index[first]}; convert it, e.g. "
                f"pd.to_numeric({name}, errors='coerce').interpolate()"
            )
    elif pd.api.types.is_complex_dtype(dtype):
        raise ValueError(f"Complex data not supported: {name} must hold real numbers")
    elif isinstance(dtype, pd.CategoricalDtype) or not pd.api.types.is_numeric_dtype(dtype):
        raise ValueError(
            f"{name} has dtype {dtype}: the target must be numeric; convert it, e.g. "
            f"pd.to_numeric({name})"
        )


def _check_finite(values: FloatArray, index: pd.Index | None) -> None:
    is_missing = np.isnan(values).any(axis=1)
    if is_missing.any():
        first = int(is_missing.argmax())
        where = f"row {first}" if index is None else index[first]
        raise ValueError(
            f"Input y contains NaN in {is_missing.sum()} row(s), the first at {where}; a recurrent "
            "state cannot skip a step: fill them, e.g. y.interpolate(), or cut the series at the "
            "hole"
        )
    if np.isinf(values).any():
        first = int(np.isinf(values).any(axis=1).argmax())
        where = f"row {first}" if index is None else index[first]
        raise ValueError(f"Input y contains infinity, first at {where}; a finite series is needed")
    check_squarable(values, "y")


def check_squarable(values: FloatArray, name: str) -> None:
    """Raise where numbers are so large that a sum of their squares is not one."""
    largest = np.abs(values).max(initial=0.0)
    if largest > _LARGEST:
        raise ValueError(
            f"{name} has values up to {largest:.3g}, whose squares leave the floating-point "
            f"range; divide {name} by a constant"
        )
