"""What a stream, or each of a bank of them, learns with: a network, its rule, and its memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rnnts._network import Network
from rnnts._seeds import random_state_of
from rnnts._types import FloatArray
from rnnts._validation import check_choice, check_count
from rnnts.cells import CELLS
from rnnts.kernels.lanes.series import SeriesLanes
from rnnts.kernels.lanes.streams import Bptt, Rtrl, Rule, Streams
from rnnts.kernels.loss_codes import ABSOLUTE_ERROR, BRIER, HUBER, LOGISTIC, SQUARED_ERROR
from rnnts.sequence.streams._observations import Names

_LOSSES = {
    "squared_error": SQUARED_ERROR,
    "absolute_error": ABSOLUTE_ERROR,
    "huber": HUBER,
    "logistic": LOGISTIC,
    "brier": BRIER,
}
LOSSES_OF_PROBABILITIES = ("logistic", "brier")
_RULES = ("rtrl", "bptt", "readout_first")
_DTYPES = {"float64": np.float64, "float32": np.float32}
# The code of a stream's network is written out weight by weight: more take minutes to compile.
_MOST_UNITS, _MOST_WEIGHTS = 16, 3000


class Design(NamedTuple):
    """The settings that cannot change once something has been learned."""

    cell: str
    hidden_size: int
    loss: str
    rule: str
    truncation: int
    bias: bool
    n_streams: int | None
    dtype: str

    def check(self) -> None:
        """Raise if a setting is none of those there are."""
        check_choice("cell", self.cell, CELLS)
        if check_count("hidden_size", self.hidden_size) > _MOST_UNITS:
            raise ValueError(
                f"hidden_size must be at most {_MOST_UNITS} for a network that learns online, got "
                f"{self.hidden_size}; for a larger one use partial_fit of RNNForecaster"
            )
        check_choice("loss", self.loss, _LOSSES)
        check_choice("rule", self.rule, _RULES)
        check_count("truncation", self.truncation)
        check_choice("dtype", self.dtype, _DTYPES)
        if self.n_streams is not None:
            check_count("n_streams", self.n_streams)

    @property
    def scalar(self) -> Any:
        """The scalars, as a NumPy type."""
        return _DTYPES[self.dtype]

    @property
    def loss_code(self) -> int:
        """The loss, as kernels know it."""
        return _LOSSES[self.loss]

    @property
    def is_binary(self) -> bool:
        """Whether y is zero or one."""
        return self.loss in LOSSES_OF_PROBABILITIES

    @property
    def n_networks(self) -> int:
        """Streams, of which one by itself is one."""
        return 1 if self.n_streams is None else self.n_streams

    def network(self, n_features: int) -> Network:
        """The network of each stream."""
        return Network(CELLS[self.cell], n_features, self.hidden_size, 1)

    def lanes(self, n_features: int) -> SeriesLanes:
        """The networks of all streams."""
        return SeriesLanes(CELLS[self.cell], n_features, self.hidden_size, 1, dtype=self.scalar)

    def learning_rule(self) -> Rule:
        """What computes the gradient."""
        if self.rule == "rtrl":
            return Rtrl()
        return Bptt(self.truncation, readout_first=self.rule == "readout_first")


@dataclass
class Learner:
    """Streams under way.

    Parameters
    ----------
    design : Design
    network : Network
        Of each stream.
    streams : Streams
    names : list, optional
        Of the features.
    """

    design: Design
    network: Network
    streams: Streams
    names: Names

    @classmethod
    def at_rest(cls, design: Design, params: NDArray[Any], n_features: int, names: Names) -> Self:
        """Streams that have read nothing, from parameters (n_params,) or (n_streams, n_params)."""
        params = np.broadcast_to(params, (design.n_networks, params.shape[-1]))
        streams = Streams.at_rest(
            design.lanes(n_features),
            design.learning_rule(),
            design.loss_code,
            design.n_networks,
            params,
        )
        return cls(design, design.network(n_features), streams, names)

    @property
    def weights(self) -> dict[str, NDArray[Any]]:
        """Weights (n_streams, ...) by name, copied."""
        params = self.streams.lanes.unpack(self.streams.params, self.streams.n_streams)
        return {
            name: np.array(params[:, place]).reshape(-1, *shape)
            for name, shape, place in _places(self.network)
            if self.design.bias or not _is_bias(shape)
        }

    @property
    def states(self) -> NDArray[Any]:
        """States (n_streams, state_size), copied."""
        return np.array(self.streams.lanes.unpack(self.streams.states, self.streams.n_streams))

    @cached_property
    def moves(self) -> FloatArray:
        """One for each parameter that learns, zero for a bias that is not wanted."""
        moves = np.ones(self.network.n_params)
        if not self.design.bias:
            for _, shape, place in _places(self.network):
                if _is_bias(shape):
                    moves[place] = 0.0
        return moves


def starting_params(
    design: Design, n_features: int, init: str | Mapping[str, Any], random_state: Any
) -> NDArray[Any]:
    """Parameters (n_params,) for all streams, or (n_streams, n_params).

    Raises
    ------
    ValueError
        If `init` is neither "random", "zeros" nor a mapping from names of weights to finite arrays
        of their shapes, or there are too many weights.
    """
    network = design.network(n_features)
    if network.n_params > _MOST_WEIGHTS:
        raise ValueError(
            f"{n_features} features and {design.hidden_size} units of {design.cell!r} make "
            f"{network.n_params} weights, of which a network that learns online has at most "
            f"{_MOST_WEIGHTS}; use fewer of either, or partial_fit of RNNRegressor"
        )
    if isinstance(init, Mapping):
        return _given_params(design, network, init)
    check_choice("init", init, ("random", "zeros"))
    if init == "zeros":
        return np.zeros(network.n_params)
    seed = random_state_of(random_state).randint(2**31 - 1)
    return network.init_params(np.random.default_rng(seed))


def _given_params(design: Design, network: Network, given: Mapping[str, Any]) -> NDArray[Any]:
    places = [place for place in _places(network) if design.bias or not _is_bias(place[1])]
    for name in given:
        check_choice("weight in init", name, [name for name, _, _ in places])
    arrays = {name: np.asarray(values, np.float64) for name, values in given.items()}
    params = np.zeros((design.n_networks, network.n_params))
    for name, shape, place in places:
        values = arrays.get(name, np.zeros(shape))
        of_all = (design.n_networks, *shape)
        if values.shape not in (shape, of_all) or not np.isfinite(values).all():
            raise ValueError(
                f"init needs finite numbers of shape {shape} for {name}, or {of_all}, got "
                f"{values.shape}; see weights_ of a model that has learned"
            )
        params[:, place] = values.reshape(-1, prod(shape))
    return params


def _places(network: Network) -> list[tuple[str, tuple[int, ...], slice]]:
    """Name and shape of each array of weights, and where it stands in the flat vector."""
    places, start = [], 0
    for name, shape in network.shapes.items():
        places.append((name, shape, slice(start, start + prod(shape))))
        start += prod(shape)
    return places


def _is_bias(shape: tuple[int, ...]) -> bool:
    return len(shape) == 1
