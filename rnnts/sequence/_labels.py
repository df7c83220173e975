"""Labels as numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnts._types import FloatArray, IntArray


def check_same_classes(estimator: Any, classes: NDArray[Any]) -> None:
    """Raise where an estimator is to go on from weights that mean other classes."""
    known = getattr(estimator, "classes_", None)
    if estimator.warm_start and known is not None and not np.array_equal(known, classes):
        raise ValueError(
            f"warm_start=True goes on with the classes {known.tolist()}, and y has "
            f"{classes.tolist()}; give the same classes, or set warm_start=False"
        )


def encoded(labels: NDArray[Any], classes: NDArray[Any], owners: IntArray) -> IntArray:
    """The place of each label (n,) among sorted classes; `owners` (n,) are their sequences.

    Raises
    ------
    ValueError
        If a label is none of them.
    """
    places = np.searchsorted(classes, labels).clip(max=len(classes) - 1)
    is_known = classes[places] == labels
    if not is_known.all():
        first = np.argmin(is_known)
        raise ValueError(
            f"y[{owners[first]}] holds the label {labels.tolist()[first]!r}, which is none of the "
            f"classes {classes.tolist()}; name all classes in the first call of partial_fit"
        )
    return places


def ones_at(numbers: NDArray[Any], n: int) -> FloatArray:
    """Rows of zeros (..., n) with a one in the place of each number (...)."""
    ones: FloatArray = np.eye(n)[numbers.astype(np.int64)]
    return ones
