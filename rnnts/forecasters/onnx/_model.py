"""A fitted model as one ONNX graph, that reads new rows and forecasts the next."""

from importlib.metadata import version

import numpy as np
from onnx import TensorProto, checker, helper

from rnnts._types import FloatArray
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters._network_forecaster import NetworkForecaster
from rnnts.forecasters._theta import ThetaForecaster
from rnnts.forecasters.networks._ensemble import Ensemble
from rnnts.forecasters.networks._model import Blend, Companion, Model, Replaced, networks_in
from rnnts.forecasters.onnx._graph import Graph, Loop, Value
from rnnts.forecasters.onnx._member import member_in
from rnnts.forecasters.onnx._row import Reader, Row
from rnnts.forecasters.onnx._theta import theta_in

# Those of 2022, which every runtime of today reads.
_OPSET, _FORMAT = 18, 8


def model_in_onnx(model: Model, floor: FloatArray, n_exog: int, about: dict[str, str]) -> bytes:
    """The graph of a model that has read some rows.

    Parameters
    ----------
    model : Model
    floor : ndarray of shape (n_targets,)
        What forecasts are raised to.
    n_exog : int
    about : dict
        Words kept in the file.
    """
    graph, n_targets = Graph(), len(floor)
    y = graph.input("y", TensorProto.DOUBLE, ["n_new", n_targets])
    n_new = y.call("Shape")[0]
    if n_exog:
        exog = graph.input("exog", TensorProto.DOUBLE, ["n_rows", n_exog])
        n_rows = exog.call("Shape")[0]
        n_future = n_rows - n_new
    else:
        n_future = graph.input("horizon", TensorProto.INT64, [])
        n_rows = n_new + n_future
    unknown = graph.value(np.full((1, n_targets), np.nan))
    future = unknown.call("Expand", graph.joined(n_future.reshape(1), np.array([n_targets])))
    numbers = graph.node("Range", 0, n_rows, 1)

    loop = Loop(graph)
    row_y = loop.row(graph.joined(y, future), TensorProto.DOUBLE, [n_targets])
    row_exog = loop.row(exog, TensorProto.DOUBLE, [n_exog]) if n_exog else loop.value(np.zeros(0))
    number = loop.row(numbers, TensorProto.INT64, [])
    ahead = loop.row(numbers - n_new, TensorProto.INT64, [])
    is_future = ahead.call("GreaterOrEqual", 0)
    said = _said(Row(loop, row_y, row_exog, number, ahead, is_future), model, floor)
    forecasts = loop.run(said, [n_targets])
    last = graph.node("Slice", forecasts, n_new.reshape(1), np.array([np.iinfo(np.int64).max]))
    finished = graph.finished("forecaster", [(last, "forecast", ["horizon", n_targets])])
    proto = helper.make_model(
        finished,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_FORMAT,
        producer_name="rnnts",
        producer_version=version("rnnts"),
    )
    helper.set_model_props(proto, about)
    checker.check_model(proto, full_check=True)
    content: bytes = proto.SerializeToString()
    return content


def _said(row: Row, model: Model, floor: FloatArray) -> Value:
    """What a model says of a row, which all of its parts then read."""
    parts = _Parts(row)
    said = parts.raised(parts.forecast(model), floor)
    # A missing row is read as what the networks say of it.
    of_networks = parts.forecast(networks_in(model))
    known = row.y.call("IsNaN").where(of_networks, row.y)
    for reader in parts.readers:
        reader.read(known)
    return said


class _Parts:
    """The parts of a model at one row, each of which stands there once."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self._ensembles: dict[int, Value] = {}
        self.readers: list[Reader] = []

    def forecast(self, model: Model) -> Value:
        """What a model says of the row."""
        if isinstance(model, Ensemble):
            if id(model) not in self._ensembles:
                self._ensembles[id(model)] = self._of_networks(model)
            return self._ensembles[id(model)]
        if isinstance(model, Blend):
            first, second = self.forecast(model.first), self.forecast(model.second)
            return (1.0 - model.share) * first + model.share * second
        if isinstance(model, Replaced):
            return self.forecast(model.used)
        if isinstance(model, Companion):
            return self._of_forecaster(model.forecaster)
        raise TypeError(f"to_onnx does not know the model {type(model).__name__}")

    def raised(self, said: Value, floor: FloatArray) -> Value:
        """Forecasts, those below a floor raised to it."""
        return said.call("Max", floor) if np.isfinite(floor).any() else said

    def _of_forecaster(self, forecaster: BaseForecaster) -> Value:
        if isinstance(forecaster, NetworkForecaster):
            return self.raised(self.forecast(forecaster._model), forecaster._floor)
        if isinstance(forecaster, ThetaForecaster):
            return self._read_by(theta_in(self._row, forecaster))
        raise ValueError(
            "to_onnx writes networks and the theta method, and here "
            f"{type(forecaster).__name__} has a part in the forecasts; fit with partner=None or "
            "'theta', and without a fallback"
        )

    def _of_networks(self, networks: Ensemble) -> Value:
        """The mean over preparations of the medians over seeds."""
        said = [
            [self._read_by(member_in(self._row, member)) for member in seeds]
            for seeds in networks.members
        ]
        total, *others = map(_median, said)
        for median in others:
            total = total + median
        return total / float(len(said))

    def _read_by(self, reader: Reader) -> Value:
        self.readers.append(reader)
        return reader.forecast


def _median(values: list[Value]) -> Value:
    if len(values) == 1:
        return values[0]
    loop, n_values = values[0].graph, len(values)
    rows = loop.joined(*(value.reshape(1, -1) for value in values))
    lower, upper = (n_values - 1) // 2, n_values // 2
    smallest = loop.node("TopK", rows, np.array([upper + 1]), n_results=2, axis=0, largest=0)
    return (smallest[lower] + smallest[upper]) / 2.0
