"""Losses as kernels know them: by a number, and a level for each output."""

from typing import NamedTuple

SQUARED_ERROR, ABSOLUTE_ERROR, HUBER, PINBALL, LOGISTIC, CROSS_ENTROPY = range(6)

# Not a loss: the target is the gradient on the prediction.
GIVEN = -1


class LossCode(NamedTuple):
    """A loss of predictions with some outputs.

    Parameters
    ----------
    code : int
    levels : tuple of float
        For each output the bend of the Huber loss, or the quantile of the pinball loss; zeros
        otherwise.
    """

    code: int
    levels: tuple[float, ...]

    @property
    def n_terms(self) -> int:
        """Terms that one row of predictions contributes to the mean.

        All outputs of a row share one cross-entropy.
        """
        return 1 if self.code == CROSS_ENTROPY else len(self.levels)
