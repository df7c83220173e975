"""Preparations of a series that are undone for its forecasts."""

from rnnts.transforms._base import Fitted, Transform
from rnnts.transforms._scaling import SCALINGS, Scale, Scaling

__all__ = [
    "SCALINGS",
    "Fitted",
    "Scale",
    "Scaling",
    "Transform",
]
