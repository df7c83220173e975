"""Shift and stretch each column of a series.  To add one, write it and name it in `SCALINGS`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_choice
from rnnts.transforms import _columns
from rnnts.transforms._base import Fitted, Transform


@dataclass(frozen=True)
class Scaling(Fitted):
    """``(values - center) / spread``, and back.

    Parameters
    ----------
    center, spread : ndarray of shape (n_columns,)
        In the units of the series.

    See Also
    --------
    Scale : What becomes it by `fit`.
    """

    center: FloatArray
    spread: FloatArray

    def transform_next(self, values: FloatArray) -> FloatArray:
        """Scale values of shape (n_rows, n_columns).

        Raises
        ------
        OverflowError
            If a value is no number in the units learned.
        """
        with np.errstate(over="ignore"):
            scaled: FloatArray = (values - self.center) / self.spread
        if np.isinf(scaled).any() and np.isfinite(values[np.isinf(scaled)]).all():
            raise OverflowError(
                f"values up to {np.nanmax(np.abs(values)):.3g} leave the floating-point range in "
                f"units of {np.min(self.spread):.3g}, the spread learned in fit; fit again on rows "
                "of that size"
            )
        return scaled

    def inverse_transform(self, prepared: FloatArray) -> FloatArray:
        """Bring scaled values back to the units of the series."""
        values: FloatArray = prepared * self.spread + self.center
        return values

    def describe(self) -> str:
        """What it does, in a word."""
        return "scaled"


@dataclass(frozen=True)
class Scale(Transform[Scaling]):
    """Scale each column to center 0 and spread 1.

    Parameters
    ----------
    kind : "standard", "robust" or "steps"
        Mean and standard deviation; median and interquartile range; or mean and mean absolute
        change from row to row, which a trend does not inflate.

    Examples
    --------
    >>> import numpy as np
    >>> Scale().fit(np.array([[1.0], [np.nan], [3.0]])).transform(np.array([[3.0]]))
    array([[1.]])
    """

    kind: str = "standard"

    def __post_init__(self) -> None:
        check_choice("scale", self.kind, [name for name in SCALINGS if name])

    def _learn(self, values: FloatArray, season_length: int) -> Scaling:
        return SCALINGS[self.kind](values)


def _standard(values: FloatArray) -> Scaling:
    """Mean and standard deviation."""
    # Squares of the smallest numbers are zero; of numbers near one they are not.
    size = np.nanmax(np.abs(values), axis=0)
    size = np.where(size > 0, size, 1.0)
    return _scaling(_columns.mean(values), size * _columns.spread(values / size))


def _robust(values: FloatArray) -> Scaling:
    """Median and interquartile range."""
    low, center, high = _columns.quantiles(values, (0.25, 0.5, 0.75))
    return _scaling(center, high - low)


def _steps(values: FloatArray) -> Scaling:
    """Mean, and mean absolute change from one row to the next."""
    return _scaling(_columns.mean(values), _columns.mean(np.abs(np.diff(values, axis=0))))


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
    "steps": _steps,
    None: _identity,
}
