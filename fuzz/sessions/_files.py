"""A file of a model that was damaged, or forged with every checksum as it should be."""

import copy
import io
import json
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from fuzz._checks import is_same
from fuzz._dice import Dice
from fuzz._verdict import Call
from rnnts import (
    ETSForecaster,
    OnlineRNN,
    PanelForecaster,
    RNNClassifier,
    RNNForecaster,
    ThetaForecaster,
    load,
    save,
)

_N_DAMAGES, _N_FORGERIES = 3, 2
_WILD = [
    None, True, -1, 0, 1, 2, 7, 10**6, 2**62, 10**30, 0.5, -1e300, "", "tanh", "os.system",
    [], {}, [1, 2], {"is": 0}, {"is": 3}, {"is": -1}, {"is": 10**9}, {"tuple": [1, 12]},
    {"array": ["float64", 0, [1], "C"]}, {"array": ["float64", 0, [2**31, 2**31], "C"]},
    {"array": ["float64", -5, [5], "C"]}, {"dict": [[1, 2]]}, {"class": "RNNForecaster"},
]  # fmt: skip


def files(dice: Dice, folder: Path) -> Iterator[Call]:
    """Read it: what is damaged is refused or says the same, what is forged does no harm."""
    whole, ask, expected = dice.pick(_models())
    path = folder / "model.npz"

    def read(content: bytes) -> Any:
        path.write_bytes(content)
        return load(path)

    def fault(answer: Any) -> str | None:
        return is_same(expected, answer)

    yield Call("load file", lambda: ask(read(whole)), fault=fault, subject=load)
    for _ in range(_N_DAMAGES):
        damaged = _damaged(dice, whole)
        yield Call(
            "load damaged file",
            lambda damaged=damaged: ask(read(damaged)),
            fault=fault,
            subject=load,
        )
    for _ in range(_N_FORGERIES):
        forged = _forged(dice, whole)
        yield Call(
            "load forged file", lambda forged=forged: _asked(read(forged), ask), subject=load
        )


def _asked(model: Any, ask: Callable[[Any], Any]) -> None:
    """What a forged model says is the forger's affair, as long as it says it in peace."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ask(model)
    except Exception:  # noqa: BLE001 - whatever it is, the process lives on
        return


@cache
def _models() -> list[tuple[bytes, Callable[[Any], Any], np.ndarray]]:
    """Files of small models, what to ask of each, and what it says."""
    rng = np.random.default_rng(0)
    index = pd.date_range("2020", periods=40, freq="MS")
    y = pd.Series(10 + rng.standard_normal(40).cumsum(), index)
    panel = {f"s{place}": y + place for place in range(33)}
    rows = rng.standard_normal((20, 5))
    few = {"max_iter": 3, "random_state": 0}
    bank = PanelForecaster(RNNForecaster(hidden_size=2, horizon=3, partner=None, **few))
    with warnings.catch_warnings():
        # Of few iterations.
        warnings.simplefilter("ignore")
        asked = [
            (RNNForecaster("linear", 2, **few).fit(y), _forecasts),
            (RNNForecaster("gru", 2, horizon=3, **few).fit(y), _forecasts),
            (ThetaForecaster().fit(y), _forecasts),
            (ETSForecaster().fit(y), _forecasts),
            (bank.fit(panel), _forecasts),
            (
                RNNClassifier("tanh", 2, **few).fit(rows, rows[:, 0] > 0),
                lambda model: model.predict_proba(rows),
            ),
            (
                OnlineRNN("tanh", 2, random_state=0).partial_fit(rows, rows[:, 0]),
                lambda model: np.atleast_1d(model.predict_one(rows[0])),
            ),
        ]
    return [(_bytes_of(model), ask, ask(model)) for model, ask in asked]


def _forecasts(model: Any) -> np.ndarray:
    said = model.predict(3)
    return np.concatenate(list(said.values()) if isinstance(said, dict) else [said])


def _bytes_of(model: Any) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        save(model, path)
        return path.read_bytes()


def _damaged(dice: Dice, whole: bytes) -> bytes:
    begin, end = sorted(int(each) for each in dice.integers(0, len(whole) + 1, 2))
    kind = dice.pick(["bytes", "bytes", "cut", "lost", "twice", "zeros", "foreign"])
    if kind == "bytes":
        changed = bytearray(whole)
        for place in dice.integers(0, len(whole), int(dice.integers(1, 5))):
            changed[place] ^= int(dice.integers(1, 256))
        return bytes(changed)
    if kind == "cut":
        return whole[:begin]
    if kind == "foreign":
        return whole[:begin] + dice.bytes(end - begin) + whole[end:]
    middle = {"lost": b"", "twice": 2 * whole[begin:end], "zeros": bytes(end - begin)}[kind]
    return whole[:begin] + middle + whole[end:]


def _forged(dice: Dice, whole: bytes) -> bytes:
    with np.load(io.BytesIO(whole)) as file:
        arrays = dict(file)
    header = json.loads(arrays["header"].tobytes())
    for _ in range(int(dice.integers(1, 4))):
        if len(arrays) > 1 and dice.chance(0.3):
            name = dice.pick([each for each in arrays if each != "header"])
            arrays[name] = _forged_array(dice, arrays[name])
        else:
            _forge_words(dice, header)
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def _forged_array(dice: Dice, array: np.ndarray) -> np.ndarray:
    kind = dice.pick(["shorter", "longer", "nan", "huge", "integers", "words", "square"])
    if kind in ("shorter", "longer"):
        return array[: len(array) // 2] if kind == "shorter" else np.concatenate([array, array])
    if kind == "words":
        return array.astype(str)
    if kind == "square":
        return array[None]
    if kind == "integers" or array.dtype.kind != "f":
        return np.full(len(array), dice.pick([-1, 0, 10**6, 2**62]))
    largest = np.finfo(array.dtype).max
    return np.full(len(array), np.nan if kind == "nan" else largest, array.dtype)


def _forge_words(dice: Dice, header: dict[str, Any]) -> None:
    """Replace something, anywhere in the tree, by something wild or by something else in it."""
    places = list(_places(header))
    if not places:
        return
    holder, key = dice.pick(places)
    other, name = dice.pick(places)
    holder[key] = dice.pick(_WILD) if dice.chance(0.7) else copy.deepcopy(other[name])


def _places(words: Any) -> Iterator[tuple[Any, Any]]:
    """All that stands somewhere, by what holds it and where."""
    keys = (
        words if isinstance(words, dict) else range(len(words)) if isinstance(words, list) else ()
    )
    for key in list(keys):
        yield words, key
        yield from _places(words[key])
