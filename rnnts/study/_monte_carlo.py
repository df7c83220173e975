"""Monte Carlo: networks and ARMA models fitted to the same simulated series."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.linear import ARMA
from rnnts.study._fits import arma_mle, train_network
from rnnts.study._orders import LARGEST, picked_orders
from rnnts.study._processes import PROCESSES
from rnnts.study._replications import replicate
from rnnts.study._risk import kalman_predictor, network_predictor, one_step_risk
from rnnts.study._settings import Settings

RNN, ARMA_MLE, TRUE_ORDER = "RNN", "ARMA", "ARMA, true order"
RNN_ONE_UNIT, RNN_LARGE = "RNN, 1 unit", f"RNN, {LARGEST} units"
ARMA_LARGE = f"ARMA({LARGEST},{LARGEST})"


@dataclass(frozen=True)
class Trial:
    """One simulated series to fit on, with all models or with those that cost little."""

    process: str
    n_steps: int
    seed: np.random.SeedSequence
    is_compared: bool = False

    @property
    def n_units(self) -> int:
        """The matched order max(p, q)."""
        return max(PROCESSES[self.process].order)

    def simulate(self) -> FloatArray:
        """Return the series."""
        process = PROCESSES[self.process]
        return process.simulate(self.n_steps, random_state=np.random.default_rng(self.seed))


@dataclass(frozen=True)
class Cell:
    """Exact risks by model over the trials of one process and length, sigma2 being 1.

    A model that an optimiser lost to a singular matrix has no number in that trial.
    """

    process: str
    n_steps: int
    risks: Mapping[str, FloatArray]

    def pairs(self, first: str, second: str) -> tuple[FloatArray, FloatArray]:
        """Risks of two models on the series that have both."""
        both = np.stack([self.risks[first], self.risks[second]])
        left, right = both[:, np.isfinite(both).all(axis=0)]
        return left, right

    def n_failed(self, *models: str) -> int:
        """Series on which one of these models could not be fitted."""
        return int(sum(np.isinf(self.risks[model]).sum() for model in models))


def trials_of(settings: Settings) -> list[Trial]:
    """All trials; the expensive ones first, so that no worker waits for the last one."""
    trials = [
        Trial(process, n_steps, seed, is_compared=place < settings.n_compared[n_steps])
        for process in PROCESSES
        for n_steps, n_trials in settings.n_replications.items()
        for place, seed in enumerate(settings.seeds(f"matched {process} {n_steps}", n_trials))
    ]
    return sorted(trials, key=lambda trial: (not trial.is_compared, -trial.n_steps))


def run_trials(settings: Settings) -> list[Cell]:
    """All cells, by length and process; several claims are judged by them."""
    trials = trials_of(settings)
    found = replicate("matched", trial_risks, trials, settings)
    cells = []
    for n_steps in settings.n_replications:
        for process in PROCESSES:
            rows = [
                risks
                for trial, risks in zip(trials, found, strict=True)
                if (trial.process, trial.n_steps) == (process, n_steps)
            ]
            models = dict.fromkeys(model for risks in rows for model in risks)
            cells.append(
                Cell(
                    process,
                    n_steps,
                    {
                        model: np.array([risks.get(model, np.nan) for risks in rows])
                        for model in models
                    },
                )
            )
    return cells


def trial_risks(trial: Trial) -> dict[str, float]:
    """Exact risk of each model on one series; infinite where it could not be fitted."""
    process, y, n_units = PROCESSES[trial.process], trial.simulate(), trial.n_units
    risks = {}
    by_size: dict[int, float] = {}
    for name, size in ((RNN, n_units), (RNN_ONE_UNIT, 1), (RNN_LARGE, LARGEST)):
        if size not in by_size:
            by_size[size] = _network_risk(y, size, process)
        risks[name] = by_size[size]
    orders = {ARMA_MLE: (n_units, n_units), TRUE_ORDER: process.order}
    if trial.is_compared:
        orders |= {**picked_orders(y), ARMA_LARGE: (LARGEST, LARGEST)}
    by_order: dict[tuple[int, int], float] = {}
    for name, order in orders.items():
        if order not in by_order:
            by_order[order] = _arma_risk(y, order, process)
        risks[name] = by_order[order]
    return risks


def _network_risk(y: FloatArray, hidden_size: int, process: ARMA) -> float:
    try:
        network = train_network(y, hidden_size).to_state_space()
    except np.linalg.LinAlgError:
        return np.inf
    return one_step_risk(network_predictor(network, len(y), process.mean), process)


def _arma_risk(y: FloatArray, order: tuple[int, int], process: ARMA) -> float:
    try:
        results = arma_mle(y, *order)
    except np.linalg.LinAlgError:
        return np.inf
    return one_step_risk(kalman_predictor(results, process.mean), process)
