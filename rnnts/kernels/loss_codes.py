"""Losses as kernels know them: by a number, and a level for each output."""

from typing import NamedTuple

SQUARED_ERROR, ABSOLUTE_ERROR, HUBER, PINBALL, LOGISTIC, CROSS_ENTROPY, GAUSSIAN, STUDENT_T = range(
    8
)

# Likelihoods, whose targets have two outputs each: a location, and the logarithm of a scale.
LIKELIHOODS = GAUSSIAN, STUDENT_T

# Added to the scale: a series that can be predicted without error would send it to zero, and the
# loss to minus infinity.
LEAST_SCALE = 1e-3

# Half the squared error of the probability whose log-odds are the prediction: of streams only.
BRIER = 8

# Not a loss: the target is the gradient on the prediction.
GIVEN = -1


class LossCode(NamedTuple):
    """A loss of predictions with some outputs.

    Parameters
    ----------
    code : int
    levels : tuple of float
        For each output the bend of the Huber loss, or the quantile of the pinball loss; for each
        pair of outputs of a likelihood its degrees of freedom and its constant; zeros otherwise.
    """

    code: int
    levels: tuple[float, ...]

    @property
    def n_terms(self) -> int:
        """Terms that one row of predictions contributes to the mean.

        All outputs of a row share one cross-entropy, and two of them a likelihood.
        """
        if self.code == CROSS_ENTROPY:
            return 1
        return len(self.levels) // (2 if self.code in LIKELIHOODS else 1)
