"""The losses of many independent networks, each on data of its own, and their training.

From a shape come losses, and from those a run of Adam: :class:`SeriesLanes`, then
`series_objective` or `windows_objective`, then :meth:`SeriesObjective.adam`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from rnnts.kernels import lanes as kernels
from rnnts.kernels.lanes_arrays import (
    AnyFloatArray,
    bend_and_reach,
    span_of,
    steps_to_lanes,
    to_lanes,
)
from rnnts.kernels.lanes_block import Span, new_workspace
from rnnts.kernels.lanes_series import SeriesLanes
from rnnts.kernels.loss_codes import SQUARED_ERROR, LossCode
from rnnts.kernels.simd import aligned_empty
from rnnts.kernels.threads import in_threads
from rnnts.kernels.workspaces import Workspaces

_SQUARED = LossCode(SQUARED_ERROR, (0.0,))


def series_objective(
    lanes: SeriesLanes,
    x: AnyFloatArray,
    y: AnyFloatArray,
    loss: LossCode = _SQUARED,
    n_warmup: int = 0,
    n_threads: int = 1,
) -> "SeriesObjective":
    """The losses of all networks on their data.

    Parameters
    ----------
    lanes : SeriesLanes
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
    sizes = (n_steps, n_read, lanes.n_inputs, lanes.n_outputs)
    span = span_of(sizes, n_warmup, loss, lanes.n_lanes)
    inputs, targets = (steps_to_lanes(a, lanes.n_lanes, lanes.dtype) for a in (x, y))
    return SeriesObjective(lanes, inputs, targets, span, n_series, n_threads)


def windows_objective(
    lanes: SeriesLanes,
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
    lanes : SeriesLanes
    series : ndarray of shape (n_times, n_series)
    loss, n_warmup, n_threads
        As for `series_objective`.

    Examples
    --------
    >>> from rnnts.cells import CELLS
    >>> lanes = SeriesLanes(CELLS["tanh"], n_inputs=1, hidden_size=2, n_outputs=1)
    >>> rng = np.random.default_rng(0)
    >>> params = rng.uniform(-0.5, 0.5, (100, lanes.n_params))
    >>> objective = windows_objective(lanes, rng.standard_normal((51, 100)))
    >>> losses, gradient = objective.value_and_gradient(params)
    >>> losses.shape, gradient.shape
    ((100,), (100, 11))
    """
    n_times, n_series = series.shape
    n_steps = n_times - lanes.n_inputs - lanes.n_outputs + 1
    bend, reach = bend_and_reach(loss)
    span = Span(
        n_steps=n_steps,
        first_scored=n_warmup,
        x_start=0,
        x_step=lanes.n_lanes,
        y_start=(n_warmup + lanes.n_inputs) * lanes.n_lanes,
        y_step=lanes.n_lanes,
        bend=bend,
        reach=reach,
        share=1.0 / ((n_steps - n_warmup) * lanes.n_outputs),
    )
    values = to_lanes(series.T, lanes.n_lanes, lanes.dtype)
    return SeriesObjective(lanes, values, values, span, n_series, n_threads)


@dataclass(frozen=True)
class SeriesObjective:
    """Mean loss of each network on its data, from a zero start.

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
        gradient = _empty_like(packed)
        return self._losses_of(kernels.series_gradient, packed, gradient), gradient

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

    def _losses_of(
        self, kernel: Callable[..., None], packed: AnyFloatArray, *others: Any
    ) -> AnyFloatArray:
        """Call a kernel on all blocks; returns the losses that it leaves."""
        n_lanes = self.lanes.n_lanes
        losses = aligned_empty(len(packed) * n_lanes, np.float64).reshape(-1, n_lanes)
        arguments = (self.lanes.tag, self.x, self.y, tuple(self.span), losses, packed, *others)

        def run(start: int, stop: int) -> None:
            with self._workspaces.one() as memory:
                kernel(*arguments, memory, start, stop)

        in_threads(run, len(packed), self.n_threads)
        return losses.ravel()[: self.n_series]

    @cached_property
    def _workspaces(self) -> Workspaces:
        sizes = self.lanes.network, self.span.n_steps, self.lanes.dtype
        return Workspaces(partial(new_workspace, *sizes))


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
        self.count += 1
        moments = self.mean, self.variance
        return self.objective._losses_of(
            kernels.series_adam_step, self.packed, *moments, self.count, self.settings
        )

    @property
    def params(self) -> AnyFloatArray:
        """Parameters (n_series, n_params), copied out of the lanes."""
        return self.objective.lanes.unpack(self.packed, self.objective.n_series)


def _empty_like(packed: AnyFloatArray) -> AnyFloatArray:
    return aligned_empty(packed.size, packed.dtype.type).reshape(packed.shape)
