"""The series that are forecast, in whatever form they come."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rnnts._types import FloatArray, IntArray
from rnnts.panel import Columns, read_panel


@dataclass(frozen=True)
class Labelled:
    """One series, row by row: what is to be forecast, and what is known in advance."""

    label: Hashable
    y: pd.Series
    exog: pd.DataFrame

    def __len__(self) -> int:
        return len(self.y)

    def values(self, rows: IntArray) -> FloatArray:
        """Observations as numbers, NaN for what is none or infinite."""
        some = pd.to_numeric(self.y.iloc[rows], errors="coerce")
        numbers: FloatArray = some.to_numpy(dtype=float, na_value=np.nan)
        return np.where(np.isfinite(numbers), numbers, np.nan)


def read_series(y: Any, X: Any, columns: Columns) -> tuple[list[Labelled], bool]:
    """The series, and whether they are a panel: then one that fails does not end the others."""
    if not _is_panel(y, columns):
        series = _one_series(y, columns)
        label = "y" if series.name is None else series.name
        return [Labelled(label, series, _exog(X, series.index))], False
    if X is not None:
        raise ValueError(
            "X goes with one series; the exogenous columns of a panel stand in its own frame, next "
            f"to {columns.target!r}"
        )
    panel, _ = read_panel(y, None, columns, needs_target=True)
    series_of_all = []
    for one in panel:
        target = pd.Series(one.values, index=one.index, name=one.label)
        exog = pd.DataFrame(index=one.index) if one.exog is None else one.exog
        series_of_all.append(Labelled(one.label, target, exog))
    return series_of_all, True


def _is_panel(y: Any, columns: Columns) -> bool:
    if isinstance(y, Mapping):
        return True
    if isinstance(y, pd.Series | pd.DataFrame) and isinstance(y.index, pd.MultiIndex):
        return True
    # pyarrow says column_names, every other library columns.
    names = getattr(y, "column_names", None)
    return columns.id in list(getattr(y, "columns", ()) if names is None else names)


def _one_series(y: Any, columns: Columns) -> pd.Series:
    if isinstance(y, pd.DataFrame) and y.shape[1] == 1:
        y = y.iloc[:, 0]
    if isinstance(y, pd.Series):
        return y
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise ValueError(
            f"needed one series, got y of shape {values.shape}; call it once per column, or give a "
            f"long frame with columns {columns.id!r}, {columns.time!r} and {columns.target!r}"
        )
    return pd.Series(values, name="y")


def _exog(X: Any, index: pd.Index) -> pd.DataFrame:
    """The exogenous columns, labelled like the series; without columns where there are none."""
    if X is None:
        return pd.DataFrame(index=index)
    if isinstance(X, pd.Series):
        X = X.to_frame()
    if len(X) != len(index):
        raise ValueError(
            f"X has {len(X)} rows, y has {len(index)}; they must be aligned row by row"
        )
    return X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X), index=index)
