"""The levels of :mod:`rnnts.transforms._running_level`, moved by one row."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnnts.forecasters.onnx._graph import Loop, Value
from rnnts.transforms._running_level import Averaged, RunningLevel, Smoothed


class LevelNow(NamedTuple):
    """The level known before a row, of shape (n_columns,), and how the row moves it."""

    now: Value
    read: Callable[[Value], None]


def level_in(loop: Loop, running: RunningLevel) -> LevelNow:
    """A level at one row."""
    if isinstance(running, Smoothed):
        return _smoothed(loop, running)
    if isinstance(running, Averaged):
        return _averaged(loop, running)
    raise ValueError(f"to_onnx does not know the level {type(running).__name__}")


def _smoothed(loop: Loop, running: Smoothed) -> LevelNow:
    level, n_observed = loop.state(running.level), loop.state(running.n_observed)

    def read(value: Value) -> None:
        n_read = n_observed + 1.0
        rate = (1.0 / n_read).call("Max", running.rate)
        loop.carry(level, (1.0 - rate) * level + rate * value)
        loop.carry(n_observed, n_read)

    return LevelNow(level, read)


def _averaged(loop: Loop, running: Averaged) -> LevelNow:
    level, rows = loop.state(running.level), loop.state(running.rows)

    def read(value: Value) -> None:
        last = loop.joined(rows[1:], value.reshape(1, -1))
        # Rows from before the first one are NaN.
        is_missing = last.call("IsNaN")
        total = is_missing.where(0.0, last).call("ReduceSum", np.array([0]), keepdims=0)
        counts = is_missing.where(0.0, np.ones(running.rows.shape))
        loop.carry(level, total / counts.call("ReduceSum", np.array([0]), keepdims=0))
        loop.carry(rows, last)

    return LevelNow(level, read)
