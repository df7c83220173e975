"""Shift and stretch each column of a series.  To add one, write it and name it in `SCALINGS`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray


@dataclass(frozen=True)
class Scaling:
    """``(values - center) / spread``, and back.

    Parameters
    ----------
    center, spread : ndarray of shape (n_columns,)
        In the units of the series.
    """

    center: FloatArray
    spread: FloatArray

    def transform(self, values: FloatArray) -> FloatArray:
        """Scale values of shape (n_rows, n_columns)."""
        scaled: FloatArray = (values - self.center) / self.spread
        return scaled

    def inverse_transform(self, scaled: FloatArray) -> FloatArray:
        """Bring scaled values back to the units of the series."""
        values: FloatArray = scaled * self.spread + self.center
        return values


def _standard(values: FloatArray) -> Scaling:
    """Mean and standard deviation."""
    # Squares of the smallest numbers are zero; of numbers near one they are not.
    size = np.abs(values).max(axis=0)
    size = np.where(size > 0, size, 1.0)
    return _scaling(values.mean(axis=0), size * (values / size).std(axis=0))


def _robust(values: FloatArray) -> Scaling:
    """Median and interquartile range."""
    low, center, high = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
    return _scaling(center, high - low)


def _identity(values: FloatArray) -> Scaling:
    n_columns = values.shape[1]
    return Scaling(np.zeros(n_columns), np.ones(n_columns))


def _scaling(center: FloatArray, spread: FloatArray) -> Scaling:
    # A column that does not vary, up to the rounding of its mean, is measured by its own size.
    size = np.abs(center)
    constant_spread = np.where(size > 0, size, 1.0)
    return Scaling(
        center, np.where(spread > 10 * np.finfo(float).eps * size, spread, constant_spread)
    )


SCALINGS: dict[str | None, Callable[[FloatArray], Scaling]] = {
    "standard": _standard,
    "robust": _robust,
    None: _identity,
}
