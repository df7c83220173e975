"""What `predict` is asked for: a horizon, or rows, as positions on the model's time axis."""

import numbers
import warnings
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rnnts._types import FloatArray, IntArray
from rnnts._validation import check_memory, is_integer
from rnnts.exceptions import IndexLostWarning
from rnnts.forecasters._exog import has_labels_only, read_exog
from rnnts.forecasters._history import History
from rnnts.forecasters._rows import index_if_labels, n_rows
from rnnts.forecasters._target import labels_of


class Request(NamedTuple):
    """Rows to predict."""

    positions: IntArray  # those below len(history) are known rows
    exog: FloatArray  # (n_rows, n_exog)
    labels: pd.Index | None  # as given; None where the rows are the next ones


def read_request(estimator: Any, history: History, X: Any) -> Request:
    """Read ``predict(X)``, where X is an integer, labels, or rows."""
    if isinstance(X, bool | str) or X is None:
        raise TypeError(f"predict needs an integer horizon or the future rows, got {X!r}")
    if isinstance(X, numbers.Number) and not is_integer(X):
        raise TypeError(f"predict needs an integer horizon or the future rows, got {X!r}")
    if is_integer(X):
        return _next_rows(estimator, history, X)
    X = index_if_labels(X)
    if _has_text(X):
        raise TypeError(
            f"predict needs an integer horizon or the future rows, got text ({X[0]!r}, ...); if "
            "these are labels, pass pd.to_datetime(labels)"
        )
    exog = None if has_labels_only(X) else X
    return locate(estimator, history, exog, labels_of(X), n_rows(X), stacklevel=5)


def locate(
    estimator: Any,
    history: History,
    exog: Any,
    index: pd.Index | None,
    n_needed: int,
    *,
    stacklevel: int,
) -> Request:
    """Find `n_needed` rows on the time axis of the history by their labels.

    `stacklevel` is that of a warning at the caller of the estimator.
    """
    if n_needed == 0:
        raise ValueError("there is no row to predict: X is empty; pass at least one")
    values = read_exog(estimator, exog, n_needed, reset=False)
    if history.axis is None or index is None:
        if history.axis is not None and not isinstance(history.axis.freq, int):
            warnings.warn(
                "the model was trained on rows with time labels, X has none: its rows are "
                f"taken as the next {n_needed} after training; in a Pipeline call "
                "set_output(transform='pandas'), or use make_forecast_pipeline",
                IndexLostWarning,
                stacklevel=stacklevel,
            )
        return Request(len(history) + np.arange(n_needed), values, None)
    positions = history.axis.positions(index)
    history.check_not_renumbered(positions, values, history.exog, index)
    return Request(positions, values, index)


def _has_text(X: Any) -> bool:
    if isinstance(X, np.ndarray):
        return X.dtype.kind in "US"
    return isinstance(X, list | tuple) and any(isinstance(label, str) for label in X)


def _next_rows(estimator: Any, history: History, horizon: int) -> Request:
    if horizon < 1:
        raise ValueError(f"the horizon must be at least 1, got {horizon}")
    if estimator.n_features_in_:
        raise ValueError(
            f"this model was fitted with {estimator.n_features_in_} exogenous column(s), so "
            f"predict needs their future values: pass a frame with {horizon} row(s), e.g. "
            f"indexed by model.future_index({horizon}), not the integer {horizon}"
        )
    # Positions, labels and forecasts stand side by side.
    n_values = int(horizon) * (2 + history.y.shape[1])
    check_memory(n_values * np.dtype(float).itemsize, "ask for fewer rows at a time")
    return Request(len(history) + np.arange(horizon), np.empty((int(horizon), 0)), None)
