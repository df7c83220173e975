"""What the outputs of a network say about a target, under the loss that it was trained with."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from rnnts._types import FloatArray
from rnnts.intervals import interpolated_quantiles
from rnnts.losses import Gaussian, Loss, Pinball, StudentT, location_and_scale


@dataclass(frozen=True)
class Outputs:
    """How to read raw outputs of shape (..., n_targets, n_per_target)."""

    loss: Loss

    @property
    def n_per_target(self) -> int:
        """Outputs for each target: one, a location and a scale, or as many as quantiles."""
        return int(getattr(self.loss, "n_per_target", 1))

    @property
    def know_quantiles(self) -> bool:
        """Whether they describe a distribution."""
        if isinstance(self.loss, Pinball):
            return self.n_per_target > 1
        return isinstance(self.loss, Gaussian | StudentT)

    def central(self, raw: FloatArray) -> FloatArray:
        """The point forecast, of shape (..., n_targets)."""
        place = 0
        if isinstance(self.loss, Pinball):
            distances = [abs(quantile - 0.5) for quantile in self.loss.quantiles]
            place = distances.index(min(distances))
        point: FloatArray = raw[..., place]
        return point

    def quantiles(self, raw: FloatArray, probabilities: FloatArray) -> FloatArray:
        """Quantiles that do not cross, of shape (..., n_targets, n_probabilities).

        The probabilities are the same for all outputs, or others for each.
        """
        if isinstance(self.loss, Pinball):
            order = np.argsort(self.loss.quantiles)
            known = np.array(self.loss.quantiles, dtype=float)[order]
            return interpolated_quantiles(raw[..., order], known, probabilities)
        location, scale = location_and_scale(raw)
        if isinstance(self.loss, StudentT):
            deviates = stdtrit(self.loss.df, probabilities)
        else:
            deviates = ndtri(probabilities)
        found: FloatArray = location + scale * deviates
        return found
