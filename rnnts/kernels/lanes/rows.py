"""One small network over a batch of sequences, a row in each lane."""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels.descent import by_steps
from rnnts.kernels.groups import sum_over_groups
from rnnts.kernels.lanes import entries as kernels
from rnnts.kernels.lanes.arrays import (
    AnyFloatArray,
    CellOfNetwork,
    empty_blocks,
    from_lanes,
    to_lanes,
)
from rnnts.kernels.lanes.block import new_workspace
from rnnts.kernels.lanes.data import loss_of, mean_weights, steps_data, with_targets
from rnnts.kernels.lanes.sizes import LaneNetwork, most_vectors, power_of_two_within
from rnnts.kernels.loss_codes import LossCode
from rnnts.kernels.simd import lanes_of
from rnnts.kernels.workspaces import Workspaces


@dataclass(frozen=True)
class RowsObjective:
    """Mean loss of a small network on a batch: an objective for any solver.

    It computes what :class:`rnnts._objective.Objective` does, faster where there are few units and
    many rows; :class:`rnnts._descent.Descent` trains it in one kernel.

    Parameters
    ----------
    cell : Cell
        One of :data:`rnnts.cells.CELLS`.
    hidden_size : int
        Code is written out for each unit; meant to be 8 at the most.
    x : ndarray of shape (n_steps, n_rows, n_inputs)
    y : ndarray of shape (n_steps, n_rows, n_outputs)
        Or (1, n_rows, n_outputs), to read the last hidden state only.
    loss : LossCode, optional
        As from :func:`rnnts.losses.fused`; the squared error unless given.
    n_warmup : int
        How many first steps do not count, if every step is read.
    skip : bool
        Add a linear map from the input to the output.
    dtype : type
        Scalars that a pass computes with; parameters and gradient are float64 whatever it is.
    weights : ndarray of shape (n_steps, n_rows), or (1, n_rows), optional
        What each step of each row counts in the mean; with a last axis of n_targets, what each
        target there counts, except in the cross-entropy.  What has no weight may be missing: the
        target NaN, the input any number.
    start : ndarray of shape (n_rows, state_size), optional
        States before the first step; zero unless given.
    truncation : int
        The gradient does not pass from a step t to the one before if this divides t, counted from
        zero; the states do.  Zero for a gradient that goes all the way back.
    n_threads : int
        The result does not depend on it.
    costs : ndarray of shape (n_params,), optional
        What the square of each parameter adds to the loss.

    Examples
    --------
    >>> from rnnts.cells import CELLS
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((20, 64, 1))
    >>> objective = RowsObjective(CELLS["tanh"], 2, x, x[-1:] + x[-2:-1])
    >>> params = rng.uniform(-0.5, 0.5, objective.network.n_params)
    >>> value, gradient = objective.value_and_gradient(params)
    >>> gradient.shape
    (11,)
    """

    cell: CellOfNetwork
    hidden_size: int
    x: AnyFloatArray
    y: AnyFloatArray
    loss: LossCode | None = None
    n_warmup: int = 0
    skip: bool = False
    dtype: type[np.floating[Any]] = np.float64
    weights: AnyFloatArray | None = None
    start: AnyFloatArray | None = None
    truncation: int = 0
    n_threads: int = 1
    costs: FloatArray | None = None

    def value_and_gradient(self, params: AnyFloatArray) -> tuple[float, FloatArray]:
        """Loss at `params`, and its gradient; zero where the loss is not finite."""
        return self._value_and_gradient(params, self._no_states)

    def value_gradient_and_end(
        self, params: AnyFloatArray
    ) -> tuple[float, FloatArray, AnyFloatArray]:
        """Also the states after the last step (n_rows, state_size), to go on from."""
        ends = empty_blocks(self._n_blocks, self._no_states.shape[1], self.dtype)
        value, gradient = self._value_and_gradient(params, ends)
        return value, gradient, from_lanes(ends, self._n_lanes, self.x.shape[1])

    def descend(
        self,
        n_params: int,
        moments: FloatArray,
        settings: FloatArray,
        learning_rates: FloatArray,
        losses: FloatArray,
    ) -> int:
        """Steps of :class:`rnnts._descent.Descent`, in one kernel if one thread takes them."""
        if self.n_threads > 1 and self._n_groups > 1:
            return by_steps(self, n_params, moments, settings, learning_rates, losses)
        partial = np.empty((self._n_groups, 1 + n_params))
        with self._workspaces.one() as memory:
            n_filled: int = kernels.rows_descend(
                *self._problem, partial, moments, settings, learning_rates, losses, memory
            )
        return n_filled

    @cached_property
    def network(self) -> LaneNetwork:
        """The shape, as kernels know it."""
        n_vectors = -(-self.x.shape[1] // lanes_of(self.dtype))
        return LaneNetwork(
            recurrence=self.cell.recurrence,
            n_inputs=self.x.shape[2],
            n_units=self.hidden_size,
            n_outputs=self.y.shape[2],
            has_bias=self.cell.has_bias,
            has_skip=self.skip,
            is_shared=True,
            n_vectors=power_of_two_within(min(n_vectors, most_vectors(self.hidden_size))),
            loss=self._loss.code,
            n_weights=self._weights.shape[2],
        )

    def _value_and_gradient(
        self, params: AnyFloatArray, ends: AnyFloatArray
    ) -> tuple[float, FloatArray]:
        point = np.ascontiguousarray(params, np.float64)

        def fill(sums: FloatArray, start: int, stop: int) -> None:
            with self._workspaces.one() as memory:
                kernels.rows_gradient(*self._problem, point, sums, ends, memory, start, stop)

        return sum_over_groups(fill, self._n_groups, len(point), self.n_threads)

    @cached_property
    def _problem(self) -> tuple[Any, ...]:
        """What every call hands to a kernel in the same way."""
        weights = mean_weights(self._weights[self.n_warmup :], self._loss, axis=(0, 1))
        if self.weights is None:
            weights = weights[:1]
        targets = self.y[self.n_warmup :]
        data, span = steps_data(
            self.network, self.dtype, self.x, targets, weights, self._loss, self.truncation
        )
        starts = self._no_states
        if self.start is not None:
            starts = to_lanes([self.start], self._n_lanes, self.dtype)
        costs = np.empty(0) if self.costs is None else self.costs
        return self.network.tag, data, tuple(span), starts, costs

    @cached_property
    def _loss(self) -> LossCode:
        return loss_of(self.loss, self.y.shape[2])

    @cached_property
    def _weights(self) -> AnyFloatArray:
        given = np.ones((1, 1)) if self.weights is None else self.weights
        n_steps, n_rows, _ = self.y.shape
        return with_targets(given, self._loss, (n_steps, n_rows))

    @cached_property
    def _n_lanes(self) -> int:
        return self.network.lanes_per_block(self.dtype)

    @cached_property
    def _n_blocks(self) -> int:
        return -(-int(self.x.shape[1]) // self._n_lanes)

    @cached_property
    def _n_groups(self) -> int:
        return -(-self._n_blocks // kernels.GROUP)

    @cached_property
    def _no_states(self) -> AnyFloatArray:
        return empty_blocks(0, self.network.n_states * self._n_lanes, self.dtype)

    @cached_property
    def _workspaces(self) -> Workspaces:
        return Workspaces(partial(new_workspace, self.network, len(self.x), self.dtype))
