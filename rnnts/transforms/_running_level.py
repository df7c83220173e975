"""Levels that move with each row read: by exponential smoothing, or as a mean of the last rows."""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from rnnts._types import FloatArray
from rnnts.transforms import _columns

# Rates compared; a finer grid changes no forecast that matters.
_RATES = np.arange(1, 21) / 20


class RunningLevel(Protocol):
    """A level of shape (..., n_columns), NaN before the first observed row."""

    @property
    def level(self) -> FloatArray:
        """The level now."""

    @property
    def start(self) -> Self:
        """The level before the first row."""

    def run(self, values: FloatArray) -> tuple[FloatArray, Self]:
        """Level after each of the next rows, and the running level after all of them.

        Parameters
        ----------
        values : ndarray of shape (n_rows, ..., n_columns)
            A missing value leaves the level where it was.

        Returns
        -------
        levels : ndarray of the shape of `values`, broadcast against that of `level`
        after : RunningLevel
        """

    def describe(self) -> str:
        """What kind of level it is."""


@dataclass(frozen=True, eq=False)
class Smoothed:
    r"""Simple exponential smoothing, :math:`\ell_t = (1 - \alpha_t) \ell_{t-1} + \alpha_t y_t`.

    The first rows count equally, :math:`\alpha_t = 1/t`, until that is less than `rate`.
    """

    rate: FloatArray
    level: FloatArray
    n_observed: FloatArray

    @classmethod
    def before(cls, rate: FloatArray) -> "Smoothed":
        """The level before the first row, for a rate in each column."""
        return cls(rate, np.full(rate.shape, np.nan), np.zeros(rate.shape))

    @property
    def start(self) -> "Smoothed":
        """The level before the first row."""
        return Smoothed.before(self.rate)

    def run(self, values: FloatArray) -> tuple[FloatArray, "Smoothed"]:
        """Level after each of the next rows, and the running level after all of them."""
        is_known = ~np.isnan(values)
        n_observed = self.n_observed + is_known.cumsum(axis=0)
        rates = np.maximum(self.rate, 1 / np.maximum(n_observed, 1)) * is_known
        # A rate of 1 gives the row itself, to the last bit.
        pulls, kept = rates * np.where(is_known, values, 0.0), 1 - rates
        levels = np.empty(rates.shape)
        level = np.nan_to_num(self.level)
        for row, pull in enumerate(pulls):
            levels[row] = level = kept[row] * level + pull
        levels[n_observed == 0] = np.nan
        if not len(values):
            return levels, self
        # Copies: a view would keep all rows in memory.
        return levels, Smoothed(self.rate, levels[-1].copy(), n_observed[-1].copy())

    def describe(self) -> str:
        """With its rates."""
        rates = ", ".join(f"{rate:.2f}" for rate in self.rate)
        return f"exponentially smoothed level (rate {rates})"


@dataclass(frozen=True, eq=False)
class Averaged:
    """Mean of the observed ones among the last rows, of shape (n_kept, ..., n_columns)."""

    rows: FloatArray
    level: FloatArray

    @classmethod
    def before(cls, n_kept: int, n_columns: int) -> "Averaged":
        """The level before the first row."""
        return cls(np.full((n_kept, n_columns), np.nan), np.full(n_columns, np.nan))

    @property
    def start(self) -> "Averaged":
        """The level before the first row."""
        return Averaged.before(len(self.rows), self.rows.shape[-1])

    def run(self, values: FloatArray) -> tuple[FloatArray, "Averaged"]:
        """Level after each of the next rows, and the running level after all of them."""
        n_kept, n_rows = len(self.rows), len(values)
        # What has been read is the same for all samples that go on from it.
        samples = tuple(range(1, 1 + values.ndim - self.rows.ndim))
        before = np.expand_dims(self.rows, samples)
        rows = np.concatenate([np.broadcast_to(before, (n_kept, *values.shape[1:])), values])
        is_known = ~np.isnan(rows)
        observed = np.where(is_known, rows, 0.0)
        total, n_known = np.zeros(values.shape), np.zeros(values.shape)
        # Added up from the oldest on, so that rows read in pieces give the same to the last bit.
        for oldest in range(1, n_kept + 1):
            total += observed[oldest : oldest + n_rows]
            n_known += is_known[oldest : oldest + n_rows]
        levels = total / np.maximum(n_known, 1)
        for row in np.flatnonzero((n_known == 0).any(axis=tuple(range(1, values.ndim)))):
            previous = levels[row - 1] if row else self.level
            levels[row] = np.where(n_known[row] == 0, previous, levels[row])
        level = levels[-1].copy() if n_rows else self.level
        return levels, Averaged(rows[n_rows:].copy(), level)

    def describe(self) -> str:
        """With the number of rows."""
        n_kept = len(self.rows)
        return "last value" if n_kept == 1 else f"mean of the last {n_kept} rows"


def best_rate(values: FloatArray) -> FloatArray:
    """Rate of smoothing with the least sum of squared one-step errors, for each column."""
    return _columns.in_parts(_best_rate, values)


def _best_rate(values: FloatArray) -> FloatArray:
    # The squares of very large and very small values leave the floating-point range.
    size = np.nanmax(np.abs(values), axis=0)
    is_known = ~np.isnan(values)
    scaled = np.where(is_known, values / np.where(size > 0, size, 1.0), 0.0)
    n_observed = is_known.cumsum(axis=0)
    slowest = 1 / np.maximum(n_observed, 1)
    # The first value, before which there is no level, has no error.
    has_error = is_known & (n_observed > 1)
    level = squares = np.zeros((len(_RATES), values.shape[1]))
    rates = np.broadcast_to(_RATES[:, None], level.shape)
    # What `Smoothed.run` does, without keeping the levels of all rows.
    for row, row_is_known, slow, counts in zip(scaled, is_known, slowest, has_error, strict=True):
        squares = squares + counts * np.square(row - level)
        rate = row_is_known * np.maximum(rates, slow)
        level = (1 - rate) * level + rate * row
    best: FloatArray = _RATES[squares.argmin(axis=0)]
    return best
