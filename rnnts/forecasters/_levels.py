"""Levels and quantiles at the door, and what the columns of the answer are called."""

import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from rnnts._types import FloatArray
from rnnts.forecasters._target import Layout
from rnnts.panel import native_frame


def read_levels(level: Any) -> FloatArray:
    """Coverages in per cent, as given: numbers between 0 and 100, no two alike."""
    levels = _numbers("level", level, "per cent, such as level=(80, 95)")
    for value in levels:
        if 0 < value <= 1:
            meant = f"{100 * value:g}" if value < 1 else "95"
            raise ValueError(f"level is in per cent, got {value:g} (did you mean {meant}?)")
        if not 0 < value < 100:
            raise ValueError(
                f"level must lie between 0 and 100 per cent, got {value:g} (did you mean 95?)"
            )
    return levels


def read_quantiles(quantiles: Any) -> FloatArray:
    """Probabilities, as given: numbers between 0 and 1, no two alike."""
    probabilities = _numbers("quantiles", quantiles, "probabilities, such as quantiles=(0.1, 0.9)")
    for value in probabilities:
        if not 0 < value < 1:
            hint = f" (did you mean {value / 100:g}?)" if 1 < value < 100 else ""
            raise ValueError(f"quantiles must lie between 0 and 1, got {value:g}{hint}")
    return probabilities


def interval_columns(levels: FloatArray) -> list[str]:
    """The point forecast, then the two ends of each interval."""
    ends = [[f"lo-{level:.12g}", f"hi-{level:.12g}"] for level in levels]
    return ["mean", *(name for pair in ends for name in pair)]


def interval_probabilities(levels: FloatArray) -> FloatArray:
    """Probabilities of the two ends of each interval, in the order of their columns."""
    tail = (100 - levels) / 200
    return np.column_stack([tail, 1 - tail]).ravel()


def labelled(values: FloatArray, index: pd.Index, columns: Iterable[Any], layout: Layout,
             name: str | None = None) -> Any:  # fmt: skip
    """Values of shape (n_rows, n_targets, n_columns) as a frame; of several series side by side.

    Then the columns have a first level, which says whose they are; in a library whose columns have
    one level only, "series-mean".
    """
    inner = pd.Index(list(columns), name=name)
    if layout.backend is not None:
        names = [str(column) for column in inner]
        if not layout.is_1d and layout.columns is not None:
            names = [f"{series}-{column}" for series in layout.columns for column in names]
        by_column = values.reshape(len(values), -1).T
        return native_frame(dict(zip(names, by_column, strict=True)), layout.backend)
    if layout.is_1d:
        return pd.DataFrame(values[:, 0], index=index, columns=inner)
    series = pd.RangeIndex(values.shape[1]) if layout.columns is None else layout.columns
    # The columns of a frame may have several levels themselves.
    outer = [label if isinstance(series, pd.MultiIndex) else (label,) for label in series]
    both = [(*label, column) for label in outer for column in inner]
    columns_of_all = pd.MultiIndex.from_tuples(both, names=[*series.names, name])
    return pd.DataFrame(values.reshape(len(values), -1), index=index, columns=columns_of_all)


def _numbers(name: str, given: Any, what: str) -> FloatArray:
    """One number or several, as an array."""
    several = isinstance(given, Iterable) and not isinstance(given, str | bytes)
    entries = list(given) if several else [given]
    for entry in entries:
        is_flag = isinstance(entry, bool | np.bool_)
        if is_flag or not isinstance(entry, numbers.Real) or entry != entry:
            raise TypeError(f"{name} must be numbers in {what}, got {entry!r}")
    if not entries:
        raise ValueError(f"{name} is empty; give numbers in {what}")
    values = np.array(entries, dtype=float)
    repeated = [value for value, n in zip(*np.unique(values, return_counts=True)) if n > 1]  # noqa: B905
    if repeated:
        raise ValueError(f"{name} names {repeated[0]:g} more than once; give every number once")
    return values
