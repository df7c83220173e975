"""What every model promises."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rnnts._types import FloatArray, IntArray
from rnnts.cells import Params
from rnnts.kernels.descent import Descendable
from rnnts.losses import Loss


@dataclass(frozen=True)
class Lesson:
    """What a model reads, what it should say, and how much that counts.

    Attributes
    ----------
    x : ndarray of shape (n_steps, n_sequences, n_inputs)
    y : ndarray of shape (n_sequences, n_outputs) or (n_steps, n_sequences, n_outputs)
    weights : ndarray of the shape of `y` without the outputs
    lengths : ndarray of int of shape (n_sequences,), or None
        Steps of each sequence, where they differ; what lies beyond is padding.
    """

    x: FloatArray
    y: FloatArray
    weights: FloatArray
    lengths: IntArray | None


class Model(Protocol):
    """A function of sequences, and of one flat vector of parameters."""

    @property
    def n_params(self) -> int:
        """Length of the flat vector."""

    def init_params(self, rng: np.random.Generator) -> FloatArray:
        """Draw weights to start from."""

    def unpack(self, params: FloatArray) -> Params:
        """Split the flat vector into named views."""

    def predict(
        self, params: FloatArray, x: FloatArray, lengths: IntArray | None = None
    ) -> FloatArray:
        """Outputs, of the shape of the targets of a lesson."""

    def objective(
        self, lesson: Lesson, loss: Loss, l2: float = 0.0, n_threads: int = 1
    ) -> Descendable:
        """The mean loss on a lesson, and a penalty on all matrices, as solvers take it."""
