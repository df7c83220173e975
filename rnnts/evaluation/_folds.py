"""Where forecasts start, what is known there, and when a model is trained anew.

.. code-block:: text

    |----- training -----| gap |-- horizon --|
    |----- training --------| gap |-- horizon --|      (step_size rows later)
    |----- training -----------| gap |-- horizon --|

With a window the training rows are as many at every origin, and start later instead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from rnnts._types import IntArray
from rnnts._validation import check_count, is_integer


@dataclass(frozen=True)
class Fold:
    """Row numbers at one origin.

    Attributes
    ----------
    known : ndarray of int
        To learn from.
    asked : ndarray of int
        To be forecast.
    n_skipped : int
        How many of those, the first ones, are not scored.
    """

    known: IntArray
    asked: IntArray
    n_skipped: int = 0

    @property
    def origin(self) -> int:
        """The last row known."""
        return int(self.known[-1])

    @property
    def scored(self) -> IntArray:
        """Rows whose forecasts are kept."""
        return self.asked[self.n_skipped :]


class Origins(Protocol):
    """Where forecasts start in a series."""

    def folds(self, n_rows: int) -> list[Fold]:
        """Those of a series, the earliest first; ValueError if it is too short."""
        ...


@dataclass(frozen=True)
class Windows:
    """Origins one step from another, the last one such that its forecasts end with the series."""

    horizon: int
    n_windows: int
    step_size: int
    gap: int
    window: int | None

    @classmethod
    def of(cls, horizon: Any, n_windows: Any, step_size: Any, gap: Any, window: Any) -> "Windows":
        """Check the words of the caller."""
        horizon = check_count("horizon", horizon)
        return cls(
            horizon,
            check_count("n_windows", n_windows),
            horizon if step_size is None else check_count("step_size", step_size),
            check_count("gap", gap, minimum=0),
            None if window is None else check_count("window", window),
        )

    def folds(self, n_rows: int) -> list[Fold]:
        """Row numbers at each origin."""
        n_ahead = self.gap + self.horizon
        first = n_rows - n_ahead - (self.n_windows - 1) * self.step_size
        n_least = self.window or 1
        if first < n_least:
            words = {"gap": self.gap} if self.gap else {}
            words |= {"window": self.window} if self.window else {}
            further = "".join(f", {name}={value}" for name, value in words.items())
            raise ValueError(
                f"y has {n_rows} rows, but horizon={self.horizon}, n_windows={self.n_windows} and "
                f"step_size={self.step_size}{further} need at least {n_rows - first + n_least}; "
                "ask for fewer windows, or a shorter horizon"
            )
        ends = first + self.step_size * np.arange(self.n_windows)
        starts = np.zeros_like(ends) if self.window is None else ends - self.window
        return [
            Fold(np.arange(start, end), np.arange(end, end + n_ahead), self.gap)
            for start, end in zip(starts, ends, strict=True)
        ]


@dataclass(frozen=True)
class Splits:
    """Origins that a splitter sets, such as scikit-learn's TimeSeriesSplit, or a list of splits."""

    cv: Any

    def __post_init__(self) -> None:
        if not hasattr(self.cv, "split") and not isinstance(self.cv, Iterable):
            raise TypeError(
                "cv must be a splitter such as TimeSeriesSplit(n_splits=4), or its splits, got "
                f"{self.cv!r}"
            )

    def folds(self, n_rows: int) -> list[Fold]:
        """Row numbers of each split."""
        given = self.cv.split(np.arange(n_rows)) if hasattr(self.cv, "split") else self.cv
        pairs = [(np.asarray(known), np.asarray(ahead)) for known, ahead in given]
        if any(max(known, default=-1) >= min(ahead, default=0) for known, ahead in pairs):
            raise ValueError(
                "a split of cv knows rows that are not before those to be forecast; use "
                "TimeSeriesSplit (KFold trains on the future)"
            )
        if any(ahead.max() >= n_rows for _, ahead in pairs):
            raise ValueError(f"y has {n_rows} rows, but a split of cv forecasts rows after these")
        folds = sorted((Fold(*pair) for pair in pairs), key=lambda fold: fold.origin)
        if len({fold.origin for fold in folds}) < len(folds):
            raise ValueError(
                "two splits of cv have the same last known row; give each its own origin"
            )
        return folds


def read_refit(refit: Any) -> int | None:
    """After how many origins a model is trained anew; None for never."""
    if isinstance(refit, bool | np.bool_):
        return 1 if refit else None
    if not is_integer(refit):
        raise TypeError(
            "refit must be True (at every origin), False (only at the first) or a number of "
            f"origins, got {refit!r}"
        )
    return check_count("refit", refit)


def chains(folds: Sequence[Fold], refit: int | None) -> list[Sequence[Fold]]:
    """Origins that one fit serves, and that therefore follow each other."""
    length = len(folds) if refit is None else refit
    return [folds[start : start + length] for start in range(0, len(folds), length)]


def n_overlapping(folds: Sequence[Fold]) -> int:
    """How many origins in a row have forecasts of rows in common, at most; 1 if none have.

    Counting the rows run through, because what happens in them is in the errors after them.
    """
    if len(folds) < 2:
        return 1
    reach = max(int(fold.asked[-1]) - fold.origin for fold in folds)
    step = int(np.diff([fold.origin for fold in folds]).min())
    return -(-reach // step)
