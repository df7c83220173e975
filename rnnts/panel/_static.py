"""Columns that say one thing about each series: a region, a price class, a size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rnnts._types import FloatArray
from rnnts._validation import nearest
from rnnts.panel._panel import OneSeries, Panel

Statics = Mapping[str, Any]


def static_names(given: Any) -> tuple[str, ...]:
    """Names of static columns.

    Parameters
    ----------
    given : list of str, tuple of str or None

    Returns
    -------
    tuple of str

    Raises
    ------
    TypeError
        If one name came instead of several.

    Examples
    --------
    >>> from rnnts.panel import static_names
    >>> static_names(["region"])
    ('region',)
    """
    if isinstance(given, str):
        raise TypeError(f"static_cols must be a list of names, got {given!r}; write [{given!r}]")
    return () if given is None else tuple(given)


def check_static(panel: Panel, names: Sequence[str]) -> None:
    """Raise unless the panel has all these columns.

    Parameters
    ----------
    panel : Panel
    names : sequence of str

    Raises
    ------
    ValueError
        If it has not.

    See Also
    --------
    StaticCode : Makes numbers of them.
    """
    static, others = (
        [] if frame is None else list(frame.columns) for frame in (panel.static, panel.exog)
    )
    for name in names:
        if name not in static:
            has = ", ".join(map(str, [*static, *others])) or "none but ids, times and the target"
            raise ValueError(
                f"static_cols names the column {name!r}, which the panel does not have"
                f"{nearest(name, map(str, others))}; its columns are {has}"
            )


def statics_of(one: OneSeries, names: Sequence[str]) -> Statics:
    """The value of each static column in a series.

    Parameters
    ----------
    one : OneSeries
    names : sequence of str

    Returns
    -------
    dict
        By name.

    Raises
    ------
    ValueError
        If one is not given, is missing in a row, or changes within the series.

    See Also
    --------
    StaticCode : Makes numbers of them.
    """
    values = {}
    for name in names:
        if one.static is None or name not in one.static:
            raise ValueError(f"series {one.label!r} needs its static column {name!r}; give it too")
        column = one.static[name]
        if column.isna().any():
            row = int(np.flatnonzero(column.isna())[0])
            raise ValueError(
                f"static column {name!r} of series {one.label!r} is missing at {one.index[row]}; "
                "give its one value in every row"
            )
        changed = np.flatnonzero((column != column.iloc[0]).to_numpy())
        if len(changed):
            raise ValueError(
                f"static column {name!r} of series {one.label!r} changes from {column.iloc[0]!r} "
                f"to {column.iloc[changed[0]]!r} at {one.index[changed[0]]}; a column that changes "
                "is an exogenous one: leave it out of static_cols"
            )
        values[name] = column.iloc[0]
    return values


@dataclass(frozen=True)
class StaticCode:
    """How static values become numbers.

    Attributes
    ----------
    scales : dict
        Mean and standard deviation of each column of numbers, over the series of a panel.
    categories : dict
        The values of every other column, of which each becomes a column of zeros and ones.

    Examples
    --------
    >>> from rnnts.panel import Columns, StaticCode, read_panel, statics_of
    >>> frame = pd.DataFrame(
    ...     {"unique_id": ["a", "b"], "ds": 0, "y": 1.0, "region": ["north", "south"]}
    ... )
    >>> columns = Columns(static=("region",))
    >>> panel, _ = read_panel(frame, None, columns, needs_target=True)
    >>> code = StaticCode.of(panel, columns.static)
    >>> code.encoded(statics_of(panel[1], columns.static))
    array([0., 1.])
    """

    scales: Mapping[str, tuple[float, float]]
    categories: Mapping[str, tuple[Any, ...]]

    @classmethod
    def of(cls, panel: Panel, names: Sequence[str]) -> "StaticCode":
        """The code for the series of a panel that has these columns.

        Parameters
        ----------
        panel : Panel
        names : sequence of str

        Returns
        -------
        StaticCode
        """
        scales, categories = {}, {}
        if names and panel.static is not None:
            firsts = panel.static.iloc[panel.indptr[:-1]]
            for name in names:
                known = firsts[name].dropna()
                if pd.api.types.is_numeric_dtype(known.dtype):
                    values = known.to_numpy(dtype=float)
                    scales[name] = float(values.mean()), float(values.std()) or 1.0
                else:
                    categories[name] = tuple(sorted(known.unique(), key=str))
        return cls(scales, categories)

    def encoded(self, values: Statics) -> FloatArray:
        """Of shape (n_inputs,): numbers scaled, categories as zeros and ones.

        Parameters
        ----------
        values : dict
            By name, as from `statics_of`.

        Returns
        -------
        ndarray of shape (n_inputs,)

        Raises
        ------
        ValueError
            If a category was not among those of the panel.
        """
        numbers = [
            (float(values[name]) - mean) / spread for name, (mean, spread) in self.scales.items()
        ]
        for name, known in self.categories.items():
            if values[name] not in known:
                raise ValueError(
                    f"static column {name!r} has the category {values[name]!r}, which no series "
                    f"had in fit; known are {', '.join(map(repr, known))}: fit again with it"
                )
            numbers += [float(values[name] == category) for category in known]
        return np.array(numbers)
