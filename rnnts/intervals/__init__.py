"""Uncertainty of forecasts, in numbers only: quantiles, paths, calibration by held-out errors."""

from rnnts.intervals._conformal import ConformalErrors
from rnnts.intervals._gaussian import gaussian_quantiles
from rnnts.intervals._innovations import (
    GaussianInnovations,
    Innovations,
    ResampledInnovations,
)
from rnnts.intervals._quantiles import interpolated_quantiles, quantiles_of_paths, rearranged

__all__ = [
    "ConformalErrors",
    "GaussianInnovations",
    "Innovations",
    "ResampledInnovations",
    "gaussian_quantiles",
    "interpolated_quantiles",
    "quantiles_of_paths",
    "rearranged",
]
