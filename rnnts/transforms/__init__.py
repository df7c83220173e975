"""Preparations of a series that are undone for its forecasts."""

from rnnts.transforms._scaling import SCALINGS, Scaling

__all__ = ["SCALINGS", "Scaling"]
