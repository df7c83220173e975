"""Series, exogenous columns, panels and sequences, sound and unsound."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

Rng = np.random.Generator

_FREQS = ["D", "h", "min", "W", "ME", "MS", "QE", "QS-FEB", "YE", "B", "15min", "2D", "BME"]
_PERIODS = ["M", "Q-NOV", "D", "Y", "2M"]


def pick(rng: Rng, options: Any) -> Any:
    """One of some options, which may be of any kind."""
    return options[int(rng.integers(len(options)))]


def draw_values(rng: Rng, n_rows: int) -> np.ndarray:
    """A series of floats, of some shape and magnitude, with what may be missing."""
    t = np.arange(n_rows)
    kind = pick(
        rng, ["noise", "walk", "season", "constant", "zero", "trend", "steps", "mixed", "ints"]
    )
    noise = rng.normal(size=n_rows)
    values = {
        "noise": noise,
        "walk": noise.cumsum(),
        "season": 10 + np.sin(t * np.pi / 6) + 0.1 * noise,
        "constant": np.full(n_rows, rng.normal()),
        "zero": np.zeros(n_rows),
        "trend": t + 0.1 * noise,
        "steps": np.repeat(rng.normal(size=n_rows // 5 + 1), 5)[:n_rows],
        "mixed": noise * 10.0 ** rng.uniform(-30, 30, n_rows),
        "ints": rng.integers(0, 3, n_rows).astype(float),
    }[kind]
    if rng.random() < 0.3:
        with np.errstate(over="ignore"):
            values = values * 10.0 ** rng.uniform(-300, 300)
    if rng.random() < 0.15:
        values = np.abs(values)
    if rng.random() < 0.25 and n_rows:
        values = values.copy()
        gaps = pick(rng, ["some", "first", "last", "block", "all", "infinite"])
        where = {
            "some": rng.random(n_rows) < 0.2,
            "first": t < n_rows // 3,
            "last": t >= n_rows - n_rows // 3,
            "block": (t > n_rows // 3) & (t < n_rows // 2),
            "all": np.ones(n_rows, bool),
            "infinite": t == n_rows // 2,
        }[gaps]
        values[where] = np.inf if gaps == "infinite" else np.nan
    return values


def draw_size(rng: Rng) -> int:
    """Rows: often few, sometimes one or none."""
    return int(pick(rng, [0, 1, 2, 3, 5, 8, 13, 24, 30, 40, 60, 100]))


def draw_index(rng: Rng, n_rows: int, start: int = 0) -> pd.Index:
    """Labels of rows, most of them consecutive steps in time."""
    total = n_rows + start
    kind = rng.random()
    if kind < 0.5:
        zone = "Europe/Zurich" if rng.random() < 0.1 else None
        index = pd.date_range("2001-01-31", periods=total, freq=pick(rng, _FREQS), tz=zone)
    elif kind < 0.7:
        index = pd.period_range("2001-01", periods=total, freq=pick(rng, _PERIODS))
    elif kind < 0.95:
        step = int(rng.integers(1, 4))
        index = pd.RangeIndex(5, 5 + step * total, step)
    else:
        index = pd.Index([f"row {number}" for number in range(total)])
    index = index[start:]
    if rng.random() < 0.1 and n_rows > 2:
        broken = pick(rng, ["twice", "unsorted", "gap"])
        order = {
            "twice": np.r_[0, np.arange(n_rows - 1)],
            "unsorted": rng.permutation(n_rows),
            "gap": np.r_[np.arange(n_rows - 1), n_rows - 1][np.arange(n_rows) != n_rows // 2],
        }[broken]
        return index[order]
    return index


def as_dtype(rng: Rng, values: np.ndarray) -> Any:
    """The values in some dtype of NumPy or pandas that may or may not hold them."""
    kind = rng.random()
    if kind < 0.6:
        return values
    name = pick(
        rng,
        ["float32", "int64", "int8", "bool", "object", "text", "Float64", "Int64", "category",
         "datetime64[ns]", "complex128", "decimal", "float16", "none"],
    )  # fmt: skip
    finite = np.nan_to_num(np.clip(values, -100, 100))
    if name in ("int64", "int8", "bool", "datetime64[ns]", "float16"):
        return finite.astype("int64").astype(name)
    if name == "float32":
        with np.errstate(over="ignore", under="ignore"):
            return values.astype("float32")
    if name == "text":
        return np.array([str(each) for each in finite], object)
    if name == "decimal":
        return np.array([Decimal(int(each)) for each in finite], object)
    if name == "none":
        return np.array([None if np.isnan(each) else each for each in values], object)
    if name in ("Float64", "Int64"):
        return pd.array(finite.round().astype("int64"), dtype=name)
    return pd.Series(finite).astype(name).array if name == "category" else finite.astype(name)


def draw_series(rng: Rng, n_rows: int | None = None) -> Any:
    """A target in some container."""
    n_rows = draw_size(rng) if n_rows is None else n_rows
    values = draw_values(rng, n_rows)
    container = pick(rng, ["array", "list", "series", "series", "series", "frame", "columns"])
    if container == "columns":
        table = np.column_stack([values, *(draw_values(rng, n_rows) for _ in range(2))])
        table = table[:, : int(rng.integers(0, 4))]
        return table if rng.random() < 0.5 else pd.DataFrame(table)
    if container == "list":
        return values.tolist()
    typed = as_dtype(rng, values)
    if container == "array":
        return np.asarray(typed)
    index = draw_index(rng, n_rows)
    series = pd.Series(typed[: len(index)], index=index, name=pick(rng, [None, "y", 3, ("a", 1)]))
    return series if container == "series" else series.to_frame()


def draw_exog(rng: Rng, like: Any, n_rows: int) -> Any:
    """Exogenous columns that mostly fit a series."""
    n_rows = n_rows if rng.random() < 0.9 else max(n_rows - 1, 0)
    table = np.column_stack([draw_values(rng, n_rows) for _ in range(int(rng.integers(1, 3)))])
    if isinstance(like, pd.Series | pd.DataFrame) and len(like) == n_rows:
        return pd.DataFrame(table, index=like.index, columns=["a", "b"][: table.shape[1]])
    return table


def later(rng: Rng, y: Any, n_new: int) -> Any:
    """Rows that come after a series, in the same container."""
    values = draw_values(rng, n_new)
    if isinstance(y, pd.Series) and len(y) > 1:
        try:
            if isinstance(y.index, pd.RangeIndex):
                start = y.index[-1] + y.index.step
                index = pd.RangeIndex(start, start + n_new * y.index.step, y.index.step)
            else:
                freq = getattr(y.index, "freq", None) or y.index[1] - y.index[0]
                index = y.index[-1] + freq * np.arange(1, n_new + 1)
            return pd.Series(values, index=pd.Index(index), name=y.name)
        except (TypeError, ValueError, OverflowError):
            return pd.Series(values, name=y.name)
    if isinstance(y, pd.DataFrame):
        return pd.DataFrame(np.tile(values[:, None], (1, y.shape[1])), columns=y.columns)
    ndim = np.ndim(y) if not isinstance(y, list) else 1
    return values if ndim < 2 else np.tile(values[:, None], (1, np.shape(y)[1]))


def draw_panel(rng: Rng) -> Any:
    """A long frame or a dictionary of series, of unequal lengths."""
    n_series = int(pick(rng, [1, 2, 3, 5, 35]))
    n_rows = int(pick(rng, [1, 5, 12, 20, 30]))
    freq = pick(rng, _FREQS)
    parts = {}
    for number in range(n_series):
        length = n_rows if rng.random() < 0.8 else draw_size(rng)
        begin = "2001-01-31" if rng.random() < 0.9 else "2003-05-31"
        index = pd.date_range(begin, periods=length, freq=freq)
        values = (
            as_dtype(rng, draw_values(rng, length))
            if rng.random() < 0.1
            else draw_values(rng, length)
        )
        parts[pick(rng, [number, f"s{number}"])] = pd.Series(values, index=index, dtype=None)
    if rng.random() < 0.3:
        return parts
    frame = pd.concat(
        [
            pd.DataFrame({"unique_id": label, "ds": one.index, "y": one.to_numpy()})
            for label, one in parts.items()
        ]
    )
    if rng.random() < 0.15:
        frame = pick(
            rng,
            [frame.sample(frac=1, random_state=0), frame.iloc[::2], pd.concat([frame, frame]),
             frame.drop(columns="y"), frame.rename(columns={"y": "z"}), frame.assign(x=1.0),
             frame.assign(ds="yesterday"), frame.set_index(["unique_id", "ds"]), frame.iloc[:0]],
        )  # fmt: skip
    return frame


def draw_sequences(rng: Rng) -> Any:
    """A table, a cube, or a list of sequences of any lengths."""
    n_sequences, n_steps = int(pick(rng, [0, 1, 2, 5, 20, 40])), int(pick(rng, [0, 1, 3, 7]))
    kind = pick(rng, ["table", "cube", "ragged", "ragged", "tokens", "series"])
    if kind == "series":
        return draw_series(rng)
    values = draw_values(rng, n_sequences * n_steps * 2).reshape(n_sequences, n_steps, 2)
    if kind == "cube":
        return values
    if kind == "table":
        return values[:, :, 0]
    lengths = rng.integers(0 if rng.random() < 0.2 else 1, n_steps + 2, n_sequences)
    if kind == "ragged":
        return [draw_values(rng, length) for length in lengths]
    return [rng.integers(0, 4, length).tolist() for length in lengths]


def draw_labels(rng: Rng, X: Any) -> Any:
    """Targets of sequences: a number, a class or a sequence for each."""
    n = len(X)
    kind = pick(rng, ["number", "class", "binary", "steps", "tokens", "wrong"])
    if kind == "number":
        return draw_values(rng, n)
    if kind == "class":
        return np.array(["a", "b", "c"], object)[rng.integers(0, 3, n)]
    if kind == "binary":
        return rng.integers(0, 2, n)
    if kind == "wrong":
        return rng.normal(size=n + 1)
    lengths = [len(each) if np.ndim(each) else 1 for each in X]
    if kind == "steps":
        return [draw_values(rng, length) for length in lengths]
    return [rng.integers(0, 4, length).tolist() for length in lengths]
