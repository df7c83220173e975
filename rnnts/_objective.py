"""The function of a parameter vector that a solver minimises: the seam of the package.

Above it, solvers, forecasters and persistence know a flat vector and this one method; below it,
network, cells and kernels are fused as speed demands.
"""

from dataclasses import dataclass, fields
from functools import cached_property, partial
from typing import Any

import numpy as np

from rnnts._descent import Descent
from rnnts._network import Network, kernel_ready
from rnnts._types import FloatArray, IntArray
from rnnts._units_objective import UnitsObjective, to_ends
from rnnts.kernels.descent import by_steps
from rnnts.kernels.lanes.rows import RowsObjective
from rnnts.kernels.loss_codes import GIVEN, LossCode
from rnnts.losses import CrossEntropy, Loss, count_targets, fused

# Within these bounds rows in the lanes measured faster than units for tanh, GRU and LSTM, or as
# fast (an LSTM of 8 units in float64).  With fewer rows they often still are, but each size of
# network has to be compiled for itself, which few rows do not pay back; and of many inputs and
# outputs, for which all is written out as well, it takes minutes.
_FEW_UNITS, _MANY_ROWS, _FEW_NUMBERS = 8, 32, 48


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
        (n_sequences, n_outputs) for a network that reads its last hidden state only.  For a loss
        with several outputs for each target, such as quantiles, each target may stand there once.
    n_warmup : int
        How many first steps only bring the hidden state up and do not count in the loss; for a
        network that reads every step.
    weights : ndarray, optional
        How much each prediction counts in the mean, which is the weighted sum over the sum of the
        weights: of the shape of `y` without the outputs, or with one weight for each target in
        their place.  What has weight zero is not looked at.
    lengths : ndarray of int of shape (n_sequences,), optional
        Steps of each sequence, where they differ: x and y beyond them are padding, and the last
        hidden state is the one at a sequence's own end.
    start : ndarray of shape (n_sequences, state_size), optional
        State before the first step; zero unless given.
    truncation : int
        The gradient does not flow from step t to t - 1 where this divides t; with 0 it always does.
    n_threads : int
        The result does not depend on it.
    l2 : float
        Added is this times the sum of squares of all matrices; biases are free.
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
    l2: float = 0.0

    def __post_init__(self) -> None:
        # Below here addresses are computed from these shapes, and nobody looks at them again.
        network = self.network
        n_steps, n_sequences, n_inputs = self.x.shape
        rows = (n_steps, n_sequences) if network.every_step else (n_sequences,)
        by_target = (*rows, count_targets(self.loss, network.n_outputs))
        by_output = (*rows, network.n_outputs)
        if n_inputs != network.n_inputs or self.y.shape not in (by_target, by_output):
            raise ValueError(
                f"this network needs x of shape ({n_steps}, {n_sequences}, {network.n_inputs}) and "
                f"y of shape {_either(by_target, by_output)}, got {self.x.shape} and {self.y.shape}"
            )
        # The outputs of a row share one cross-entropy.
        weighted = (rows,) if isinstance(self.loss, CrossEntropy) else (rows, by_target)
        if not 0 <= self.n_warmup < n_steps:
            raise ValueError(
                f"n_warmup must be less than the {n_steps} steps there are, got {self.n_warmup}"
            )
        for name, shapes in (
            ("weights", weighted),
            ("lengths", ((n_sequences,),)),
            ("start", ((n_sequences, network.state_size),)),
        ):
            values = getattr(self, name)
            if values is not None and values.shape not in shapes:
                raise ValueError(
                    f"{name} must have shape {_either(*shapes)} for {type(self.loss).__name__}, "
                    f"got {values.shape}"
                )
            if values is not None and name != "start" and self._code is None:
                raise ValueError(f"{name} need a loss of rnnts.losses, got {self.loss!r}")
        if not 0 <= self.l2 < np.inf:
            raise ValueError(f"l2 must be a finite number from 0 upwards, got {self.l2!r}")
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
        if self._work is None:
            return self._with_own_loss(params)[:2]
        return self._work.value_and_gradient(params)

    def value_gradient_and_end(self, params: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """The same, and the state (n_sequences, state_size) after the last step.

        A sequence that is shorter than the others has run on through its padding.
        """
        self.network.check_params(params)
        params = kernel_ready(params)
        if self._work is None:
            return self._with_own_loss(params)
        value, gradient, end = self._work.value_gradient_and_end(params)
        return value, gradient, kernel_ready(end)

    def _with_own_loss(self, params: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        first = self._first_scored
        with np.errstate(over="ignore", invalid="ignore"):
            prediction, end = self.network.predict(params, self.x, self.start)
            value, d_scored = self.loss(self._targets[first:], prediction[first:])
        if not np.isfinite(value):
            return value, np.zeros_like(params), end
        d_prediction = np.zeros_like(prediction)
        d_prediction[first:] = d_scored
        work = self._units_for(LossCode(GIVEN, ()), d_prediction)
        penalty, gradient = work.value_and_gradient(params)
        return value + penalty, gradient, end

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
        """Descend as :func:`rnnts.kernels.descent.by_steps` does, within one kernel if possible."""
        descend = partial(by_steps, self) if self._work is None else self._work.descend
        return descend(n_params, moments, settings, learning_rates, losses)

    def __getstate__(self) -> dict[str, Any]:
        # Without what is cached: addresses mean nothing in another process.
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @cached_property
    def _work(self) -> RowsObjective | UnitsObjective | None:
        """What computes it, if a kernel knows the loss."""
        if self._code is None:
            return None
        network = self.network
        fits = (
            network.dilations == (1,)
            and network.hidden_sizes[0] <= _FEW_UNITS
            and network.n_inputs + network.n_outputs <= _FEW_NUMBERS
        )
        if fits and self.x.shape[1] >= _MANY_ROWS:
            return self._in_rows(self._code, network.hidden_sizes[0])
        return self.in_units()

    def in_units(self) -> UnitsObjective:
        """The same with hidden units in the SIMD lanes, however small the network is."""
        if self._code is None:
            raise ValueError(f"{self.loss!r} is no loss of rnnts.losses, which kernels know")
        return self._units_for(self._code, self._targets)

    def _units_for(self, code: LossCode, y: FloatArray) -> UnitsObjective:
        return UnitsObjective(self.network, *self._data(y), code, **self._options())

    def _in_rows(self, code: LossCode, hidden_size: int) -> RowsObjective:
        x, y, weights = self._data(self._targets)
        network = self.network
        return RowsObjective(
            network.cell,
            hidden_size,
            x,
            y,
            code,
            skip=network.skip,
            dtype=network.dtype,
            weights=weights,
            **self._options(),
        )

    def _options(self) -> dict[str, Any]:
        return {
            "n_warmup": self._first_scored,
            "start": self.start,
            "truncation": self.truncation,
            "costs": self._costs,
            "n_threads": self.n_threads,
        }

    def _data(self, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray | None]:
        """x, y and weights with an axis for the steps of y, whatever the lengths."""
        weights = self.weights
        if weights is not None:
            # One for each row as a last axis of one.
            weights = self._in_steps(weights.reshape(*y.shape[:-1], -1))
        x, y, weights = to_ends(self.x, self._in_steps(y), weights, self.lengths)
        if weights is not None and not weights[self._first_scored :].any():
            raise ValueError("no prediction has a weight above zero; nothing would be learned")
        return x, y, weights

    @cached_property
    def _costs(self) -> FloatArray | None:
        """What the square of each parameter adds to the loss."""
        return self.network.costs(self.l2) if self.l2 else None

    @cached_property
    def _targets(self) -> FloatArray:
        """Targets, each as often as it has outputs."""
        n_each = self.network.n_outputs // self.y.shape[-1]
        return self.y if n_each == 1 else np.repeat(self.y, n_each, axis=-1)

    @cached_property
    def _code(self) -> LossCode | None:
        return fused(self.loss, self.network.n_outputs)

    @property
    def _first_scored(self) -> int:
        return self.n_warmup if self.network.every_step else 0

    def _in_steps(self, values: FloatArray) -> FloatArray:
        """Values of the shape of the predictions, with an axis for the steps."""
        return values if self.network.every_step else values[None]


def _either(*shapes: tuple[int, ...]) -> str:
    return " or ".join(dict.fromkeys(map(str, shapes)))
