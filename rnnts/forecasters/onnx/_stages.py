"""What the transforms of :mod:`rnnts.transforms` do to one row, there and back."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from rnnts.forecasters.onnx._graph import Value
from rnnts.forecasters.onnx._levels import LevelNow, level_in
from rnnts.forecasters.onnx._row import Row
from rnnts.transforms import (
    Fitted,
    FittedChain,
    FittedDifference,
    FittedLevel,
    FittedPower,
    FittedSeason,
    FittedShiftedLog,
    Scaling,
)


class Stage(ABC):
    """A transform at one row."""

    @abstractmethod
    def forward(self, value: Value) -> Value:
        """The prepared value of the row."""

    @abstractmethod
    def inverse(self, prepared: Value) -> Value:
        """The row, given its prepared value."""

    def read(self, value: Value) -> None:
        """Remember the row, not yet prepared, where later ones need it."""
        return


def stages_in(row: Row, fitted: Fitted) -> list[Stage]:
    """The stages of a transform, in the order in which they prepare.

    Raises
    ------
    ValueError
        If ONNX nodes of one of them are not known here.
    """
    if isinstance(fitted, FittedChain):
        return [stage for part in fitted.stages for stage in stages_in(row, part)]
    if type(fitted) not in _STAGES:
        raise ValueError(
            f"to_onnx does not know the transform {type(fitted).__name__}; fit with the transforms "
            "of rnnts"
        )
    return [_STAGES[type(fitted)](row, fitted)]


def prepared(stages: Sequence[Stage], value: Value) -> Value:
    """What the stages make of a row."""
    for stage in stages:
        value = stage.forward(value)
    return value


class _Power(Stage):
    def __init__(self, row: Row, power: FittedPower) -> None:
        self._power, self._is_left = power, power.powers == 1
        self._is_log = power.powers == 0
        self._divisor = np.where(self._is_log, 1.0, power.powers)

    def forward(self, value: Value) -> Value:
        if self._is_left.all():
            return value
        power, graph = self._power, value.graph
        raised = value
        if power.floors is not None:
            floors = np.where(self._is_left, -np.inf, power.floors)
            raised = _raised(value, floors)
        logs = graph.node("Where", self._is_left, 1.0, raised / power.units).call("Log")
        curved = ((logs * power.powers).call("Exp") - 1.0) / self._divisor
        transformed = graph.node("Where", self._is_log, logs, curved)
        return graph.node("Where", self._is_left, value, transformed)

    def inverse(self, prepared: Value) -> Value:
        if self._is_left.all():
            return prepared
        graph, divisor = prepared.graph, self._divisor
        curved = (_raised(prepared * divisor, np.array(-1.0)) + 1.0).call("Log") / divisor
        exponent = graph.node("Where", self._is_log, prepared, curved)
        values = exponent.call("Exp") * self._power.units
        return graph.node("Where", self._is_left, prepared, values)


class _ShiftedLog(Stage):
    def __init__(self, row: Row, fitted: FittedShiftedLog) -> None:
        self._fitted = fitted

    def forward(self, value: Value) -> Value:
        return _raised(value + self._fitted.shifts, self._fitted.floors).call("Log")

    def inverse(self, prepared: Value) -> Value:
        return prepared.call("Exp") - self._fitted.shifts


class _Season(Stage):
    def __init__(self, row: Row, season: FittedSeason) -> None:
        # The next season; what follows repeats it.
        m = season.season_length
        place = row.number % m
        rows = season._rows(m)
        self._center = row.loop.node("Gather", season.center[rows], place, axis=0)
        self._spread = row.loop.node("Gather", season.spread[rows], place, axis=0)

    def forward(self, value: Value) -> Value:
        return (value - self._center) / self._spread

    def inverse(self, prepared: Value) -> Value:
        return prepared * self._spread + self._center


class _Difference(Stage):
    def __init__(self, row: Row, difference: FittedDifference) -> None:
        self._row, self._n_lost = row, difference.n_lost
        if self._n_lost:
            self._last = row.loop.state(difference.filled)
            # The newest row stands last, its weight first.
            weighted = self._last * difference.weights[::-1]
            self._known = weighted.call("ReduceSum", np.array([0]), keepdims=0)

    def forward(self, value: Value) -> Value:
        return value - self._known if self._n_lost else value

    def inverse(self, prepared: Value) -> Value:
        return prepared + self._known if self._n_lost else prepared

    def read(self, value: Value) -> None:
        if self._n_lost:
            loop, newest = self._row.loop, value.reshape(1, -1)
            loop.carry(self._last, loop.joined(self._last[1:], newest))


class _Level(Stage):
    def __init__(self, row: Row, fitted: FittedLevel) -> None:
        self._level: LevelNow = level_in(row.loop, fitted.running)
        self._is_ratio = fitted.is_ratio

    def forward(self, value: Value) -> Value:
        return value / self._level.now if self._is_ratio else value - self._level.now

    def inverse(self, prepared: Value) -> Value:
        return prepared * self._level.now if self._is_ratio else prepared + self._level.now

    def read(self, value: Value) -> None:
        self._level.read(value)


class _Scaling(Stage):
    def __init__(self, row: Row, scaling: Scaling) -> None:
        self._scaling = scaling

    def forward(self, value: Value) -> Value:
        return (value - self._scaling.center) / self._scaling.spread

    def inverse(self, prepared: Value) -> Value:
        return prepared * self._scaling.spread + self._scaling.center


def _raised(value: Value, floors: Any) -> Value:
    """The values, those below a floor raised to it; a NaN stays."""
    return value.call("Less", floors).where(floors, value)


_STAGES: dict[type[Fitted], Any] = {
    FittedPower: _Power,
    FittedShiftedLog: _ShiftedLog,
    FittedSeason: _Season,
    FittedDifference: _Difference,
    FittedLevel: _Level,
    Scaling: _Scaling,
}
