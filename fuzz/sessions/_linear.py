"""The exact algebra between networks and ARMA models."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fuzz._checks import is_near
from fuzz._dice import Dice
from fuzz._settings import draw_horizon
from fuzz._verdict import Call
from fuzz.data import draw_values
from rnnts.linear import ARMA, Start, StateSpace

_N_FOLLOWING = 5
# Of coefficients of all magnitudes, products keep the digits of the largest only.
_MODERATE = 10.0


def linear(dice: Dice, _folder: Path) -> Iterator[Call]:
    """Build a model, then ask what it implies."""
    found: list[Any] = []
    draw = dice.pick([_arma_arguments, _network_arguments, _lags_arguments])
    build, arguments = draw(dice)

    def make() -> Any:
        found.append(build(**arguments))
        return found[0]

    yield Call(getattr(build, "__name__", "build"), make, subject=build)
    if not found:
        return
    for _ in range(_N_FOLLOWING):
        dice.go_wrong()
        yield _following(dice, found[0])


def draw_arma(dice: Dice) -> ARMA:
    """Any model that there can be."""
    return ARMA(
        ar=dice.normal(0, 0.4, dice.integers(0, 3)), ma=dice.normal(0, 0.4, dice.integers(0, 3))
    )


def _coefficients(dice: Dice, shape: Any) -> Any:
    if dice.is_wrong():
        return dice.pick(
            [np.full(shape, np.nan), "0.5", None, np.zeros((2, 2, 2)), [[1], [1, 2]], 1j]
        )
    return dice.normal(0, dice.pick([0.2, 0.5, 0.5, 2.0, 1e150, 1e-150]), shape)


def _arma_arguments(dice: Dice) -> tuple[Any, dict[str, Any]]:
    arguments = {
        "ar": _coefficients(dice, int(dice.integers(0, 4))),
        "ma": _coefficients(dice, int(dice.integers(0, 4))),
        "const": dice.pick([np.inf, "1"] if dice.is_wrong() else [0.0, 1.0, 1e100]),
        "sigma2": dice.pick([0.0, -1.0, np.nan] if dice.is_wrong() else [1.0, 1e-200, 1e100]),
    }
    return ARMA, arguments


def _network_arguments(dice: Dice) -> tuple[Any, dict[str, Any]]:
    n, k, m = (int(dice.pick([1, 2, 3])), int(dice.pick([1, 1, 2])), int(dice.pick([0, 0, 1])))
    arguments = {
        "A": _coefficients(dice, (n, n)),
        "B": _coefficients(dice, (n, k)),
        "C": _coefficients(dice, (k, n)),
    }
    if dice.chance(0.3):
        arguments |= {"b_hidden": _coefficients(dice, n), "b_output": _coefficients(dice, k)}
    if m:
        arguments |= {"exog_hidden": dice.normal(size=(n, m)), "exog_output": np.zeros((k, m))}
    if dice.chance(0.2):
        arguments["sigma"] = dice.pick(
            [np.zeros((k, k)), -np.eye(k), np.eye(k), 1e-300 * np.eye(k)]
        )
    if dice.chance(0.2):
        arguments["start"] = Start(np.zeros(n), np.eye(n))
    return StateSpace, arguments


def _lags_arguments(dice: Dice) -> tuple[Any, dict[str, Any]]:
    n, n_lags = int(dice.pick([1, 2])), int(dice.pick([1, 2, 3]))
    arguments = {
        "A": _coefficients(dice, (n, n)),
        "B": _coefficients(dice, (n, n_lags)),
        "C": _coefficients(dice, (1, n)),
        "D": dice.pick([None, _coefficients(dice, n_lags)]),
    }
    return StateSpace.from_lags, arguments


def _following(dice: Dice, model: Any) -> Call:
    n_steps = draw_horizon(dice)
    y = draw_values(dice, int(dice.pick([0, 1] if dice.is_wrong() else [5, 40])))
    y = y if dice.is_wrong() else np.nan_to_num(y)
    options = [
        Call("psi_weights", lambda: model.psi_weights(n_steps)),
        Call("pi_weights", lambda: model.pi_weights(n_steps)),
        Call("forecast_variance", lambda: model.forecast_variance(n_steps)),
        Call("simulate", lambda: model.simulate(n_steps, random_state=0)),
        Call("log_likelihood", lambda: model.log_likelihood(y)),
        Call("minimal", lambda: model.minimal().psi_weights(4)),
        Call("is_stationary", lambda: bool(model.is_stationary and model.is_invertible)),
    ]
    if isinstance(model, ARMA):
        fault = partial(_same_weights, model)
        options += [
            Call("mean", lambda: model.mean),
            Call("to_state_space", lambda: model.to_state_space(), fault=fault),
        ]
    else:
        X = dice.normal(size=(len(y), model.n_exog))
        if model.n_outputs > 1:
            y = np.tile(y[:, None], (1, model.n_outputs))
        state = _coefficients(dice, model.hidden_size)
        options += [
            Call("run", lambda: model.run(y, X)),
            Call("forecast", lambda: model.forecast(n_steps, state)),
            Call("smoothed_start", lambda: model.smoothed_start(y, X)),
            Call("to_arma", lambda: model.to_arma(), fault=partial(_same_weights, model)),
            Call("spectral_radius", lambda: model.spectral_radius),
        ]
    made: Call = dice.pick(options)
    return replace(made, subject=model)


def _same_weights(model: Any, converted: Any) -> str | None:
    """Whether a converted model answers to a shock as it did before, if it has digits to do so."""
    parts = (model.ar, model.ma) if isinstance(model, ARMA) else (model.A, model.B, model.C)
    if max(np.abs(part).max(initial=0.0) for part in parts) > _MODERATE:
        return None
    return is_near(model.psi_weights(5), converted.psi_weights(5), rtol=1e-6)
