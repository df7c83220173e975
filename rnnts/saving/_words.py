"""Settings, forms of panels and time axes in words of JSON, and back.

Classes are found by name among those of this package, so that reading creates nothing else.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

from rnnts.losses import LOSSES
from rnnts.panel import DictForm, IndexedForm, LongForm, TimeAxis
from rnnts.panel.axes import DatetimeAxis, IntegerAxis, PeriodAxis
from rnnts.solvers import SOLVERS
from rnnts.transforms import TRANSFORMS

_CLASSES: dict[str, type[Any]] = {
    each.__name__: each
    for each in [
        *SOLVERS.values(),
        *map(type, LOSSES.values()),
        *TRANSFORMS.values(),
        *(LongForm, IndexedForm, DictForm),
    ]
}


def words_of(value: Any, name: str) -> Any:
    """A setting in words.

    Parameters
    ----------
    value : object
    name : str
        Of the setting, for the error.

    Returns
    -------
    number, str, dict or None
        What JSON knows.

    Raises
    ------
    TypeError
        If it is neither a number, a text, a tuple of these, nor a solver, loss or transform.

    Examples
    --------
    >>> from rnnts.saving import from_words, words_of
    >>> words_of((1, 12), "diff")
    {'tuple': [1, 12]}
    >>> from_words(words_of((1, 12), "diff"))
    (1, 12)
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return {type(value).__name__: [words_of(each, name) for each in value]}
    if is_dataclass(value) and _CLASSES.get(type(value).__name__) is type(value):
        settings = {item.name: getattr(value, item.name) for item in fields(value) if item.init}
        return {
            "class": type(value).__name__,
            "settings": {key: words_of(each, name) for key, each in settings.items()},
        }
    raise TypeError(
        f"{name}={value!r} cannot be written to a file; give a number, a word, or a solver, loss "
        "or transform of rnnts"
    )


def from_words(words: Any) -> Any:
    """The way back.

    Parameters
    ----------
    words : number, str, dict or None

    Returns
    -------
    object

    See Also
    --------
    words_of : The way there.
    """
    if not isinstance(words, Mapping):
        return words
    if "class" in words:
        settings = {key: from_words(each) for key, each in words["settings"].items()}
        return _CLASSES[words["class"]](**settings)
    ((kind, values),) = words.items()
    return {"tuple": tuple, "list": list}[kind](from_words(each) for each in values)


def axis_words(axis: TimeAxis) -> dict[str, Any]:
    """A time axis in words.

    Parameters
    ----------
    axis : TimeAxis

    Returns
    -------
    dict

    Raises
    ------
    TypeError
        If its frequency has no name that means all of it.

    Examples
    --------
    >>> from rnnts.panel import time_axis
    >>> from rnnts.saving import axis_from, axis_words
    >>> axis = time_axis(pd.period_range("2024Q1", periods=8, freq="Q"))
    >>> axis_from(axis_words(axis)) == axis
    True
    """
    words: dict[str, Any] = {"n_steps": axis.n_steps, "name": axis.name}
    if isinstance(axis, DatetimeAxis):
        zone = None if axis.start.tz is None else str(axis.start.tz)
        words |= {"stamp": axis.start.isoformat(), "zone": zone, "unit": axis.unit}
        words["freq"] = axis.freq.freqstr
    elif isinstance(axis, PeriodAxis):
        words |= {"period": axis.start.ordinal, "freq": axis.start.freqstr}
    else:
        words |= {"number": axis.start, "freq": axis.freq}
    try:
        is_same = axis_from(words) == axis
    except ValueError:
        is_same = False
    if not is_same or not isinstance(axis.name, str | int | None):
        raise TypeError(
            f"a time axis with freq={axis.freq!r} and name {axis.name!r} cannot be written to a "
            "file; give the rows a plain frequency"
        )
    return words


def axis_from(words: Mapping[str, Any]) -> TimeAxis:
    """The way back.

    Parameters
    ----------
    words : dict

    Returns
    -------
    TimeAxis

    See Also
    --------
    axis_words : The way there.
    """
    n_steps, name, freq = words["n_steps"], words["name"], words["freq"]
    if "number" in words:
        return IntegerAxis(words["number"], freq, n_steps, name)
    if "period" in words:
        start = pd.Period(ordinal=words["period"], freq=freq)
        return PeriodAxis(start, start.freq, n_steps, name)
    stamp = pd.Timestamp(words["stamp"])
    if words["zone"] is not None:
        stamp = stamp.tz_convert(words["zone"])
    return DatetimeAxis(stamp.as_unit(words["unit"]), to_offset(freq), n_steps, name, words["unit"])
