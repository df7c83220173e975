"""Checks of arguments, each answered by one sentence: what was needed, what came, what to do."""

import difflib
import numbers
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from rnnts._types import FloatArray

# Beyond it, a sum of squares is no float.
LARGEST = 1e150


def nearest(word: str, choices: Iterable[str]) -> str:
    """A question that names the choice closest to `word`, or nothing."""
    matches = difflib.get_close_matches(str(word), list(choices), n=1, cutoff=0.5)
    return f" (did you mean {matches[0]!r}?)" if matches else ""


def check_choice(name: str, value: object, choices: Iterable[str]) -> None:
    """Raise unless `value` is one of `choices`."""
    choices = list(choices)
    if value not in choices:
        hint = nearest(value, choices) if isinstance(value, str) else ""
        raise ValueError(f"unknown {name} {value!r}; choose from {', '.join(choices)}{hint}")


def is_integer(value: object) -> bool:
    """Whether `value` counts something; True and False do not."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def check_count(name: str, value: object, minimum: int = 1) -> int:
    """Return `value` as an int, or raise unless it is an integer of at least `minimum`."""
    if not is_integer(value):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    count: int = int(value)  # type: ignore[call-overload]
    if count < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {count}")
    return count


def check_sizes(name: str, value: object) -> int | tuple[int, ...]:
    """Return the sizes of one layer, or of several as a tuple, or raise."""
    if not isinstance(value, tuple | list):
        return check_count(name, value)
    if not value:
        raise ValueError(f"{name} must name at least one layer, got ()")
    return tuple(check_count(f"every entry of {name}", size) for size in value)


def check_between(name: str, value: object, low: float, high: float) -> float:
    """Return `value` as a float, or raise unless it lies strictly between two numbers."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r}")
    number = float(value)
    if not low < number < high:
        raise ValueError(f"{name} must lie between {low} and {high}, got {value!r}")
    return number


def check_positive(name: str, value: object) -> float:
    """Return `value` as a float, or raise unless it is a finite number above zero."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r}")
    number = float(value)
    if not 0 < number < float("inf"):
        raise ValueError(f"{name} must be a finite number above 0, got {value!r}")
    return number


def check_nonnegative(name: str, value: object) -> float:
    """Return `value` as a float, or raise unless it is a finite number from 0 upwards."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r}")
    number = float(value)
    if not 0 <= number < float("inf"):
        raise ValueError(f"{name} must be a finite number from 0 upwards, got {value!r}")
    return number


def check_squarable(values: FloatArray, name: str) -> None:
    """Raise where numbers are so large that a sum of their squares is not one; NaN may be there."""
    largest = np.nanmax(np.abs(values), initial=0.0)
    if largest > LARGEST:
        raise ValueError(
            f"{name} has values up to {largest:.3g}, whose squares leave the floating-point "
            f"range; divide {name} by a constant"
        )


def generator_of(random_state: Any) -> np.random.Generator:
    """The generator that is given, or a new one with the seed that is given, or raise."""
    try:
        return np.random.default_rng(random_state)
    except (TypeError, ValueError) as error:
        raise TypeError(
            "random_state must be an integer of at least 0, a numpy Generator or None, got "
            f"{random_state!r}"
        ) from error


def check_memory(n_bytes: int, remedy: str = "give fewer or shorter sequences at a time") -> None:
    """Raise if this machine could never hold so many bytes."""
    installed = _installed_memory()
    if installed is not None and n_bytes > installed:
        raise MemoryError(
            f"this needs {n_bytes:,} bytes of working memory, and there are {installed:,}; {remedy}"
        )


@cache
def _installed_memory() -> int | None:
    """Bytes of memory of this machine, or of the container it is, where the system tells."""
    try:
        installed = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
    limit = Path("/sys/fs/cgroup/memory.max")
    allowed = limit.read_text().strip() if limit.is_file() else "max"
    return installed if allowed == "max" else min(installed, int(allowed))
