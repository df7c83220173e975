"""The simpler forecasters that a network is averaged with, compared with, or replaced by."""

from collections.abc import Callable
from typing import Any

from rnnts._types import FloatArray
from rnnts._validation import check_choice
from rnnts.forecasters._arma import ARMAForecaster
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters._naive import SeasonalNaiveForecaster
from rnnts.forecasters._theta import ThetaForecaster
from rnnts.forecasters.networks._model import Companion
from rnnts.forecasters.networks._report import YARDSTICK

_SIMPLER: dict[str, Callable[[], BaseForecaster]] = {
    "seasonal_naive": SeasonalNaiveForecaster,
    "theta": ThetaForecaster,
    "arma": lambda: ARMAForecaster((1, 1, 1)),
}
_NAMES = {"seasonal_naive": YARDSTICK}

# Every report compares with these.
_YARDSTICKS = ["seasonal_naive", "theta"]


def partner_of(partner: Any, share_of_theta: float) -> tuple[BaseForecaster | None, float]:
    """The forecaster to average with, and its weight; `share_of_theta` is meant by "auto"."""
    if isinstance(partner, str) and partner == "auto":
        return (ThetaForecaster(), share_of_theta) if share_of_theta else (None, 0.0)
    return (None, 0.0) if partner is None else (_forecaster("partner", partner), 0.5)


def companions_of(
    fallback: Any, y: FloatArray, exog: FloatArray, season_length: int
) -> dict[str, Companion]:
    """Forecasters to compare with, fitted on rows, by the name they have in a report."""
    chosen = {_NAMES.get(word, word): _SIMPLER[word]() for word in _YARDSTICKS}
    for name, forecaster in fallbacks_of(fallback).items():
        chosen.setdefault(name, forecaster)
    return {
        name: Companion.fitted(forecaster, y, exog, season_length)
        for name, forecaster in chosen.items()
    }


def fallbacks_of(fallback: Any) -> dict[str, BaseForecaster]:
    """Forecasters that may stand in for the networks, by the name they have in a report."""
    if fallback is None:
        return {}
    given = _SIMPLER if isinstance(fallback, str) and fallback == "auto" else [fallback]
    forecasters = [(each, _forecaster("fallback", each)) for each in given]
    return {
        _NAMES.get(each, each) if isinstance(each, str) else type(each).__name__: forecaster
        for each, forecaster in forecasters
    }


def _forecaster(argument: str, given: Any) -> BaseForecaster:
    if isinstance(given, BaseForecaster):
        return given
    if isinstance(given, str):
        check_choice(argument, given, ["auto", *_SIMPLER])
        return _SIMPLER[given]()
    raise TypeError(
        f"{argument} must be None, one of auto, {', '.join(_SIMPLER)}, or a forecaster such as "
        f"ThetaForecaster(), got {given!r}"
    )
