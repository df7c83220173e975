"""What a model says about a panel."""

from typing import NamedTuple

from rnnts._types import FloatArray, IntArray

LEVEL = 95


class Said(NamedTuple):
    """Forecasts and ends of 95 % intervals, of shape (n_said, horizon).

    Attributes
    ----------
    places : ndarray of int of shape (n_said,), optional
        The series they are of; by default all.
    n_params : int, optional
        Weights trained in all.
    """

    mean: FloatArray
    low: FloatArray | None = None
    high: FloatArray | None = None
    places: IntArray | None = None
    n_params: int | None = None
