r"""Additive exponential smoothing: level, trend and season corrected by the one-step error.

.. math::
    \hat y_t = \ell + \varphi b + s_{t-m}, \qquad
    \ell \leftarrow \ell + \varphi b + \alpha e_t, \quad
    b \leftarrow \varphi b + \beta e_t, \quad
    s_t = s_{t-m} + \gamma e_t

is a state space with one source of error, hence a network with :math:`A = T - K Z`.

References
----------
Hyndman, Koehler, Ord and Snyder (2008), *Forecasting with Exponential Smoothing*, chapter 3.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray
from rnnts.linear._foreign import Model, Results
from rnnts.linear._start import Start

if TYPE_CHECKING:
    from rnnts.linear._state_space import StateSpace


@dataclass(frozen=True)
class AdditiveSmoother:
    """Weights on the error and initial states; None and empty where a component is absent."""

    alpha: float
    level: float
    sigma2: float
    beta: float | None = None
    trend: float = 0.0
    damping: float = 1.0
    gamma: float | None = None
    season: FloatArray = field(default_factory=lambda: np.zeros(0))  # oldest first

    def to_state_space(self) -> "StateSpace":
        """The network with units level, trend and the last m seasonal states, newest first."""
        from rnnts.linear._state_space import StateSpace

        has_trend, season_length = int(self.beta is not None), len(self.season)
        hidden_size = 1 + has_trend + season_length
        transition = np.zeros((hidden_size, hidden_size))
        transition[0, 0] = 1.0
        design, gain, start = np.zeros((3, hidden_size))
        design[0], gain[0], start[0] = 1.0, self.alpha, self.level
        if self.beta is not None:
            transition[:2, 1] = design[1] = self.damping
            gain[1], start[1] = self.beta, self.trend
        if self.gamma is not None:
            newest = 1 + has_trend
            transition[newest:, newest:] = np.roll(np.eye(season_length), 1, axis=0)
            design[-1], gain[newest], start[newest:] = 1.0, self.gamma, self.season[::-1]
        return StateSpace(
            A=transition - np.outer(gain, design),
            B=gain,
            C=design,
            sigma=np.array([[self.sigma2]]),
            start=Start(start, np.zeros((hidden_size, hidden_size))),
        )


def read_ets(results: Results) -> "StateSpace":
    """Network of ETSModel results."""
    model = results.model
    _check_is_additive(model, error=model.error, trend=model.trend, seasonal=model.seasonal)
    smoother = AdditiveSmoother(
        alpha=float(results.smoothing_level),
        level=float(results.initial_level),
        sigma2=float(results.sse / results.nobs),
        beta=float(results.smoothing_trend) if model.has_trend else None,
        trend=float(results.initial_trend) if model.has_trend else 0.0,
        damping=float(results.damping_trend) if model.damped_trend else 1.0,
        gamma=float(results.smoothing_seasonal) if model.has_seasonal else None,
        season=_season(results.initial_seasonal if model.has_seasonal else ()),
    )
    return smoother.to_state_space()


def read_holt_winters(results: Results) -> "StateSpace":
    """Network of the results of SimpleExpSmoothing, Holt or ExponentialSmoothing."""
    model, params = results.model, results.params
    _check_is_additive(model, error="add", trend=model.trend, seasonal=model.seasonal)
    for option, remedy in (("use_boxcox", "transform y first"), ("remove_bias", "refit without")):
        if params[option] not in (False, None):
            raise ValueError(
                f"a linear network has no place for {option}, but these results have it; {remedy}"
            )
    alpha = float(params["smoothing_level"])
    smoother = AdditiveSmoother(
        alpha=alpha,
        level=float(params["initial_level"]),
        sigma2=float(results.sse / model.nobs),
        # This class weighs the change of the level, of which the error is a share alpha.
        beta=alpha * float(params["smoothing_trend"]) if model.has_trend else None,
        trend=float(params["initial_trend"]) if model.has_trend else 0.0,
        damping=float(params["damping_trend"]) if model.damped_trend else 1.0,
        gamma=float(params["smoothing_seasonal"]) if model.has_seasonal else None,
        season=_season(params["initial_seasons"] if model.has_seasonal else ()),
    )
    return smoother.to_state_space()


def _season(states: ArrayLike) -> FloatArray:
    """Initial seasonal states as an array, oldest first."""
    return np.asarray(states, dtype=float)


def _check_is_additive(model: Model, **components: str | None) -> None:
    """Raise for a component that multiplies."""
    for component, kind in components.items():
        if kind not in ("add", "additive", None):
            raise ValueError(
                f"a linear network needs additive components, but this {type(model).__name__} has "
                f"{component}={kind!r}; take logs of y and refit with {component}='add'"
            )
