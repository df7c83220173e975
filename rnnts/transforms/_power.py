r"""Powers and the logarithm, which even out a spread that grows with the level.

.. math:: z = \frac{(y/u)^\lambda - 1}{\lambda}, \qquad z = \log y \text{ for } \lambda = 0

The unit u, the geometric mean of the training rows, keeps the digits that a negative power of a
large number would lose.

The inverse of a mean is not the mean: of a symmetric forecast distribution it is the median.
"""

from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_choice
from rnnts.transforms import _columns
from rnnts.transforms._base import AS_IT_IS, Fitted, Transform, worded
from rnnts.transforms._power_choice import LAMBDAS, guerrero, log_is_likelier

# A power this close to the logarithm, or to none, is taken for it.
_NO_MATTER = 0.05


@dataclass(frozen=True, eq=False)
class FittedPower(Fitted):
    """The power of each column; one of 1 leaves its column as it is, one of 0 takes logs.

    Attributes
    ----------
    powers : ndarray of shape (n_columns,)
        Called lambda in the literature.
    units : ndarray of shape (n_columns,)
        What values are divided by before; 1 for logs.
    floors : ndarray of shape (n_columns,), optional
        What smaller values are raised to.  Without it a later value that has no power is an error:
        right where a power was asked for, but not where it was our choice.

    See Also
    --------
    Log, AutoPower, BoxCox : What becomes it by `fit`.
    """

    powers: FloatArray
    units: FloatArray
    floors: FloatArray | None = None

    def transform_next(self, values: FloatArray) -> FloatArray:
        """Power of each value; ValueError where a value is not positive and has to be."""
        is_left = self.powers == 1
        if is_left.all():
            return values
        if self.floors is not None:
            values = np.maximum(values, np.where(is_left, -np.inf, self.floors))
        _check_positive(values, ~is_left)
        logs = np.log(np.where(is_left, 1.0, values / self.units))
        curved = np.expm1(self.powers * logs) / np.where(self.powers == 0, 1.0, self.powers)
        transformed: FloatArray = np.where(is_left, values, np.where(self.powers, curved, logs))
        return transformed

    def inverse_transform(self, prepared: FloatArray) -> FloatArray:
        """Values whose powers these are; beyond the range of the power, its nearest end."""
        powers = np.where(self.powers == 0, 1.0, self.powers)
        with np.errstate(over="ignore", divide="ignore"):
            # An end of the range is 0 for a positive power, infinity for a negative one.
            curved = np.log1p(np.maximum(powers * prepared, -1.0)) / powers
            values = np.exp(np.where(self.powers == 0, prepared, curved)) * self.units
        undone: FloatArray = np.where(self.powers == 1, prepared, values)
        return undone

    def describe(self) -> str:
        """Such as "log" or "Box-Cox(0.50)"."""
        names = {0.0: "log", 1.0: AS_IT_IS}
        return worded([names.get(power, f"Box-Cox({power:.2f})") for power in self.powers])


@dataclass(frozen=True)
class Identity(Transform[FittedPower]):
    """Leave the values as they are.

    Examples
    --------
    >>> import numpy as np
    >>> Identity().fit(np.array([[-1.0], [2.0]])).transform(np.array([[-1.0]]))
    array([[-1.]])
    """

    def _learn(self, values: FloatArray, season_length: int) -> FittedPower:
        ones = np.ones(values.shape[1])
        return FittedPower(powers=ones, units=ones)


@dataclass(frozen=True)
class Log(Transform[FittedPower]):
    """Natural logarithm of a positive series.

    Examples
    --------
    >>> import numpy as np
    >>> fitted = Log().fit(np.array([[1.0], [10.0]]))
    >>> fitted.inverse_transform(fitted.transform(np.array([[100.0]])))
    array([[100.]])
    """

    def _learn(self, values: FloatArray, season_length: int) -> FittedPower:
        ones = np.ones(values.shape[1])
        _check_positive(values, ones > 0)
        return FittedPower(powers=np.zeros_like(ones), units=ones)


@dataclass(frozen=True)
class AutoLog(Transform[FittedPower]):
    """Logarithm of the columns that are positive, and whose steps grow with their level.

    Examples
    --------
    >>> from rnnts import datasets
    >>> y = datasets.load("air_passengers").to_numpy()[:, None]
    >>> AutoLog().fit(y, season_length=12).describe()
    'log'
    """

    def _learn(self, values: FloatArray, season_length: int) -> FittedPower:
        powers = np.where(log_is_likelier(values), 0.0, 1.0)
        return FittedPower(powers, np.ones(values.shape[1]), _floors(values))


@dataclass(frozen=True)
class AutoPower(Transform[FittedPower]):
    """Power between the logarithm and none, by which the spread of seasons depends least on level.

    The power of Guerrero (see `BoxCox`), kept between 0 and 1: a power beyond them helps within
    the sample and hurts after it.  A column that is not positive is left as it is.

    Examples
    --------
    >>> from rnnts import datasets
    >>> y = datasets.load("air_passengers").to_numpy()[:, None]
    >>> AutoPower().fit(y, season_length=12).describe()
    'log'
    """

    def _learn(self, values: FloatArray, season_length: int) -> FittedPower:
        powers = np.ones(values.shape[1])
        is_positive = ~(values <= 0).any(axis=0)
        found = np.clip(guerrero(values[:, is_positive], season_length), 0.0, 1.0)
        is_end = np.abs(found - np.round(found)) < _NO_MATTER
        powers[is_positive] = np.where(is_end, np.round(found), found)
        logs = np.log(np.where(is_positive, values, 1.0))
        units = np.where(powers == 1, 1.0, np.exp(_columns.mean(logs)))
        return FittedPower(powers, np.where(powers == 0, 1.0, units), _floors(values))


@dataclass(frozen=True)
class BoxCox(Transform[FittedPower]):
    """Power of a positive series, between -1 and 2, chosen from the data.

    Parameters
    ----------
    method : "guerrero" or "likelihood"
        Make the spread of seasons independent of their level (Guerrero), or the values closest to
        a normal sample (profile likelihood, blind to their order).

    References
    ----------
    Box and Cox (1964), *An analysis of transformations*.  Guerrero (1993), *Time-series analysis
    supported by power transformations*.

    Examples
    --------
    >>> from rnnts import datasets
    >>> y = datasets.load("air_passengers").to_numpy()[:, None]
    >>> BoxCox().fit(y, season_length=12).powers.round(2)
    array([-0.29])
    """

    method: str = "guerrero"

    def __post_init__(self) -> None:
        check_choice("method", self.method, LAMBDAS)

    def _learn(self, values: FloatArray, season_length: int) -> FittedPower:
        _check_positive(values, np.ones(values.shape[1], dtype=bool))
        powers = LAMBDAS[self.method](values, season_length)
        return FittedPower(powers, np.exp(_columns.mean(np.log(values))))


def _floors(values: FloatArray) -> FloatArray:
    """Half the smallest value of each column."""
    floors: FloatArray = np.nanmin(values, axis=0) / 2
    return floors


def _check_positive(
    values: FloatArray, is_needed: np.ndarray[tuple[int], np.dtype[np.bool]]
) -> None:
    is_bad = (values <= 0) & is_needed
    if is_bad.any():
        row, column = np.argwhere(is_bad)[0]
        raise ValueError(
            f"logs and powers need positive values, but {is_bad.sum()} of {values.size} are not, "
            f"the first {values[row, column]:g} in row {row}, column {column}; use transform=None, "
            "or fit with these rows and transform='auto', which takes logs of positive series only"
        )
