"""Monte Carlo: networks and ARMA models fitted to the same simulated series."""

from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.study._fits import arma_mle, train_network
from rnnts.study._processes import PROCESSES
from rnnts.study._replications import replicate
from rnnts.study._risk import kalman_predictor, network_predictor, one_step_risk
from rnnts.study._settings import Settings


@dataclass(frozen=True)
class Trial:
    """One simulated series to fit on."""

    process: str
    n_steps: int
    seed: np.random.SeedSequence

    @property
    def n_units(self) -> int:
        """The matched order max(p, q)."""
        return max(PROCESSES[self.process].order)


@dataclass(frozen=True)
class Cell:
    """Risks of the models over all trials of one process and length, sigma2 being 1."""

    process: str
    n_steps: int
    network: FloatArray
    arma: FloatArray
    true_order: FloatArray
    n_failed: int


def run_trials(settings: Settings) -> list[Cell]:
    """All cells; the expensive fits go first, so that no worker waits for the last one."""
    trials = [
        Trial(process, n_steps, seed)
        for process in PROCESSES
        for n_steps, n_trials in settings.n_replications.items()
        for seed in settings.seeds(f"matched {process} {n_steps}", n_trials)
    ]
    trials.sort(key=lambda trial: -trial.n_steps * trial.n_units**2)
    risks = replicate(trial_risks, trials, settings)
    cells = []
    for n_steps in settings.n_replications:
        for process in PROCESSES:
            found = np.array(
                [
                    risk
                    for trial, risk in zip(trials, risks, strict=True)
                    if (trial.process, trial.n_steps) == (process, n_steps)
                ]
            )
            is_complete = np.isfinite(found).all(axis=1)
            network, arma, true_order = found[is_complete].T
            n_failed = int((~is_complete).sum())
            cells.append(Cell(process, n_steps, network, arma, true_order, n_failed))
    return cells


def trial_risks(trial: Trial) -> tuple[float, float, float]:
    """Exact risk of the network, of the ARMA model of its order, and of the true order.

    Not a number where an optimiser meets a singular matrix.
    """
    process = PROCESSES[trial.process]
    y = process.simulate(trial.n_steps, random_state=np.random.default_rng(trial.seed))
    n_units = trial.n_units
    try:
        network = train_network(y, n_units).to_state_space()
        matched = arma_mle(y, n_units, n_units)
        is_matched = process.order == (n_units, n_units)
        true_order = matched if is_matched else arma_mle(y, *process.order)
    except np.linalg.LinAlgError:
        return np.nan, np.nan, np.nan
    predictors = (
        network_predictor(network, len(y), process.mean),
        kalman_predictor(matched, process.mean),
        kalman_predictor(true_order, process.mean),
    )
    first, second, third = (one_step_risk(predictor, process) for predictor in predictors)
    return first, second, third
