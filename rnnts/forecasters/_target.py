"""The target at the door: any numeric series becomes a float array, its form remembered.

A missing value (NaN, None, pd.NA) comes in as NaN; whether a forecaster can go on from there is
asked afterwards, by `check_observed` or `check_complete`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnts._types import FloatArray
from rnnts._validation import check_squarable
from rnnts.panel import native_frame, native_of, native_series


@dataclass(frozen=True)
class Layout:
    """How the target came, so that forecasts go out the same way."""

    is_pandas: bool
    is_1d: bool
    name: Any = None
    columns: pd.Index | None = None
    # The name of another library than pandas whose series or frame it was.
    backend: str | None = None

    def wrap(self, values: FloatArray, index: pd.Index | None) -> Any:
        """Values of shape (n_rows, n_targets) in the target's type and number of dimensions."""
        if self.backend is not None:
            if self.is_1d:
                return native_series(self.name, values[:, 0], self.backend)
            names = [] if self.columns is None else self.columns
            return native_frame(dict(zip(names, values.T, strict=True)), self.backend)
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
    """Targets as a fresh float array of shape (n_rows, n_targets): finite, or NaN if missing."""
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
    elif (native := native_of(y)) is not None:
        return _read_native(native)
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
    _check_not_infinite(values, labels_of(y))
    return values, layout


def _read_native(y: Any) -> tuple[FloatArray, Layout]:
    """The same of a narwhals Series or DataFrame."""
    backend = y.implementation.value
    if hasattr(y, "columns"):
        columns = {f"y[{name!r}]": y[name] for name in y.columns}
        layout = Layout(False, is_1d=False, columns=pd.Index(y.columns), backend=backend)
    else:
        columns = {"y": y}
        layout = Layout(False, is_1d=True, name=y.name, backend=backend)
    if not columns:
        raise ValueError("y has no columns: a table of targets needs one column per series")
    values = np.column_stack([_native_numbers(*column) for column in columns.items()])
    _check_not_infinite(values, None)
    return values, layout


def _native_numbers(name: str, column: Any) -> FloatArray:
    """A narwhals Series as floats, NaN where one is missing."""
    dtype = column.dtype
    if dtype.is_temporal():
        raise ValueError(
            f"{name} has dtype {dtype}: the target must be numeric; times go in front of it: "
            "fit(frame['ds'], frame['y'])"
        )
    if not (dtype.is_numeric() or str(dtype) == "Boolean"):
        raise ValueError(
            f"{name} has dtype {dtype}: the target must be numeric; cast it to Float64 first"
        )
    import narwhals as nw

    values: FloatArray = column.cast(nw.Float64).to_numpy()
    return values


def check_complete(values: FloatArray, index: pd.Index | None) -> None:
    """Raise where a value is missing, for a forecaster that cannot go on without it."""
    missing = np.flatnonzero(np.isnan(values).any(axis=1))
    if len(missing):
        raise ValueError(
            f"Input y contains NaN in {len(missing)} row(s), the first at "
            f"{_label(missing[0], index)}; this forecaster cannot skip a step: fill them, "
            "e.g. y.interpolate(), or cut the series at the hole"
        )


def check_observed(values: FloatArray, layout: Layout, n_needed: int) -> None:
    """Raise where a series is missing from end to end, or nearly so."""
    for column, n_observed in enumerate((~np.isnan(values)).sum(axis=0)):
        if n_observed < n_needed:
            name = "" if layout.columns is None else f"column {layout.columns[column]!r} of "
            raise ValueError(
                f"Input {name}y contains NaN in all but {n_observed} of its {len(values)} row(s), "
                f"while at least {n_needed} observed value(s) are needed; give more of them, or "
                "leave that series out"
            )


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
        if values.dtype.kind != "O" or _is_text(values).any():
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
        # Text is refused even if it reads as a number, for pandas 2 knows it as objects.
        is_bad = (as_number.isna() & column.notna()).to_numpy() | _is_text(column.to_numpy())
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


def _is_text(values: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.array([isinstance(value, str) for value in values.flat], dtype=bool)


def _check_not_infinite(values: FloatArray, index: pd.Index | None) -> None:
    infinite = np.flatnonzero(np.isinf(values).any(axis=1))
    if len(infinite):
        raise ValueError(
            f"Input y contains infinity, first at {_label(infinite[0], index)}; a finite series is "
            "needed: give NaN where a value is missing"
        )
    check_squarable(values, "y")


def _label(row: int, index: pd.Index | None) -> Any:
    return f"row {row}" if index is None else index[row]
