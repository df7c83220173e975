"""Truths that can be checked without a second implementation: each says what is wrong, or None."""

from typing import Any

import numpy as np
import pandas as pd

from fuzz.data import index_after


def goes_on(y: Any, answer: Any) -> str | None:
    """Whether the labels of forecasts are those that follow the series."""
    expected = index_after(y, len(answer)) if hasattr(answer, "__len__") else None
    if expected is None or not isinstance(answer, pd.Series | pd.DataFrame):
        return None
    if answer.index.equals(expected):
        return None
    return f"labels {list(answer.index[:3])} instead of {list(expected[:3])}"


def is_nested(answer: Any) -> str | None:
    """Whether intervals hold the narrower ones."""
    if not isinstance(answer, pd.DataFrame) or "mean" not in answer.columns:
        return None
    levels = sorted(float(name[3:]) for name in answer.columns if str(name).startswith("lo-"))
    names = [f"lo-{level:.12g}" for level in reversed(levels)]
    names += [f"hi-{level:.12g}" for level in levels]
    return _rising(answer[names].to_numpy())


def rises(answer: Any) -> str | None:
    """Whether quantiles of rising probabilities rise."""
    is_of_one = isinstance(answer, pd.DataFrame) and answer.columns.nlevels == 1
    return _rising(answer.to_numpy()) if is_of_one else None


def _rising(values: np.ndarray) -> str | None:
    falls = np.diff(values, axis=1) < 0
    if not falls.any():
        return None
    row = int(falls.any(axis=1).argmax())
    return f"quantiles that fall, in row {row}: {values[row]}"


def is_between(low: float, high: float, answer: Any) -> str | None:
    """Whether a number lies where it must."""
    return None if low <= answer <= high else f"{answer} is not from {low} to {high}"


def is_same(expected: Any, answer: Any) -> str | None:
    """Whether two answers are alike to the last bit."""
    return None if np.array_equal(expected, answer) else f"{answer} instead of {expected}"


def is_near(expected: Any, answer: Any, rtol: float, largest: float = 0.0) -> str | None:
    """Whether two arrays agree, in the units of the largest value."""
    expected, answer = np.asarray(expected, float), np.asarray(answer, float)
    if expected.shape != answer.shape:
        return f"shape {answer.shape} instead of {expected.shape}"
    is_known = np.isfinite(expected)
    largest = np.abs(expected[is_known]).max(initial=largest)
    away = np.abs(answer[is_known] - expected[is_known]).max(initial=0.0)
    return None if away <= rtol * largest else f"{away:.3g} away, of {largest:.3g}"
