"""The mean loss of any network on a batch of sequences, with hidden units in the SIMD lanes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnts._network import Network, kernel_ready
from rnnts._types import FloatArray, IntArray
from rnnts._validation import check_memory
from rnnts.kernels import driver
from rnnts.kernels.descent import by_steps
from rnnts.kernels.groups import sum_over_groups
from rnnts.kernels.loss_codes import GIVEN, LossCode
from rnnts.kernels.problem import with_arrays
from rnnts.kernels.simd import aligned_empty
from rnnts.kernels.workspaces import Workspaces


@dataclass(frozen=True, eq=False)
class UnitsObjective:
    """An objective for any solver, as :mod:`rnnts.kernels.driver` computes it.

    Parameters
    ----------
    network : Network
    x : ndarray of shape (n_steps, n_sequences, n_inputs)
    y : ndarray of shape (n_steps, n_sequences, n_outputs)
        Or (1, n_sequences, n_outputs), to read the last hidden state only.
    weights : ndarray of shape (n_steps, n_sequences, n_weights), or None
        As many steps as in `y`; one weight for each row of predictions, or one for each target.
    loss : LossCode
    n_warmup, start, truncation, n_threads
        As for :class:`rnnts._objective.Objective`.
    costs : ndarray of shape (n_params,), or None
        What the square of each parameter adds to the loss.
    """

    network: Network
    x: FloatArray
    y: FloatArray
    weights: FloatArray | None
    loss: LossCode
    n_warmup: int = 0
    start: FloatArray | None = None
    truncation: int = 0
    n_threads: int = 1
    costs: FloatArray | None = None

    def value_and_gradient(self, params: FloatArray) -> tuple[float, FloatArray]:
        """Loss at `params`, and its gradient; zero where the loss is not finite."""
        return self._value_and_gradient(self._task.problem, params)

    def value_gradient_and_end(self, params: FloatArray) -> tuple[float, FloatArray, NDArray[Any]]:
        """Also the states after the last step, (n_sequences, state_size)."""
        end = np.empty_like(self._task.end)
        return *self.among(params, end=end), end

    def among(self, params: FloatArray, **arrays: NDArray[Any]) -> tuple[float, FloatArray]:
        """The same among other arrays, for a network that is a part of something larger.

        Parameters
        ----------
        params : ndarray of shape (n_params,)
        **arrays : ndarray
            Kernel-ready, by the names of their fields in :class:`rnnts.kernels.problem.Problem`.
            Read are `start`, `y` and `offset`, of the shape of `y`, which is added to the
            predictions; `end` and `d_start`, the gradient on the start, are filled, both of shape
            (n_sequences, state_size).
        """
        return self._value_and_gradient(with_arrays(self._task.problem, arrays), params)

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
        sums = np.empty((self._n_groups, 1 + n_params))
        with self._task.workspaces.one() as workspace:
            n_filled: int = driver.descend(
                self._task.problem, sums, workspace, moments, settings, learning_rates, losses
            )
        return n_filled

    def _value_and_gradient(
        self, problem: IntArray, params: FloatArray
    ) -> tuple[float, FloatArray]:
        def fill(sums: FloatArray, first: int, last: int) -> None:
            with self._task.workspaces.one() as workspace:
                driver.value_and_gradient(problem, params, sums, workspace, first, last)

        return sum_over_groups(fill, self._n_groups, len(params), self.n_threads)

    @cached_property
    def _n_groups(self) -> int:
        n_steps, n_sequences, _ = self.x.shape
        layout = self.network.layout(n_steps, n_sequences)
        return driver.groups_of(n_sequences, layout.n_block)[1]

    @cached_property
    def _task(self) -> "_Task":
        return _Task(self)


class _Task:
    """Arrays of an objective, the problem that holds their addresses, and memory to solve it."""

    def __init__(self, objective: UnitsObjective) -> None:
        network, loss, n_warmup = objective.network, objective.loss, objective.n_warmup
        n_steps, n_sequences, _ = objective.x.shape
        dtype, layout = network.dtype, network.layout(n_steps, n_sequences)
        # Before anything is copied.
        check_memory(layout.scratch.end * np.dtype(dtype).itemsize)
        weights, start = objective.weights, objective.start
        total = (len(objective.y) - n_warmup) * n_sequences
        if weights is not None:
            total = float(weights[n_warmup:].sum()) / weights.shape[2]
        share = 1.0 if loss.code == GIVEN else 1.0 / (total * loss.n_terms)
        self.end = np.empty((n_sequences, network.state_size), dtype)
        self._x, self._y = (kernel_ready(a, dtype) for a in (objective.x, objective.y))
        self._start = network.rest(n_sequences) if start is None else kernel_ready(start, dtype)
        self._weights = None if weights is None else kernel_ready(weights, dtype)
        self._numbers = np.array([share, *loss.levels])
        self.problem = network.problem(
            layout,
            self._x,
            self._start,
            self.end,
            self._y,
            self._numbers,
            weights=self._weights,
            costs=objective.costs,
            loss=loss.code,
            n_warmup=n_warmup,
            truncation=objective.truncation,
        )
        driver.evaluate.link(dtype)
        self.workspaces = Workspaces(lambda: aligned_empty(layout.scratch.end, dtype))


def to_ends(
    x: FloatArray, y: FloatArray, weights: FloatArray | None, lengths: IntArray | None
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Data of sequences of their own lengths: weights of zero, and inputs of zero, beyond them."""
    if lengths is None:
        return x, y, weights
    steps = np.arange(len(x))[:, None]
    x = np.where((steps < lengths)[..., None], x, 0.0)
    if len(y) == len(x):
        live = steps < lengths
    else:
        live, y = steps == lengths - 1, np.broadcast_to(y, (len(x), *y.shape[1:]))
    return x, y, live[..., None] * (np.ones(()) if weights is None else weights)
