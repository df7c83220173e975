"""Contestants on the same simulated series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnts._types import FloatArray
from rnnts.evaluation.significance import diebold_mariano
from rnnts.study._evidence import Row
from rnnts.study._replications import replicate
from rnnts.study._settings import Settings
from rnnts.study.experiments._contestants import ARMA, GRU, LINEAR, LSTM, TANH, predict_ahead
from rnnts.study.experiments._nonlinear import simulate
from rnnts.study.inference import ratio_tost

RIVALS = (LINEAR, ARMA)
LEVEL = 0.05
N_TRAIN, N_TEST = 500, 500
# Series on which the gated cells, which cost most, take part.
_FEWEST_GATED, _ONE_IN = 5, 10


@dataclass(frozen=True)
class Contest:
    """One simulated series, `n_test` of its steps after those to be fitted, and who takes part."""

    process: str
    seed: np.random.SeedSequence
    models: tuple[str, ...]
    n_test: int


@dataclass(frozen=True)
class Scores:
    """Of one process, an entry a series.

    Attributes
    ----------
    mse : mapping of str to ndarray
        Mean squared error of each model over the steps after those fitted.
    distance : mapping of str to ndarray
        Mean squared distance from the best predictions, free of the noise of the shocks.
    noise : ndarray
        Mean squared error of the best predictions.
    wins : mapping of str to ndarray of bool
        Of the tanh network over each rival: significant by Diebold and Mariano.
    echoes : mapping of str to ndarray
        First autocorrelation of the difference of losses to each rival.
    """

    process: str
    mse: Mapping[str, FloatArray]
    distance: Mapping[str, FloatArray]
    noise: FloatArray
    wins: Mapping[str, FloatArray]
    echoes: Mapping[str, FloatArray]

    def pairs(self, kind: str, first: str, second: str) -> tuple[FloatArray, FloatArray]:
        """Numbers of two models on the series in which both took part."""
        numbers: Mapping[str, FloatArray] = getattr(self, kind)
        both = np.stack([numbers[first], numbers[second]])
        left, right = both[:, np.isfinite(both).all(axis=0)]
        return left, right

    @property
    def wins_over_all(self) -> list[bool]:
        """Series on which the tanh network is significantly better than every rival."""
        return [bool(each) for each in np.all([self.wins[rival] for rival in RIVALS], axis=0)]


def run_contests(
    name: str, processes: Sequence[str], settings: Settings, n_test: int = N_TEST
) -> list[Scores]:
    """Scores of each process on `settings.n_nonlinear` series, of the gated cells on a few."""
    n_gated = max(_FEWEST_GATED, settings.n_nonlinear // _ONE_IN)
    usual = (TANH, LINEAR, ARMA)
    tasks = [
        Contest(process, seed, (*usual, GRU, LSTM) if place < n_gated else usual, n_test)
        for process in processes
        for place, seed in enumerate(settings.seeds(f"{name} {process}", settings.n_nonlinear))
    ]
    found = replicate(name, contest, tasks, settings)
    return [
        _collected(
            process,
            [each for task, each in zip(tasks, found, strict=True) if task.process == process],
        )
        for process in processes
    ]


def contest(task: Contest) -> dict[str, Any]:
    """Errors and distances by model, and DM-HLN of the tanh network against each rival."""
    draws, starts = task.seed.spawn(2)
    path = simulate(task.process, N_TRAIN + task.n_test, np.random.default_rng(draws))
    start = int(starts.generate_state(1)[0])
    y, best = path.values[N_TRAIN:], path.best[N_TRAIN:]
    predictions = {
        model: predict_ahead(model, path.values, N_TRAIN, start) for model in task.models
    }
    losses = {model: (y - values) ** 2 for model, values in predictions.items()}
    return {
        "mse": {model: float(each.mean()) for model, each in losses.items()},
        "distance": {
            model: float(np.mean((values - best) ** 2)) for model, values in predictions.items()
        },
        "noise": float(np.mean((y - best) ** 2)),
        "echo": {rival: echo_of(losses[TANH] - losses[rival]) for rival in RIVALS},
        "win": {rival: _is_win(losses[TANH], losses[rival]) for rival in RIVALS},
    }


def echo_of(difference: FloatArray) -> float:
    """First autocorrelation of a series."""
    centred = difference - difference.mean()
    return float(centred[1:] @ centred[:-1] / (centred @ centred))


def _is_win(losses: FloatArray, reference: FloatArray) -> bool:
    test = diebold_mariano(losses[:N_TEST], reference[:N_TEST])
    return test.statistic < 0 and test.p_value < LEVEL


def _collected(process: str, found: Sequence[Mapping[str, Any]]) -> Scores:
    models = list(dict.fromkeys(model for each in found for model in each["mse"]))

    def columns(kind: str, names: Sequence[str]) -> dict[str, FloatArray]:
        return {name: np.array([each[kind].get(name, np.nan) for each in found]) for name in names}

    return Scores(
        process=process,
        mse=columns("mse", models),
        distance=columns("distance", models),
        noise=np.array([each["noise"] for each in found]),
        wins=columns("win", RIVALS),
        echoes=columns("echo", RIVALS),
    )


def excess_rows(scores: Scores) -> list[Row]:
    """What each model loses on the best predictor, where that is known."""
    rows: list[Row] = []
    for model, distances in scores.distance.items():
        took_part = np.isfinite(distances)
        if took_part.sum() < 3:
            continue
        test = ratio_tost(distances[took_part], scores.noise[took_part], margin=0.0, n_lags=0)
        low, high = test.interval
        numbers = {"excess risk, %": 100 * test.ratio, "from": 100 * low, "to": 100 * high}
        rows.append({"process": scores.process, "model": model, "n": test.n, **numbers})
    return rows
