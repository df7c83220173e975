"""The losses of many independent networks, each on data of its own, and their training.

From a shape come losses, and from those a run of Adam: :class:`SeriesLanes`, then
`series_objective` or `windows_objective`, then :meth:`SeriesObjective.adam`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from rnnts.kernels.adam import rates_of
from rnnts.kernels.lanes import entries as kernels
from rnnts.kernels.lanes.arrays import AnyFloatArray, empty_blocks
from rnnts.kernels.lanes.block import Span, new_workspace
from rnnts.kernels.lanes.data import (
    loss_of,
    mean_weights,
    steps_data,
    windows_data,
    with_targets,
)
from rnnts.kernels.lanes.series import SeriesLanes
from rnnts.kernels.lanes.sizes import LaneNetwork
from rnnts.kernels.loss_codes import LossCode
from rnnts.kernels.threads import in_threads
from rnnts.kernels.workspaces import Workspaces


def series_objective(
    lanes: SeriesLanes,
    x: AnyFloatArray,
    y: AnyFloatArray,
    loss: LossCode | None = None,
    n_warmup: int = 0,
    weights: AnyFloatArray | None = None,
    truncation: int = 0,
    n_threads: int = 1,
) -> "SeriesObjective":
    """The losses of all networks on their data.

    Parameters
    ----------
    lanes : SeriesLanes
    x : ndarray of shape (n_steps, n_series, n_inputs)
    y : ndarray of shape (n_steps, n_series, n_outputs)
        Or (1, n_series, n_outputs), to read the last hidden state only.
    loss : LossCode, optional
        As from :func:`rnnts.losses.fused`; the squared error unless given.
    n_warmup : int
        How many first steps do not count, if every step is read.
    weights : ndarray of shape (n_steps, n_series), or (1, n_series), optional
        What each step counts in its network's mean; with a last axis of n_targets, what each target
        of a step counts, except in the cross-entropy.  What has no weight may be missing: the
        target NaN, the input any number.
    truncation : int
        The gradient does not pass from a step t to the one before if this divides t, counted from
        zero; the states do.  Zero for a gradient that goes all the way back.
    n_threads : int
        The result does not depend on it.
    """
    loss = loss_of(loss, lanes.n_outputs)
    net, weights = _scored(lanes, loss, weights, n_warmup, y.shape[:2])
    data, span = steps_data(net, lanes.dtype, x, y[n_warmup:], weights, loss, truncation)
    return SeriesObjective(lanes, net, data, span, x.shape[1], n_threads)


def windows_objective(
    lanes: SeriesLanes,
    series: AnyFloatArray,
    loss: LossCode | None = None,
    n_warmup: int = 0,
    weights: AnyFloatArray | None = None,
    truncation: int = 0,
    n_threads: int = 1,
) -> "SeriesObjective":
    """The losses of all networks as forecasters of their series, which is kept once.

    At each step a network reads `n_inputs` values, oldest first, and predicts the `n_outputs`
    values after them; the next step is one value later.

    Parameters
    ----------
    lanes : SeriesLanes
    series : ndarray of shape (n_times, n_series)
    loss, n_warmup, weights, truncation, n_threads
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
    >>> run = objective.adam(params, learning_rate=0.01)
    >>> curves = run.run(20)
    >>> curves.shape, bool((curves[-1] < losses).all())
    ((20, 100), True)
    """
    loss = loss_of(loss, lanes.n_outputs)
    n_steps, n_series = len(series) - lanes.n_inputs - lanes.n_outputs + 1, series.shape[1]
    net, weights = _scored(lanes, loss, weights, n_warmup, (n_steps, n_series))
    data, span = windows_data(net, lanes.dtype, series, n_warmup, weights, loss, truncation)
    return SeriesObjective(lanes, net, data, span, series.shape[1], n_threads)


def _scored(
    lanes: SeriesLanes,
    loss: LossCode,
    weights: AnyFloatArray | None,
    n_warmup: int,
    shape: tuple[int, int],
) -> tuple[LaneNetwork, AnyFloatArray | None]:
    """The network and how it is scored, and the weights of the scored steps."""
    if weights is None:
        return lanes.network._replace(loss=loss.code, n_weights=0), None
    weights = mean_weights(with_targets(weights, loss, shape)[n_warmup:], loss, axis=0)
    return lanes.network._replace(loss=loss.code, n_weights=weights.shape[2]), weights


@dataclass(frozen=True)
class SeriesObjective:
    """Mean loss of each network on its data; made by `series_objective` or `windows_objective`.

    Parameters
    ----------
    lanes : SeriesLanes
    network : LaneNetwork
        Its shape, and how it is scored.
    data : ndarray of shape (n_blocks, ...)
        In lanes.
    span : Span
        Where in them a pass runs, and how it scores.
    n_series, n_threads : int
    start : ndarray of shape (n_series, state_size), optional
        States before the first step; zero unless given.
    """

    lanes: SeriesLanes
    network: LaneNetwork
    data: AnyFloatArray
    span: Span
    n_series: int
    n_threads: int = 1
    start: AnyFloatArray | None = None

    def starting_from(self, start: AnyFloatArray) -> "SeriesObjective":
        """The same from given states (n_series, state_size) before the first step."""
        return replace(self, start=start)

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
        gradient = np.empty_like(packed)
        (losses,) = self._losses_of(kernels.series_gradient, 1, packed, gradient, self._no_states)
        return losses, gradient

    def value_gradient_and_end(
        self, params: AnyFloatArray
    ) -> tuple[AnyFloatArray, AnyFloatArray, AnyFloatArray]:
        """Also the states after the last step (n_series, state_size), to go on from."""
        packed = self.lanes.pack(params)
        gradient = np.empty_like(packed)
        ends = empty_blocks(len(packed), self._no_states.shape[1], self.lanes.dtype)
        (losses,) = self._losses_of(kernels.series_gradient, 1, packed, gradient, ends)
        unpacked = (self.lanes.unpack(array, self.n_series) for array in (gradient, ends))
        return losses, *unpacked

    def adam(
        self,
        params: AnyFloatArray,
        learning_rate: float = 1e-2,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        clip_norm: float = np.inf,
        costs: AnyFloatArray | None = None,
    ) -> "SeriesAdam":
        """Full-batch Adam on all networks, from parameters (n_series, n_params).

        Parameters
        ----------
        params : ndarray of shape (n_series, n_params)
        learning_rate : float
        betas : tuple of float
        epsilon : float
        clip_norm : float
            A network's gradient that is longer is shortened to this Euclidean length.
        costs : ndarray of shape (n_params,), optional
            What the square of each parameter costs: a penalty that training goes by, though it is
            no part of the losses reported.
        """
        packed = self.lanes.pack(params)
        mean, variance = np.zeros_like(packed), np.zeros_like(packed)
        return SeriesAdam(
            self,
            packed,
            mean,
            variance,
            learning_rate,
            (*betas, epsilon),
            clip_norm=clip_norm,
            costs=np.empty(0) if costs is None else np.asarray(costs, np.float64),
        )

    def _losses_of(
        self, kernel: Callable[..., None], n_passes: int, packed: AnyFloatArray, *others: Any
    ) -> AnyFloatArray:
        """Call a kernel on all blocks; returns the losses that it leaves, a row for each pass."""
        losses = np.empty((n_passes, len(packed) * self.lanes.n_lanes))
        arguments = self.network.tag, self.data, tuple(self.span), self._starts, packed, losses

        def run(start: int, stop: int) -> None:
            with self._workspaces.one() as memory:
                kernel(*arguments, *others, memory, start, stop)

        in_threads(run, len(packed), self.n_threads)
        return losses[:, : self.n_series]

    @cached_property
    def _starts(self) -> AnyFloatArray:
        return self._no_states if self.start is None else self.lanes.pack(self.start)

    @cached_property
    def _no_states(self) -> AnyFloatArray:
        return empty_blocks(0, self.lanes.state_size * self.lanes.n_lanes, self.lanes.dtype)

    @cached_property
    def _workspaces(self) -> Workspaces:
        sizes = self.network, self.span.n_steps, self.lanes.dtype
        return Workspaces(partial(new_workspace, *sizes))


@dataclass
class SeriesAdam:
    """Adam under way; made by :meth:`SeriesObjective.adam`.

    Parameters
    ----------
    objective : SeriesObjective
    packed, mean, variance : ndarray
        Parameters and moments, in lanes; they change in place.
    learning_rate : float
    settings : tuple of float
        Both betas and epsilon.
    clip_norm : float
    costs : ndarray
        Of the squares of parameters; empty for none.
    count : int
        Steps taken.
    """

    objective: SeriesObjective
    packed: AnyFloatArray
    mean: AnyFloatArray
    variance: AnyFloatArray
    learning_rate: float
    settings: tuple[float, float, float]
    clip_norm: float
    costs: AnyFloatArray
    count: int = 0

    def run(self, n_steps: int, learning_rate: AnyFloatArray | None = None) -> AnyFloatArray:
        """Take some steps.

        A network whose loss is not finite has a zero gradient and only coasts.

        Parameters
        ----------
        n_steps : int
        learning_rate : ndarray of shape (n_steps,), optional
            That of each step, instead of the run's own.

        Returns
        -------
        ndarray of shape (n_steps, n_series)
            The losses before each step.
        """
        chosen = np.broadcast_to(
            self.learning_rate if learning_rate is None else learning_rate, n_steps
        ).tolist()
        # Not within the kernel: the powers would take a fifth of a step of each short block.
        rates = np.array(
            [rates_of(self.count + k, rate, *self.settings) for k, rate in enumerate(chosen, 1)]
        )
        self.count += n_steps
        return self.objective._losses_of(
            kernels.series_adam,
            n_steps,
            self.packed,
            self.mean,
            self.variance,
            rates,
            self.costs,
            self.clip_norm,
        )

    @property
    def params(self) -> AnyFloatArray:
        """Parameters (n_series, n_params), copied out of the lanes."""
        return self.objective.lanes.unpack(self.packed, self.objective.n_series)
