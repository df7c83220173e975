"""Preparations of a series, and their inverses."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from fuzz._checks import is_near
from fuzz._dice import Dice
from fuzz._verdict import Call
from fuzz.data import draw_table
from rnnts.transforms import (
    TRANSFORMS,
    BoxCox,
    Chain,
    Deseasonalize,
    Difference,
    Level,
    Log,
    Preparation,
    Scale,
)

_N_FOLLOWING = 5
_DRAWN = [
    Difference((1, 4)),
    Difference(0),
    Level("ses", "divide"),
    Scale("robust"),
    Deseasonalize("classical", "multiplicative"),
    BoxCox("likelihood"),
    Chain((Log(), Difference(1), Scale())),
    Preparation(diff=1, deseasonalize=None),
]


def transforms(dice: Dice, _folder: Path) -> Iterator[Call]:
    """Fit, then prepare and undo."""
    transform = dice.pick([*(each() for each in TRANSFORMS.values() if each is not Chain), *_DRAWN])
    n_rows = int(dice.pick([0, 1, 2] if dice.is_wrong() else [8, 30, 60]))
    values: Any = draw_table(dice, n_rows, int(dice.pick([1, 1, 2])))
    if dice.is_wrong():
        values = dice.pick([values[:, 0], values.astype(str), None, values[:, :0]])
    season = dice.pick([0, 2.5, "auto", 400] if dice.is_wrong() else [1, 4, 12])
    found: list[Any] = []

    def fit() -> Any:
        found.append(transform.fit(values, season))
        return found[0].describe()

    yield Call("transform fit", fit, subject=transform)
    if not found:
        return
    for _ in range(_N_FOLLOWING):
        yield _following(dice, transform, found[0], np.asarray(values, float))


def _following(dice: Dice, transform: Any, fitted: Any, values: Any) -> Call:
    rows, n_lost = values[-4:], min(fitted.n_lost, len(values))

    if np.isnan(values).any():
        # Which rows have a value then, each transform knows for itself.
        return Call("prepare gaps", lambda: fitted.transform(values).shape, subject=transform)
    largest = np.abs(values).max(initial=1.0)
    options = [
        Call("prepare", lambda: fitted.transform(values)[n_lost:], len(values) - n_lost),
        Call("prepare next", lambda: fitted.transform_next(rows), len(rows)),
        Call("undo", lambda: fitted.inverse_transform(np.zeros_like(rows)), len(rows)),
        Call(
            "prepare and undo",
            lambda: fitted.inverse_transform(fitted.transform_next(rows)),
            len(rows),
            lambda answer: is_near(rows, answer, 1e-6, largest),
        ),
        Call("roll on", lambda: fitted.update(rows).transform_next(rows), len(rows)),
        Call(
            "one step",
            lambda: fitted.inverse_one_step(np.zeros_like(values), values)[n_lost:],
            len(values) - n_lost,
        ),
    ]
    made: Call = dice.pick(options)
    return replace(made, subject=transform)
