"""Observations as people hold them, checked, as arrays (n_rows, n_streams, ...)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike, NDArray

Names = list[Any] | None


class Shape(NamedTuple):
    """What one call brings: one observation or several in a row, of one stream or of many."""

    n_streams: int | None
    is_block: bool
    dtype: DTypeLike

    @property
    def axes(self) -> tuple[str, ...]:
        """What the axes before the features run over."""
        rows = ("n_rows",) if self.is_block else ()
        return rows if self.n_streams is None else (*rows, str(self.n_streams))

    def fits(self, shape: tuple[int, ...]) -> bool:
        """Whether these are the axes, and none of them is empty."""
        ends_right = self.n_streams is None or shape[-1:] == (self.n_streams,)
        return len(shape) == len(self.axes) and ends_right and 0 not in shape

    def in_rows(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values (*axes, ...) as (n_rows, n_streams, ...)."""
        values = values if self.is_block else values[None]
        return values[:, None] if self.n_streams is None else values

    def from_rows(self, values: NDArray[Any]) -> NDArray[Any]:
        """The way back."""
        values = values[:, 0] if self.n_streams is None else values
        return values if self.is_block else values[0]

    def where(self, is_wrong: NDArray[Any]) -> str:
        """The first place, of (n_rows, n_streams), where something is wrong."""
        row, stream = np.argwhere(is_wrong)[0]
        places = [f"row {row}"] if self.is_block else []
        places += [] if self.n_streams is None else [f"stream {stream}"]
        return " of ".join(places)


def names_of(x: Any, shape: Shape) -> Names:
    """The names of the features, where they have any."""
    if isinstance(x, Mapping):
        return list(x)
    if isinstance(x, pd.DataFrame) and shape.n_streams is None:
        return list(x.columns)
    return None


def inputs_from(x: Any, shape: Shape, n_features: int | None, names: Names) -> NDArray[Any]:
    """Inputs as (n_rows, n_streams, n_features).

    Parameters
    ----------
    x : number, mapping, DataFrame or array-like
    shape : Shape
    n_features : int, optional
        How many there were before, if there were any.
    names : list, optional
        What they were called.

    Raises
    ------
    ValueError
        If x has another shape or other features, or is not finite everywhere.
    """
    given = names_of(x, shape)
    if given is not None and names is None and n_features is not None:
        raise ValueError(
            f"x names its features {given}, but they had no names so far; give them as an array"
        )
    values = _numbers("x", _by_name(x, given, names), shape)
    if shape.fits(values.shape):
        values = values[..., None]
    if not (shape.fits(values.shape[:-1]) and values.shape[-1]):
        raise ValueError(
            f"x needs shape {_text(shape.axes)}, or {_text((*shape.axes, 'n_features'))}, got "
            f"{values.shape}"
        )
    if n_features not in (None, values.shape[-1]):
        raise ValueError(
            f"x has {_count(values.shape[-1])}, but there were {n_features} so far; give the same "
            "ones at every step"
        )
    rows = shape.in_rows(values)
    is_finite = np.isfinite(rows)
    if not is_finite.all():
        place = shape.where(~is_finite.all(axis=2))
        raise ValueError(
            f"x must be finite, but holds NaN or infinity{' in ' + place if place else ''}; fill "
            "it first, say with the last prediction"
        )
    return rows


def targets_from(y: Any, shape: Shape, n_rows: int, is_binary: bool) -> NDArray[Any]:
    """Targets as (n_rows, n_streams); a missing one is NaN.

    Raises
    ------
    ValueError
        If y has another shape than x has without its features, is infinite, or neither 0 nor 1
        where it has to be.
    """
    values = _numbers("y", y, shape)
    if not shape.fits(values.shape) or (shape.is_block and len(values) != n_rows):
        axes = (str(n_rows), *shape.axes[1:]) if shape.is_block else shape.axes
        raise ValueError(
            f"y needs shape {_text(axes)}, one target for each row of x, got {values.shape}"
            if axes
            else f"y needs one number for one observation, got shape {values.shape}"
        )
    rows = shape.in_rows(values)
    is_right = np.isnan(rows)
    is_right |= (rows == 0) | (rows == 1) if is_binary else np.isfinite(rows)
    if not is_right.all():
        place, value = shape.where(~is_right), rows[~is_right][0]
        needed = "0, 1 or missing for a loss of probabilities" if is_binary else "finite or missing"
        raise ValueError(
            f"y must be {needed}, got {value:g}{' in ' + place if place else ''}; "
            + ("encode the two classes as 0 and 1" if is_binary else "give NaN for what is missing")
        )
    return rows


def _by_name(x: Any, given: Names, names: Names) -> Any:
    """Features in the order of before, if they have names."""
    if given is None:
        return x
    if names is None:
        names = given
    elif set(given) != set(names):
        absent, new = ([n for n in a if n not in b] for a, b in ((names, given), (given, names)))
        raise ValueError(
            f"x needs the features {names}, but {absent or 'none'} are absent and {new or 'none'} "
            "are new; give the same ones at every step"
        )
    return np.stack([np.asarray(x[name]) for name in names], axis=-1) if names else np.empty((0,))


def _numbers(name: str, values: Any, shape: Shape) -> NDArray[Any]:
    try:
        # What is too large for float32 is infinite in it, and refused as such.
        with np.errstate(over="ignore"):
            return np.asarray(values, shape.dtype)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold numbers ({error}); encode anything else") from None


def _text(axes: tuple[str, ...]) -> str:
    return f"({', '.join(axes)}{',' if len(axes) == 1 else ''})" if axes else "of one number"


def _count(n_features: int) -> str:
    return f"{n_features} feature{'' if n_features == 1 else 's'}"
