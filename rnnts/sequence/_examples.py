"""What an estimator is taught: sequences, targets, and how much each counts."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import _check_sample_weight

from rnnts._types import FloatArray, IntArray
from rnnts.sequence._sequences import Sequences
from rnnts.sequence.models import Lesson


def weights_of(sample_weight: Any, sequences: Sequences) -> FloatArray:
    """How much each sequence counts, (n_sequences,); one, unless it is given."""
    rows = np.empty((len(sequences), 1))
    # scikit-learn adds up what it checks, infinities of both signs too, and then says so.
    with np.errstate(invalid="ignore"):
        weights: FloatArray = _check_sample_weight(sample_weight, rows, ensure_non_negative=True)
    # scikit-learn 1.6 does not ask for it, later ones do.
    if not weights.any():
        raise ValueError(
            "sample_weight must contain at least one non-zero number, got nothing but zeros; leave "
            "it out to count every sequence once"
        )
    return weights.astype(float)


@dataclass(frozen=True)
class Examples:
    """Sequences with their targets.

    Attributes
    ----------
    sequences : Sequences
    targets : ndarray of shape (n_sequences, n_outputs) or (n_steps, n_sequences, n_outputs)
    weights : ndarray of shape (n_sequences,)
    """

    sequences: Sequences
    targets: FloatArray
    weights: FloatArray

    @property
    def has_steps(self) -> bool:
        """Whether there is a target for every step."""
        return self.targets.ndim == 3

    def take(self, chosen: IntArray | slice) -> Self:
        """Some of the sequences."""
        lengths = self.sequences.lengths
        return type(self)(
            Sequences(
                self.sequences.values[:, chosen], None if lengths is None else lengths[chosen]
            ),
            self.targets[:, chosen] if self.has_steps else self.targets[chosen],
            self.weights[chosen],
        )

    def distinct(self) -> Self:
        """Identical examples as one that counts as much as they do, in an order of their own.

        So neither their order nor how often they are repeated changes a bit of what is learned, a
        weight of two is the same as two examples, and what occurs often is computed once.
        """
        counts = self.weights > 0
        counted = self if counts.all() else self.take(np.flatnonzero(counts))
        words = counted._words()
        _, first, kind = np.unique(words, return_index=True, return_inverse=True)
        weights = np.bincount(kind.ravel(), counted.weights).astype(float)
        alike = counted.take(first)
        return type(self)(alike.sequences, alike.targets, weights)

    def _words(self) -> NDArray[np.void]:
        """One for each example, equal where all of its numbers are."""
        sequences, n = self.sequences, len(self.weights)
        parts = [
            np.swapaxes(sequences.values, 0, 1).reshape(n, -1),
            (np.swapaxes(self.targets, 0, 1) if self.has_steps else self.targets).reshape(n, -1),
        ]
        if sequences.lengths is not None:
            parts.append(sequences.lengths[:, None].astype(float))
        # Row by row in memory, whatever the order of the parts.
        rows = np.empty((n, sum(part.shape[1] for part in parts)))
        np.concatenate(parts, axis=1, out=rows)
        # Of the two zeros there are it makes one.
        rows += 0.0
        return rows.view(np.dtype((np.void, rows.shape[1] * rows.itemsize))).ravel()

    def lesson(self, class_weights: FloatArray | None = None) -> Lesson:
        """The same as models take it.

        Parameters
        ----------
        class_weights : ndarray of shape (n_classes,), optional
            How much each class counts; a single output is the second of two.
        """
        weights = self.weights
        if self.has_steps:
            weights = np.broadcast_to(weights, self.targets.shape[:2])
        if class_weights is not None:
            targets = self.targets
            if targets.shape[-1] == 1:
                targets = np.concatenate([1 - targets, targets], axis=-1)
            weights = weights * (targets @ class_weights)
        sequences = self.sequences
        return Lesson(sequences.values, self.targets, np.array(weights), sequences.lengths)
