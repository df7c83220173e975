"""Preparations of a series that are undone for its forecasts.

A transform is a small object of settings.  Fitted, it prepares rows, rolls forward with new ones,
and brings forecasts, paths of them or quantiles back into the units of the series:

>>> import numpy as np
>>> from rnnts.transforms import Chain, Difference, Log
>>> y = np.array([[1.0], [2.0], [4.0], [8.0]])
>>> fitted = Chain((Log(), Difference(1))).fit(y)
>>> changes = fitted.transform(y)[fitted.n_lost :]
>>> fitted.inverse_transform(changes).ravel().round(6)
array([16., 32., 64.])
>>> fitted.update(np.array([[10.0]])).inverse_transform(changes).ravel().round(6)
array([20., 40., 80.])

To add one, write its file and name it in `TRANSFORMS`.
"""

from typing import Any

from rnnts.transforms._base import Fitted, Transform
from rnnts.transforms._chain import Chain, FittedChain
from rnnts.transforms._difference import AutoDifference, Difference, FittedDifference
from rnnts.transforms._features import FEATURES, Calendar, Feature, Fourier
from rnnts.transforms._level import FittedLevel, Level
from rnnts.transforms._power import AutoLog, AutoPower, BoxCox, FittedPower, Identity, Log
from rnnts.transforms._preparation import Preparation
from rnnts.transforms._scaling import SCALINGS, Scale, Scaling
from rnnts.transforms._season import Deseasonalize, FittedSeason
from rnnts.transforms._shifted_log import FittedShiftedLog, ShiftedLog

__all__ = [
    "FEATURES",
    "SCALINGS",
    "TRANSFORMS",
    "AutoDifference",
    "AutoLog",
    "AutoPower",
    "BoxCox",
    "Calendar",
    "Chain",
    "Deseasonalize",
    "Difference",
    "Feature",
    "Fitted",
    "FittedChain",
    "FittedDifference",
    "FittedLevel",
    "FittedPower",
    "FittedSeason",
    "FittedShiftedLog",
    "Fourier",
    "Identity",
    "Level",
    "Log",
    "Preparation",
    "Scale",
    "Scaling",
    "ShiftedLog",
    "Transform",
]

TRANSFORMS: dict[str, type[Transform[Any]]] = {
    "identity": Identity,
    "log": Log,
    "shifted_log": ShiftedLog,
    "auto_log": AutoLog,
    "auto_power": AutoPower,
    "boxcox": BoxCox,
    "deseasonalize": Deseasonalize,
    "difference": Difference,
    "auto_difference": AutoDifference,
    "level": Level,
    "scale": Scale,
    "preparation": Preparation,
}
