"""Forecasters from rolling origins."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.model_selection import TimeSeriesSplit

from fuzz._dice import Dice
from fuzz._settings import draw_forecaster
from fuzz._verdict import Call
from fuzz.data import draw_exog, draw_panel, draw_series
from rnnts import backtest, compare

_N_FOLLOWING = 4


def evaluation(dice: Dice, _folder: Path) -> Iterator[Call]:
    """Backtest or compare, then ask for tables and tests."""
    models = [draw_forecaster(dice) for _ in range(int(dice.integers(1, 4)))]
    if dice.is_wrong():
        models = dice.pick([[], [7], {"y": models[0]}, [type(models[0])]])
    elif dice.chance(0.3):
        models = {f"model {number}": model for number, model in enumerate(models)}
    is_panel = dice.chance(0.25)
    data = draw_panel(dice) if is_panel else draw_series(dice)
    X = draw_exog(dice, data) if not is_panel and dice.chance(0.15) else None
    settings = _settings(dice)
    run = dice.pick([backtest, compare])
    found: list[Any] = []

    def evaluate() -> Any:
        found.append(run(models, data, X, **settings))
        return _forecasts(found[0])

    yield Call(run.__name__, evaluate, subject=run)
    if not found:
        return
    result = found[0]
    for _ in range(_N_FOLLOWING):
        yield _following(dice, result)


def _settings(dice: Dice) -> dict[str, Any]:
    settings = {
        "horizon": int(dice.integers(1, 4)),
        "n_windows": int(dice.integers(1, 4)),
        "refit": dice.pick([True, False, 2]),
        "level": dice.pick([(80, 95), 90, None]),
        "gap": int(dice.pick([0, 0, 1])),
        "step_size": dice.pick([None, 1, 2]),
    }
    if dice.chance(0.15):
        settings |= {"cv": TimeSeriesSplit(2, test_size=2), "gap": 0}
    if dice.is_wrong():
        name = dice.pick(sorted(settings))
        settings[name] = dice.pick([0, -1, 1.5, 10**9, "two", (150,), float("nan")])
    return settings


def _forecasts(result: Any) -> Any:
    """What was forecast, where no series failed."""
    failed = set(result.errors["unique_id"]) if len(result.errors) else set()
    rows = result.predictions
    return rows.loc[~rows["unique_id"].isin(failed), result.models]


def _following(dice: Dice, result: Any) -> Call:
    options = [
        Call("table", lambda: str(result.table())),
        Call("by_cutoff", lambda: str(result.by_cutoff())),
        Call("by_series", lambda: str(result.by_series())),
        Call("by_step", lambda: str(result.by_step())),
    ]
    if hasattr(result, "ranks"):
        level = dice.pick([0, 100, 0.5, "95", np.nan] if dice.chance(0.3) else [90, 95])
        options += [
            Call("ranks", lambda: str(result.ranks())),
            Call("friedman", lambda: str(result.friedman())),
            Call("critical_difference", lambda: str(result.critical_difference(level))),
            Call("diebold_mariano", lambda: str(result.diebold_mariano())),
            Call("confidence_set", lambda: result.confidence_set(level)),
            Call("notes", lambda: str(result.notes)),
        ]
    made: Call = dice.pick(options)
    return replace(made, subject=result)
