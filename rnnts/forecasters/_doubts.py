"""What is to be said of forecasts that are numbers, and yet not to be relied on."""

import numpy as np

from rnnts._types import BoolArray, FloatArray

# Forecasts so many times as large as any row ever seen are those of a recurrence that explodes.
_BEYOND = 1e6

NO_WIDTH = (
    "the intervals have no width, because the rows that they rest on were predicted without any "
    "error; that does not make the next row certain: fit to rows that vary"
)

# Squares of errors below it are zero.
_SMALLEST = 1e-150


def is_far(values: FloatArray, y: FloatArray) -> BoolArray:
    """Which forecasts (n_steps, n_targets) leave all that was observed of a target far behind.

    None of a target of which nothing but zero was observed.
    """
    largest = _largest(y)
    far: BoolArray = (np.abs(values) > _BEYOND * largest) & (largest > 0)
    return far


def doubt_of_growth(far: BoolArray) -> str:
    """What to say where some steps are far from all that was observed."""
    n_steps = len(far)
    first = int(far.reshape(n_steps, -1).any(axis=1).argmax())
    return (
        f"from row {first + 1} of {n_steps} on, the forecast is more than "
        f"{_BEYOND:,.0f} times as large as any row seen, because the fitted recurrence is "
        "explosive; shorten the horizon, or difference the series before fitting"
    )


def doubt_of_width(widths: FloatArray, y: FloatArray) -> str | None:
    """What to say where the widest intervals (n_steps, n_targets) of a target have no width."""
    largest = _largest(y)
    least = np.where(largest > 0, np.finfo(float).eps * largest, _SMALLEST)
    if not (widths <= least).all(axis=0).any():
        return None
    if 0 < largest.min() < _SMALLEST:
        return (
            f"the intervals have no width, because the series has values up to {largest.min():.3g} "
            "only, and squares of its errors are zero; multiply it by a constant"
        )
    return NO_WIDTH


def _largest(y: FloatArray) -> FloatArray:
    """Absolute value of the largest observation of each target."""
    largest: FloatArray = np.nanmax(np.abs(y), axis=0, initial=0.0)
    return largest
