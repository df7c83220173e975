"""Many series end to end."""

from collections.abc import Hashable, Iterator
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
    y : Series, optional
        The target, labelled with the times.
    exog : DataFrame, optional
        Exogenous columns, labelled with the times.
    static : DataFrame, optional
        Columns that should say the same in every row.
    """

    label: Hashable
    rows: IntArray
    index: pd.Index
    y: pd.Series | None
    exog: pd.DataFrame | None
    static: pd.DataFrame | None = None


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
        """Sort rows by their ids, and leave those of one id in their order."""
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

    def __iter__(self) -> Iterator[OneSeries]:
        for place, label in enumerate(self.labels):
            part = slice(self.indptr[place], self.indptr[place + 1])
            index = self.index[part]
            y = None if self.y is None else pd.Series(self.y[part], index=index, name=label)
            exog = None if self.exog is None else self.exog.iloc[part].set_axis(index)
            static = None if self.static is None else self.static.iloc[part]
            yield OneSeries(label, self.rows[part], index, y, exog, static)
