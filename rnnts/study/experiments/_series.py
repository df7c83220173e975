"""The shipped series in the form in which the study models them."""

from collections.abc import Callable

import numpy as np

from rnnts import datasets
from rnnts._types import FloatArray

Reader = Callable[[str], FloatArray]


def levels(name: str) -> FloatArray:
    """Values of a shipped series."""
    values: FloatArray = datasets.load(name).to_numpy()
    return values


def logs(name: str) -> FloatArray:
    """Natural logarithms of a shipped series."""
    return np.log(levels(name))


def growth(name: str) -> FloatArray:
    """Changes of the logarithm from quarter to quarter, in per cent a year."""
    return 400 * np.diff(logs(name))


def over_the_year(values: FloatArray) -> FloatArray:
    """Changes of monthly values from the same month a year before."""
    yearly: FloatArray = values[12:] - values[:-12]
    return yearly


def changes(name: str) -> FloatArray:
    """First differences of a shipped series."""
    return np.diff(levels(name))
