"""The function of a parameter vector that a solver minimises: the seam of the package.

Above it, solvers, forecasters and persistence know a flat vector and this one method; below it,
network, cells and kernels are fused as speed demands.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from rnnts._network import Network, kernel_ready
from rnnts._types import FloatArray
from rnnts.kernels import driver
from rnnts.kernels.loss_codes import GIVEN, HUBER
from rnnts.losses import Loss, fused


@dataclass(frozen=True)
class Objective:
    """Mean loss of a network on fixed data, from a zero start.

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
    """

    network: Network
    loss: Loss
    x: FloatArray
    y: FloatArray
    n_warmup: int = 0
    # Memory of earlier calls, one piece for each of the threads that ever called at once.
    _idle: list[FloatArray] = field(default_factory=list, init=False, repr=False, compare=False)

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

    def value_and_gradient(self, params: FloatArray) -> tuple[float, FloatArray]:
        """Evaluate the objective and its gradient at `params`.

        Where the recurrence explodes the value is inf or NaN and the gradient zero; a solver
        rejects such a point.
        """
        self.network.check_params(params)
        params = kernel_ready(params)
        if self._fused is not None:
            return self._run(params, self._targets, *self._fused)
        first = self._first_scored
        with np.errstate(over="ignore", invalid="ignore"):
            prediction, _ = self.network.predict(params, self.x)
            value, d_scored = self.loss(self.y[first:], prediction[first:])
        if not np.isfinite(value):
            return value, np.zeros_like(params)
        d_prediction = np.zeros_like(prediction)
        d_prediction[first:] = d_scored
        return value, self._run(params, self._as_targets(d_prediction), GIVEN, 0.0)[1]

    def _run(
        self, params: FloatArray, targets: FloatArray, loss: int, parameter: float
    ) -> tuple[float, FloatArray]:
        network = self.network
        gradient = np.empty(len(params))
        passes = driver.passes_of(network.cell.recurrence, network.dtype)
        # Taking from a list is atomic: two threads never get the same memory.
        try:
            workspace = self._idle.pop()
        except IndexError:
            n_steps, n_sequences, _ = self.x.shape
            workspace = driver.new_workspace(network.layout, n_steps, n_sequences, network.dtype)
        value = driver.value_and_gradient(
            passes, params, gradient, workspace, targets, loss, parameter, *self._problem
        )
        self._idle.append(workspace)
        return value, gradient

    @cached_property
    def _fused(self) -> tuple[int, float] | None:
        code = fused(self.loss, self.network.n_outputs)
        return None if code is None or code.code > HUBER else (code.code, code.levels[0])

    @property
    def _first_scored(self) -> int:
        return self.n_warmup if self.network.every_step else 0

    @cached_property
    def _problem(self) -> tuple[Any, ...]:
        """What every call hands to the kernel in the same way."""
        network = self.network
        x = kernel_ready(self.x, network.dtype)
        start = network.rest(x.shape[1])
        return (*network.plan, x, start, self._first_scored)

    @cached_property
    def _targets(self) -> FloatArray:
        return self._as_targets(self.y)

    def _as_targets(self, values: FloatArray) -> FloatArray:
        """Values of the shape of the predictions, with an axis for the steps."""
        steps = values if self.network.every_step else values[None]
        return kernel_ready(steps, self.network.dtype)
