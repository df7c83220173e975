"""Sequences, and what is to be learned of them."""

from typing import Any

import numpy as np

from fuzz._dice import Dice
from fuzz.data._values import draw_values

N_TOKENS = 4


def draw_sequences(dice: Dice, *, are_tokens: bool) -> Any:
    """A table, a cube, or a list of sequences of any lengths."""
    n_sequences = int(dice.pick([0, 1] if dice.is_wrong() else [2, 5, 20, 40]))
    n_steps = 0 if dice.is_wrong() else int(dice.pick([1, 3, 7]))
    lengths = dice.integers(0 if dice.is_wrong() else 1, n_steps + 2, n_sequences)
    if dice.is_wrong():
        are_tokens = not are_tokens
    if are_tokens:
        return [dice.integers(0, N_TOKENS, length).tolist() for length in lengths]
    form = dice.pick(["table", "cube", "list"])
    if form == "list":
        return [_numbers(dice, length) for length in lengths]
    shape = (n_sequences, n_steps, int(dice.pick([1, 2])))
    cube = _numbers(dice, int(np.prod(shape))).reshape(shape)
    return cube if form == "cube" else cube[:, :, 0]


def draw_labels(dice: Dice, X: Any, kind: str) -> Any:
    """Targets of sequences: numbers, classes or sequences, one for each or one for each step."""
    n = len(X) + dice.is_wrong()
    if dice.is_wrong():
        kind = dice.pick(["regressor", "classifier", "translator"])
    lengths = [len(each) if np.ndim(each) else 1 for each in X]
    is_list = isinstance(X, list)
    if kind == "translator":
        return [dice.integers(0, N_TOKENS, dice.integers(1, 4)).tolist() for _ in range(n)]
    if kind == "classifier":
        if is_list and dice.chance(0.3):
            return [dice.integers(0, 3, length).tolist() for length in lengths]
        return dice.pick([np.array(["a", "b", "c"], object), np.arange(2)])[dice.integers(0, 2, n)]
    if is_list and dice.chance(0.3):
        return [_numbers(dice, length) for length in lengths]
    return _numbers(dice, n)


def _numbers(dice: Dice, n: int) -> Any:
    """Numbers of which none is missing, unless something is to be wrong."""
    values = draw_values(dice, n)
    return values if dice.is_wrong() else np.nan_to_num(values, posinf=1.0, neginf=-1.0)
