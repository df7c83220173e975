r"""The likelihood of a series under a network that predicts it row by row.

Given the start, and with the distribution that the loss stands for,

.. math::
    \log L = \sum_t \log p(z_t \mid z_{t-1}, \dots) + \sum_t \log \frac{d z_t}{d y_t}

where z is what the network reads of the series y: so models of a series, of its logarithm and of
its differences can be compared.
"""

from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.forecasters.networks._lesson import Lesson, Rows
from rnnts.forecasters.networks._member import Member
from rnnts.losses import Gaussian, SquaredError, StudentT

# Of a scaled row: far above rounding, and its square far below the digits printed.
_STEP = 1e-4
# Relative to a value beside which that would be lost.
_LEAST_STEP = 1e-9


@dataclass(frozen=True)
class Likelihood:
    """Log-likelihood of the rows scored, and what the information criteria need besides.

    Attributes
    ----------
    value : float
    n_free : int
        Parameters that the likelihood depends on, variances included.
    n_scored : int
        Values that count, over all targets.
    """

    value: float
    n_free: int
    n_scored: int

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * self.n_free - 2 * self.value

    @property
    def bic(self) -> float:
        """Schwarz's criterion."""
        return float(np.log(self.n_scored) * self.n_free - 2 * self.value)


def likelihood_of(
    member: Member, y: FloatArray, filled: FloatArray, exog: FloatArray
) -> Likelihood:
    """Likelihood of a recursive network trained by squared error, Gaussian or Student-t loss.

    Squared errors are the Gaussian likelihood with one variance for each target, here at its most
    likely value.

    Parameters
    ----------
    y, filled : ndarray of shape (n_rows, n_targets)
        The series, and the series without gaps.
    exog : ndarray of shape (n_rows, n_exog)
    """
    recurrence, loss = member.recurrence, member.recurrence.outputs.loss
    lesson = Lesson.of(member, Rows(y, filled, exog, season_length=1))
    x, targets, weights = lesson.x, lesson.targets, lesson.weights
    with np.errstate(over="ignore", invalid="ignore"):
        said, _ = recurrence.network.predict(recurrence.params, x, recurrence.start.hidden)
    n_each, n_targets = recurrence.outputs.n_per_target, y.shape[1]
    is_scored = weights[:, 0] > 0
    is_scored[: recurrence.n_warmup] = False
    value, n_variances = 0.0, 0
    for target in range(n_targets):
        rows, own = is_scored[:, target], slice(n_each * target, n_each * (target + 1))
        n_rows = int(rows.sum())
        actual, predicted = targets[rows, 0, own], said[rows, 0, own]
        if isinstance(loss, Gaussian | StudentT):
            value -= n_rows * loss(actual, predicted)[0]
        else:
            mean_square = max(float(np.mean(np.square(actual - predicted))), np.finfo(float).tiny)
            value -= 0.5 * n_rows * (np.log(2 * np.pi * mean_square) + 1)
            n_variances += 1
    slopes = _slopes(member, filled, exog)
    value -= float(np.log(slopes[is_scored]).sum())
    return Likelihood(float(value), n_free(member) + n_variances, int(is_scored.sum()))


def has_likelihood(member: Member) -> bool:
    """Whether its loss is the likelihood of a distribution."""
    return isinstance(member.recurrence.outputs.loss, SquaredError | Gaussian | StudentT)


def n_free(member: Member) -> int:
    """Parameters of a network that its predictions depend on."""
    network = member.recurrence.network
    # A change of basis of linear units changes no prediction.
    n_idle = network.state_size**2 if member.is_linear else 0
    return network.n_params - n_idle


def _slopes(member: Member, y: FloatArray, exog: FloatArray) -> FloatArray:
    """What a scaled row is multiplied by, to first order, on its way back to the series."""
    z, _ = member.prepared(y, exog)
    spread = member.recurrence.y_scaling.spread
    steps = np.maximum(_STEP, _LEAST_STEP * np.abs(z) / spread)
    step = steps * spread
    above, below = (member.undone(z + sign * step, y, exog) for sign in (1, -1))
    slopes: FloatArray = (above - below)[member.n_unknown :] / (2 * steps)
    return slopes
