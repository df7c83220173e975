"""Many streams, each with a network of its own that learns as it reads."""

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Protocol, Self

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels.lanes import online as kernels
from rnnts.kernels.lanes.arrays import AnyFloatArray, by_row, empty_blocks, to_lanes
from rnnts.kernels.lanes.series import SeriesLanes
from rnnts.kernels.lanes.sizes import LaneNetwork
from rnnts.kernels.threads import in_threads
from rnnts.kernels.workspaces import Workspaces


class Rule(Protocol):
    """How a network learns from one step."""

    def memory_size(self, net: LaneNetwork) -> int:
        """Numbers that a stream remembers besides its state."""

    def new_workspace(self, net: LaneNetwork, dtype: type[np.floating[Any]]) -> FloatArray:
        """Scratch memory for one thread."""

    def learn(self, n_before: int, *arguments: Any) -> None:
        """Call the kernel, after so many steps."""


@dataclass(frozen=True)
class Bptt:
    """The gradient through the last steps, of which all but the newest keep what they were.

    Parameters
    ----------
    n_steps : int
        How many; one is the gradient that takes the state before as given.
    readout_first : bool
        Let the slope reach the hidden units through the read-out that has already moved.

    References
    ----------
    Williams and Peng (1990), *An Efficient Gradient-Based Algorithm for On-Line Training of
    Recurrent Network Trajectories*.
    """

    n_steps: int = 1
    readout_first: bool = False

    def memory_size(self, net: LaneNetwork) -> int:
        """Numbers that a stream remembers besides its state."""
        return self.n_steps * (net.n_inputs + net.n_states + net.n_saved)

    def new_workspace(self, net: LaneNetwork, dtype: type[np.floating[Any]]) -> FloatArray:
        """Scratch memory for one thread."""
        return kernels.workspace_for_bptt(net, self.n_steps, dtype)

    def learn(self, n_before: int, *arguments: Any) -> None:
        """Call the kernel, after so many steps."""
        *arrays, memory, start, stop = arguments
        settings = n_before, self.n_steps, self.readout_first
        kernels.learn_by_bptt(*arrays, *settings, memory, start, stop)


@dataclass(frozen=True)
class Rtrl:
    """The gradient through all steps so far, by real-time recurrent learning."""

    def memory_size(self, net: LaneNetwork) -> int:
        """Numbers that a stream remembers besides its state."""
        return net.n_recurrent * net.n_states

    def new_workspace(self, net: LaneNetwork, dtype: type[np.floating[Any]]) -> FloatArray:
        """Scratch memory for one thread."""
        return kernels.workspace_for_rtrl(net, dtype)

    def learn(self, n_before: int, *arguments: Any) -> None:
        """Call the kernel."""
        kernels.learn_by_rtrl(*arguments)


@dataclass
class Streams:
    """Networks of one shape, their states, and what their rule remembers; all move on in place.

    Parameters
    ----------
    lanes : SeriesLanes
        Of one output.
    rule : Rule
    loss : int
        One of :mod:`rnnts.kernels.loss_codes` that :mod:`rnnts.kernels.lanes.responses` knows.
    n_streams : int
    params, states, memory : ndarray
        In lanes.
    n_seen : int
        Steps read so far.
    """

    lanes: SeriesLanes
    rule: Rule
    loss: int
    n_streams: int
    params: AnyFloatArray
    states: AnyFloatArray
    memory: AnyFloatArray
    n_seen: int = 0
    _workspaces: Workspaces = field(init=False, repr=False)

    def __post_init__(self) -> None:
        sizes = self.lanes.network, self.lanes.dtype
        self._workspaces = Workspaces(partial(self.rule.new_workspace, *sizes))

    @classmethod
    def at_rest(
        cls, lanes: SeriesLanes, rule: Rule, loss: int, n_streams: int, params: AnyFloatArray
    ) -> Self:
        """Streams that have read nothing, from parameters (n_streams, n_params)."""
        sizes, nothing = cls.sizes_of(lanes, rule), np.zeros(1, lanes.dtype)
        states, memory = (
            lanes.pack(np.broadcast_to(nothing, (n_streams, sizes[name])))
            for name in ("states", "memory")
        )
        return cls(lanes, rule, loss, n_streams, lanes.pack(params), states, memory)

    @staticmethod
    def sizes_of(lanes: SeriesLanes, rule: Rule) -> dict[str, int]:
        """How many numbers a stream has in each of the arrays that move on."""
        return {
            "params": lanes.n_params,
            "states": lanes.state_size,
            "memory": rule.memory_size(lanes.network),
        }

    def learn(
        self, x: AnyFloatArray, y: AnyFloatArray, rates: AnyFloatArray, n_threads: int = 1
    ) -> AnyFloatArray:
        """Read steps and learn from each; returns the outputs before that.

        Parameters
        ----------
        x : ndarray of shape (n_steps, n_streams, n_inputs)
        y : ndarray of shape (n_steps, n_streams)
            A network does not learn where it is NaN.
        rates : ndarray of shape (n_params,)
            Learning rates, in float64.
        n_threads : int
            The result does not depend on it.

        Returns
        -------
        ndarray of shape (n_steps, n_streams)
            Log-odds, for a loss of probabilities.
        """
        n_lanes, dtype = self.lanes.n_lanes, self.lanes.dtype
        inputs = to_lanes([by_row(x)], n_lanes, dtype)
        targets = to_lanes([y.T], n_lanes, dtype)
        outputs = empty_blocks(len(targets), targets.shape[1], dtype)
        arrays = inputs, targets, outputs, self.params, self.states, self.memory, rates

        def learn(start: int, stop: int) -> None:
            with self._workspaces.one() as memory:
                self.rule.learn(self.n_seen, self._tag, *arrays, memory, start, stop)

        in_threads(learn, len(inputs), n_threads)
        self.n_seen += len(x)
        return self.lanes.unpack(outputs, self.n_streams).T

    def outputs(self, x: AnyFloatArray, n_threads: int = 1) -> AnyFloatArray:
        """What `learn` would return if no network learned; the states stay where they are."""
        return self.lanes.run(self.params, x, self.states.copy(), n_threads)[:, :, 0]

    @cached_property
    def _tag(self) -> tuple[Any, ...]:
        return self.lanes.network._replace(loss=self.loss).tag
