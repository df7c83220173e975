"""Many series end to end."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rnnts._types import IntArray


@dataclass(frozen=True)
class OneSeries:
    """Rows of one series.

    Attributes
    ----------
    label : hashable
        Its id.
    rows : ndarray of int of shape (n_rows,)
        Where its rows stood in what was given.
    index : Index
        Their times.
    values : array of shape (n_rows,), optional
        The target, as the panel has it.
    exog : DataFrame, optional
        Exogenous columns, labelled with the times.
    static : DataFrame, optional
        Columns that should say the same in every row.

    See Also
    --------
    read_panel : Makes it from a frame, an index of two levels or a dictionary.
    """

    label: Hashable
    rows: IntArray
    index: pd.Index
    values: Any
    exog: pd.DataFrame | None
    static: pd.DataFrame | None = None

    @property
    def y(self) -> pd.Series | None:
        """The target, labelled with the times."""
        if self.values is None:
            return None
        return pd.Series(self.values, index=self.index, name=self.label)


@dataclass(frozen=True)
class Panel:
    """Series one after the other, each in the order in which its rows came.

    Attributes
    ----------
    labels : Index of shape (n_series,)
        Their ids, in the order in which they first came.
    indptr : ndarray of int of shape (n_series + 1,)
        Series i has the rows from ``indptr[i]`` to before ``indptr[i + 1]``.
    rows : ndarray of int of shape (n_rows,)
        Where each row stood in what was given.
    index : Index of shape (n_rows,)
        Times.
    y : array of shape (n_rows,), optional
    exog : DataFrame of shape (n_rows, n_exog), optional
    static : DataFrame of shape (n_rows, n_static), optional

    Examples
    --------
    >>> import pandas as pd
    >>> from rnnts.panel import Panel
    >>> panel = Panel.of(["b", "a", "b"], pd.Index([0, 0, 1]), np.array([1.0, 2.0, 3.0]), None)
    >>> [(one.label, one.values.tolist()) for one in panel]
    [('b', [1.0, 3.0]), ('a', [2.0])]
    """

    labels: pd.Index
    indptr: IntArray
    rows: IntArray
    index: pd.Index
    y: Any = None
    exog: pd.DataFrame | None = None
    static: pd.DataFrame | None = None

    @classmethod
    def of(
        cls,
        ids: Any,
        index: pd.Index,
        y: Any,
        exog: pd.DataFrame | None,
        static: pd.DataFrame | None = None,
    ) -> "Panel":
        """Sort rows by their ids, and leave those of one id in their order.

        Parameters
        ----------
        ids : array-like of shape (n_rows,)
        index : Index of shape (n_rows,)
            Times.
        y : array of shape (n_rows,), optional
        exog, static : DataFrame of n_rows rows, optional

        Returns
        -------
        Panel
        """
        codes, labels = pd.factorize(np.asarray(ids) if isinstance(ids, list) else ids)
        rows = np.argsort(codes, kind="stable")
        counts = np.bincount(codes, minlength=len(labels))
        return cls(
            pd.Index(labels),
            np.r_[0, np.cumsum(counts)],
            rows,
            index[rows],
            None if y is None else y[rows],
            None if exog is None else exog.iloc[rows],
            None if static is None else static.iloc[rows],
        )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, place: int) -> OneSeries:
        label, part = self.labels[place], self.part(place)
        index = self.index[part]
        values = None if self.y is None else self.y[part]
        exog = None if self.exog is None else self.exog.iloc[part].set_axis(index)
        static = None if self.static is None else self.static.iloc[part]
        return OneSeries(label, self.rows[part], index, values, exog, static)

    def __iter__(self) -> Iterator[OneSeries]:
        return (self[place] for place in range(len(self)))

    def part(self, place: int) -> slice:
        """The rows of one series.

        Parameters
        ----------
        place : int

        Returns
        -------
        slice
        """
        return slice(self.indptr[place], self.indptr[place + 1])

    def take(self, places: Sequence[int]) -> "Panel":
        """Some of the series.

        Parameters
        ----------
        places : sequence of int

        Returns
        -------
        Panel
        """
        parts = [self.part(place) for place in places]
        rows = np.concatenate([np.arange(part.start, part.stop) for part in parts])
        return Panel(
            self.labels[list(places)],
            np.r_[0, np.cumsum([part.stop - part.start for part in parts])],
            self.rows[rows],
            self.index[rows],
            None if self.y is None else self.y[rows],
            None if self.exog is None else self.exog.iloc[rows],
            None if self.static is None else self.static.iloc[rows],
        )
