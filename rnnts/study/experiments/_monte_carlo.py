"""Monte Carlo: networks and ARMA models fitted to the same simulated series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.study._replications import replicate
from rnnts.study._settings import Settings
from rnnts.study.experiments._fitted_risks import arma_risk, network_risk
from rnnts.study.experiments._orders import LARGEST, picked_orders
from rnnts.study.experiments._processes import PROCESSES

RNN, ARMA_MLE, TRUE_ORDER = "RNN", "ARMA", "ARMA, true order"
RNN_ONE_UNIT, RNN_LARGE, RNN_BIC = "RNN, 1 unit", f"RNN, {LARGEST} units", "RNN, BIC"
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

    def simulate(self, n_steps: int | None = None) -> FloatArray:
        """Return the series, or one of another length that begins like it."""
        rng = np.random.default_rng(self.seed)
        return PROCESSES[self.process].simulate(n_steps or self.n_steps, random_state=rng)


@dataclass(frozen=True)
class Cell:
    """Exact risks by model over the trials of one process and length, sigma2 being 1.

    A model that an optimiser lost to a singular matrix has no number in that trial.
    """

    process: str
    n_steps: int
    risks: Mapping[str, FloatArray]

    def pairs(self, first: str, second: str) -> FloatArray:
        """Risks of two models on the series that have both, of shape (2, n)."""
        both = np.stack([self.risks[first], self.risks[second]])
        return both[:, np.isfinite(both).all(axis=0)]

    def known(self, model: str) -> FloatArray:
        """Risks of a model on the series that have it."""
        risks = self.risks.get(model, np.array([]))
        return risks[np.isfinite(risks)]

    @property
    def n_units(self) -> int:
        """The matched order."""
        return max(PROCESSES[self.process].order)

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
    return cells_of(trials, replicate("matched", trial_risks, trials, settings))


def cells_of(trials: Sequence[Trial], found: Sequence[Mapping[str, float]]) -> list[Cell]:
    """Risks of the trials, collected by length and process."""
    by_place: dict[tuple[int, str], list[Mapping[str, float]]] = {}
    for trial, risks in zip(trials, found, strict=True):
        by_place.setdefault((trial.n_steps, trial.process), []).append(risks)
    names = list(PROCESSES)
    return [
        Cell(
            process,
            n_steps,
            {
                model: np.array([risks.get(model, np.nan) for risks in rows])
                for model in dict.fromkeys(model for risks in rows for model in risks)
            },
        )
        for (n_steps, process), rows in sorted(
            by_place.items(), key=lambda item: (item[0][0], names.index(item[0][1]))
        )
    ]


def trial_risks(trial: Trial) -> dict[str, float]:
    """Exact risk of each model on one series; infinite where it could not be fitted."""
    process, y, n_units = PROCESSES[trial.process], trial.simulate(), trial.n_units
    risks = {}
    sizes: dict[str, int | str] = {RNN: n_units, RNN_ONE_UNIT: 1, RNN_LARGE: LARGEST}
    if trial.is_compared:
        sizes[RNN_BIC] = "bic"
    by_size: dict[int | str, float] = {}
    for name, size in sizes.items():
        if size not in by_size:
            by_size[size] = network_risk(y, size, process)
        risks[name] = by_size[size]
    orders = {ARMA_MLE: (n_units, n_units), TRUE_ORDER: process.order}
    if trial.is_compared:
        orders |= {**picked_orders(y), ARMA_LARGE: (LARGEST, LARGEST)}
    by_order: dict[tuple[int, int], float] = {}
    for name, order in orders.items():
        if order not in by_order:
            by_order[order] = arma_risk(y, order, process)
        risks[name] = by_order[order]
    return risks
