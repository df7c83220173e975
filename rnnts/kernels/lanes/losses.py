r"""Losses of one row of predictions, and their slopes.

.. math::
    \text{squared} &= \tfrac12 e^2, \qquad \text{absolute} = |e|, \qquad
    \text{Huber} = c\,(e - \tfrac12 c), \quad c = \max(-\delta, \min(e, \delta)) \\
    \text{pinball} &= \max((1 - q)\, e, -q\, e), \qquad
    \text{logistic} = \log(1 + \exp \hat y) - y \hat y \\
    \text{cross-entropy} &= \sum_k y_k\, (\textstyle\log \sum_j \exp \hat y_j - \hat y_k) \\
    \text{Gaussian} &= c + \log s + \tfrac12 z^2, \qquad
    \text{Student} = c + \log s + \tfrac12 (\nu + 1) \log(1 + z^2 / \nu)

with :math:`e = \hat y - y`, and :math:`z = e / s` with the scale :math:`s = s_0 + \exp \hat s`.
Each is a function of predictions, targets and levels, one of them for an output: the sum over the
outputs, or the targets, and the slope on each prediction.  A NaN makes both NaN.
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
    GAUSSIAN,
    HUBER,
    LEAST_SCALE,
    LOGISTIC,
    PINBALL,
    SQUARED_ERROR,
    STUDENT_T,
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


def _sum_over_targets(
    term: Callable[[Expression, Expression], tuple[Expression, Expression]],
) -> _Loss:
    """A likelihood, from the loss of an error in units of its scale, and the slope there."""

    def loss(predictions: Vectors, targets: Vectors, levels: Vectors) -> tuple[Expression, Vectors]:
        values, slopes = [], []
        for k in range(0, len(predictions), 2):
            freedom, constant = levels[k : k + 2]
            scale = exp(predictions[k + 1]) + LEAST_SCALE
            error = (predictions[k] - targets[k]) / scale
            value, slope = term(error, freedom)
            values.append(value + log(scale) + constant)
            slopes += [slope / scale, (1.0 - slope * error) * (1.0 - LEAST_SCALE / scale)]
        return reduce(add, values), tuple(slopes)

    return loss


@_sum_over_targets
def _gaussian(error: Expression, _freedom: Expression) -> tuple[Expression, Expression]:
    return 0.5 * error * error, error


@_sum_over_targets
def _student_t(error: Expression, freedom: Expression) -> tuple[Expression, Expression]:
    square = error * error
    value = (freedom + 1.0) * 0.5 * log(square / freedom + 1.0)
    return value, (freedom + 1.0) * error / (freedom + square)


LOSSES: dict[int, _Loss] = {
    SQUARED_ERROR: _squared,
    ABSOLUTE_ERROR: _absolute,
    HUBER: _huber,
    PINBALL: _pinball,
    LOGISTIC: _logistic,
    CROSS_ENTROPY: _cross_entropy,
    GAUSSIAN: _gaussian,
    STUDENT_T: _student_t,
}
