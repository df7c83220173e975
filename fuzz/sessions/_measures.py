"""Measures and losses, of arrays."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fuzz._checks import is_between
from fuzz._dice import Dice
from fuzz._verdict import Call
from fuzz.data import draw_table
from rnnts import metrics
from rnnts.losses import LOSSES

_N_CALLS = 5
# Relative to a scale that may be zero.
_SCALED = {metrics.mase, metrics.rmsse, metrics.msis, metrics.owa}
_LARGEST: dict[Any, float] = {metrics.coverage: 1.0, metrics.smape: 200.0 * (1 + 1e-12)}


def measures(dice: Dice, _folder: Path) -> Iterator[Call]:
    """One measure after the other."""
    for _ in range(_N_CALLS):
        dice.go_wrong()
        yield _loss(dice) if dice.chance(0.15) else _measure(dice)


def _measure(dice: Dice) -> Call:
    n, k = int(dice.integers(1, 9)), int(dice.integers(1, 3))
    y, low, high = (_array(dice, n, k) for _ in range(3))
    train = draw_table(dice, int(dice.pick([3, 10, 30])), np.shape(y)[1] if np.ndim(y) == 2 else 1)
    train = train if np.ndim(y) == 2 else train[:, 0]
    if np.shape(low) == np.shape(high) and {low.dtype.kind, high.dtype.kind} == {"f"}:
        low, high = np.minimum(low, high), np.maximum(low, high)
    season = dice.pick([0, -1, 2.5, "auto", 10**9] if dice.is_wrong() else [1, 2, 4, 12])
    level = dice.pick([0, 100, "95", np.nan] if dice.is_wrong() else [80, 95, 99.99])
    levels = dice.pick([(0.9, 0.1), (0.5,), 2, (0.0, 1.0)] if dice.is_wrong() else [(0.1, 0.9)])
    quantile = dice.pick([0, 1.0, "0.5"] if dice.is_wrong() else [0.1, 0.5])
    draws = np.stack([low, high], axis=-1) if np.shape(low) == np.shape(high) else low
    scaled = {"y_train": train, "season_length": season}
    calls: dict[Callable[..., Any], Callable[..., Any]] = {
        metrics.mae: partial(metrics.mae, y, low),
        metrics.rmse: partial(metrics.rmse, y, low),
        metrics.smape: partial(metrics.smape, y, low),
        metrics.mase: partial(metrics.mase, y, low, **scaled),
        metrics.rmsse: partial(metrics.rmsse, y, low, **scaled),
        metrics.owa: partial(metrics.owa, y, low, high, **scaled),
        metrics.pinball: partial(metrics.pinball, y, low, quantile),
        metrics.coverage: partial(metrics.coverage, y, low, high),
        metrics.winkler: partial(metrics.winkler, y, low, high, level),
        metrics.msis: partial(metrics.msis, y, low, high, level=level, **scaled),
        metrics.crps: partial(metrics.crps, y, draws),
        metrics.crps_of_quantiles: partial(metrics.crps_of_quantiles, y, draws, levels),
        metrics.naive_scale: partial(metrics.naive_scale, train, season),
        metrics.naive_squared_scale: partial(metrics.naive_squared_scale, train, season),
    }
    function = dice.pick(list(calls))
    fault = None
    if not function.__name__.startswith("naive"):
        fault = partial(is_between, 0.0, _LARGEST.get(function, np.inf))
    return Call(
        function.__name__, calls[function], fault=fault, subject=function,
        may_be_infinite=function in _SCALED,
    )  # fmt: skip


def _loss(dice: Dice) -> Call:
    name = dice.pick(sorted(LOSSES))
    shape = (int(dice.integers(1, 9)), 2)
    y, said = (10.0 ** dice.integers(-3, 2) * dice.normal(size=shape) for _ in range(2))
    if name in ("logistic", "cross_entropy"):
        y = np.eye(2)[dice.integers(0, 2, shape[0])]
    return Call(f"loss {name}", lambda: LOSSES[name](y, said), subject=LOSSES[name])


def _array(dice: Dice, n: int, k: int) -> Any:
    if dice.is_wrong():
        return dice.pick(
            [np.empty((0, k)), np.array(["a"] * n), np.zeros((n, k, 2)), np.full((n, k), np.nan),
             np.full((n, k), None), np.full((n, k), 1j), np.zeros((n + 1, k)), np.float64(3.0)]
        )  # fmt: skip
    table = np.nan_to_num(draw_table(dice, n, k))
    return table if k > 1 or dice.chance(0.5) else table[:, 0]
