"""The function of a parameter vector that a solver minimises: the seam of the package.

Above it, solvers, forecasters and persistence know a flat vector and this one method; below it,
network, cells and kernels are fused as speed demands.
"""

from dataclasses import dataclass, fields
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnts._descent import Descent, by_steps
from rnnts._network import Network, kernel_ready
from rnnts._types import FloatArray, IntArray
from rnnts._validation import check_memory
from rnnts.kernels import driver
from rnnts.kernels.loss_codes import GIVEN, LossCode
from rnnts.kernels.problem import END
from rnnts.kernels.simd import aligned_empty
from rnnts.kernels.threads import in_threads
from rnnts.kernels.workspaces import Workspaces
from rnnts.losses import Loss, fused


@dataclass(frozen=True)
class Objective:
    """Mean loss of a network on fixed data.

    Parameters
    ----------
    network : Network
    loss : Loss
        Those of :mod:`rnnts.losses` are computed inside the kernel; any other costs one more
        forward pass.
    x : ndarray of shape (n_steps, n_sequences, n_inputs)
    y : ndarray
        Of the shape of the network's predictions: (n_steps, n_sequences, n_outputs), or
        (n_sequences, n_outputs) for a network that reads its last hidden state only.
    n_warmup : int
        How many first steps only bring the hidden state up and do not count in the loss; for a
        network that reads every step.
    weights : ndarray, optional
        Of the shape of `y` without the outputs: how much each prediction counts in the mean.  What
        has weight zero is not looked at.
    lengths : ndarray of int of shape (n_sequences,), optional
        Steps of each sequence, where they differ: x and y beyond them are padding, and the last
        hidden state is the one at a sequence's own end.
    start : ndarray of shape (n_sequences, state_size), optional
        State before the first step; zero unless given.
    truncation : int
        The gradient does not flow from step t to t - 1 where this divides t; with 0 it always does.
    n_threads : int
        The result does not depend on it.
    """

    network: Network
    loss: Loss
    x: FloatArray
    y: FloatArray
    n_warmup: int = 0
    weights: FloatArray | None = None
    lengths: IntArray | None = None
    start: FloatArray | None = None
    truncation: int = 0
    n_threads: int = 1

    def __post_init__(self) -> None:
        # Below here addresses are computed from these shapes, and nobody looks at them again.
        network = self.network
        n_steps, n_sequences, n_inputs = self.x.shape
        expected: tuple[int, ...] = (n_sequences, network.n_outputs)
        if network.every_step:
            expected = (n_steps, *expected)
        if n_inputs != network.n_inputs or self.y.shape != expected:
            raise ValueError(
                f"this network needs x of shape ({n_steps}, {n_sequences}, {network.n_inputs}) and "
                f"y of shape {expected}, got {self.x.shape} and {self.y.shape}"
            )
        if not 0 <= self.n_warmup < n_steps:
            raise ValueError(
                f"n_warmup must be less than the {n_steps} steps there are, got {self.n_warmup}"
            )
        for name, shape in (
            ("weights", expected[:-1]),
            ("lengths", (n_sequences,)),
            ("start", (n_sequences, network.state_size)),
        ):
            values = getattr(self, name)
            if values is not None and values.shape != shape:
                raise ValueError(f"{name} must have shape {shape}, got {values.shape}")
            if values is not None and name != "start" and self._code is None:
                raise ValueError(f"{name} need a loss of rnnts.losses, got {self.loss!r}")
        weights, lengths = self.weights, self.lengths
        if weights is not None and not (np.isfinite(weights).all() and weights.min() >= 0):
            raise ValueError("weights must be finite numbers from 0 upwards")
        if lengths is not None and not (lengths.min() >= 1 and lengths.max() <= n_steps):
            raise ValueError(
                f"lengths must lie between 1 and the {n_steps} steps there are, got "
                f"{lengths.min()} to {lengths.max()}"
            )

    def value_and_gradient(self, params: FloatArray) -> tuple[float, FloatArray]:
        """Evaluate the objective and its gradient at `params`.

        Where the recurrence explodes the value is inf or NaN and the gradient zero; a solver
        rejects such a point.
        """
        self.network.check_params(params)
        params = kernel_ready(params)
        if self._task is None:
            return self._with_own_loss(params)[:2]
        return self._task.run(params, self.n_threads)

    def value_gradient_and_end(self, params: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """The same, and the state (n_sequences, state_size) after the last step.

        A sequence that is shorter than the others has run on through its padding.
        """
        self.network.check_params(params)
        params = kernel_ready(params)
        if self._task is None:
            return self._with_own_loss(params)
        end = np.empty((self.x.shape[1], self.network.state_size), self.network.dtype)
        value, gradient = self._task.run(params, self.n_threads, end)
        return value, gradient, kernel_ready(end)

    def _with_own_loss(self, params: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        first = self._first_scored
        with np.errstate(over="ignore", invalid="ignore"):
            prediction, end = self.network.predict(params, self.x, self.start)
            value, d_scored = self.loss(self.y[first:], prediction[first:])
        if not np.isfinite(value):
            return value, np.zeros_like(params), end
        d_prediction = np.zeros_like(prediction)
        d_prediction[first:] = d_scored
        task = _Task(self, self._in_steps(d_prediction), LossCode(GIVEN, ()))
        return value, task.run(params, self.n_threads)[1], end

    def adam(self, params: FloatArray, learning_rate: float = 1e-2, **settings: Any) -> Descent:
        """Descent by Adam from `params`; the settings are those of :class:`Descent`."""
        self.network.check_params(params)
        return Descent(self, params, learning_rate, **settings)

    def descend(
        self,
        n_params: int,
        moments: FloatArray,
        settings: FloatArray,
        learning_rates: FloatArray,
        losses: FloatArray,
    ) -> int:
        """Descend as :func:`rnnts._descent.by_steps` does, within one kernel if possible."""
        if self._task is None or (self.n_threads > 1 and self._task.n_groups > 1):
            return by_steps(self, n_params, moments, settings, learning_rates, losses)
        return self._task.descend(moments, settings, learning_rates, losses)

    def __getstate__(self) -> dict[str, Any]:
        # Without what is cached: addresses mean nothing in another process.
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @cached_property
    def _task(self) -> "_Task | None":
        """The work of a kernel, if it knows the loss."""
        return None if self._code is None else _Task(self, self._in_steps(self.y), self._code)

    @cached_property
    def _code(self) -> LossCode | None:
        return fused(self.loss, self.network.n_outputs)

    @property
    def _first_scored(self) -> int:
        return self.n_warmup if self.network.every_step else 0

    def _in_steps(self, values: FloatArray) -> FloatArray:
        """Values of the shape of the predictions, with an axis for the steps."""
        return values if self.network.every_step else values[None]


class _Task:
    """An objective as kernels take it: arrays, and the problem that holds their addresses."""

    def __init__(self, objective: Objective, y: FloatArray, loss: LossCode) -> None:
        network, n_warmup = objective.network, objective._first_scored
        n_steps, n_sequences, _ = objective.x.shape
        dtype, layout = network.dtype, network.layout(n_steps, n_sequences)
        # Before anything is copied.
        check_memory(layout.scratch.end * np.dtype(dtype).itemsize)
        weights = None if objective.weights is None else objective._in_steps(objective.weights)
        x, y, weights = _to_ends(objective.x, y, weights, objective.lengths)
        n_scored = (len(y) - n_warmup) * n_sequences
        total = n_scored if weights is None else float(weights[n_warmup:].sum())
        if not total:
            raise ValueError("no prediction has a weight above zero; nothing would be learned")
        share = 1.0 if loss.code == GIVEN else 1.0 / (total * loss.n_terms)
        start = network.rest(n_sequences) if objective.start is None else objective.start
        self._end = np.empty((n_sequences, network.state_size), dtype)
        self._x, self._start, self._y = (kernel_ready(a, dtype) for a in (x, start, y))
        self._weights = None if weights is None else kernel_ready(weights, dtype)
        self._numbers = np.array([share, *loss.levels])
        self._problem = network.problem(
            layout,
            self._x,
            self._start,
            self._end,
            self._y,
            self._numbers,
            weights=self._weights,
            loss=loss.code,
            n_warmup=n_warmup,
            truncation=objective.truncation,
        )
        driver.evaluate.link(dtype)
        self._workspaces = Workspaces(lambda: aligned_empty(layout.scratch.end, dtype))
        self._n_params = network.n_params
        _, self.n_groups = driver.groups_of(n_sequences)

    def run(
        self, params: FloatArray, n_threads: int, end: NDArray[Any] | None = None
    ) -> tuple[float, FloatArray]:
        """Value and gradient; fills `end`, if it is given."""
        problem = self._problem
        if end is not None:
            problem = problem.copy()
            problem[END] = end.ctypes.data
        partial = np.empty((self.n_groups, 1 + self._n_params))

        def share(first: int, last: int) -> None:
            with self._workspaces.one() as workspace:
                driver.value_and_gradient(problem, params, partial, workspace, first, last)

        in_threads(share, self.n_groups, n_threads)
        # Summed in this order, whoever computed them.
        total = partial[0] if self.n_groups == 1 else partial.sum(axis=0)
        value, gradient = float(total[0]), total[1:]
        if not isfinite(value):
            gradient[:] = 0.0
        return value, gradient

    def descend(
        self,
        moments: FloatArray,
        settings: FloatArray,
        learning_rates: FloatArray,
        losses: FloatArray,
    ) -> int:
        """Steps of Adam in one kernel; returns how many losses it filled."""
        partial = np.empty((self.n_groups, 1 + self._n_params))
        with self._workspaces.one() as workspace:
            n_filled: int = driver.descend(
                self._problem, partial, workspace, moments, settings, learning_rates, losses
            )
        return n_filled


def _to_ends(
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
    return x, y, live * (np.ones(()) if weights is None else weights)
