"""Models of every kind, and what they are asked."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rnnts import PanelForecaster, RNNClassifier, RNNForecaster, ThetaForecaster, datasets

Y = datasets.load("air_passengers")[:72]
QUICK = {"hidden_size": 2, "max_iter": 3, "random_state": 0}
ROWS = np.random.default_rng(1).standard_normal((40, 5))


class Subject(NamedTuple):
    """A model to fit, and the questions that it is asked."""

    fitted: Callable[[], Any]
    questions: Mapping[str, Callable[[Any], Any]]

    def answers(self, model: Any, first: int = 0) -> dict[str, list[np.ndarray]]:
        """Tables that the model answers with, asked from one of the questions on."""
        names = list(self.questions)
        turn = first % len(names)
        return {name: _tables(self.questions[name](model)) for name in names[turn:] + names[:turn]}


def _tables(answer: Any) -> list[np.ndarray]:
    parts = answer.values() if isinstance(answer, dict) else [answer]
    return [np.asarray(part) for part in parts]


def forecaster() -> RNNForecaster:
    """Several networks and theta, which hold rows out for their intervals."""
    return RNNForecaster(**QUICK).fit(Y)


def linear() -> RNNForecaster:
    """An ARMA model, whose intervals are its own."""
    return RNNForecaster("linear", **QUICK).fit(Y)


def bank() -> PanelForecaster:
    """Networks trained side by side."""
    steps = np.random.default_rng(0).standard_normal((33, 30))
    index = pd.date_range("2020", periods=30, freq="MS")
    panel = {f"s{place}": pd.Series(row.cumsum(), index) for place, row in enumerate(steps)}
    return PanelForecaster(RNNForecaster(**QUICK, partner=None, horizon=3)).fit(panel)


def classifier() -> RNNClassifier:
    """A network that reads sequences."""
    return RNNClassifier(**QUICK).fit(ROWS, ROWS.sum(axis=1) > 0)


def theta() -> ThetaForecaster:
    """No network at all."""
    return ThetaForecaster().fit(Y)


_OF_A_SERIES = {
    "predict": lambda model: model.predict(4),
    "interval": lambda model: model.predict_interval(3),
    "paths": lambda model: model.sample_paths(2, n_paths=3, random_state=0),
    "in sample": lambda model: model.predict(Y.index[-5:]),
}
_OF_A_PANEL = {name: _OF_A_SERIES[name] for name in ("predict", "interval")}
_OF_A_CLASSIFIER = {
    "classes": lambda model: model.predict(ROWS),
    "probabilities": lambda model: model.predict_proba(ROWS),
}

SUBJECTS = {
    "forecaster": Subject(forecaster, _OF_A_SERIES),
    "linear": Subject(linear, _OF_A_SERIES),
    "bank": Subject(bank, _OF_A_PANEL),
    "classifier": Subject(classifier, _OF_A_CLASSIFIER),
    "theta": Subject(theta, _OF_A_SERIES),
}
