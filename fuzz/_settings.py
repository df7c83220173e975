"""Estimators with settings that make sense, and some with settings that do not."""

from typing import Any

import numpy as np

from fuzz._data import Rng, pick
from rnnts import (
    OnlineRNN,
    PanelForecaster,
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTranslator,
)
from rnnts.forecasters import FORECASTERS

_VERY_MANY = 10**9
_WILD = [
    0, -1, 1.5, "auto", "none", None, True, (2, 2), (), _VERY_MANY, float("nan"), [1], {}, 1e300
]  # fmt: skip
# Very many of these are done, one after the other, for years.
_COUNTS_OF_WORK = {"max_iter", "n_init", "n_iter_no_change"}

_OF_A_NETWORK: dict[str, list[Any]] = {
    "cell": ["auto", "linear", "tanh", "sigmoid", "relu", "gru", "lstm"],
    "hidden_size": ["auto", 1, 2, 3, 8, (2, 2), "bic"],
    "solver": ["auto", "adam", "lbfgs", "lm"],
    "loss": ["auto", "squared_error", "absolute_error", "huber", "pinball"],
    "max_iter": [1, 3],
    "l2": ["auto", 0.0, 1.0],
    "clip_norm": [None, 1.0],
    "random_state": [0, 1, None],
    "early_stopping": [False, True],
    "warm_start": [False, True],
}
_OF_A_FORECASTER: dict[str, list[Any]] = {
    **_OF_A_NETWORK,
    "horizon": ["auto", None, 1, 4],
    "input_size": ["auto", 1, 3, 30],
    "season_length": ["auto", 1, 2, 12, 400],
    "transform": ["auto", None, "log", "boxcox"],
    "diff": ["auto", 0, 1, (1, 12)],
    "deseasonalize": ["auto", None],
    "level": ["auto", None],
    "scale": ["auto", "standard", "robust", None],
    "skip": ["auto", True],
    "partner": ["auto", None],
    "fallback": [None, "auto"],
    "init": ["auto", "arma", "random"],
    "n_init": ["auto", 1, 2],
    "interval_method": ["auto", "normal", "conformal", "bootstrap"],
    "exog_gap": ["error", "hold"],
}
_OF_A_SEQUENCE_MODEL: dict[str, list[Any]] = {
    **{name: values for name, values in _OF_A_NETWORK.items() if name != "cell"},
    "cell": ["linear", "tanh", "gru", "lstm"],
    "hidden_size": [1, 2, 4, (2, 2)],
    "loss": ["auto", "squared_error", "absolute_error"],
    "n_tokens": [None, None, 4, 2],
    "bidirectional": [False, True],
    "scale": ["standard", None],
}
_OF_A_STREAM: dict[str, list[Any]] = {
    "cell": ["linear", "tanh", "gru"],
    "hidden_size": [1, 2],
    "loss": ["squared_error", "absolute_error", "huber", "logistic", "brier"],
    "rule": ["rtrl", "bptt", "readout_first"],
    "truncation": [1, 3],
    "learning_rate": [0.01, 1.0, 1e6],
    "n_streams": [None, 1, 3],
    "dtype": ["float32", "float64"],
    "init": ["random", "zeros"],
}
_OF_BASELINES: dict[str, list[Any]] = {
    "season_length": ["auto", 1, 2, 12, 400],
    "freq": [None, None, "MS", "D", "nonsense"],
    "order": [(1, 0, 0), (0, 1, 1), (0, 0, 0), (5, 2, 5), (1, 0), "auto"],
    "exog_gap": ["error", "hold"],
}
# A maximum of the likelihood takes them tens of milliseconds to seconds.
_SLOW = {"arma", "ets", "auto_arima"}


def draw_forecaster(rng: Rng) -> Any:
    """Any forecaster of one series."""
    if rng.random() < 0.6:
        return _drawn(rng, RNNForecaster, _OF_A_FORECASTER, {"max_iter": 2})
    names = [name for name in FORECASTERS if name != "rnn"]
    name = pick(rng, names)
    if name in _SLOW and rng.random() < 0.8:
        name = pick(rng, [each for each in names if each not in _SLOW])
    return _drawn(rng, FORECASTERS[name], _OF_BASELINES, {})


def draw_panel_forecaster(rng: Rng) -> Any:
    """A forecaster of many series."""
    inner = _drawn(rng, RNNForecaster, _OF_A_FORECASTER, {"max_iter": 2})
    if rng.random() < 0.3:
        inner = pick(rng, [FORECASTERS["seasonal_naive"](), FORECASTERS["theta"](), 7])
    return PanelForecaster(inner, mode=pick(rng, ["local", "local", "global", "both", "each"]))


def draw_sequence_model(rng: Rng) -> Any:
    """A regressor, classifier or translator of sequences."""
    cls = pick(rng, [RNNRegressor, RNNClassifier, RNNTranslator])
    return _drawn(rng, cls, _OF_A_SEQUENCE_MODEL, {"max_iter": 2})


def draw_stream_model(rng: Rng) -> Any:
    """A network that learns online."""
    return _drawn(rng, OnlineRNN, _OF_A_STREAM, {})


def _drawn(rng: Rng, cls: type, table: dict[str, list[Any]], always: dict[str, Any]) -> Any:
    """An instance with some settings of a table, and one in ten with one that is wild."""
    known = cls().get_params(deep=False)
    settings = {name: value for name, value in always.items() if name in known}
    for name, values in table.items():
        if name in known and rng.random() < 0.25:
            settings[name] = pick(rng, values)
    if rng.random() < 0.1:
        name, value = pick(rng, sorted(known)), pick(rng, _WILD)
        if not (name in _COUNTS_OF_WORK and value == _VERY_MANY):
            settings[name] = value
    # Threads would only wait for the other workers.
    return cls(**{name: value for name, value in settings.items() if name != "n_jobs"})


def draw_horizon(rng: Rng) -> Any:
    """Rows ahead, now and then none or very many."""
    return pick(
        rng, [1, 1, 3, 12, 12, 40, 1000, 0, -3, 2.0, True, None, np.int64(5), 20_000, 10**15, "12"]
    )
