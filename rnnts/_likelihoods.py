r"""Losses of forecasts that say how sure they are.

.. math::
    \text{Gaussian} = \log s + \tfrac12 z^2 + \tfrac12 \log 2 \pi, \qquad
    \text{Student} = \log s + \tfrac{\nu + 1}2 \log\Bigl(1 + \frac{z^2}\nu\Bigr) + c_\nu, \qquad
    z = \frac{\hat y - y} s, \quad s = s_0 + \exp \hat s

The slopes, with the slope w on z, are w / s on the location and (1 - w z) (1 - s_0 / s) on the
logarithm of the scale.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_positive
from rnnts.kernels.loss_codes import LEAST_SCALE


@dataclass(frozen=True)
class Gaussian:
    """Mean negative log-likelihood of normal distributions, one for each target.

    Each target has two outputs, its location and the logarithm of its scale: with two targets, the
    first two outputs belong to the first target, which stands in `y_true` twice.
    `location_and_scale` says what they mean.

    Examples
    --------
    >>> import numpy as np
    >>> value, gradient = Gaussian()(np.array([[1.0, 1.0]]), np.array([[0.0, 0.0]]))
    >>> round(value, 3), gradient.round(2)
    (1.419, array([[-1., 0.]]))
    """

    n_per_target: ClassVar[int] = 2
    # As kernels take them: the constant stands second.
    levels: ClassVar[tuple[float, float]] = (0.0, 0.5 * math.log(2 * math.pi))

    def __call__(self, y_true: FloatArray, y_pred: FloatArray) -> tuple[float, FloatArray]:
        """Return the mean loss and its gradient on `y_pred`."""
        error, scale = _in_scales(y_true, y_pred)
        return _mean_likelihood(self.levels[1] + 0.5 * error**2, error, error, scale)


@dataclass(frozen=True)
class StudentT:
    r"""Mean negative log-likelihood of Student's t distributions, one for each target.

    The outputs are those of :class:`Gaussian`; the scale is not the standard deviation, which is
    :math:`\sqrt{\nu / (\nu - 2)}` times as large.  An outlier counts as its logarithm.

    Parameters
    ----------
    df : float
        Degrees of freedom :math:`\nu`, the same for all targets; not learned.

    References
    ----------
    Lange, Little and Taylor (1989), *Robust Statistical Modeling Using the t Distribution*.

    Examples
    --------
    >>> import numpy as np
    >>> value, gradient = StudentT(df=5.0)(np.array([[1.0, 1.0]]), np.array([[0.0, 0.0]]))
    >>> round(value, 3), gradient.round(2)
    (1.516, array([[-1., 0.]]))
    """

    df: float = 5.0
    n_per_target: ClassVar[int] = 2

    def __post_init__(self) -> None:
        check_positive("df", self.df)

    @property
    def levels(self) -> tuple[float, float]:
        """Degrees of freedom, and the loss where the error is zero and the scale is one."""
        df = self.df
        constant = math.lgamma(df / 2) - math.lgamma((df + 1) / 2) + 0.5 * math.log(df * math.pi)
        return float(df), constant

    def __call__(self, y_true: FloatArray, y_pred: FloatArray) -> tuple[float, FloatArray]:
        """Return the mean loss and its gradient on `y_pred`."""
        error, scale = _in_scales(y_true, y_pred)
        value = self.levels[1] + 0.5 * (self.df + 1) * np.log1p(error**2 / self.df)
        slope = (self.df + 1) * error / (self.df + error**2)
        return _mean_likelihood(value, slope, error, scale)


def location_and_scale(y_pred: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Locations and scales of the targets, as :class:`Gaussian` and :class:`StudentT` mean them.

    Parameters
    ----------
    y_pred : ndarray of shape (..., 2 * n_targets)
        Location and logarithm of the scale of the first target, then those of the next one.

    Returns
    -------
    location, scale : ndarray of shape (..., n_targets)
        In the units of the (scaled) series.  The scale is never below 0.001, which is added to it:
        else it would go to zero, and the loss to minus infinity, where no error is left.

    Examples
    --------
    >>> import numpy as np
    >>> location, scale = location_and_scale(np.array([[3.0, 0.0, 4.0, -1.0]]))
    >>> location, scale.round(3)
    (array([[3., 4.]]), array([[1.001, 0.369]]))
    """
    return y_pred[..., ::2], LEAST_SCALE + np.exp(y_pred[..., 1::2])


def _in_scales(y_true: FloatArray, y_pred: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Errors in units of their scales, and the scales."""
    location, scale = location_and_scale(y_pred)
    return (location - y_true[..., ::2]) / scale, scale


def _mean_likelihood(
    value: FloatArray, slope: FloatArray, error: FloatArray, scale: FloatArray
) -> tuple[float, FloatArray]:
    """The mean loss and its gradient, given value and slope of each term but for its scale."""
    slopes = [slope / scale, (1 - slope * error) * (1 - LEAST_SCALE / scale)]
    gradient = np.stack(slopes, axis=-1).reshape(*error.shape[:-1], -1)
    return float(np.mean(value + np.log(scale))), gradient / error.size
