"""Estimators with settings that make sense, and some with settings that do not."""

from typing import Any

import numpy as np

from fuzz._dice import Dice
from fuzz.data._sequences import N_TOKENS
from rnnts import (
    OnlineRNN,
    PanelForecaster,
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTranslator,
)
from rnnts.forecasters import FORECASTERS
from rnnts.losses import Gaussian, Huber, Pinball, StudentT
from rnnts.solvers import Adam

Table = dict[str, list[Any]]

_VERY_MANY = 10**9
_WILD = [
    0, -1, 1.5, "auto", "none", None, True, (2, 2), (), _VERY_MANY, float("nan"), [1], {}, 1e300
]  # fmt: skip
# Very many of these are done, one after the other, for years.
_COUNTS_OF_WORK = {"max_iter", "n_init", "n_iter_no_change"}
# Settings that need more rows, or other data, than there mostly are.
_DEMANDING: Table = {
    "season_length": [400],
    "input_size": [30],
    "freq": ["nonsense"],
    "solver": ["lm"],
    "order": [(5, 2, 5), (1, 0)],
    "loss": ["cross_entropy", Pinball((0.1, 0.5, 0.9))],
}

# Kernels are compiled for sizes, so that there are few of them.
_OF_A_NETWORK: Table = {
    "cell": ["auto", "linear", "tanh", "sigmoid", "relu", "gru", "lstm"],
    "hidden_size": ["auto", 2, 2, 8, (2, 2), "bic"],
    "solver": ["auto", "adam", "lbfgs", Adam(learning_rate=1e3)],
    "loss": ["auto", "squared_error", "absolute_error", "huber", "pinball", Gaussian(), StudentT()],
    "max_iter": [1, 3],
    "l2": ["auto", 0.0, 1.0],
    "clip_norm": [None, 1.0],
    "random_state": [0, 1, None],
    "early_stopping": [False, True],
    "warm_start": [False, True],
}
_OF_A_FORECASTER: Table = {
    **_OF_A_NETWORK,
    "horizon": ["auto", None, 4],
    "input_size": ["auto", 1, 3],
    "season_length": ["auto", 1, 2, 12],
    "transform": ["auto", None, "auto", "log", "boxcox"],
    "diff": ["auto", 0, 1, (1, 2)],
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
_OF_A_SEQUENCE_MODEL: Table = {
    **{name: values for name, values in _OF_A_NETWORK.items() if name != "l2"},
    "cell": ["linear", "tanh", "gru", "lstm"],
    "hidden_size": [2, 4, (2, 2)],
    "solver": ["auto", "adam", "lbfgs"],
    "loss": ["squared_error", "absolute_error", Huber(2.0), "huber"],
    "l2": [0.0, 1.0],
    "bidirectional": [False, True],
    "scale": ["standard", None],
}
_OF_A_STREAM: Table = {
    "cell": ["linear", "tanh", "gru"],
    "hidden_size": [1, 2],
    "loss": ["squared_error", "absolute_error", "huber", "logistic", "brier"],
    "rule": ["rtrl", "bptt", "readout_first"],
    "truncation": [1, 3],
    "learning_rate": [0.01, 1.0, 1e6],
    "n_streams": [None, 1, 3],
    "dtype": ["float32", "float64"],
    "init": ["random", "zeros"],
    "bias": [True, False],
}
_OF_BASELINES: Table = {
    "season_length": ["auto", 1, 2, 12],
    "freq": [None, None, None, None, "MS", "D"],
    "order": [(1, 0, 0), (0, 1, 1), (0, 0, 0)],
    "model": ["theta", "optimised", "dynamic", "dynamic_optimised"],
    "trend": ["auto", None],
    "error": ["auto", "add", "mul"],
    "exog_gap": ["error", "hold"],
}
# A maximum of the likelihood takes them tens of milliseconds to seconds.
_SLOW = {"arma", "ets", "auto_arima"}
_QUICK = sorted(set(FORECASTERS) - _SLOW - {"rnn"})
_AT_MOST = {"max_iter": 2, "max_p": 1, "max_q": 1, "max_P": 1, "max_Q": 1}


def draw_forecaster(dice: Dice) -> Any:
    """Any forecaster of one series."""
    if dice.chance(0.55):
        return draw_network(dice)
    name = dice.pick(sorted(_SLOW) if dice.chance(0.15) else _QUICK)
    return _drawn(dice, FORECASTERS[name], _OF_BASELINES)


def draw_network(dice: Dice) -> RNNForecaster:
    """The forecaster that is a recurrent network."""
    model: RNNForecaster = _drawn(dice, RNNForecaster, _OF_A_FORECASTER)
    return model


def draw_panel_forecaster(dice: Dice, **settings: Any) -> PanelForecaster:
    """A forecaster of many series."""
    mode = dice.pick(["local", "local", "global", "both"])
    inner = draw_network(dice)
    if mode == "local" and dice.chance(0.3):
        inner = FORECASTERS[dice.pick(_QUICK)]()
    if dice.is_wrong():
        inner, mode = dice.pick([(7, mode), (inner, "each"), (FORECASTERS["drift"](), "global")])
    return PanelForecaster(inner, mode=mode, **settings)


def draw_sequence_model(dice: Dice, *, are_tokens: bool) -> Any:
    """A regressor, classifier or translator of sequences."""
    cls = dice.pick([RNNRegressor, RNNClassifier, RNNTranslator])
    model = _drawn(dice, cls, _OF_A_SEQUENCE_MODEL)
    if are_tokens:
        model.set_params(n_tokens=2 if dice.is_wrong() else N_TOKENS)
    return model


def draw_stream_model(dice: Dice) -> Any:
    """A network that learns online."""
    return _drawn(dice, OnlineRNN, _OF_A_STREAM)


def _drawn(dice: Dice, cls: type, table: Table) -> Any:
    """An instance with some settings of a table, and perhaps with one that is wild."""
    known = cls().get_params(deep=False)
    settings = {name: value for name, value in _AT_MOST.items() if name in known}
    if cls is not OnlineRNN and "hidden_size" in known and known["hidden_size"] != "auto":
        settings["hidden_size"] = 2
    for name, values in table.items():
        if name in known and dice.chance(0.2):
            settings[name] = dice.pick(values)
    if dice.is_wrong():
        names = sorted(set(_DEMANDING) & set(known))
        if names and dice.chance(0.4):
            name = dice.pick(names)
            settings[name] = dice.pick(_DEMANDING[name])
        else:
            name, value = dice.pick(sorted(known)), dice.pick(_WILD)
            if not (name in _COUNTS_OF_WORK and value == _VERY_MANY):
                settings[name] = value
    # Threads would only wait for the other workers.
    return cls(**{name: value for name, value in settings.items() if name != "n_jobs"})


def draw_horizon(dice: Dice) -> Any:
    """Rows ahead, now and then none or very many."""
    if dice.is_wrong():
        return dice.pick([0, -3, 2.0, True, None, "12", 10**15, float("nan")])
    return dice.pick([1, 1, 3, 12, 12, 40, np.int64(5), 1000 if dice.chance(0.2) else 2])
