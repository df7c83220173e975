"""Losses, averaged over all predictions, with their gradients.

To add one, write its class and name it in `LOSSES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import expit, log_softmax, softmax

from rnnts._likelihoods import Gaussian, StudentT, location_and_scale
from rnnts._types import FloatArray
from rnnts._validation import check_between, check_choice
from rnnts.kernels.loss_codes import (
    ABSOLUTE_ERROR,
    CROSS_ENTROPY,
    GAUSSIAN,
    HUBER,
    LOGISTIC,
    PINBALL,
    SQUARED_ERROR,
    STUDENT_T,
    LossCode,
)

__all__ = [
    "LOSSES",
    "AbsoluteError",
    "CrossEntropy",
    "Gaussian",
    "Huber",
    "Logistic",
    "Loss",
    "Pinball",
    "SquaredError",
    "StudentT",
    "location_and_scale",
]


class Loss(Protocol):
    """A differentiable function of predictions.

    A loss that takes several outputs for each target says how many as `n_per_target`.  The outputs
    of the first target then come first, and `y_true` holds each target as often.
    """

    def __call__(self, y_true: FloatArray, y_pred: FloatArray) -> tuple[float, FloatArray]:
        """Return the mean loss and its gradient on `y_pred`."""


@dataclass(frozen=True)
class SquaredError:
    """Half the mean squared error; its minimiser is the conditional mean.

    Examples
    --------
    >>> import numpy as np
    >>> SquaredError()(np.array([0.0, 0.0]), np.array([1.0, -3.0]))
    (2.5, array([ 0.5, -1.5]))
    """

    def __call__(self, y_true: FloatArray, y_pred: FloatArray) -> tuple[float, FloatArray]:
        """Return the mean loss and its gradient on `y_pred`."""
        error = y_pred - y_true
        return 0.5 * float(np.vdot(error, error)) / error.size, error / error.size


@dataclass(frozen=True)
class AbsoluteError:
    """Mean absolute error; its minimiser is the conditional median.

    Examples
    --------
    >>> import numpy as np
    >>> AbsoluteError()(np.array([0.0, 0.0]), np.array([1.0, -3.0]))
    (2.0, array([ 0.5, -0.5]))
    """

    def __call__(self, y_true: FloatArray, y_pred: FloatArray) -> tuple[float, FloatArray]:
        """Return the mean loss and its gradient (a subgradient at zero) on `y_pred`."""
        error = y_pred - y_true
        return float(np.abs(error).mean()), np.sign(error) / error.size


@dataclass(frozen=True)
class Huber:
    """Half the squared error near zero, `delta` times the absolute error beyond it.

    Parameters
    ----------
    delta : float
        Where the one becomes the other, in the units of the (scaled) series.

    References
    ----------
    Huber (1964), *Robust Estimation of a Location Parameter*.

    Examples
    --------
    >>> import numpy as np
    >>> Huber(delta=1.0)(np.array([0.0, 0.0]), np.array([0.5, -3.0]))
    (1.3125, array([ 0.25, -0.5 ]))
    """

    delta: float = 1.0

    def __call__(self, y_true: FloatArray, y_pred: FloatArray) -> tuple[float, FloatArray]:
        """Return the mean loss and its gradient on `y_pred`."""
        error = y_pred - y_true
        clipped = np.clip(error, -self.delta, self.delta)
        return float(np.mean(clipped * (error - 0.5 * clipped))), clipped / error.size


@dataclass(frozen=True)
class Pinball:
    """Mean pinball loss of several quantiles; its minimiser is the conditional quantile.

    Parameters
    ----------
    quantiles : tuple of float
        One for each output, between 0 and 1.  Their number divides the number of outputs: with two
        targets and three quantiles, the first three outputs are the quantiles of the first target,
        which stands in `y_true` three times.

    References
    ----------
    Koenker and Bassett (1978), *Regression Quantiles*.

    Examples
    --------
    >>> import numpy as np
    >>> Pinball((0.1, 0.9))(np.array([[0.0, 0.0]]), np.array([[-2.0, 1.0]]))
    (0.15, array([[-0.05,  0.05]]))
    """

    quantiles: tuple[float, ...] = (0.5,)

    def __post_init__(self) -> None:
        for quantile in self.quantiles:
            check_between("quantiles", quantile, 0, 1)

    @property
    def n_per_target(self) -> int:
        """Outputs for each target."""
        return len(self.quantiles)

    def __call__(self, y_true: FloatArray, y_pred: FloatArray) -> tuple[float, FloatArray]:
        """Return the mean loss and its gradient (a subgradient at zero) on `y_pred`."""
        error = y_pred - y_true
        levels = np.array(self.quantiles * count_targets(self, error.shape[-1]))
        slope = np.where(error > 0, 1 - levels, np.where(error < 0, -levels, error))
        return float(np.mean(slope * error)), slope / error.size


@dataclass(frozen=True)
class Logistic:
    """Mean negative log-likelihood of yes or no; predictions are log-odds.

    `y_true` holds zeros and ones, or probabilities.

    Examples
    --------
    >>> import numpy as np
    >>> Logistic()(np.array([1.0, 0.0]), np.array([0.0, 0.0]))
    (0.6931471805599453, array([-0.25,  0.25]))
    """

    def __call__(self, y_true: FloatArray, y_pred: FloatArray) -> tuple[float, FloatArray]:
        """Return the mean loss and its gradient on `y_pred`."""
        value = np.mean(np.logaddexp(0.0, y_pred) - y_true * y_pred)
        return float(value), (expit(y_pred) - y_true) / y_pred.size


@dataclass(frozen=True)
class CrossEntropy:
    """Mean negative log-likelihood of one of several classes; predictions are logits.

    The last axis runs over the classes; a row of `y_true` holds their probabilities: a one and
    zeros, where the class is known.

    Examples
    --------
    >>> import numpy as np
    >>> CrossEntropy()(np.array([[1.0, 0.0]]), np.array([[0.0, 0.0]]))
    (0.6931471805599453, array([[-0.5,  0.5]]))
    """

    def __call__(self, y_true: FloatArray, y_pred: FloatArray) -> tuple[float, FloatArray]:
        """Return the mean loss and its gradient on `y_pred`."""
        n_rows = y_pred.size // y_pred.shape[-1]
        gradient = softmax(y_pred, axis=-1) * y_true.sum(axis=-1, keepdims=True) - y_true
        return float(-np.sum(y_true * log_softmax(y_pred, axis=-1))) / n_rows, gradient / n_rows


LOSSES: dict[str, Loss] = {
    "squared_error": SquaredError(),
    "absolute_error": AbsoluteError(),
    "huber": Huber(),
    "pinball": Pinball(),
    "logistic": Logistic(),
    "cross_entropy": CrossEntropy(),
    "gaussian": Gaussian(),
    "student_t": StudentT(),
}


def loss_of(loss: str | Loss, losses: Mapping[str, Loss]) -> Loss:
    """The loss asked for, by one of these names or as an object."""
    if isinstance(loss, str):
        check_choice("loss", loss, losses)
        return losses[loss]
    if isinstance(loss, type) or not callable(loss):
        raise TypeError(
            f"loss must be one of {', '.join(losses)}, or an object such as Huber(delta=2.0), got "
            f"{loss!r}"
        )
    return loss


def count_targets(loss: Loss, n_outputs: int) -> int:
    """How many targets so many outputs predict."""
    n_each = getattr(loss, "n_per_target", 1)
    n_targets, left = divmod(n_outputs, n_each)
    if left or not n_targets:
        raise ValueError(
            f"{loss!r} needs {n_each} outputs for each target, got {n_outputs} outputs"
        )
    return int(n_targets)


def fused(loss: Loss, n_outputs: int) -> LossCode | None:
    """How the kernels know a loss of so many outputs, if they do.

    A subclass may compute something else and is not known.
    """
    code = _FUSED.get(type(loss))
    if code is None:
        return None
    levels = (0.0,) * n_outputs
    if isinstance(loss, Huber):
        levels = (float(loss.delta),) * n_outputs
    elif isinstance(loss, Pinball):
        levels = tuple(map(float, loss.quantiles)) * count_targets(loss, n_outputs)
    elif isinstance(loss, Gaussian | StudentT):
        levels = loss.levels * count_targets(loss, n_outputs)
    return LossCode(code, levels)


_FUSED: dict[type, int] = {
    SquaredError: SQUARED_ERROR,
    AbsoluteError: ABSOLUTE_ERROR,
    Huber: HUBER,
    Pinball: PINBALL,
    Logistic: LOGISTIC,
    CrossEntropy: CROSS_ENTROPY,
    Gaussian: GAUSSIAN,
    StudentT: STUDENT_T,
}
