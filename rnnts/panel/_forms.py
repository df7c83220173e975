"""The forms in which a panel comes, and in which what is said about it goes out."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from rnnts._types import FloatArray
from rnnts.panel._native import native_frame

Values = Mapping[str, FloatArray]


@dataclass(frozen=True)
class Part:
    """What is said about rows of one series; a single column may be without a name.

    Attributes
    ----------
    label : hashable
        Id of the series.
    index : Index of shape (n_rows,)
        Times.
    values : dict of ndarray of shape (n_rows,)
        By the name of the column; "" is the target's.

    Examples
    --------
    >>> from rnnts.panel import LongForm, Part
    >>> part = Part("a", pd.RangeIndex(2), {"": np.array([1.0, 2.0])})
    >>> LongForm("unique_id", "ds", "y").wrap([part])
      unique_id  ds    y
    0         a   0  1.0
    1         a   1  2.0
    """

    label: Hashable
    index: pd.Index
    values: Values


class Form(Protocol):
    """How to give back what is said about rows of many series."""

    def wrap(self, parts: Sequence[Part]) -> Any:
        """Put the parts together; a column named "" is the target's.

        Parameters
        ----------
        parts : sequence of Part
            At least one, all with the same columns.

        Returns
        -------
        panel
        """
        ...


@dataclass(frozen=True)
class LongForm:
    """A frame with a column of ids, one of times and one of targets.

    Attributes
    ----------
    id, time, target : str
        Names of the columns.
    backend : str, optional
        The name of a library that narwhals knows; pandas, unless given.
    has_dates : bool
        Whether its times are dates without hours.

    See Also
    --------
    Part : What it puts together.
    """

    id: str
    time: str
    target: str
    backend: Any = None
    has_dates: bool = False

    def wrap(self, parts: Sequence[Part]) -> Any:
        """As a frame of the library that the panel came from.

        Parameters
        ----------
        parts : sequence of Part
            At least one, all with the same columns.

        Returns
        -------
        DataFrame
        """
        columns: dict[str, Any] = {
            self.id: _repeated(parts),
            self.time: _times(parts),
            **{name or self.target: values for name, values in _joined(parts).items()},
        }
        if self.backend is None:
            return pd.DataFrame(columns)
        if self.has_dates:
            columns[self.time] = np.asarray(columns[self.time], dtype="datetime64[D]")
        return native_frame(columns, self.backend)


@dataclass(frozen=True)
class IndexedForm:
    """An index of two levels, (id, time).

    Attributes
    ----------
    names : tuple
        Of the levels.
    target : hashable
        Name of the column of targets.
    is_series : bool
        Whether the panel was a Series.

    See Also
    --------
    Part : What it puts together.
    """

    names: tuple[Any, ...]
    target: Any
    is_series: bool

    def wrap(self, parts: Sequence[Part]) -> pd.Series | pd.DataFrame:
        """As a Series where the panel was one and there is one column, else as a frame.

        Parameters
        ----------
        parts : sequence of Part
            At least one, all with the same columns.

        Returns
        -------
        Series or DataFrame
        """
        index = pd.MultiIndex.from_arrays([_repeated(parts), _times(parts)], names=self.names)
        columns = _joined(parts)
        if self.is_series and list(columns) == [""]:
            return pd.Series(columns[""], index=index, name=self.target)
        return pd.DataFrame(
            {name or self.target: values for name, values in columns.items()}, index=index
        )


@dataclass(frozen=True)
class DictForm:
    """A Series for each id.

    See Also
    --------
    Part : What it puts together.
    """

    def wrap(self, parts: Sequence[Part]) -> dict[Hashable, pd.Series | pd.DataFrame]:
        """As a dictionary of Series, or of frames where there are several columns.

        Parameters
        ----------
        parts : sequence of Part
            At least one, all with the same columns.

        Returns
        -------
        dict of Series or DataFrame
        """
        return {
            part.label: pd.Series(part.values[""], index=part.index, name=part.label)
            if list(part.values) == [""]
            else pd.DataFrame(part.values, index=part.index)
            for part in parts
        }


def _repeated(parts: Sequence[Part]) -> pd.Index:
    labels = pd.Index([part.label for part in parts], tupleize_cols=False)
    return labels.repeat([len(part.index) for part in parts])


def _times(parts: Sequence[Part]) -> pd.Index:
    first, *others = [part.index for part in parts]
    return first.append(others)


def _joined(parts: Sequence[Part]) -> dict[str, FloatArray]:
    return {name: np.concatenate([part.values[name] for part in parts]) for name in parts[0].values}
