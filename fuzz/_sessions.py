"""What a user does in a row: fit, then some of all that a fitted estimator can do."""

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fuzz._data import (
    Rng,
    draw_exog,
    draw_labels,
    draw_panel,
    draw_sequences,
    draw_series,
    later,
    pick,
)
from fuzz._settings import (
    draw_forecaster,
    draw_horizon,
    draw_panel_forecaster,
    draw_sequence_model,
    draw_stream_model,
)
from fuzz._verdict import Call
from rnnts import RNNClassifier, RNNForecaster, load, save

_N_FOLLOWING = 5


def session(seed: int, folder: Path) -> Iterator[Call]:
    """The calls of one session; those after the first are worth making if it was answered."""
    rng = np.random.default_rng(seed)
    kind = rng.random()
    if kind < 0.62:
        yield from _forecasting(rng, folder)
    elif kind < 0.75:
        yield from _panel(rng, folder)
    elif kind < 0.9:
        yield from _sequences(rng, folder)
    else:
        yield from _stream(rng, folder)


def _forecasting(rng: Rng, folder: Path) -> Iterator[Call]:
    model, y = draw_forecaster(rng), draw_series(rng)
    X = draw_exog(rng, y, len(y)) if rng.random() < 0.15 else None
    yield Call("fit", (lambda: model.fit(y)) if X is None else (lambda: model.fit(X, y)))
    for _ in range(_N_FOLLOWING):
        yield _with_forecaster(rng, model, X, y, folder)


def _with_forecaster(rng: Rng, model: Any, X: Any, y: Any, folder: Path) -> Call:
    horizon = draw_horizon(rng)
    is_count = type(horizon) in (int, np.int64)
    n_rows = int(horizon) if is_count else None
    ahead = horizon if X is None else draw_exog(rng, None, 3)
    n_rows = n_rows if X is None else None
    few = 3 if not is_count or horizon > 1000 else horizon
    new = later(rng, y, int(rng.integers(0, 4)))
    level = pick(rng, [80, (80, 95), 0.95, 0, 100, 99.999, (), "95", None, 150])
    probabilities = pick(rng, [0.5, (0.1, 0.9), (0.0, 1.0), (0.9, 0.1), 2, ()])
    n_paths = pick(rng, [1, 3, 0, -1, 2.5])
    options = [
        Call("predict", lambda: model.predict(ahead), n_rows),
        Call("predict", lambda: model.predict(ahead), n_rows),
        Call("predict_interval", lambda: model.predict_interval(few, level=level)),
        Call("predict_quantiles", lambda: model.predict_quantiles(few, probabilities)),
        Call("sample_paths", lambda: model.sample_paths(few, n_paths=n_paths, random_state=0)),
        Call("update", lambda: model.update(new)),
        Call("partial_fit", lambda: model.partial_fit(new)),
        Call("score", lambda: model.score(y)),
        Call("predict known rows", lambda: model.predict(y)),
        Call("fittedvalues_", lambda: model.fittedvalues_),
        Call("repr", lambda: repr(model)),
        Call("pickle", lambda: pickle.loads(pickle.dumps(model)).predict(2)),
        Call("save and load", lambda: _saved(model, folder).predict(2)),
        Call("fit again", lambda: model.fit(y) if X is None else model.fit(X, y)),
    ]
    if isinstance(model, RNNForecaster):
        options += [
            Call("report_", lambda: str(model.report_)),
            Call("summary", lambda: str(model.summary())),
            Call("impulse_response", lambda: model.impulse_response(4)),
            Call("to_arma", lambda: model.to_arma().simulate(5, random_state=0)),
        ]
    return pick(rng, options)


def _panel(rng: Rng, folder: Path) -> Iterator[Call]:
    model, panel = draw_panel_forecaster(rng), draw_panel(rng)
    yield Call("panel fit", lambda: model.fit(panel))
    for _ in range(_N_FOLLOWING - 2):
        yield _with_panel(rng, model, panel, folder)


def _with_panel(rng: Rng, model: Any, panel: Any, folder: Path) -> Call:
    horizon = draw_horizon(rng)
    few = 3 if not isinstance(horizon, int) or horizon > 1000 else horizon
    new = draw_panel(rng)
    options = [
        Call("panel predict", lambda: model.predict(few)),
        Call("panel predict_interval", lambda: model.predict_interval(few)),
        Call("panel update", lambda: model.update(new)),
        Call("panel score", lambda: model.score(panel)),
        Call("panel save and load", lambda: _saved(model, folder).predict(2)),
        Call("panel predict rows", lambda: model.predict(new)),
    ]
    return pick(rng, options)


def _sequences(rng: Rng, folder: Path) -> Iterator[Call]:
    model, X = draw_sequence_model(rng), draw_sequences(rng)
    y = draw_labels(rng, X)
    yield Call("sequence fit", lambda: model.fit(X, y))
    for _ in range(_N_FOLLOWING - 1):
        yield _with_sequences(rng, model, X, y, folder)


def _with_sequences(rng: Rng, model: Any, X: Any, y: Any, folder: Path) -> Call:
    n, other = len(X), draw_sequences(rng)
    options = [
        Call("sequence predict", lambda: model.predict(X), n),
        Call("sequence predict others", lambda: model.predict(other), len(other)),
        Call("sequence score", lambda: model.score(X, y)),
        Call("sequence save and load", lambda: _saved(model, folder).predict(X), n),
        Call("sequence pickle", lambda: pickle.loads(pickle.dumps(model)).predict(X), n),
    ]
    if isinstance(model, RNNClassifier):
        options.append(Call("predict_proba", lambda: model.predict_proba(X), n))
    if hasattr(model, "partial_fit"):
        options.append(Call("sequence partial_fit", lambda: model.partial_fit(X, y)))
    return pick(rng, options)


def _stream(rng: Rng, folder: Path) -> Iterator[Call]:
    model = draw_stream_model(rng)
    n_streams = model.n_streams if isinstance(model.n_streams, int) else 1
    n_rows = int(pick(rng, [0, 1, 5, 30]))

    def rows() -> Any:
        values = rng.normal(size=(n_rows, n_streams)) * 10.0 ** rng.integers(-3, 4)
        kind = pick(rng, ["array", "array", "frame", "column"])
        if kind == "column":
            return values[:, 0]
        return values if kind == "array" else pd.DataFrame(values)

    X = rows()
    y = pick(rng, [rows(), rng.integers(0, 2, (n_rows, n_streams)), np.full(n_rows, np.nan)])
    yield Call("stream partial_fit", lambda: model.partial_fit(X, y))
    for _ in range(_N_FOLLOWING):
        yield _with_stream(rng, model, X, y, folder)


def _with_stream(rng: Rng, model: Any, X: Any, y: Any, folder: Path) -> Call:
    n_streams = model.n_streams if isinstance(model.n_streams, int) else 1
    x_one, y_one = rng.normal(size=n_streams), rng.integers(0, 2, n_streams)
    options = [
        Call("learn_one", lambda: model.learn_one(x_one, y_one)),
        Call("learn_one of numbers", lambda: model.learn_one(0.5, 1.0)),
        Call("learn_one of words", lambda: model.learn_one({"a": 1.0}, "b")),
        Call("predict_one", lambda: model.predict_one(x_one)),
        Call("step", lambda: model.step(X, y)),
        Call("predict_proba_one", lambda: model.predict_proba_one(x_one)),
        Call("stream save and load", lambda: _saved(model, folder).predict_one(x_one)),
    ]
    return pick(rng, options)


def _saved(model: Any, folder: Path) -> Any:
    path = folder / "model.npz"
    save(model, path)
    return load(path)
