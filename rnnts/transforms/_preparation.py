"""Everything done to a series before a network reads it, in one set of words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from rnnts._types import FloatArray
from rnnts._validation import check_choice, is_integer
from rnnts.transforms._base import Fitted, Transform
from rnnts.transforms._chain import Chain, FittedChain
from rnnts.transforms._difference import AutoDifference, Difference
from rnnts.transforms._level import LEVELS, Level
from rnnts.transforms._power import AutoPower, BoxCox, FittedPower, Identity, Log
from rnnts.transforms._scaling import SCALINGS, Scale
from rnnts.transforms._season import Deseasonalize
from rnnts.transforms._shifted_log import ShiftedLog

Words = Mapping[str, Transform[Any]]

_POWERS: Words = {
    "auto": AutoPower(),
    "log": Log(),
    "shifted_log": ShiftedLog(),
    "boxcox": BoxCox(),
}
_SEASONS: Words = {
    "auto": Deseasonalize(only_significant=True),
    "classical": Deseasonalize(),
    "recent": Deseasonalize(n_seasons=4),
    "stl": Deseasonalize("stl"),
}
_DIFFERENCES: Words = {"auto": AutoDifference()}
_LEVELS: Words = {kind: Level(kind) for kind in LEVELS}
_SCALES: Words = {kind: Scale(kind) for kind in SCALINGS if kind}


@dataclass(frozen=True)
class Preparation(Transform[FittedChain]):
    """Power, season, differences, level and scale, in this order.

    Each is None (left out), a word, or a transform of your own.  What "auto" does is chosen for
    each column, from the rows it is fitted on.

    Parameters
    ----------
    transform : "auto", "log", "shifted_log", "boxcox", Transform or None
        "auto" is the power between logarithm and none by which the spread depends least on the
        level; a series that is not positive is left as it is.
    deseasonalize : "auto", "classical", "recent", "stl", Transform or None
        "auto" is classical where the autocorrelation at the season is significant, unless `diff`
        names the season already; "recent" is classical on the last four seasons.  The season is
        additive after a power, and otherwise where the series is not positive.
    diff : "auto", int, tuple of int, Transform or None
        Number of first differences, or the lags to difference by, such as ``(1, 12)``.  "auto"
        takes a seasonal difference where a strong season is left, and a first one where the KPSS
        and the Dickey-Fuller test agree that the level does not stay.
    level : "last", "ses", "season", Transform or None
        What rows are measured against; see `Level`.
    scale : "standard", "robust", "steps", Transform or None

    Examples
    --------
    >>> import numpy as np
    >>> from rnnts import datasets
    >>> y = datasets.load("air_passengers").to_numpy()[:, None]
    >>> fitted = Preparation().fit(y, season_length=12)
    >>> fitted.describe()
    'log; additive season of 12; difference 1; scaled'
    >>> fitted.inverse_transform(np.zeros((12, 1)))[[0, 6, 11]].round(0).ravel()
    array([443., 630., 484.])
    """

    transform: str | Transform[Any] | None = "auto"
    deseasonalize: str | Transform[Any] | None = "auto"
    diff: str | int | tuple[int, ...] | Transform[Any] | None = "auto"
    level: str | Transform[Any] | None = None
    scale: str | Transform[Any] | None = "standard"

    def __post_init__(self) -> None:
        self._parts()

    @property
    def power(self) -> Transform[Any]:
        """The first step alone."""
        return self._parts()[0]

    def after(self, power: Fitted, season_length: int) -> Chain:
        """The other steps, for values that went through this power.

        Parameters
        ----------
        power : Fitted
        season_length : int

        Returns
        -------
        Chain
        """
        chosen, season, *rest = self._parts()
        if self.deseasonalize == "auto" and season_length in _lags_of(self.diff):
            season = Identity()
        elif isinstance(season, Deseasonalize):
            season = _season_after(season, chosen, power)
        return Chain(tuple(step for step in (season, *rest) if not isinstance(step, Identity)))

    def _learn(self, values: FloatArray, season_length: int) -> FittedChain:
        power = self.power._learn(values, season_length)
        transformed = power.transform_next(values)
        rest = self.after(power, season_length)._learn(transformed, season_length)
        return FittedChain((power, *rest.stages))

    def _parts(self) -> tuple[Transform[Any], ...]:
        """The transforms that the words stand for, in their order."""
        diff = Difference(self.diff) if _is_order(self.diff) else self.diff
        return (
            _chosen("transform", self.transform, _POWERS),
            _chosen("deseasonalize", self.deseasonalize, _SEASONS),
            _chosen("diff", diff, _DIFFERENCES),
            _chosen("level", self.level, _LEVELS),
            _chosen("scale", self.scale, _SCALES),
        )


def _season_after(season: Deseasonalize, chosen: Transform[Any], power: Fitted) -> Deseasonalize:
    """The season to take out of transformed values, where it is left to us what kind."""
    if season.operation != "auto":
        return season
    if isinstance(chosen, AutoPower | ShiftedLog):
        # After it the spread does not depend on the level.
        return replace(season, operation="additive")
    if not isinstance(power, FittedPower):
        return season
    # A power turns a multiplicative season into an additive one, however positive the result.
    operations = tuple("auto" if is_left else "additive" for is_left in power.powers == 1)
    return replace(season, operation=operations)


def _is_order(diff: object) -> TypeGuard[int | tuple[int, ...]]:
    return isinstance(diff, tuple) or is_integer(diff)


def _lags_of(diff: object) -> tuple[int, ...]:
    """Lags that are named, as those of a season are."""
    lags = diff.lags if isinstance(diff, Difference) else diff
    return lags if isinstance(lags, tuple) else ()


def _chosen(name: str, choice: Any, words: Words) -> Transform[Any]:
    """What a word stands for; a transform passes as it is."""
    if choice is None:
        return Identity()
    if isinstance(choice, Transform):
        return choice
    check_choice(name, choice, words)
    return words[choice]
