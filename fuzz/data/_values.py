"""Numbers of all shapes and magnitudes, and what may be missing."""

from decimal import Decimal
from typing import Any

import numpy as np

from fuzz._dice import Dice
from rnnts._types import FloatArray

_SHAPES = ["noise", "walk", "season", "constant", "zero", "trend", "steps", "mixed", "counts"]
_SOUND_TYPES = ["float32", "int64", "int8", "object", "Float64", "Int64", "bool"]
_STRANGE_TYPES = [
    "text", "category", "datetime64[ns]", "complex128", "decimal", "float16", "none"
]  # fmt: skip


def draw_size(dice: Dice) -> int:
    """Rows: tens of them, or so few that little can be learned."""
    few, enough = [0, 1, 2, 3, 5], [8, 13, 24, 30, 40, 60, 100]
    return int(dice.pick(few if dice.is_wrong(0.3) else enough))


def draw_values(dice: Dice, n_rows: int) -> FloatArray:
    """A series of floats, of some shape and magnitude, with what may be missing."""
    values = _shaped(dice, n_rows)
    if dice.chance(0.15):
        values = np.abs(values) + dice.pick([0.0, 1.0])
    if dice.chance(0.25):
        largest = 300 if dice.chance(0.2) else 140
        with np.errstate(over="ignore"):
            values = values * 10.0 ** dice.uniform(-300, largest)
    if n_rows and dice.chance(0.15):
        values[_missing(dice, n_rows)] = np.nan
    if n_rows and dice.is_wrong():
        values = values.copy()
        values[dice.pick([slice(None), n_rows // 2, slice(1, None)])] = dice.pick([np.inf, np.nan])
    return values


def draw_table(dice: Dice, n_rows: int, n_columns: int) -> FloatArray:
    """Columns side by side, each of a magnitude of its own."""
    columns = [draw_values(dice, n_rows) for _ in range(n_columns)]
    return np.stack(columns, axis=1) if columns else np.empty((n_rows, 0))


def _shaped(dice: Dice, n_rows: int) -> FloatArray:
    t, noise = np.arange(n_rows), dice.normal(size=n_rows)
    shape = dice.pick(_SHAPES)
    if shape == "walk":
        return noise.cumsum()
    if shape == "season":
        return 10 + np.sin(t * np.pi / 6) + 0.1 * noise
    if shape == "constant":
        return np.full(n_rows, dice.normal())
    if shape == "zero":
        return np.zeros(n_rows)
    if shape == "trend":
        return t + 0.1 * noise
    if shape == "steps":
        return np.repeat(dice.normal(size=n_rows // 5 + 1), 5)[:n_rows]
    if shape == "mixed":
        return noise * 10.0 ** dice.uniform(-30, 30, n_rows)
    return dice.integers(0, 3, n_rows).astype(float) if shape == "counts" else noise


def _missing(dice: Dice, n_rows: int) -> Any:
    t = np.arange(n_rows)
    return dice.pick(
        [
            dice.random(n_rows) < 0.2,
            t < n_rows // 3,
            t >= n_rows - n_rows // 3,
            (t > n_rows // 3) & (t < n_rows // 2),
        ]
    )


def as_type(dice: Dice, values: FloatArray) -> Any:
    """The values in some dtype of NumPy or pandas, which may change them."""
    import pandas as pd

    if dice.is_wrong():
        name = dice.pick(_STRANGE_TYPES)
    elif dice.chance(0.8):
        return values
    else:
        name = dice.pick(_SOUND_TYPES)
    whole = np.nan_to_num(np.clip(values, -100, 100)).round().astype("int64")
    if name == "float32":
        with np.errstate(over="ignore", under="ignore"):
            return values.astype("float32")
    if name in ("text", "decimal"):
        return np.array(
            [str(each) if name == "text" else Decimal(int(each)) for each in whole], "O"
        )
    if name == "none":
        return np.array([None if np.isnan(each) else each for each in values], object)
    if name in ("Float64", "Int64"):
        return pd.array(whole, dtype=name)
    if name == "category":
        return pd.Series(whole).astype(name).array
    return values.astype(object) if name == "object" else whole.astype(name)
