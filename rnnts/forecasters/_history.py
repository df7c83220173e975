"""What a forecaster has seen, and how rows that come later relate to it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rnnts._types import FloatArray, IntArray
from rnnts.exceptions import TimeIndexError
from rnnts.forecasters._rows import Rows
from rnnts.forecasters._target import Layout
from rnnts.panel import TimeAxis

# More are minutes of work, of which nobody asked for a single number: mostly the rows of one
# frequency were asked for of a series of another.
MOST_SKIPPED = 500_000


@dataclass(frozen=True)
class History:
    """Every row a forecaster has seen, and what the rows are called."""

    y: FloatArray  # (n_rows, n_targets), NaN where a value is missing
    exog: FloatArray  # (n_rows, n_exog)
    axis: TimeAxis | None  # None where rows came without an index
    layout: Layout

    def __len__(self) -> int:
        return len(self.y)

    def labels(self, start: int, stop: int) -> pd.Index:
        """Labels of the rows from `start` to before `stop`; those past the end are the future."""
        if self.axis is None:
            return pd.RangeIndex(start, stop)
        return self.axis.labels(start, stop)

    def following(self, rows: Rows, exog: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Those of the rows that come after the ones seen; raises if they leave a hole."""
        if self.axis is None or rows.index is None:
            return rows.y, exog
        positions = self.axis.positions(rows.index)
        self.check_not_renumbered(positions, rows.y, self.y, rows.index)
        is_new = positions >= len(self)
        expected = len(self) + np.arange(is_new.sum())
        is_astray = positions[is_new] != expected
        if is_astray.any():
            first = int(is_astray.argmax())
            due = self.axis.labels(expected[first], expected[first] + 1)[0]
            raise TimeIndexError(
                f"update must continue at {due}, the next new row is "
                f"{rows.index[is_new][first]}; pass every row once, in order and without a hole"
            )
        return rows.y[is_new], exog[is_new]

    def extended(self, y: FloatArray, exog: FloatArray) -> "History":
        """The history after further rows."""
        return History(
            np.vstack([self.y, y]),
            np.vstack([self.exog, exog]),
            None if self.axis is None else self.axis.extended(len(y)),
            self.layout,
        )

    def check_same_series(self, rows: Rows) -> None:
        """Raise unless the rows hold the series seen, in their order."""
        n_series, n_known = rows.y.shape[1], self.y.shape[1]
        if n_series != n_known:
            raise ValueError(
                f"the new rows hold {n_series} series, the model was fitted on {n_known}; pass the "
                "same ones"
            )
        columns, known = rows.layout.columns, self.layout.columns
        if columns is not None and known is not None and not columns.equals(known):
            raise ValueError(
                f"the new rows have columns {columns.tolist()}, the model was fitted on "
                f"{known.tolist()}; pass the same ones in the same order"
            )

    def check_not_renumbered(
        self, positions: IntArray, values: FloatArray, seen: FloatArray, index: pd.Index
    ) -> None:
        """Raise where new rows numbered from zero would pass for those already seen."""
        is_known = positions < len(self)
        if isinstance(index, pd.RangeIndex) and not np.array_equal(
            values[is_known], seen[positions[is_known]], equal_nan=True
        ):
            raise TimeIndexError(
                f"the integer labels from {index[0]} on are rows already seen, but their values "
                "differ from those; if these are new rows, number them from "
                f"{self.labels(len(self), len(self) + 1)[0]}, e.g. "
                f"index=model.future_index({len(index)})"
            )

    def exog_around(
        self, positions: IntArray, exog: FloatArray, exog_gap: str
    ) -> tuple[FloatArray, FloatArray]:
        """Exogenous values of all rows seen, and of those after them up to the farthest position.

        Those given, at their positions, replace the ones seen.
        """
        is_known = positions < len(self)
        known = self.exog.copy()
        known[positions[is_known]] = exog[is_known]
        if is_known.all():
            return known, exog[:0]
        steps = positions[~is_known] - len(self)
        return known, self.fill_future(steps, exog[~is_known], exog_gap)

    def fill_future(self, steps: IntArray, exog: FloatArray, exog_gap: str) -> FloatArray:
        """Exogenous values of every row up to the farthest step, of shape (horizon, n_exog)."""
        n_steps = int(steps.max()) + 1
        if n_skipped(steps) > MOST_SKIPPED:
            raise TimeIndexError(
                f"X skips {n_skipped(steps):,} rows after the last known one, and a forecast runs "
                f"through every one of them, through {MOST_SKIPPED:,} at most; ask for nearer "
                "rows, or fit a series whose steps in time are as wide as those of X"
            )
        future = np.full((n_steps, exog.shape[1]), np.nan)
        future[steps] = exog
        is_missing = np.isnan(future).any(axis=1)
        if not is_missing.any():
            return future
        if exog_gap == "error":
            first = self.labels(len(self), len(self) + n_steps)[int(is_missing.argmax())]
            raise TimeIndexError(
                f"X skips {is_missing.sum()} row(s) after the last known one, the first {first}; "
                "their exogenous values are needed to reach the later rows: pass these rows too, "
                "or set exog_gap='hold' (needed with TimeSeriesSplit(gap>0) and learning_curve)"
            )
        last_known = np.vstack([self.exog[-1:], future])
        filled: FloatArray = pd.DataFrame(last_known).ffill().to_numpy()[1:]
        return filled


def n_skipped(steps: IntArray) -> int:
    """Rows up to the farthest step ahead, counted from 0, that are not asked for themselves."""
    return int(steps.max()) + 1 - len(np.unique(steps))
