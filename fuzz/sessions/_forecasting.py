"""One series and one forecaster."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.preprocessing import StandardScaler

from fuzz._checks import goes_on, is_between, is_nested, is_same, rises
from fuzz._dice import Dice
from fuzz._settings import draw_forecaster, draw_horizon
from fuzz._verdict import Call
from fuzz.data import draw_exog, draw_series, index_after, later, rows_after
from fuzz.sessions._linear import draw_arma
from fuzz.sessions._saved import pickled, saved
from rnnts import RNNForecaster, make_forecast_pipeline
from rnnts.evaluation import SCORERS

_N_FOLLOWING = 5


@dataclass
class _Subject:
    """A forecaster with what it was fitted on."""

    dice: Dice
    folder: Path
    model: Any
    X: Any
    y: Any
    moved: bool = False  # whether further rows have been read

    def fit(self) -> Any:
        return self.model.fit(self.y) if self.X is None else self.model.fit(self.X, self.y)

    def adopt(self, arma: Any) -> Any:
        """Become a network that was never trained."""
        self.model = RNNForecaster.from_arma(arma, y=self.y)
        return self.model

    def roll(self, by: str, X: Any, new: Any) -> Any:
        """Read further rows."""
        self.moved = True
        task = getattr(self.model, by)
        return task(new) if X is None else task(X, new)

    def fault_of_labels(self, answer: Any) -> str | None:
        return None if self.moved else goes_on(self.y, answer)


def forecasting(dice: Dice, folder: Path) -> Iterator[Call]:
    """Fit, then some of what forecasters can do."""
    y = draw_series(dice)
    X = draw_exog(dice, y) if dice.chance(0.2) and len(np.shape(y)) else None
    subject = _Subject(dice, folder, draw_forecaster(dice), X, y)
    if dice.chance(0.03):
        arma = draw_arma(dice)
        yield Call("from_arma", lambda: subject.adopt(arma), subject=RNNForecaster)
        subject.X = None
    else:
        yield Call("fit", subject.fit, subject=subject.model)
    for _ in range(_N_FOLLOWING):
        dice.go_wrong()
        yield _following(subject)


def _following(subject: _Subject) -> Call:
    call = subject.dice.pick(
        _OPTIONS + (_OF_NETWORKS if isinstance(subject.model, RNNForecaster) else [])
    )
    made: Call = call(subject)
    return replace(made, subject=subject.model)


def _ahead(subject: _Subject) -> tuple[Any, int | None]:
    """Rows to come as they may be asked for, and how many, if they make sense."""
    horizon = draw_horizon(subject.dice)
    n_rows = int(horizon) if type(horizon) in (int, np.int64) and 0 < horizon < 10**6 else None
    if n_rows is None:
        return horizon, None
    if subject.X is not None:
        return rows_after(subject.dice, subject.X, subject.y, n_rows), n_rows
    labels = index_after(subject.y, n_rows)
    if labels is not None and not subject.moved and subject.dice.chance(0.2):
        return labels, n_rows
    return horizon, n_rows


def _predict(subject: _Subject) -> Call:
    ahead, n_rows = _ahead(subject)
    n_expected = n_rows if subject.X is None else None
    fault = None if ahead is subject.X else subject.fault_of_labels
    return Call("predict", lambda: subject.model.predict(ahead), n_expected, fault)


def _predict_far(subject: _Subject) -> Call:
    labels = index_after(subject.y, 40)
    some = np.sort(subject.dice.permutation(40)[: int(subject.dice.integers(1, 5))])
    rows = subject.dice.pick([200, 2000, 20_000]) if labels is None else labels[some]
    return Call("predict far rows", lambda: subject.model.predict(rows))


def _predict_interval(subject: _Subject) -> Call:
    ahead, _ = _ahead(subject)
    level = subject.dice.pick(
        [0.95, 0, 100, (), "95", None, 150]
        if subject.dice.is_wrong()
        else [80, (80, 95), (99.999, 50)]
    )
    return Call(
        "predict_interval",
        lambda: subject.model.predict_interval(ahead, level=level),
        fault=is_nested,
    )


def _predict_quantiles(subject: _Subject) -> Call:
    ahead, _ = _ahead(subject)
    quantiles = subject.dice.pick(
        [(0.0, 1.0), 2, (), "0.5"] if subject.dice.is_wrong() else [0.5, (0.1, 0.3, 0.9)]
    )
    return Call(
        "predict_quantiles",
        lambda: subject.model.predict_quantiles(ahead, quantiles),
        fault=rises,
    )


def _sample_paths(subject: _Subject) -> Call:
    ahead, _ = _ahead(subject)
    n_paths = subject.dice.pick([0, -1, 2.5, 10**12] if subject.dice.is_wrong() else [1, 3, 20])
    return Call(
        "sample_paths",
        lambda: subject.model.sample_paths(ahead, n_paths=n_paths, random_state=0),
    )


def _update(subject: _Subject, by: str = "update") -> Call:
    n_new = int(subject.dice.integers(0, 4))
    new = later(subject.dice, subject.y, n_new)
    X = None if subject.X is None else rows_after(subject.dice, subject.X, subject.y, n_new)
    return Call(by, lambda: subject.roll(by, X, new))


def _score(subject: _Subject) -> Call:
    return Call(
        "score",
        lambda: subject.model.score(*_known(subject)),
        fault=partial(is_between, -np.inf, 1.0),
    )


def _scorer(subject: _Subject) -> Call:
    name = subject.dice.pick(sorted(SCORERS))
    new = later(subject.dice, subject.y, 6)
    return Call(f"scorer {name}", lambda: SCORERS[name](subject.model, new), may_be_infinite=True)


def _known(subject: _Subject) -> tuple[Any, ...]:
    return (subject.y,) if subject.X is None else (subject.X, subject.y)


def _predict_known(subject: _Subject) -> Call:
    rows = subject.y if subject.X is None else subject.X
    return Call("predict known rows", lambda: subject.model.predict(rows), len(rows))


def _fitted(subject: _Subject) -> Call:
    return Call("fittedvalues_", lambda: subject.model.fittedvalues_)


def _repr(subject: _Subject) -> Call:
    return Call("repr", lambda: repr(subject.model))


def _copied(subject: _Subject) -> Call:
    ahead = 2 if subject.X is None else rows_after(subject.dice, subject.X, subject.y, 2)
    name, copied = subject.dice.pick(
        [("pickle", pickled), ("save and load", lambda model: saved(model, subject.folder))]
    )
    return Call(
        name,
        lambda: copied(subject.model).predict(ahead),
        fault=lambda answer: is_same(subject.model.predict(ahead), answer),
    )


def _fit_again(subject: _Subject) -> Call:
    return Call("fit again", subject.fit)


def _pipeline(subject: _Subject) -> Call:
    if subject.X is None:
        return _predict(subject)
    ahead = rows_after(subject.dice, subject.X, subject.y, 3)

    def piped() -> Any:
        pipeline = make_forecast_pipeline(StandardScaler(), subject.model)
        return pipeline.fit(subject.X, subject.y).predict(ahead)

    return Call("pipeline", piped)


def _report(subject: _Subject) -> Call:
    name, ask = subject.dice.pick(
        [
            ("report_", lambda: str(subject.model.report_)),
            ("summary", lambda: str(subject.model.summary())),
            ("hidden_states_", lambda: subject.model.hidden_states_),
            ("to_onnx", lambda: subject.model.to_onnx()),
        ]
    )
    return Call(name, ask)


def _impulse_response(subject: _Subject) -> Call:
    n_steps = draw_horizon(subject.dice)
    shock = subject.dice.pick(
        [0.0, -1, "big", np.nan] if subject.dice.is_wrong() else [None, 1.0, 1e-9]
    )
    return Call("impulse_response", lambda: subject.model.impulse_response(n_steps, shock=shock))


def _to_arma(subject: _Subject) -> Call:
    return Call("to_arma", lambda: subject.model.to_arma().psi_weights(5), 5)


_OPTIONS = [
    *(3 * [_predict]),
    _predict_far,
    *(2 * [_predict_interval]),
    _predict_quantiles,
    _sample_paths,
    _update,
    partial(_update, by="partial_fit"),
    _score,
    _scorer,
    _predict_known,
    _fitted,
    _repr,
    *(2 * [_copied]),
    _fit_again,
    _pipeline,
]
_OF_NETWORKS = [_report, _impulse_response, _to_arma]
