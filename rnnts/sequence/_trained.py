"""A model with its weights, and the scales it was trained in."""

from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.sequence._examples import Examples
from rnnts.sequence._scaling import scaling_of
from rnnts.sequence._sequences import Sequences
from rnnts.sequence.models import Model
from rnnts.transforms._scaling import Scaling


@dataclass(frozen=True)
class Scales:
    """Scaling of what is read, and of what is predicted."""

    read: Scaling
    said: Scaling

    @classmethod
    def of(cls, examples: Examples, read: str | None, said: str | None) -> "Scales":
        """Those of examples, each counted by its weight; None scales nothing."""
        sequences, targets, weights = examples.sequences, examples.targets, examples.weights
        there = sequences.there
        by_step = sequences.by_step(weights)
        if examples.has_steps and said is not None:
            targets, weights = targets[there], by_step
        return cls(
            scaling_of(read, sequences.values[there], by_step), scaling_of(said, targets, weights)
        )

    def sequences(self, sequences: Sequences) -> Sequences:
        """Scaled sequences."""
        return Sequences(self.read.transform_next(sequences.values), sequences.lengths)

    def examples(self, examples: Examples) -> Examples:
        """Scaled sequences and targets."""
        targets = self.said.transform_next(examples.targets)
        return Examples(self.sequences(examples.sequences), targets, examples.weights)


@dataclass(frozen=True)
class Trained:
    """What an estimator keeps of its training.

    Attributes
    ----------
    model : Model
    scales : Scales
    params : ndarray of shape (n_params,)
    moments : ndarray, optional
        Those of a descent that may go on.
    """

    model: Model
    scales: Scales
    params: FloatArray
    moments: FloatArray | None = None

    @property
    def n_outputs(self) -> int:
        """Numbers that the network says at once."""
        return self.scales.said.center.size

    def outputs(self, sequences: Sequences) -> FloatArray:
        """What the network says, in the units of the targets.

        Returns
        -------
        ndarray of shape (n_sequences, n_outputs) or (n_steps, n_sequences, n_outputs)

        Raises
        ------
        OverflowError
            If an answer is no number, because X lies too far from what was learned from.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = self.scales.sequences(sequences)
            outputs = self.model.predict(self.params, scaled.values, scaled.lengths)
            answers = self.scales.said.inverse_transform(outputs)
        if not np.isfinite(answers).all():
            sequence = np.argwhere(~np.isfinite(answers))[0, -2]
            raise OverflowError(
                f"the answer to X[{sequence}] leaves the floating-point range, because its values "
                "lie too far from those that were learned from; scale X as in fit"
            )
        return answers
