"""One small network over a batch of sequences, a row in each lane."""

from dataclasses import dataclass
from functools import cached_property, partial
from math import isfinite
from typing import Any

import numpy as np

from rnnts.kernels import lanes as kernels
from rnnts.kernels.lanes_arrays import (
    AnyFloatArray,
    CellOfNetwork,
    span_of,
    steps_to_lanes,
    to_lanes,
)
from rnnts.kernels.lanes_block import new_workspace
from rnnts.kernels.lanes_sizes import LaneNetwork, most_vectors, power_of_two_within
from rnnts.kernels.loss_codes import LossCode
from rnnts.kernels.simd import lanes_of
from rnnts.kernels.threads import in_threads
from rnnts.kernels.workspaces import Workspaces


@dataclass(frozen=True)
class RowsObjective:
    """Mean loss of a small network on a batch, from a zero start: an objective for any solver.

    It computes what :class:`rnnts._objective.Objective` does, faster where there are few units and
    many rows.

    Parameters
    ----------
    cell : Cell
        One of :data:`rnnts.cells.CELLS`.
    hidden_size : int
        Code is written out for each unit; meant to be 8 at the most.
    x : ndarray of shape (n_steps, n_rows, n_inputs)
    y : ndarray of shape (n_steps, n_rows, n_outputs)
        Or (1, n_rows, n_outputs), to read the last hidden state only.
    loss : tuple of int and float
        As from :func:`rnnts.losses.fused`.
    n_warmup : int
        How many first steps do not count, if every step is read.
    skip : bool
        Add a linear map from the input to the output.
    dtype : type
        Scalars that a pass computes with; parameters and gradient are float64 whatever it is.
    n_threads : int
        The result does not depend on it.
    """

    cell: CellOfNetwork
    hidden_size: int
    x: AnyFloatArray
    y: AnyFloatArray
    loss: LossCode
    n_warmup: int = 0
    skip: bool = False
    dtype: type[np.floating[Any]] = np.float64
    n_threads: int = 1

    def value_and_gradient(self, params: AnyFloatArray) -> tuple[float, AnyFloatArray]:
        """Loss at `params`, and its gradient; zero where the loss is not finite."""
        inputs, targets, mask, span = self._data
        theta = np.ascontiguousarray(params, self.dtype)
        n_groups = -(-len(inputs) // kernels.GROUP)
        sums = np.empty((n_groups, 1 + len(theta)))
        losses = np.empty((n_groups, self._n_lanes))

        def run(start: int, stop: int) -> None:
            with self._workspaces.one() as memory:
                kernels.rows_gradient(
                    self._tag,
                    theta,
                    inputs,
                    targets,
                    mask,
                    losses,
                    sums,
                    memory,
                    span,
                    start,
                    stop,
                )

        in_threads(run, n_groups, self.n_threads)
        total = sums[0] if n_groups == 1 else sums.sum(axis=0)
        value, gradient = float(total[0]), total[1:]
        if not isfinite(value):
            gradient[:] = 0.0
        return value, gradient

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
        )

    @cached_property
    def _tag(self) -> tuple[Any, ...]:
        return self.network.tag

    @cached_property
    def _n_lanes(self) -> int:
        return self.network.lanes_per_block(self.dtype)

    @cached_property
    def _data(self) -> tuple[AnyFloatArray, AnyFloatArray, AnyFloatArray, tuple[Any, ...]]:
        """Inputs, targets and the mask of live rows in lanes, and the span."""
        (n_steps, n_rows, n_inputs), (n_read, _, n_outputs) = self.x.shape, self.y.shape
        sizes = (n_steps, n_read, n_inputs, n_outputs)
        span = span_of(sizes, self.n_warmup, self.loss, self._n_lanes, n_rows)
        inputs, targets = (steps_to_lanes(a, self._n_lanes, self.dtype) for a in (self.x, self.y))
        mask = to_lanes(np.ones((n_rows, 1)), self._n_lanes, self.dtype)
        return inputs, targets, mask, tuple(span)

    @cached_property
    def _workspaces(self) -> Workspaces:
        return Workspaces(partial(new_workspace, self.network, len(self.x), self.dtype))
