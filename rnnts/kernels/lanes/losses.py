r"""Losses of one row of predictions, and their slopes.

.. math::
    \text{squared} &= \tfrac12 e^2, \qquad \text{absolute} = |e|, \qquad
    \text{Huber} = c\,(e - \tfrac12 c), \quad c = \max(-\delta, \min(e, \delta)) \\
    \text{pinball} &= \max((1 - q)\, e, -q\, e), \qquad
    \text{logistic} = \log(1 + \exp \hat y) - y \hat y \\
    \text{cross-entropy} &= \sum_k y_k\, (\textstyle\log \sum_j \exp \hat y_j - \hat y_k)

with :math:`e = \hat y - y`.  Each is a function of predictions, targets and levels, one of them for
an output: the sum over the outputs, and the slope on each prediction.  A NaN makes both NaN.
"""

from collections.abc import Callable
from functools import reduce
from operator import add

from rnnts.kernels.cell import Vectors
from rnnts.kernels.expressions import Expression
from rnnts.kernels.lanes.trace import sum_of
from rnnts.kernels.loss_codes import (
    ABSOLUTE_ERROR,
    CROSS_ENTROPY,
    HUBER,
    LOGISTIC,
    PINBALL,
    SQUARED_ERROR,
)
from rnnts.kernels.math import exp, log, sigmoid, softplus

_Loss = Callable[[Vectors, Vectors, Vectors], tuple[Expression, Vectors]]
_Term = Callable[[Expression, Expression, Expression], tuple[Expression, Expression]]


def _sum_over_outputs(term: _Term) -> _Loss:
    def loss(predictions: Vectors, targets: Vectors, levels: Vectors) -> tuple[Expression, Vectors]:
        terms = [term(*each) for each in zip(predictions, targets, levels, strict=True)]
        return reduce(add, (value for value, _ in terms)), tuple(slope for _, slope in terms)

    return loss


@_sum_over_outputs
def _squared(
    prediction: Expression, target: Expression, _level: Expression
) -> tuple[Expression, Expression]:
    error = prediction - target
    return 0.5 * error * error, error


@_sum_over_outputs
def _absolute(
    prediction: Expression, target: Expression, _level: Expression
) -> tuple[Expression, Expression]:
    error = prediction - target
    return error.call("fabs"), error.where(">", 0.0, 1.0, error.where("<", 0.0, -1.0, error))


@_sum_over_outputs
def _huber(
    prediction: Expression, target: Expression, level: Expression
) -> tuple[Expression, Expression]:
    error = prediction - target
    clipped = error.clipped(-level, level)
    return clipped * (error - 0.5 * clipped), clipped


@_sum_over_outputs
def _pinball(
    prediction: Expression, target: Expression, level: Expression
) -> tuple[Expression, Expression]:
    error = prediction - target
    slope = error.where(">", 0.0, 1.0 - level, error.where("<", 0.0, -level, error))
    return slope * error, slope


@_sum_over_outputs
def _logistic(
    prediction: Expression, target: Expression, _level: Expression
) -> tuple[Expression, Expression]:
    return softplus(prediction) - target * prediction, sigmoid(prediction) - target


def _cross_entropy(
    predictions: Vectors, targets: Vectors, _levels: Vectors
) -> tuple[Expression, Vectors]:
    # Beside the largest no power overflows; a NaN that is not the largest still enters the sum.
    largest = reduce(lambda a, b: a.where(">", b, a, b), predictions)
    powers = [exp(prediction - largest) for prediction in predictions]
    total, weight = reduce(add, powers), reduce(add, targets)
    level = largest + log(total)
    losses = ((target, level - p) for target, p in zip(targets, predictions, strict=True))
    scale = weight / total
    slopes = (power * scale - target for power, target in zip(powers, targets, strict=True))
    return sum_of(losses), tuple(slopes)


LOSSES: dict[int, _Loss] = {
    SQUARED_ERROR: _squared,
    ABSOLUTE_ERROR: _absolute,
    HUBER: _huber,
    PINBALL: _pinball,
    LOGISTIC: _logistic,
    CROSS_ENTROPY: _cross_entropy,
}
