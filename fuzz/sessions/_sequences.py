"""Sequences, and what is to be learned of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from fuzz._checks import is_between, is_same
from fuzz._dice import Dice
from fuzz._settings import draw_sequence_model
from fuzz._verdict import Call
from fuzz.data import draw_labels, draw_sequences
from fuzz.sessions._saved import pickled, saved
from rnnts import RNNClassifier, RNNRegressor

_N_FOLLOWING = 5


def sequences(dice: Dice, folder: Path) -> Iterator[Call]:
    """Fit, then some of what estimators of sequences can do."""
    are_tokens = dice.chance(0.25)
    model, X = (
        draw_sequence_model(dice, are_tokens=are_tokens),
        draw_sequences(dice, are_tokens=are_tokens),
    )
    kind = type(model).__name__.removeprefix("RNN").lower()
    y = draw_labels(dice, X, kind)
    weights = dice.pick([None, None, None, dice.random(len(X)), [-1.0] * len(X)])
    if weights is None or dice.chance(0.5):
        yield Call("sequence fit", lambda: model.fit(X, y), subject=model)
    else:
        yield Call("sequence fit", lambda: model.fit(X, y, sample_weight=weights), subject=model)
    for _ in range(_N_FOLLOWING):
        dice.go_wrong()
        others = draw_sequences(dice, are_tokens=are_tokens)
        yield _following(dice, model, X, y, others, folder)


def _following(dice: Dice, model: Any, X: Any, y: Any, others: Any, folder: Path) -> Call:
    n = len(X)

    def fault_of_copy(answer: Any) -> str | None:
        pairs = zip(model.predict(X), answer, strict=True)
        return next((fault for pair in pairs if (fault := is_same(*pair))), None)

    options = [
        Call("sequence predict", lambda: model.predict(X), n),
        Call("sequence predict others", lambda: model.predict(others), len(others)),
        Call("sequence score", lambda: model.score(X, y), fault=lambda x: is_between(-1e999, 1, x)),
        Call("sequence save and load", lambda: saved(model, folder).predict(X), n, fault_of_copy),
        Call("sequence pickle", lambda: pickled(model).predict(X), n, fault_of_copy),
        Call("sequence fit again", lambda: model.fit(X, y)),
    ]
    if isinstance(model, RNNClassifier):
        options.append(Call("predict_proba", lambda: model.predict_proba(X), n))
        options.append(Call("decision_function", lambda: model.decision_function(X), n))
    if isinstance(model, RNNClassifier | RNNRegressor):
        n_steps = dice.pick([0, -1, 1.5, 10**15] if dice.is_wrong() else [1, 5])
        start = others[0] if len(others) else others
        options.append(Call("generate", lambda: model.generate(start, n_steps)))
        options.append(Call("sequence partial_fit", lambda: model.partial_fit(X, y)))
    made: Call = dice.pick(options)
    return replace(made, subject=model)
