"""Forecasters by the names one types: `theta`, `rnn`, `rnn:gru`."""

import argparse
import ast
from collections.abc import Iterable, Mapping
from typing import Any

from rnnts._validation import check_choice, nearest
from rnnts.cells import CELLS
from rnnts.forecasters import FORECASTERS, BaseForecaster


def named_models(names: Iterable[str], options: argparse.Namespace) -> dict[str, BaseForecaster]:
    """Forecasters of these names, each once."""
    return {name: model_of(name, options) for name in names}


def model_of(name: str, options: argparse.Namespace) -> BaseForecaster:
    """A forecaster of that name, and for networks a cell after a colon, with what was asked for.

    Raises
    ------
    ValueError
        If there is no such forecaster, cell or setting.
    """
    kind, _, cell = name.partition(":")
    kind = kind.lower().replace("-", "_")
    check_choice("model", kind, FORECASTERS)
    model = FORECASTERS[kind]()
    known = model.get_params()
    cell = cell or getattr(options, "cell", None) or ""
    if cell:
        if "cell" not in known:
            raise ValueError(f"{kind} has no cell, and {cell!r} is given; only rnn has one")
        check_choice("cell", cell, CELLS)
        model.set_params(cell=cell)
    for setting, value in _common(options).items():
        if setting in known and value is not None:
            model.set_params(**{setting: value})
    for setting, value in _asked_for(options).items():
        if setting not in known:
            raise ValueError(
                f"{kind} has no setting {setting!r}{nearest(setting, known)}; it has "
                f"{', '.join(known)}"
            )
        model.set_params(**{setting: value})
    return model


def _common(options: argparse.Namespace) -> Mapping[str, Any]:
    """Settings that have an option of their own, given to whatever model knows them."""
    return {
        "season_length": options.season_length,
        "freq": options.freq,
        "random_state": options.seed,
    }


def _asked_for(options: argparse.Namespace) -> Mapping[str, Any]:
    settings = {}
    for text in getattr(options, "set", None) or []:
        name, sign, value = text.partition("=")
        if not sign:
            raise ValueError(f"--set needs NAME=VALUE, such as hidden_size=4, got {text!r}")
        settings[name.strip()] = _value(value.strip())
    return settings


def _value(text: str) -> Any:
    """A number, a tuple or a word such as None in Python's spelling; anything else is text."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
