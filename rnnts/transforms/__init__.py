"""Preparations of a series that are undone for its forecasts."""

from rnnts.transforms._base import Fitted, Transform
from rnnts.transforms._difference import AutoDifference, Difference, FittedDifference
from rnnts.transforms._features import FEATURES, Calendar, Feature, Fourier
from rnnts.transforms._level import FittedLevel, Level
from rnnts.transforms._power import AutoLog, BoxCox, FittedPower, Identity, Log
from rnnts.transforms._scaling import SCALINGS, Scale, Scaling
from rnnts.transforms._season import Deseasonalize, FittedSeason

__all__ = [
    "FEATURES",
    "SCALINGS",
    "AutoDifference",
    "AutoLog",
    "BoxCox",
    "Calendar",
    "Deseasonalize",
    "Difference",
    "Feature",
    "Fitted",
    "FittedDifference",
    "FittedLevel",
    "FittedPower",
    "FittedSeason",
    "Fourier",
    "Identity",
    "Level",
    "Log",
    "Scale",
    "Scaling",
    "Transform",
]
