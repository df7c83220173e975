"""Streams that predict and learn at every step: a bank in one call, one by one, and river."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from river.linear_model import LogisticRegression

from benchmarks._comparison import Side, seconds_of_rounds
from benchmarks._report import Figure, Row
from rnnts import OnlineRNN

_N_STREAMS = 1_000_000
# Of what goes through a loop of Python; each of the others would take as long.
_SAMPLE = 500
_RULES = {"real-time recurrent learning": "rtrl", "gradient of one step": "bptt"}
_OURS, _LOOP, _RIVER = "rnnts, bank", "rnnts, loop", "river, loop"


def rows() -> Iterator[Row]:
    """One step of all streams: predict, then learn."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal(_N_STREAMS, np.float32)
    y = (rng.random(_N_STREAMS) < 0.5).astype(np.float32)
    for words, rule in _RULES.items():
        new = partial(OnlineRNN, loss="logistic", rule=rule, dtype="float32", random_state=0)
        sides = {
            _OURS: _bank(new(n_streams=_N_STREAMS), x, y),
            _LOOP: _loop([new() for _ in range(_SAMPLE)], x, y),
            _RIVER: _river(x, y),
        }
        rounds = seconds_of_rounds(sides) / [_N_STREAMS, _SAMPLE, _SAMPLE]
        step = Figure("a step of all", rounds[_OURS].median() * _N_STREAMS, "s", None, False)
        ratios = [
            Figure(f"against a {name}", (rounds[side] / rounds[_OURS]).median(), "x")
            for name, side in (("loop of OnlineRNN", _LOOP), ("loop of river's models", _RIVER))
        ]
        case = f"{_N_STREAMS:,} streams, H=4, {words}"
        yield Row(case, [step, *ratios], rounds.median().to_dict())


def _bank(model: OnlineRNN, x: np.ndarray, y: np.ndarray) -> Side:
    def run(n_steps: int) -> float:
        for _ in range(n_steps):
            probabilities = model.step_one(x, y)
        return float(probabilities[0])

    return run


def _loop(models: list[OnlineRNN], x: np.ndarray, y: np.ndarray) -> Side:
    inputs, targets = x[:_SAMPLE].tolist(), y[:_SAMPLE].tolist()

    def run(n_steps: int) -> float:
        for _ in range(n_steps):
            for model, each, label in zip(models, inputs, targets, strict=True):
                probability = model.step_one(each, label)
        return probability

    return run


def _river(x: np.ndarray, y: np.ndarray) -> Side:
    """A logistic regression for each stream."""
    models = [LogisticRegression() for _ in range(_SAMPLE)]
    inputs, targets = [{"x": each} for each in x[:_SAMPLE].tolist()], (y[:_SAMPLE] == 1).tolist()

    def run(n_steps: int) -> float:
        for _ in range(n_steps):
            for model, each, label in zip(models, inputs, targets, strict=True):
                probability = model.predict_proba_one(each)[True]
                model.learn_one(each, label)
        return probability

    return run
