"""Many series and one forecaster."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from fuzz._checks import is_between, is_nested, rises
from fuzz._dice import Dice
from fuzz._settings import draw_horizon, draw_panel_forecaster
from fuzz._verdict import Call
from fuzz.data import draw_panel, panel_rows_after
from fuzz.sessions._saved import saved
from rnnts import PanelTimeSeriesSplit

_N_FOLLOWING = 4


def panels(dice: Dice, folder: Path) -> Iterator[Call]:
    """Fit, then some of what forecasters of panels can do."""
    has_exog = dice.chance(0.15)
    panel = draw_panel(dice, has_exog=has_exog)
    static = ["x"] if has_exog and dice.is_wrong(0.3) else None
    model = draw_panel_forecaster(dice, static_cols=static)
    yield Call("panel fit", lambda: model.fit(panel), subject=model)
    for _ in range(_N_FOLLOWING):
        dice.go_wrong()
        yield _following(dice, model, panel, folder, has_exog=has_exog)


def _following(dice: Dice, model: Any, panel: Any, folder: Path, *, has_exog: bool) -> Call:
    horizon = draw_horizon(dice)
    new = draw_panel(dice, has_exog=has_exog)
    after = panel_rows_after(dice, panel, 3)
    rows = horizon if after is None or not has_exog else after
    splitter = PanelTimeSeriesSplit(2, test_size=dice.pick([0, 99] if dice.is_wrong() else [1, 2]))

    def paths() -> Any:
        first = next(iter(model.forecasters_))
        return model.forecasters_[first].sample_paths(rows if not has_exog else 2, n_paths=3)

    options = [
        Call("panel predict", lambda: model.predict(rows)),
        Call("panel predict_interval", lambda: model.predict_interval(rows), fault=is_nested),
        Call("panel predict_quantiles", lambda: _probable(model, rows), fault=rises),
        Call("panel update", lambda: model.update(new if after is None else after)),
        Call("panel update others", lambda: model.update(new)),
        Call("panel score", lambda: model.score(panel), fault=lambda x: is_between(-1e999, 1, x)),
        Call("panel save and load", lambda: saved(model, folder).predict(rows)),
        Call("panel predict rows", lambda: model.predict(new)),
        Call("panel predict next rows", lambda: model.predict(rows if after is None else after)),
        Call("panel sample_paths", paths),
        Call("panel fit again", lambda: model.fit(panel)),
        Call("panel splits", lambda: list(splitter.split(panel)), subject=splitter),
    ]
    made: Call = dice.pick(options)
    return replace(made, subject=made.subject or model)


def _probable(model: Any, rows: Any) -> Any:
    """Quantiles without ids and times."""
    answer = model.predict_quantiles(rows, (0.1, 0.5, 0.9))
    return answer[["0.1", "0.5", "0.9"]] if hasattr(answer, "columns") else answer
