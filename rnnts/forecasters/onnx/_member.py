"""One network at one row, and all that stands between it and the series."""

import numpy as np

from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._recurrence import Recurrence
from rnnts.forecasters.onnx._graph import Value
from rnnts.forecasters.onnx._levels import level_in
from rnnts.forecasters.onnx._network import network_in
from rnnts.forecasters.onnx._row import Reader, Row
from rnnts.forecasters.onnx._stages import prepared, stages_in


def member_in(row: Row, member: Member) -> Reader:
    """What a member says of a row, and how it reads it."""
    loop, recurrence, state = row.loop, member.recurrence, member.state
    lags = loop.state(state.lags)
    level = None if state.level is None else level_in(loop, state.level)
    relative = lags if level is None else lags - level.now
    x = loop.joined(relative.reshape(-1), *_beside(row, recurrence))
    said = network_in(loop, recurrence.network, recurrence.params, state.hidden[0], x)
    n_targets, outputs = state.lags.shape[1], recurrence.outputs
    # The point forecast among what is said of each target.
    place = int(outputs.central(np.arange(outputs.n_per_target, dtype=float)))
    by_row = said.reshape(recurrence.horizon, n_targets, outputs.n_per_target)
    ahead = by_row.call("Gather", np.array(place), axis=2)
    if level is not None:
        ahead = ahead + level.now
    scaled = _next_of(row, ahead, recurrence.horizon, n_targets)

    scaling, power = recurrence.y_scaling, stages_in(row, member.power)
    stages = stages_in(row, member.preparation)
    plain = scaled * scaling.spread + scaling.center
    undone = []
    for stage in reversed(stages):
        plain = stage.inverse(plain)
        undone.append(plain)
    effects = row.exog @ member.effects if len(member.effects) else None
    forecast = plain if effects is None else plain + effects
    for stage in reversed(power):
        forecast = stage.inverse(forecast)

    def read(y: Value) -> None:
        value = prepared(power, y)
        value = value if effects is None else value - effects
        for stage, own in zip(stages, reversed(undone), strict=True):
            stage.read(row.is_future.where(own, value))
            value = stage.forward(value)
        newest = row.is_future.where(scaled, (value - scaling.center) / scaling.spread)
        loop.carry(lags, loop.joined(newest.reshape(1, -1), lags[: len(state.lags) - 1]))
        if level is not None:
            level.read(newest)

    return Reader(forecast, read)


def _beside(row: Row, recurrence: Recurrence) -> list[Value]:
    """What is read beside the lags."""
    parts, scaling = [], recurrence.exog_scaling
    if len(scaling.center):
        parts.append((row.exog - scaling.center) / scaling.spread)
    if len(recurrence.static):
        parts.append(row.loop.value(recurrence.static))
    return parts


def _next_of(row: Row, said: Value, horizon: int, n_targets: int) -> Value:
    """What was said of this row when it was said last; `said` is of this row and those after it."""
    if horizon == 1:
        return said[0]
    waiting = row.loop.state(np.zeros((horizon, n_targets)))
    now = row.begins(horizon).where(said, waiting)
    row.loop.carry(waiting, row.loop.joined(now[1:], now[:1]))
    return now[0]
