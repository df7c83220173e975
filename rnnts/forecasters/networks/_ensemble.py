"""Several networks that forecast as one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.forecasters.networks._member import Member, read_alike


@dataclass(frozen=True)
class Ensemble:
    """Median over seeds, then mean over preparations.

    A median, because one seed that went astray ruins a mean.

    Attributes
    ----------
    members : tuple of tuple of Member
        Those that share a preparation stand together.
    """

    members: tuple[tuple[Member, ...], ...]

    def combine(self, of_member: Callable[[Member], FloatArray]) -> FloatArray:
        """What all of them say, given what one of them says."""
        return _combined([[of_member(member) for member in seeds] for seeds in self.members])

    def map(self, change: Callable[[Member], Member]) -> "Ensemble":
        """The ensemble of changed members."""
        return Ensemble(tuple(tuple(map(change, seeds)) for seeds in self.members))

    @property
    def first(self) -> Member:
        """The only member, where there is one."""
        return self.members[0][0]

    def __iter__(self) -> Iterator[Member]:
        return (member for seeds in self.members for member in seeds)

    def __len__(self) -> int:
        return sum(map(len, self.members))

    def one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        """Prediction of every row of a series from the rows before it."""
        return self.combine(lambda member: member.one_step(y, exog))

    def read(self, y: FloatArray, exog: FloatArray) -> tuple[FloatArray, "Ensemble"]:
        """The same, and the ensemble after all rows of the series."""
        said, after = zip(*[read_alike(seeds, y, exog) for seeds in self.members], strict=True)
        return _combined(said), Ensemble(after)

    def forecast(self, future_exog: FloatArray) -> FloatArray:
        """Forecasts (n_steps, n_targets) of the rows after the last one read."""
        return self.combine(lambda member: member.forecast(future_exog))

    def advanced(self, y: FloatArray, exog: FloatArray) -> "Ensemble":
        """After further rows."""
        return self.map(lambda member: member.advanced(y, exog))


def _combined(said: Sequence[Sequence[FloatArray]]) -> FloatArray:
    """Mean over preparations of the medians over seeds."""
    medians = [seeds[0] if len(seeds) == 1 else np.median(seeds, axis=0) for seeds in said]
    combined: FloatArray = medians[0] if len(medians) == 1 else np.mean(medians, axis=0)
    return combined


def lowest_of(ensemble: Ensemble, y: FloatArray) -> FloatArray:
    """What forecasts are raised to (n_targets,), given the rows trained on, NaN where missing.

    What was never negative will not be, save for an ARMA model, which is what it is.
    """
    is_bounded = (np.nanmin(y, axis=0) >= 0) & (not ensemble.first.is_arma)
    return np.where(is_bounded, 0.0, -np.inf)
