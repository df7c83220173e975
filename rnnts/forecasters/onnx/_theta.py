"""The theta method at one row; see :mod:`rnnts.forecasters._theta_model` for the equations."""

from rnnts.forecasters._theta import ThetaForecaster
from rnnts.forecasters.onnx._graph import Value
from rnnts.forecasters.onnx._row import Reader, Row
from rnnts.forecasters.onnx._stages import stages_in


def theta_in(row: Row, forecaster: ThetaForecaster) -> Reader:
    """What the theta method says of a row, and how it reads it."""
    loop, model, start = row.loop, forecaster._model, forecaster._state
    (season,) = stages_in(row, forecaster._season)
    n_read, level = loop.state(start.n_read), loop.state(start.level)
    # A line that does not follow the rows is a constant.
    part = loop.state if model.line is None else loop.value
    intercept, slope = part(start.intercept), part(start.slope)
    decay = loop.node("Pow", 1 - model.alpha, n_read)
    line = decay * intercept + (1.0 - decay * (1 - model.alpha)) / model.alpha * slope
    predicted = level + model.omega * line

    def read(y: Value) -> None:
        value = row.is_future.where(predicted, season.forward(y) - forecaster._origin)
        n_after = n_read + 1.0
        loop.carry(n_read, n_after)
        loop.carry(level, level + model.alpha * (value - level))
        if model.line is None:
            error = value - intercept - n_after * slope
            loop.carry(intercept, intercept - 2.0 / n_after * error)
            loop.carry(slope, slope + 6.0 / (n_after * (n_after + 1.0)) * error)

    return Reader(season.inverse(predicted + forecaster._origin), read)
