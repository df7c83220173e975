"""What every kind of time axis can do, and the checks they share."""

from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from rnnts._types import IntArray
from rnnts.exceptions import TimeIndexError
from rnnts.panel._frequency import CROSS_VALIDATION_HINT, season_length


@dataclass(frozen=True)
class TimeAxis(ABC):
    """Start, step and length of a regular time axis.

    Parameters
    ----------
    start : pd.Timestamp, pd.Period or int
        Label of row 0.
    freq : pandas offset or int
        Step from one row to the next.
    n_steps : int
        Training rows.
    name : Hashable
        Name of the index.

    Examples
    --------
    >>> from rnnts.panel import time_axis
    >>> axis = time_axis(pd.period_range("2024Q1", periods=8, freq="Q"))
    >>> axis.labels(8, 10).astype(str).tolist(), axis.season_length
    (['2026Q1', '2026Q2'], 4)
    """

    start: Any
    freq: Any
    n_steps: int
    name: Hashable = None

    @abstractmethod
    def labels(self, start: int, stop: int) -> pd.Index:
        """Labels of the positions `start` to ``stop - 1``.

        Parameters
        ----------
        start, stop : int
            Row 0 is the first of training.

        Returns
        -------
        Index
        """

    @abstractmethod
    def positions(self, index: pd.Index) -> IntArray:
        """Position of each label, in any order; TimeIndexError where it has none.

        Parameters
        ----------
        index : Index

        Returns
        -------
        ndarray of int of shape (n_labels,)
        """

    @property
    def season_length(self) -> int:
        """Steps in the usual season of the frequency."""
        return season_length(self.freq)

    def extended(self, n_more: int) -> Self:
        """Return the axis after `n_more` further training rows.

        Parameters
        ----------
        n_more : int

        Returns
        -------
        TimeAxis
        """
        return replace(self, n_steps=self.n_steps + n_more)

    def _check_rows(self, index: pd.Index, positions: IntArray) -> None:
        """Raise where the labels of a training series skip a step."""
        skipped = np.flatnonzero(np.diff(positions) != 1)
        if len(skipped):
            before, after = index[skipped[0]], index[skipped[0] + 1]
            raise TimeIndexError(
                f"the time axis has {len(skipped)} gap(s), the first between {before} and "
                f"{after}; make it regular, e.g. {self._remedy} {CROSS_VALIDATION_HINT}"
            )

    _remedy = "y.reset_index(drop=True)"

    def _check_not_before(self, index: pd.Index) -> None:
        first = index.min()
        if first < self.start:
            raise TimeIndexError(
                f"X starts at {first}, before the first training row {self.start}; in "
                "cross-validation use TimeSeriesSplit (KFold trains on the future)"
            )


def described(index: pd.Index) -> str:
    return f"a {type(index).__name__} of dtype {index.dtype}"


def check_not_missing(index: pd.Index) -> None:
    if index.hasnans:
        raise TimeIndexError(
            f"the index has {int(index.isna().sum())} missing label(s) (NaT/NaN); drop or fill "
            "those rows"
        )


def check_on_grid(index: pd.Index, rest: IntArray, grid: str) -> None:
    if rest.any():
        label = index[np.flatnonzero(rest)[0]]
        raise TimeIndexError(f"label {label} is off the training grid ({grid}); align the labels")
