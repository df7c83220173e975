"""Losses, averaged over all predictions, with their gradients.

To add one, write its class and name it in `LOSSES`.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels.readout import ABSOLUTE_ERROR, HUBER, SQUARED_ERROR

__all__ = ["LOSSES", "AbsoluteError", "Huber", "Loss", "SquaredError"]


class Loss(Protocol):
    """A differentiable function of predictions."""

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


LOSSES: dict[str, Loss] = {
    "squared_error": SquaredError(),
    "absolute_error": AbsoluteError(),
    "huber": Huber(),
}


def fused(loss: Loss) -> tuple[int, float] | None:
    """Code and parameter under which the kernels know a loss, if they do.

    A subclass may compute something else and is not known.
    """
    if isinstance(loss, Huber) and type(loss) is Huber:
        return HUBER, loss.delta
    code = _FUSED.get(type(loss))
    return None if code is None else (code, 0.0)


_FUSED: dict[type, int] = {SquaredError: SQUARED_ERROR, AbsoluteError: ABSOLUTE_ERROR}
