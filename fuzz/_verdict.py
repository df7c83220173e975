"""What came of a call: an answer, a refusal, or a defect."""

import re
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from rnnts import OnlineRNN

_REFUSALS = (ValueError, TypeError, AttributeError, NotImplementedError, OverflowError, MemoryError)
_MOST_WARNINGS = 10
# NumPy's own words, which name an operation and no remedy.
_FROM_BELOW = re.compile(
    r"encountered in|divide by zero|invalid value|empty slice|All-NaN|Degrees of freedom|deprecat"
)
# What scikit-learn has every estimator say.
_FROM_SCIKIT_LEARN = re.compile(
    r"X does not have valid feature names, but \w+ was fitted with|A column-vector y was passed"
)
# A bank of streams goes on without those that it warns of.
_NOT_FINITE, _SAID_TO_BE_LOST = "not finite", "streams grew beyond all numbers"
_PACKAGE = "/rnnts/"
# What comes before us in a user's pipeline speaks for itself.
_OTHER_STEP = "/sklearn/preprocessing/"


@dataclass(frozen=True)
class Call:
    """Something to be done, and what is known of its answer.

    Attributes
    ----------
    name : str
    do : callable
    n_rows : int, optional
        How many rows the answer has.
    fault : callable, optional
        Says what is wrong with an answer, or None.
    subject : object, optional
        What is called: an estimator or a function.
    may_be_infinite : bool
        Whether infinity is an answer: a relative measure, where the scale is zero.
    """

    name: str
    do: Callable[[], Any]
    n_rows: int | None = None
    fault: Callable[[Any], str | None] | None = None
    subject: Any = None
    may_be_infinite: bool = False


@dataclass(frozen=True)
class Verdict:
    """`kind` is "answer", "refusal" or "defect"; `words` say what was refused or went wrong."""

    call: str
    kind: str
    words: str = ""
    subject: str = ""


def judged(call: Call) -> Verdict:
    """Do it, and say what came of it."""
    return replace(_judged(call), subject=_name_of(call.subject))


def _name_of(subject: Any) -> str:
    if subject is None:
        return ""
    return str(getattr(subject, "__name__", type(subject).__name__))


def _judged(call: Call) -> Verdict:
    caught: list[_Caught] = []

    def note(message: Warning | str, *_: Any, **__: Any) -> None:
        caught.append(_Caught(str(message), _who_warns()))

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = note
        try:
            answer = call.do()
        except Exception as error:  # noqa: BLE001 - which one it is decides
            verdict = _of_error(call.name, error)
        else:
            verdict = _of_answer(call, answer)
    if verdict.words.startswith(_NOT_FINITE) and (
        any(_SAID_TO_BE_LOST in each.words for each in caught) or _is_partly_lost(call.subject)
    ):
        return Verdict(call.name, "answer")
    if verdict.kind == "defect":
        return verdict
    fault = _fault_of_warnings(caught)
    return Verdict(call.name, "defect", fault) if fault else verdict


def _is_partly_lost(subject: Any) -> bool:
    """Whether it is a bank that warned of some of its streams before, which it does once."""
    return isinstance(subject, OnlineRNN) and 0 < subject._n_lost < (subject.n_streams or 1)


class _Caught(NamedTuple):
    """A warning, and the place that it was raised at, whomever it was meant for."""

    words: str
    place: str


def _who_warns() -> str:
    """The place of the innermost code that is neither here nor of the warnings themselves."""
    frame = sys._getframe(2)
    while frame.f_back and Path(frame.f_code.co_filename).name == "warnings.py":
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def _of_error(name: str, error: Exception) -> Verdict:
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}"
    words = f"{type(error).__name__}: {str(error)[:300]}"
    is_ours = _PACKAGE in where or "/sklearn/" in where
    if isinstance(error, _REFUSALS) and is_ours and len(str(error)) >= 15:
        return Verdict(name, "refusal", words)
    own = [
        f"{Path(each.filename).name}:{each.lineno}" for each in frames if _PACKAGE in each.filename
    ]
    return Verdict(name, "defect", f"{words} at {where} by way of {' '.join(own[-4:])}")


def _of_answer(call: Call, answer: Any) -> Verdict:
    n_rows = len(answer) if hasattr(answer, "__len__") else 1
    if call.n_rows is not None and n_rows != call.n_rows:
        return Verdict(call.name, "defect", f"{n_rows} rows instead of {call.n_rows}")
    for part in _parts(answer):
        values = np.asarray(part)
        if values.dtype.kind not in "fc":
            continue
        is_good = ~np.isnan(values) if call.may_be_infinite else np.isfinite(values)
        if not is_good.all():
            return Verdict(call.name, "defect", f"{_NOT_FINITE}: {values.ravel()[:8]}")
    fault = call.fault(answer) if call.fault else None
    return Verdict(call.name, "defect", fault) if fault else Verdict(call.name, "answer")


def _parts(answer: Any) -> list[Any]:
    """The tables of numbers in an answer."""
    if isinstance(answer, dict):
        return [part for each in answer.values() for part in _parts(each)]
    if isinstance(answer, list | tuple):
        return [part for each in answer for part in _parts(each)]
    if isinstance(answer, pl.DataFrame | pl.Series):
        answer = answer.to_pandas()
    if isinstance(answer, pd.DataFrame):
        numeric = answer.select_dtypes("number")
        return [numeric.to_numpy(dtype=float, na_value=np.nan)]
    return [answer] if isinstance(answer, np.ndarray | pd.Series | float | int) else []


def _fault_of_warnings(caught: list[_Caught]) -> str | None:
    for words, place in caught:
        if _OTHER_STEP in place:
            continue
        is_foreign = _PACKAGE not in place and not _FROM_SCIKIT_LEARN.match(words)
        if is_foreign or _FROM_BELOW.search(words):
            return f"warning at {place}: {words[:200]}"
    if len(caught) > _MOST_WARNINGS:
        return f"{len(caught)} warnings, the last: {caught[-1].words[:200]}"
    return None
