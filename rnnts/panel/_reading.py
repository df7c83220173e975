"""The door for panels: a long frame, an (id, time) index or a dictionary becomes one `Panel`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rnnts._validation import nearest
from rnnts.panel._forms import DictForm, Form, IndexedForm, LongForm
from rnnts.panel._native import index_of, native_of
from rnnts.panel._panel import Panel


@dataclass(frozen=True)
class Columns:
    """What the columns of a long frame are called.

    Attributes
    ----------
    id, time, target : str
    static : tuple of str
        Those that say one thing about a whole series.

    See Also
    --------
    read_panel : What is told of them.
    """

    id: str = "unique_id"
    time: str = "ds"
    target: str = "y"
    static: tuple[str, ...] = ()


def read_panel(X: Any, y: Any, columns: Columns, *, needs_target: bool) -> tuple[Panel, Form]:
    """Read ``fit(panel)`` or ``fit(X, y)``, and remember the form in which it came.

    Parameters
    ----------
    X : DataFrame, Series or dict
        A long frame of pandas, polars or pyarrow, rows with an (id, time) index, or a Series for
        each id.
    y : array-like of shape (n_rows,), optional
        The target, unless it stands in X.
    columns : Columns
        What the columns of a long frame are called.
    needs_target : bool
        Whether it is an error if there is none.

    Returns
    -------
    panel : Panel
    form : Form
        That puts forecasts into the form of X.

    Raises
    ------
    ValueError, TypeError
        If it is none of the three, a column is missing, an id or a time is, or X and y do not
        line up.

    Examples
    --------
    >>> from rnnts.panel import Columns, read_panel
    >>> frame = pd.DataFrame({"unique_id": ["a", "a"], "ds": [0, 1], "y": [1.0, 2.0]})
    >>> panel, form = read_panel(frame, None, Columns(), needs_target=True)
    >>> len(panel), panel[0].label, type(form).__name__
    (1, 'a', 'LongForm')
    """
    if isinstance(X, Mapping):
        return _from_dict(X), DictForm()
    if isinstance(X, pd.Series | pd.DataFrame) and isinstance(X.index, pd.MultiIndex):
        return _from_index(X, y, columns, needs_target=needs_target)
    frame, library = _as_pandas(X, columns)
    for name in (columns.id, columns.time):
        _check_column(frame, name)
    target: Any = None
    if y is not None:
        target = _aligned(y, len(frame))
    elif needs_target:
        _check_column(frame, columns.target)
        target = frame[columns.target].array
    ids, times = frame[columns.id], frame[columns.time]
    _check_present(ids, columns.id)
    _check_present(times, columns.time)
    exog = frame.drop(columns=[columns.id, columns.time, columns.target], errors="ignore")
    panel = Panel.of(ids, pd.Index(times), target, *_parted(exog, columns))
    _check_not_empty(panel)
    return panel, LongForm(columns.id, columns.time, columns.target, *library)


def _from_index(
    X: pd.Series | pd.DataFrame, y: Any, columns: Columns, *, needs_target: bool
) -> tuple[Panel, Form]:
    if X.index.nlevels != 2:
        raise ValueError(
            f"a panel needs an index of two levels, (id, time), got {X.index.nlevels}; bring the "
            "other levels together into one id"
        )
    exog: pd.DataFrame | None = None
    name, is_series, target = columns.target, True, None
    if y is not None:
        target, exog = _aligned(y, len(X)), pd.DataFrame(X)
        name = getattr(y, "name", None) or name
    elif isinstance(X, pd.Series):
        target, name = X.array, X.name
    else:
        if needs_target:
            _check_column(X, columns.target)
        if columns.target in X:
            target = X[columns.target].array
        exog, is_series = X.drop(columns=columns.target, errors="ignore"), False
    ids, times = (X.index.get_level_values(level) for level in (0, 1))
    for values, what in ((ids, "first level"), (times, "second level")):
        _check_present(pd.Series(values), f"the {what} of the index")
    panel = Panel.of(ids, times, target, *_parted(exog, columns))
    _check_not_empty(panel)
    return panel, IndexedForm(tuple(X.index.names), name, is_series)


def _from_dict(series: Mapping[Any, Any]) -> Panel:
    if not series:
        raise ValueError("the dictionary holds no series; give at least one")
    for label, one in series.items():
        if not isinstance(one, pd.Series):
            raise TypeError(
                f"a dictionary of series needs a pandas Series for each id, got "
                f"{type(one).__name__} for {label!r}"
            )
    joined = pd.concat([_as_floats(label, one) for label, one in series.items()])
    labels = pd.Index(list(series), tupleize_cols=False)
    indptr = np.r_[0, np.cumsum([len(one) for one in series.values()])]
    panel = Panel(labels, indptr, np.arange(len(joined)), joined.index, joined.array)
    _check_not_empty(panel)
    return panel


def _as_floats(label: Any, one: pd.Series) -> pd.Series:
    if one.dtype.kind == "c":
        raise ValueError(
            f"the series {label!r} has dtype {one.dtype}, not real numbers; forecast "
            "series.apply(np.real) and series.apply(np.imag) by themselves"
        )
    try:
        return one.astype(float)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"the series {label!r} has dtype {one.dtype}, not numbers; convert it, e.g. by "
            "pd.to_numeric"
        ) from error


def _as_pandas(X: Any, columns: Columns) -> tuple[pd.DataFrame, tuple[str | None, bool]]:
    """The frame, the library that it came from if not pandas, and whether its times are dates."""
    if isinstance(X, pd.DataFrame):
        return X, (None, False)
    frame = native_of(X)
    if not hasattr(frame, "columns"):
        raise TypeError(
            f"a panel needs a long frame with columns {columns.id!r}, {columns.time!r} and "
            f"{columns.target!r}, an (id, time) MultiIndex, or a dictionary of series, got "
            f"{type(X).__name__}"
        )
    values = {name: frame[name].to_numpy() for name in frame.columns}
    has_dates = False
    if columns.time in values:
        times = frame[columns.time]
        values[columns.time], has_dates = index_of(times), str(times.dtype) == "Date"
    return pd.DataFrame(values), (frame.implementation.value, has_dates)


def _parted(
    exog: pd.DataFrame | None, columns: Columns
) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Columns that change and static ones, each None if there are none."""
    if exog is None:
        return None, None
    is_static = exog.columns.isin(columns.static)
    parts = exog.loc[:, ~is_static], exog.loc[:, is_static]
    changing, static = (part if part.shape[1] else None for part in parts)
    return changing, static


def _aligned(y: Any, n_rows: int) -> Any:
    target = y.array if isinstance(y, pd.Series) else np.asarray(y)
    if target.ndim == 2 and target.shape[1] == 1:
        target = target[:, 0]
    if target.ndim != 1 or len(target) != n_rows:
        raise ValueError(
            f"X and y must be aligned row by row: X has {n_rows} rows, y has shape {target.shape}"
        )
    return target


def _check_column(frame: pd.DataFrame, name: str) -> None:
    if name not in frame:
        known = [str(column) for column in frame.columns]
        raise ValueError(
            f"the panel has no column {name!r}{nearest(name, known)}; it has {', '.join(known)}: "
            "rename it, or say what it is called (id_col, time_col, target_col)"
        )


def _check_present(values: pd.Series, name: str) -> None:
    missing = np.flatnonzero(values.isna())
    if len(missing):
        raise ValueError(
            f"{name} is missing in {len(missing)} row(s), the first is row {missing[0]}; every row "
            "needs an id and a time: drop these rows"
        )


def _check_not_empty(panel: Panel) -> None:
    if not len(panel):
        raise ValueError("the panel has no rows; give at least one series")
