"""Classes that are more, or less, than their attributes."""

from collections.abc import Hashable
from typing import Any

import numpy as np

from rnnts._types import FloatArray, IntArray
from rnnts.forecasters import PanelForecaster, _file_classes
from rnnts.forecasters._file_classes import check_shape
from rnnts.forecasters.panels._bank import Bank
from rnnts.forecasters.panels._block import Block
from rnnts.kernels.lanes.streams import Streams
from rnnts.panel import TimeAxis
from rnnts.saving import Form, attributes_of
from rnnts.sequence._trained import Trained
from rnnts.sequence.streams._learner import Design, Learner
from rnnts.sequence.streams._observations import Names


def _panel_state(panel: PanelForecaster) -> dict[str, Any]:
    # A folder of this machine.
    return attributes_of(panel) | {"checkpoint": None}


def _bank_state(bank: Bank) -> dict[str, Any]:
    """Its blocks, those in files as well, and axes that series share once."""
    kept = list(bank.kept())
    axes: dict[int, tuple[int, TimeAxis]] = {}
    axis_of = [
        np.array([axes.setdefault(id(axis), (len(axes), axis))[0] for axis in each.axes])
        for each in kept
    ]
    return {
        "blocks": [each.block for each in kept],
        "labels": [each.labels for each in kept],
        "axes": [axis for _, axis in axes.values()],
        "axis_of": axis_of,
    }


def _bank_from(
    blocks: list[Block],
    labels: list[list[Hashable]],
    axes: list[TimeAxis],
    axis_of: list[IntArray],
) -> Bank:
    bank = Bank()
    for block, names, places in zip(blocks, labels, axis_of, strict=True):
        bank.add(block, names, [axes[place] for place in places])
    return bank


def _learner_state(learner: Learner) -> dict[str, Any]:
    """What its streams have learned, without the padding of this machine's lanes."""
    streams = learner.streams
    arrays = {
        name: streams.lanes.unpack(getattr(streams, name), streams.n_streams)
        for name in Streams.sizes_of(streams.lanes, streams.rule)
    }
    return {
        "design": learner.design._asdict(),
        "n_features": learner.network.n_inputs,
        "n_seen": streams.n_seen,
        "names": learner.names,
        **arrays,
    }


def _learner_from(
    design: dict[str, Any], n_features: int, n_seen: int, names: Names, **arrays: FloatArray
) -> Learner:
    own = Design(**design)
    lanes, rule = own.lanes(n_features), own.learning_rule()
    packed = {}
    for name, size in Streams.sizes_of(lanes, rule).items():
        check_shape(name, arrays[name], (own.n_networks, size))
        packed[name] = lanes.pack(arrays[name])
    streams = Streams(lanes, rule, own.loss_code, own.n_networks, n_seen=n_seen, **packed)
    return Learner(own, own.network(n_features), streams, names)


def _trained_from(**state: Any) -> Trained:
    trained = Trained(**state)
    check_shape("params", trained.params, (trained.model.n_params,))
    return trained


FORMS: dict[type, Form] = {
    **_file_classes.FORMS,
    Bank: Form(_bank_state, _bank_from),
    PanelForecaster: Form(_panel_state),
    Learner: Form(_learner_state, _learner_from),
    Trained: Form(attributes_of, _trained_from),
}
