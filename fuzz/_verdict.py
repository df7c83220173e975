"""What came of a call: an answer, a refusal, or a defect."""

import re
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

_REFUSALS = (ValueError, TypeError, AttributeError, NotImplementedError, OverflowError, MemoryError)
_MOST_WARNINGS = 10
# NumPy's own words, which name an operation and no remedy.
_FROM_BELOW = re.compile(
    r"encountered in|divide by zero|invalid value|empty slice|All-NaN|Degrees of freedom|deprecat"
)
# What scikit-learn promises of every estimator that a frame was fitted with and an array follows.
_FROM_SCIKIT_LEARN = re.compile(r"X does not have valid feature names, but \w+ was fitted with")
# A bank of streams goes on without those that it warns of.
_NOT_FINITE, _SAID_TO_BE_LOST = "not finite", "streams grew beyond all numbers"
_PACKAGE = "/rnnts/"


@dataclass(frozen=True)
class Call:
    """Something to be done, and how many rows its answer has (None: nothing is known)."""

    name: str
    do: Callable[[], Any]
    n_rows: int | None = None


@dataclass(frozen=True)
class Verdict:
    """`kind` is "answer", "refusal" or "defect"; `words` say what was refused or went wrong."""

    call: str
    kind: str
    words: str = ""


def judged(call: Call) -> Verdict:
    """Do it, and say what came of it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            answer = call.do()
        except Exception as error:  # noqa: BLE001 - which one it is decides
            verdict = _of_error(call.name, error)
        else:
            verdict = _of_answer(call, answer)
    if verdict.words.startswith(_NOT_FINITE) and any(
        _SAID_TO_BE_LOST in str(each.message) for each in caught
    ):
        return Verdict(call.name, "answer")
    if verdict.kind == "defect":
        return verdict
    fault = _fault_of_warnings(caught)
    return Verdict(call.name, "defect", fault) if fault else verdict


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
    for part in _parts(answer):
        values = np.asarray(part)
        if call.n_rows is not None and (not values.ndim or len(values) != call.n_rows):
            words = f"an answer of shape {values.shape} instead of {call.n_rows} rows"
            return Verdict(call.name, "defect", words)
        if values.dtype.kind in "fc" and not np.isfinite(values).all():
            return Verdict(call.name, "defect", f"{_NOT_FINITE}: {values.ravel()[:8]}")
    return Verdict(call.name, "answer")


def _parts(answer: Any) -> list[Any]:
    """The tables of numbers in an answer."""
    if isinstance(answer, dict):
        return [part for each in answer.values() for part in _parts(each)]
    if isinstance(answer, pd.DataFrame):
        numeric = answer.select_dtypes("number")
        return [numeric.to_numpy(dtype=float, na_value=np.nan)]
    return [answer] if isinstance(answer, np.ndarray | pd.Series | float | int) else []


def _fault_of_warnings(caught: list[warnings.WarningMessage]) -> str | None:
    for each in caught:
        words = str(each.message)
        is_foreign = "site-packages" in each.filename and not _FROM_SCIKIT_LEARN.match(words)
        if is_foreign or _FROM_BELOW.search(words):
            place = f"{Path(each.filename).name}:{each.lineno}"
            return f"{each.category.__name__} at {place}: {words[:200]}"
    if len(caught) > _MOST_WARNINGS:
        return f"{len(caught)} warnings, the last: {str(caught[-1].message)[:200]}"
    return None
