r"""Two networks that read a sequence from its two ends.

.. math::
    \hat y_t = f(x_1, \dots, x_t) + b(x_T, \dots, x_t)

Their read-outs are added, so that the output sees the hidden states of both, as that of Schuster
and Paliwal (1997) does.  Layers are stacked within each direction.  To each network the outputs of
the other are an offset to its own, so that its gradient is that of a network alone.

References
----------
Schuster and Paliwal (1997), *Bidirectional Recurrent Neural Networks*.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rnnts._network import Network, kernel_ready
from rnnts._types import FloatArray, IntArray
from rnnts._units_objective import UnitsObjective
from rnnts.cells import Params
from rnnts.losses import Loss
from rnnts.sequence.models._base import Lesson
from rnnts.sequence.models._one_way import OneWay


@dataclass(frozen=True)
class BothWays:
    """Two networks of one shape; their parameters follow each other in the flat vector.

    Parameters
    ----------
    network : Network
    """

    network: Network

    @property
    def n_params(self) -> int:
        """Length of the flat vector."""
        return 2 * self.network.n_params

    def init_params(self, rng: np.random.Generator) -> FloatArray:
        """Draw weights to start from."""
        return np.concatenate([self.network.init_params(rng) for _ in range(2)])

    def unpack(self, params: FloatArray) -> Params:
        """Split the flat vector into named views; those of the way back end in ``_back``."""
        forth, back = np.split(params, 2)
        views = self.network.unpack(back)
        return self.network.unpack(forth) | {f"{name}_back": view for name, view in views.items()}

    def predict(
        self, params: FloatArray, x: FloatArray, lengths: IntArray | None = None
    ) -> FloatArray:
        """Outputs (n_sequences, n_outputs), or (n_steps, n_sequences, n_outputs)."""
        model = OneWay(self.network)
        forth, back = np.split(params, 2)
        outputs = model.predict(back, turned(x, lengths), lengths)
        if self.network.every_step:
            outputs = turned(outputs, lengths)
        return model.predict(forth, x, lengths) + outputs

    def objective(
        self, lesson: Lesson, loss: Loss, l2: float = 0.0, n_threads: int = 1
    ) -> "BothWaysObjective":
        """The mean loss on a lesson, and a penalty on all matrices."""
        return BothWaysObjective(self.network, lesson, loss, l2, n_threads)


@dataclass(frozen=True)
class BothWaysObjective:
    """Mean loss of two networks on a lesson; the arguments are those of `BothWays.objective`."""

    network: Network
    lesson: Lesson
    loss: Loss
    l2: float
    n_threads: int

    def value_and_gradient(self, params: FloatArray) -> tuple[float, FloatArray]:
        """Loss at `params`, and its gradient; zero where the loss is not finite."""
        forth, back = np.split(params, 2)
        there, back_there = self._both
        said = self._outputs(forth, there)
        said_back = self._outputs(back, back_there)
        value, d_forth = there.among(forth, offset=self._across(said_back))
        _, d_back = back_there.among(back, offset=self._across(said))
        # The loss is common to both; each has a penalty of its own.
        value += float(self.network.costs(self.l2) @ back**2)
        if not np.isfinite(value):
            return value, np.zeros_like(params)
        return value, np.concatenate([d_forth, d_back])

    @cached_property
    def _both(self) -> tuple[UnitsObjective, UnitsObjective]:
        """What each network is to learn, in its own order of steps."""
        lesson, lengths = self.lesson, self.lesson.lengths
        y, weights = lesson.y, lesson.weights
        if self.network.every_step:
            y, weights = turned(y, lengths), turned(weights, lengths)
        reverse = Lesson(turned(lesson.x, lengths), y, weights, lengths)
        model = OneWay(self.network)
        there, back_there = (
            model.objective(part, self.loss, self.l2, self.n_threads).in_units()
            for part in (lesson, reverse)
        )
        return there, back_there

    def _outputs(self, params: FloatArray, units: UnitsObjective) -> FloatArray:
        """What one network says, with a step for each step of its targets."""
        every_step = self.network.every_step or len(units.y) > 1
        outputs, _ = replace(self.network, every_step=every_step).predict(params, units.x)
        return outputs if every_step else outputs[None]

    def _across(self, outputs: FloatArray) -> FloatArray:
        """Outputs of one network in the order of steps of the other."""
        if not self.network.every_step:
            return outputs
        return kernel_ready(turned(outputs, self.lesson.lengths))


def turned(values: FloatArray, lengths: IntArray | None) -> FloatArray:
    """Sequences (n_steps, n_sequences, ...) from their own last step to the first.

    Padding stays where it is.
    """
    if lengths is None:
        return values[::-1]
    steps = np.arange(len(values))[:, None]
    places = np.where(steps < lengths, lengths - 1 - steps, steps)
    return values[places, np.arange(len(lengths))]
