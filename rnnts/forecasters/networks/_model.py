"""What has read some rows and forecasts the next: networks, other forecasters, and their averages.

Models are immutable; reading further rows makes another one.
"""

from copy import copy
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from sklearn.base import clone

from rnnts._types import FloatArray
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters.networks._ensemble import Ensemble


class Model(Protocol):
    """What can forecast, and be moved on; y of shape (n_rows, n_targets), no value missing."""

    def one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        """Prediction of every row of a series, from its first on, from the rows before it."""

    def forecast(self, future_exog: FloatArray) -> FloatArray:
        """Forecasts (n_steps, n_targets) of the rows after the last one read."""

    def advanced(self, y: FloatArray, exog: FloatArray) -> Self:
        """The same model after further rows."""


def bridged(model: Model, y: FloatArray, exog: FloatArray) -> FloatArray:
    """Further rows, each missing value replaced by its prediction.

    Everything is predicted from the rows before it, bridged ones among them, as a Kalman filter
    does.

    Raises
    ------
    OverflowError
        If a prediction is no number.
    """
    y, read = y.copy(), 0
    for row in np.flatnonzero(np.isnan(y).any(axis=1)).tolist():
        model = model.advanced(y[read:row], exog[read:row])
        said = model.forecast(exog[row : row + 1])[0]
        y[row] = np.where(np.isnan(y[row]), said, y[row])
        if not np.isfinite(y[row]).all():
            raise OverflowError(
                f"row {row} of y is missing, and its prediction leaves the floating-point range; "
                "give its value, or exogenous values of the size of those in fit"
            )
        read = row
    return y


@dataclass(frozen=True)
class Companion:
    """Any fitted forecaster."""

    forecaster: BaseForecaster

    @classmethod
    def fitted(
        cls, forecaster: BaseForecaster, y: FloatArray, exog: FloatArray, season_length: int
    ) -> "Companion":
        """A copy of a forecaster, fitted on rows that have no labels."""
        own = clone(forecaster).set_params(season_length=season_length)
        series = y[:, 0] if y.shape[1] == 1 else y
        own.fit(exog, series) if exog.shape[1] else own.fit(series)
        return cls(own)

    def one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        """Prediction of every row of a series, from its first on, from the rows before it."""
        return self.forecaster._one_step(y, exog)

    def forecast(self, future_exog: FloatArray) -> FloatArray:
        """Forecasts (n_steps, n_targets) of the rows after the last one read."""
        return self.forecaster._forecast(future_exog)

    def advanced(self, y: FloatArray, exog: FloatArray) -> "Companion":
        """The same forecaster after further rows."""
        if not len(y):
            return self
        own = copy(self.forecaster)
        own.update(exog, y) if exog.shape[1] else own.update(y)
        return Companion(own)


@dataclass(frozen=True)
class Blend:
    """Weighted mean of two models.

    Attributes
    ----------
    first, second : Model
    share : float
        Of the second one.
    """

    first: Model
    second: Model
    share: float

    def one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        """Prediction of every row of a series, from its first on, from the rows before it."""
        return self.mean(self.first.one_step(y, exog), self.second.one_step(y, exog))

    def forecast(self, future_exog: FloatArray) -> FloatArray:
        """Forecasts (n_steps, n_targets) of the rows after the last one read."""
        return self.mean(self.first.forecast(future_exog), self.second.forecast(future_exog))

    def advanced(self, y: FloatArray, exog: FloatArray) -> "Blend":
        """Both after further rows."""
        return Blend(self.first.advanced(y, exog), self.second.advanced(y, exog), self.share)

    def mean(self, first: FloatArray, second: FloatArray) -> FloatArray:
        """What it says, given what the two say."""
        return (1 - self.share) * first + self.share * second


@dataclass(frozen=True)
class Replaced:
    """A model that another one forecasts for.

    It has no part in the forecasts, not even one of weight zero, which would pass on what is no
    number; but it is kept, and reads on.

    Attributes
    ----------
    kept, used : Model
    """

    kept: Model
    used: Model

    def one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        """Prediction of every row of a series, from its first on, from the rows before it."""
        return self.used.one_step(y, exog)

    def forecast(self, future_exog: FloatArray) -> FloatArray:
        """Forecasts (n_steps, n_targets) of the rows after the last one read."""
        return self.used.forecast(future_exog)

    def advanced(self, y: FloatArray, exog: FloatArray) -> "Replaced":
        """Both after further rows."""
        return Replaced(self.kept.advanced(y, exog), self.used.advanced(y, exog))


def networks_in(model: Model) -> Ensemble:
    """The networks that a model is made of."""
    while isinstance(model, Blend | Replaced):
        model = model.first if isinstance(model, Blend) else model.kept
    if not isinstance(model, Ensemble):
        raise TypeError(f"there is no network in {model!r}")
    return model
