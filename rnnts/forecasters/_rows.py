"""The door: what `fit`, `update` and `score` were given becomes plain arrays and one index."""

import datetime
import numbers
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rnnts._types import FloatArray
from rnnts.exceptions import TimeIndexError
from rnnts.forecasters._exog import check_leak, has_labels_only
from rnnts.forecasters._target import Layout, labels_of, read_target
from rnnts.panel import index_of, native_of

_LABELS = (datetime.date, np.datetime64, pd.Period)


@dataclass(frozen=True)
class Rows:
    """Observed rows: targets, exogenous columns, and the labels they came with."""

    y: FloatArray  # (n_rows, n_targets), NaN where a value is missing
    exog: Any  # as given, checked and converted by the estimator; None without any
    index: pd.Index | None
    layout: Layout


def read_rows(X: Any, y: Any) -> Rows:
    """Read ``fit(series)`` or ``fit(X, y)``, where X may be an index or a frame without columns."""
    if X is None:
        X, y = y, None
    if X is None:
        raise ValueError("fit needs the series: fit(series), or fit(X, y) with exogenous rows X")
    if isinstance(X, numbers.Number | str):
        raise ValueError(f"fit needs a series, got {X!r}")
    if y is None:
        if has_labels_only(X):
            raise ValueError(
                "fit got labels but no series (y is None): pass the series too, fit(index, y), or "
                "just fit(y)"
            )
        values, layout = read_target(X)
        return Rows(values, None, labels_of(X), layout)

    X = index_if_labels(X)
    values, layout = read_target(y)
    if n_rows(X) != len(values):
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: X has {n_rows(X)} rows, "
            f"y has {len(values)}; they must be aligned row by row"
        )
    index, y_is_labelled = _common_index(labels_of(X), labels_of(y))
    if not y_is_labelled:
        layout = Layout(is_pandas=False, is_1d=layout.is_1d)
    exog = None if has_labels_only(X) else X
    if exog is not None:
        check_leak(exog, values, is_labelled=index is not None)
    return Rows(values, exog, index, layout)


def index_if_labels(X: Any) -> Any:
    """X, or the index that a list, a 1-D array or a polars Series of time stamps amounts to."""
    times = native_of(X)
    if times is not None and not hasattr(times, "columns") and times.dtype.is_temporal():
        return index_of(times)
    could_be = isinstance(X, list | tuple) or (isinstance(X, np.ndarray) and X.ndim == 1)
    if not could_be or len(X) == 0 or not all(isinstance(label, _LABELS) for label in X):
        return X
    return pd.PeriodIndex(X) if isinstance(X[0], pd.Period) else pd.DatetimeIndex(X)


def n_rows(data: Any) -> int:
    """Number of rows of anything array-like."""
    try:
        if hasattr(data, "__array__") and not hasattr(data, "shape"):
            data = np.asarray(data)
        return int(data.shape[0]) if hasattr(data, "shape") else len(data)
    except (TypeError, IndexError) as error:
        raise TypeError(f"rows were needed, got {data!r}") from error


def _common_index(of_x: pd.Index | None, of_y: pd.Index | None) -> tuple[pd.Index | None, bool]:
    """The labels of rows that came as X and y, and whether y's own labels are worth keeping.

    A pipeline may strip either index.  Where exactly one of them merely counts from zero it says
    nothing (scikit-learn numbers y that way after transforming it), so the other names the rows.
    """
    if of_x is None or of_y is None:
        return (of_y if of_x is None else of_x), True
    if _counts_from_zero(of_x) != _counts_from_zero(of_y):
        return (of_y, True) if _counts_from_zero(of_x) else (of_x, False)
    if not of_x.equals(of_y):
        raise TimeIndexError(_difference(of_x, of_y))
    # scikit-learn's splits keep freq on a Series but drop it from a bare DatetimeIndex.
    return (of_y if getattr(of_x, "freq", None) is None else of_x), True


def _counts_from_zero(index: pd.Index) -> bool:
    return isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1


def _difference(of_x: pd.Index, of_y: pd.Index) -> str:
    if type(of_x) is not type(of_y):
        detail = f" ({type(of_x).__name__} and {type(of_y).__name__})"
    elif of_x.sort_values().equals(of_y.sort_values()):
        detail = ": the same labels in another order"
    else:
        detail = (
            f": {len(of_x.difference(of_y))} label(s) only in X, "
            f"{len(of_y.difference(of_x))} only in y"
        )
    return f"X and y have different indexes{detail}; align them first, e.g. X = X.loc[y.index]"
