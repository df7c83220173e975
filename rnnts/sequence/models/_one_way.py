"""A network that reads a sequence from its first step to its last."""

from dataclasses import dataclass, replace

import numpy as np

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts._types import FloatArray, IntArray
from rnnts.cells import Params
from rnnts.losses import Loss
from rnnts.sequence.models._base import Lesson


@dataclass(frozen=True)
class OneWay:
    """One network; it is read out at every step, or when it has read all.

    Parameters
    ----------
    network : Network
    """

    network: Network

    @property
    def n_params(self) -> int:
        """Length of the flat vector."""
        return self.network.n_params

    def init_params(self, rng: np.random.Generator) -> FloatArray:
        """Draw weights to start from."""
        return self.network.init_params(rng)

    def unpack(self, params: FloatArray) -> Params:
        """Split the flat vector into named views."""
        return self.network.unpack(params)

    def predict(
        self, params: FloatArray, x: FloatArray, lengths: IntArray | None = None
    ) -> FloatArray:
        """Outputs (n_sequences, n_outputs), or (n_steps, n_sequences, n_outputs)."""
        if lengths is None or self.network.every_step:
            return self.network.predict(params, x)[0]
        outputs, _ = replace(self.network, every_step=True).predict(params, x)
        return outputs[lengths - 1, np.arange(len(lengths))]

    def objective(
        self, lesson: Lesson, loss: Loss, l2: float = 0.0, n_threads: int = 1
    ) -> Objective:
        """The mean loss on a lesson, and a penalty on all matrices."""
        weights = lesson.weights
        return Objective(
            self.network,
            loss,
            lesson.x,
            lesson.y,
            weights=None if (weights == 1.0).all() else weights,
            lengths=lesson.lengths,
            n_threads=n_threads,
            l2=l2,
        )
