"""A network that learns row after row."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fuzz._checks import is_same
from fuzz._dice import Dice
from fuzz._settings import draw_stream_model
from fuzz._verdict import Call
from fuzz.sessions._saved import saved

_N_FOLLOWING = 6
# Of a bank whose size makes no sense, rows are still to be made.
_MOST_STREAMS = 3


def streams(dice: Dice, folder: Path) -> Iterator[Call]:
    """Learn some rows, then go on in every way there is."""
    model = draw_stream_model(dice)
    n_streams = _n_streams(model)
    n_rows = int(dice.pick([0, 1] if dice.is_wrong() else [5, 30]))
    X, y = _rows(dice, n_rows, n_streams), _targets(dice, model, n_rows, n_streams)
    if model.n_streams is None and y.ndim == 2:
        y = y[:, 0]
    name = dice.pick(["fit", "partial_fit"])
    if name == "fit" and model.n_streams is not None:
        name = "partial_fit"
    yield Call(f"stream {name}", lambda: getattr(model, name)(X, y), subject=model)
    for _ in range(_N_FOLLOWING):
        dice.go_wrong()
        yield _following(dice, model, X, y, folder)


def _n_streams(model: Any) -> int:
    asked = model.n_streams
    return asked if type(asked) is int and 1 <= asked <= _MOST_STREAMS else 1


def _rows(dice: Dice, n_rows: int, n_streams: int) -> Any:
    values = dice.normal(size=(n_rows, n_streams)) * 10.0 ** dice.integers(-3, 4)
    if dice.is_wrong():
        return dice.pick([values[:, 0], values * np.nan, values * 1e300, values.astype(str), None])
    return values if dice.chance(0.7) else pd.DataFrame(values).add_prefix("x")


def _targets(dice: Dice, model: Any, n_rows: int, n_streams: int) -> Any:
    numbers = dice.normal(size=(n_rows, n_streams))
    if dice.is_wrong():
        return dice.pick([numbers * np.nan, numbers[:-1], numbers * 1e300, numbers.astype(str)])
    is_yes_or_no = model.loss in ("logistic", "brier")
    return dice.integers(0, 2, numbers.shape) if is_yes_or_no else numbers


def _following(dice: Dice, model: Any, X: Any, y: Any, folder: Path) -> Call:
    n_streams = _n_streams(model)
    n_features = getattr(model, "n_features_in_", 1)
    x_one = _rows(dice, 1, n_streams)
    x_one = np.asarray(x_one)[0] if x_one is not None else None
    y_one = _targets(dice, model, 2, n_streams)[0]
    y_one = y_one[0] if model.n_streams is None else y_one
    others = _rows(dice, 4, n_streams if model.n_streams is not None else n_features)

    def fault_of_copy(answer: Any) -> str | None:
        return is_same(model.predict_one(x_one), answer)

    options = [
        Call("learn_one", lambda: model.learn_one(x_one, y_one)),
        Call("step_one", lambda: model.step_one(x_one, y_one)),
        Call("predict_one", lambda: model.predict_one(x_one)),
        Call("predict_proba_one", lambda: model.predict_proba_one(x_one)),
        Call("stream partial_fit", lambda: model.partial_fit(X, y)),
        Call("step", lambda: model.step(X, y)),
        Call("stream predict", lambda: model.predict(others)),
        Call("stream predict_proba", lambda: model.predict_proba(others)),
        Call("state_", lambda: np.shape(model.state_)),
        Call("save and load", lambda: saved(model, folder).predict_one(x_one), None, fault_of_copy),
    ]
    if dice.is_wrong(0.3):
        options += [
            Call("learn_one of numbers", lambda: model.learn_one(0.5, 1.0)),
            Call("learn_one of words", lambda: model.learn_one({"a": 1.0}, "b")),
        ]
    made: Call = dice.pick(options)
    return replace(made, subject=model)
