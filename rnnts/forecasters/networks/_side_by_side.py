"""Networks of one shape side by side, each of which reads a series of its own.

For what stands around them they are one recurrence of many targets: preparations, levels and
windows are those of a table with a column for each series.  Only here is it taken apart, for the
networks to advance together in the SIMD lanes.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rnnts._types import FloatArray
from rnnts.forecasters.networks._lesson import Lesson
from rnnts.forecasters.networks._recurrence import Recurrence, Steps
from rnnts.kernels.lanes.arrays import AnyFloatArray
from rnnts.kernels.lanes.series import SeriesLanes
from rnnts.kernels.lanes.training import SeriesAdam, series_objective
from rnnts.losses import Loss, fused
from rnnts.solvers import Adam


@dataclass(frozen=True)
class SideBySide(Recurrence):
    """A network for each target, that knows nothing of the others.

    Attributes
    ----------
    network : Network
        The shape that all of them have: of one layer, for one target.
    params : ndarray of shape (n_targets, n_params)
    start : State
        Its hidden states are those of one network after the other.
    """

    @cached_property
    def lanes(self) -> SeriesLanes:
        """The networks, as the lanes know them."""
        network = self.network
        return SeriesLanes(
            network.cell,
            network.n_inputs,
            network.hidden_sizes[0],
            network.n_outputs,
            skip=network.skip,
        )

    def starting_at(self, params: FloatArray, bias: FloatArray) -> "SideBySide":
        """The same weights (n_params,) for every network, but output biases of its own.

        `bias` has the order of the outputs of all of them.
        """
        network = self.network
        each = np.tile(params, (self._n_targets, 1))
        places = network.unpack(np.arange(network.n_params, dtype=float))["b_output"]
        each[:, places.astype(int)] = _apart(
            bias[None], self._n_targets, self.outputs.n_per_target
        )[0]
        return replace(self, params=each)

    def adam(
        self, lesson: Lesson, loss: Loss, solver: Adam, costs: FloatArray, n_threads: int = 1
    ) -> SeriesAdam:
        """The training of every network on its own part of a lesson, from the weights at hand."""
        weights = None
        if not lesson.weights.all():
            weights = _apart(lesson.weights[:, 0], self._n_targets)
        objective = series_objective(
            self.lanes,
            _apart(lesson.x[:, 0], self._n_targets),
            _apart(lesson.targets[:, 0], self._n_targets, self.outputs.n_per_target),
            fused(loss, self.network.n_outputs),
            self.n_warmup,
            weights,
            n_threads=n_threads,
        )
        return objective.adam(
            self.params,
            solver.learning_rate,
            (solver.beta_1, solver.beta_2),
            solver.epsilon,
            solver.clip_norm,
            costs,
        )

    @property
    def _n_targets(self) -> int:
        return int(self.start.lags.shape[1])

    @cached_property
    def _packed(self) -> AnyFloatArray:
        return self.lanes.pack(self.params)

    def _read(self, x: FloatArray, hidden: FloatArray) -> tuple[FloatArray, FloatArray]:
        states = self.lanes.pack(hidden.reshape(self._n_targets, -1))
        said = self.lanes.run(self._packed, _apart(x[:, 0], self._n_targets), states)
        after = self.lanes.unpack(states, self._n_targets).astype(float)
        return _together(said, self.outputs.n_per_target), after.reshape(1, -1)

    def _stepper(self, hidden: FloatArray, n_paths: int) -> Steps:
        if n_paths != 1:
            raise NotImplementedError("networks side by side have one future each")
        return _Steps(self, hidden)


class _Steps:
    """Networks side by side that are fed one step at a time."""

    def __init__(self, networks: SideBySide, hidden: FloatArray) -> None:
        self._networks, self._hidden = networks, hidden

    def step(self, x: FloatArray) -> FloatArray:
        """Outputs (1, n_outputs) after reading x, (1, n_inputs)."""
        said, self._hidden = self._networks._read(x[:, None], self._hidden)
        return said


def _apart(values: FloatArray, n_targets: int, n_per_target: int = 1) -> FloatArray:
    """(n_rows, n * n_targets * n_per_target) as (n_rows, n_targets, n * n_per_target)."""
    n_rows = len(values)
    parts = values.reshape(n_rows, -1, n_targets, n_per_target)
    return parts.swapaxes(1, 2).reshape(n_rows, n_targets, -1)


def _together(values: AnyFloatArray, n_per_target: int) -> FloatArray:
    """The way back."""
    n_rows, n_targets, _ = values.shape
    parts = values.reshape(n_rows, n_targets, -1, n_per_target)
    return parts.swapaxes(1, 2).reshape(n_rows, -1).astype(float)
