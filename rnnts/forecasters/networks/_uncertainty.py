"""How sure the networks are: one class for each of the methods that `interval_method` names."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_choice
from rnnts.forecasters.networks._ensemble import Ensemble
from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._model import Model
from rnnts.intervals import (
    ConformalErrors,
    GaussianInnovations,
    Innovations,
    gaussian_quantiles,
    quantiles_of_paths,
)
from rnnts.linear import StateSpace
from rnnts.transforms import Fitted

# Where quantiles are those of paths: a tail of 2.5 % is then known to 0.2 %.
_N_PATHS = 5000


class Uncertainty(Protocol):
    """Quantiles and sample paths of the rows that follow those read."""

    def quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        """Of shape (n_steps, n_targets, n_probabilities)."""

    def paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        """Of shape (n_paths, n_steps, n_targets)."""


@dataclass(frozen=True)
class Analytic:
    """A linear network on the series as it is: a Gaussian ARMA model in closed form."""

    member: Member
    space: StateSpace
    innovations: GaussianInnovations

    def quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        """Normal, with the variances that the psi weights add up to."""
        mean = self.member.forecast(future_exog)
        n_steps, k = mean.shape
        psi = self.space.psi_weights(n_steps).reshape(n_steps, k, k)
        # The rows of each product are standard deviations by source, whose squares add up.
        parts = psi @ self.innovations.factor.T
        variance: FloatArray = np.square(parts).sum(axis=2).cumsum(axis=0)
        return gaussian_quantiles(mean, variance, probabilities)

    def paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        """Each reads what was drawn for it."""
        spread = self.member.recurrence.y_scaling.spread
        errors = self.innovations.draw(len(future_exog), n_paths, rng) / spread
        return self.member.paths(future_exog, errors)


@dataclass(frozen=True)
class Simulated:
    """One recursive network reads draws of its own one-step errors, or of what it says itself."""

    member: Member
    innovations: Innovations | None

    def quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        """Those of many paths."""
        return quantiles_of_paths(
            self.paths(future_exog, _N_PATHS, np.random.default_rng(0)), probabilities
        )

    def paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        """Each reads what was drawn for it."""
        if self.innovations is None:
            return self.member.own_paths(future_exog, n_paths, rng)
        errors = self.innovations.draw(len(future_exog), n_paths, rng)
        return self.member.paths(future_exog, errors)


@dataclass(frozen=True)
class Said:
    """Direct heads that were trained to say quantiles, or a scale."""

    networks: Ensemble

    def quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        """Combined as forecasts are."""
        return self.networks.combine(lambda member: member.quantiles(future_exog, probabilities))

    def paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        """Every step drawn by itself, since nothing was said of how they hang together."""
        grid = np.arange(1, 200) / 200
        quantiles = self.quantiles(future_exog, grid)
        n_steps, n_targets, _ = quantiles.shape
        uniform = np.swapaxes(rng.random((n_steps, n_paths, n_targets)), 0, 1)
        paths = np.empty(uniform.shape)
        for step, target in np.ndindex(n_steps, n_targets):
            known = quantiles[step, target]
            paths[:, step, target] = np.interp(uniform[:, step, target], grid, known)
        return paths


@dataclass(frozen=True)
class Calibrated:
    """Any model, with the errors it made on rows it had not seen.

    Attributes
    ----------
    model : Model
    power : Fitted
        After which the errors are alike at every level of the series.
    floor : ndarray of shape (n_targets,)
        A forecast below it has no logarithm.
    errors : ConformalErrors
    unit : ndarray of shape (n_targets,)
        What the errors are measured in.
    """

    model: Model
    power: Fitted
    floor: FloatArray
    errors: ConformalErrors
    unit: FloatArray

    def quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        """The forecast, moved by the quantiles of the errors."""
        errors = self.errors.quantiles(len(future_exog), probabilities) * self.unit[:, None]
        moved = self._centre(future_exog) + np.moveaxis(errors, -1, 0)
        return np.moveaxis(self.power.inverse_transform(moved), 0, -1)

    def paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        """The forecast, moved by draws of the errors."""
        errors = self.errors.draw(len(future_exog), n_paths, rng) * self.unit
        return self.power.inverse_transform(self._centre(future_exog) + errors)

    def _centre(self, future_exog: FloatArray) -> FloatArray:
        return self.power.transform_next(np.maximum(self.model.forecast(future_exog), self.floor))


METHODS = {
    "analytic": "one linear network that reads the series as it is (cell='linear')",
    "simulation": "one recursive network (horizon=None)",
    "quantile": "a loss that says quantiles or a scale (loss='pinball', 'gaussian', 'student_t')",
    "conformal": "nothing but rows to hold out",
}


def method_for(asked: str, networks: Ensemble, *, is_alone: bool) -> str:
    """The method asked for, or the best one that the networks allow.

    `is_alone` says that nothing else forecasts with them.
    """
    check_choice("interval_method", asked, ["auto", *METHODS])
    first = networks.first.recurrence
    is_single = len(networks) == 1 and is_alone and first.horizon == 1
    is_possible = {
        "quantile": first.outputs.know_quantiles and (is_single or first.horizon > 1),
        "analytic": is_single and networks.first.is_arma,
        "simulation": is_single,
        "conformal": True,
    }
    if asked == "auto":
        return next(name for name, possible in is_possible.items() if possible)
    if not is_possible[asked]:
        raise ValueError(
            f"interval_method={asked!r} needs {METHODS[asked]}, and no partner or fallback; "
            "use 'auto' or 'conformal'"
        )
    return asked
