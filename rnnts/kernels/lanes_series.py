"""Many independent networks of one shape, each with its own weights, trained side by side.

Throughout, `params` in lanes have the order of :attr:`rnnts._network.Network.shapes`.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from rnnts.kernels import lanes as kernels
from rnnts.kernels.lanes_arrays import (
    AnyFloatArray,
    CellOfNetwork,
    bend_and_reach,
    from_lanes,
    in_threads,
    span_of,
    steps_to_lanes,
    to_lanes,
)
from rnnts.kernels.lanes_block import Span, new_workspace
from rnnts.kernels.lanes_sizes import LaneNetwork, most_vectors
from rnnts.kernels.loss_codes import SQUARED_ERROR, LossCode
from rnnts.kernels.simd import aligned_empty

_SQUARED = LossCode(SQUARED_ERROR, (0.0,))


@dataclass(frozen=True)
class SeriesLanes:
    """The shape that all the networks have.

    Parameters
    ----------
    cell : Cell
        One of :data:`rnnts.cells.CELLS`.
    n_inputs, hidden_size, n_outputs : int
        Code is written out for each unit: compile time grows with the square of `hidden_size`,
        which is meant to be 8 at the most.
    skip : bool
        Add a linear map from the input to the output.
    dtype : type
        Scalars that all but the losses are computed and kept in.

    Examples
    --------
    >>> import numpy as np
    >>> from rnnts.cells import CELLS
    >>> lanes = SeriesLanes(CELLS["tanh"], n_inputs=1, hidden_size=2, n_outputs=1)
    >>> rng = np.random.default_rng(0)
    >>> params = rng.uniform(-0.5, 0.5, (100, lanes.n_params))
    >>> objective = lanes.windows(rng.standard_normal((51, 100)))
    >>> losses, gradient = objective.value_and_gradient(params)
    >>> losses.shape, gradient.shape
    ((100,), (100, 11))
    """

    cell: CellOfNetwork
    n_inputs: int
    hidden_size: int
    n_outputs: int
    skip: bool = False
    dtype: type[np.floating[Any]] = np.float32

    @cached_property
    def network(self) -> LaneNetwork:
        """The shape, as kernels know it."""
        return LaneNetwork(
            recurrence=self.cell.recurrence,
            n_inputs=self.n_inputs,
            n_units=self.hidden_size,
            n_outputs=self.n_outputs,
            has_bias=self.cell.has_bias,
            has_skip=self.skip,
            is_shared=False,
            n_vectors=most_vectors(self.hidden_size),
        )

    @cached_property
    def tag(self) -> tuple[Any, ...]:
        """What kernels are called with."""
        return self.network.tag

    @cached_property
    def n_lanes(self) -> int:
        """Networks in a block."""
        return self.network.lanes_per_block(self.dtype)

    @cached_property
    def n_params(self) -> int:
        """Parameters of one network."""
        return self.network.n_params

    @property
    def state_size(self) -> int:
        """Numbers that one network carries from a step to the next."""
        return self.network.n_states

    def pack(self, values: AnyFloatArray) -> AnyFloatArray:
        """(n_series, n) parameters or states, as the lanes hold them: (n_blocks, n * n_lanes)."""
        return to_lanes(values, self.n_lanes, self.dtype)

    def unpack(self, packed: AnyFloatArray, n_series: int) -> AnyFloatArray:
        """The way back."""
        return from_lanes(packed, self.n_lanes, n_series)

    def objective(
        self,
        x: AnyFloatArray,
        y: AnyFloatArray,
        loss: LossCode = _SQUARED,
        n_warmup: int = 0,
        n_threads: int = 1,
    ) -> "SeriesObjective":
        """The losses of all networks on their data.

        Parameters
        ----------
        x : ndarray of shape (n_steps, n_series, n_inputs)
        y : ndarray of shape (n_steps, n_series, n_outputs)
            Or (1, n_series, n_outputs), to read the last hidden state only.
        loss : tuple of int and float
            As from :func:`rnnts.losses.fused`.
        n_warmup : int
            How many first steps do not count, if every step is read.
        n_threads : int
        """
        (n_steps, n_series, _), n_read = x.shape, len(y)
        sizes = (n_steps, n_read, self.n_inputs, self.n_outputs)
        span = span_of(sizes, n_warmup, loss, self.n_lanes)
        inputs, targets = (steps_to_lanes(a, self.n_lanes, self.dtype) for a in (x, y))
        return SeriesObjective(self, inputs, targets, span, n_series, n_threads)

    def windows(
        self,
        series: AnyFloatArray,
        loss: LossCode = _SQUARED,
        n_warmup: int = 0,
        n_threads: int = 1,
    ) -> "SeriesObjective":
        """The losses of all networks as forecasters of their series, which is kept once.

        At each step a network reads `n_inputs` values, oldest first, and predicts the `n_outputs`
        values after them; the next step is one value later.

        Parameters
        ----------
        series : ndarray of shape (n_times, n_series)
        loss, n_warmup, n_threads
            As for `objective`.
        """
        n_times, n_series = series.shape
        n_steps = n_times - self.n_inputs - self.n_outputs + 1
        bend, reach = bend_and_reach(loss)
        span = Span(
            n_steps=n_steps,
            first_scored=n_warmup,
            x_start=0,
            x_step=self.n_lanes,
            y_start=(n_warmup + self.n_inputs) * self.n_lanes,
            y_step=self.n_lanes,
            bend=bend,
            reach=reach,
            share=1.0 / ((n_steps - n_warmup) * self.n_outputs),
        )
        values = to_lanes(series.T, self.n_lanes, self.dtype)
        return SeriesObjective(self, values, values, span, n_series, n_threads)

    def run(
        self, params: AnyFloatArray, x: AnyFloatArray, states: AnyFloatArray, n_threads: int = 1
    ) -> AnyFloatArray:
        """Predictions at every step of x; a single step updates a stream.

        Parameters
        ----------
        params : ndarray
            Of all networks, packed.
        x : ndarray of shape (n_steps, n_series, n_inputs)
        states : ndarray
            Packed; moves on in place.
        n_threads : int

        Returns
        -------
        ndarray of shape (n_steps, n_series, n_outputs)
        """
        n_steps, n_series, _ = x.shape
        inputs = steps_to_lanes(x, self.n_lanes, self.dtype)
        size = n_steps * self.n_outputs * self.n_lanes
        prediction = aligned_empty(len(inputs) * size, self.dtype).reshape(-1, size)
        in_threads(
            lambda start, stop: kernels.run(
                self.tag, params, inputs, states, prediction, n_steps, start, stop
            ),
            len(inputs),
            n_threads,
        )
        rows = self.unpack(prediction, n_series).reshape(n_series, n_steps, self.n_outputs)
        return np.moveaxis(rows, 0, 1)


@dataclass(frozen=True)
class SeriesObjective:
    """Mean loss of each network on its data, from a zero start; made by :class:`SeriesLanes`.

    Parameters
    ----------
    lanes : SeriesLanes
    x, y : ndarray of shape (n_blocks, ...)
        In lanes; both may be the same array.
    span : Span
        Where in them a pass runs, and how it scores.
    n_series, n_threads : int
    """

    lanes: SeriesLanes
    x: AnyFloatArray
    y: AnyFloatArray
    span: Span
    n_series: int
    n_threads: int = 1
    # Memory of earlier calls, one piece for each of the threads that ever ran at once.
    _idle: list[AnyFloatArray] = field(default_factory=list, init=False, repr=False, compare=False)

    def value_and_gradient(self, params: AnyFloatArray) -> tuple[AnyFloatArray, AnyFloatArray]:
        """Losses (n_series,) and gradients, in the shape of `params`: (n_series, n_params).

        Where a loss is not finite its gradient is zero; the other networks do not notice.
        """
        losses, gradient = self.value_and_gradient_in_lanes(self.lanes.pack(params))
        return losses, self.lanes.unpack(gradient, self.n_series)

    def value_and_gradient_in_lanes(
        self, packed: AnyFloatArray
    ) -> tuple[AnyFloatArray, AnyFloatArray]:
        """The same for packed parameters, and with packed gradients."""
        gradient, losses = _empty_like(packed), self._new_losses()

        def run(start: int, stop: int) -> None:
            workspace = self._workspace()
            kernels.series_gradient(
                self.lanes.tag,
                packed,
                self.x,
                self.y,
                gradient,
                losses,
                workspace,
                tuple(self.span),
                start,
                stop,
            )
            self._idle.append(workspace)

        in_threads(run, len(packed), self.n_threads)
        return losses.ravel()[: self.n_series], gradient

    def adam(
        self,
        params: AnyFloatArray,
        learning_rate: float = 1e-2,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
    ) -> "SeriesAdam":
        """Full-batch Adam on all networks, from parameters (n_series, n_params)."""
        packed = self.lanes.pack(params)
        mean, variance = _empty_like(packed), _empty_like(packed)
        mean[:] = variance[:] = 0.0
        return SeriesAdam(self, packed, mean, variance, (learning_rate, *betas, epsilon))

    def _new_losses(self) -> AnyFloatArray:
        n_lanes = self.lanes.n_lanes
        return aligned_empty(len(self.x) * n_lanes, np.float64).reshape(-1, n_lanes)

    def _workspace(self) -> AnyFloatArray:
        # Taking from a list is atomic: two threads never get the same memory.
        try:
            return self._idle.pop()
        except IndexError:
            net, dtype = self.lanes.network, self.lanes.dtype
            return new_workspace(net, self.span.n_steps, dtype)


@dataclass
class SeriesAdam:
    """Adam under way; made by :meth:`SeriesObjective.adam`.

    Parameters
    ----------
    objective : SeriesObjective
    packed, mean, variance : ndarray
        Parameters and moments, in lanes; they change in place.
    settings : tuple of float
        Learning rate, both betas and epsilon.
    count : int
        Steps taken.
    """

    objective: SeriesObjective
    packed: AnyFloatArray
    mean: AnyFloatArray
    variance: AnyFloatArray
    settings: tuple[float, float, float, float]
    count: int = 0

    def step(self) -> AnyFloatArray:
        """Take one step; returns the losses (n_series,) from before it.

        A network whose loss is not finite has a zero gradient and only coasts.
        """
        objective, self.count = self.objective, self.count + 1
        losses = objective._new_losses()

        def run(start: int, stop: int) -> None:
            workspace = objective._workspace()
            kernels.series_adam_step(
                objective.lanes.tag,
                self.packed,
                objective.x,
                objective.y,
                self.mean,
                self.variance,
                losses,
                workspace,
                tuple(objective.span),
                self.count,
                self.settings,
                start,
                stop,
            )
            objective._idle.append(workspace)

        in_threads(run, len(self.packed), objective.n_threads)
        return losses.ravel()[: objective.n_series]

    @property
    def params(self) -> AnyFloatArray:
        """Parameters (n_series, n_params), copied out of the lanes."""
        return self.objective.lanes.unpack(self.packed, self.objective.n_series)


def _empty_like(packed: AnyFloatArray) -> AnyFloatArray:
    return aligned_empty(packed.size, packed.dtype.type).reshape(packed.shape)
