"""Many series in one object, in every form that is taken."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from fuzz._dice import Dice
from fuzz.data._series import FREQS
from fuzz.data._values import as_type, draw_size, draw_values

_MOST_LABELS = [
    "long",
    "long",
    "indexed",
    "indexed series",
    "polars",
    "text",
    "days",
    "mixed zones",
]


def draw_panel(dice: Dice, *, has_exog: bool = False) -> Any:
    """A long frame, an (id, time) index or a dictionary of series, of unequal lengths."""
    n_series = int(dice.pick([35] if dice.chance(0.05) else [1, 2, 3, 5]))
    n_rows = int(dice.pick([1, 5] if dice.is_wrong() else [12, 20, 30]))
    freq = dice.pick(FREQS)
    parts = {}
    for number in range(n_series):
        length = n_rows if dice.chance(0.8) else draw_size(dice)
        begin = "2001-01-31" if dice.chance(0.9) else "2003-05-31"
        values = draw_values(dice, length)
        typed = as_type(dice, values) if dice.chance(0.1) else values
        index = pd.date_range(begin, periods=length, freq=freq)
        parts[dice.pick([number, f"s{number}"])] = pd.Series(typed, index=index)
    if not has_exog and dice.chance(0.2):
        return parts
    frame = pd.concat(
        [
            pd.DataFrame({"unique_id": label, "ds": one.index, "y": one.to_numpy()})
            for label, one in parts.items()
        ],
        ignore_index=True,
    )
    frame.attrs["freq"] = freq
    if has_exog:
        frame = frame.assign(x=dice.normal(size=len(frame)))
    return _broken(dice, frame) if dice.is_wrong(0.3) else _in_some_form(dice, frame)


def panel_rows_after(dice: Dice, panel: Any, n_new: int) -> Any:
    """Rows that come after those of a long frame, with the columns it has; else None."""
    is_long = isinstance(panel, pd.DataFrame) and "ds" in panel and len(panel)
    if not is_long or panel["ds"].dtype.kind != "M":
        return None
    parts = []
    for label, one in panel.groupby("unique_id", sort=False):
        times = pd.date_range(one["ds"].iloc[-1], periods=n_new + 1, freq=panel.attrs["freq"])[1:]
        columns = {name: dice.normal(size=n_new) for name in ("y", "x") if name in one}
        parts.append(pd.DataFrame({"unique_id": label, "ds": times, **columns}))
    return pd.concat(parts, ignore_index=True)


def _in_some_form(dice: Dice, frame: pd.DataFrame) -> Any:
    form = dice.pick(_MOST_LABELS)
    if form == "indexed":
        return frame.set_index(["unique_id", "ds"])
    if form == "indexed series":
        return frame.set_index(["unique_id", "ds"])["y"] if "x" not in frame else frame
    if form == "polars":
        columns: dict[str, Any] = {name: frame[name].to_numpy() for name in frame}
        columns["unique_id"] = frame["unique_id"].astype(str).tolist()
        return pl.DataFrame(columns) if frame["y"].dtype.kind in "fi" else frame
    if form == "text":
        return frame.assign(ds=frame["ds"].astype(str))
    if form == "days":
        return frame.assign(ds=frame.groupby("unique_id", sort=False).cumcount())
    if form == "mixed zones" and dice.is_wrong():
        stamps = frame["ds"].astype(object)
        return frame.assign(
            ds=[t.tz_localize("UTC") if at % 2 else t for at, t in enumerate(stamps)]
        )
    return frame


def _broken(dice: Dice, frame: pd.DataFrame) -> Any:
    shuffled = frame.sample(frac=1, random_state=0)
    mixed = np.where(np.arange(len(frame)) % 2, frame["ds"].astype(object), "yesterday")
    return dice.pick(
        [
            shuffled,
            frame.iloc[::2],
            pd.concat([frame, frame]),
            frame.drop(columns="y"),
            frame.rename(columns={"y": "z"}),
            frame.assign(ds="yesterday"),
            frame.assign(ds=mixed),
            frame.assign(unique_id=None),
            frame.iloc[:0],
            frame.to_numpy(),
            {},
            {"a": [1.0, 2.0]},
        ]
    )
