"""B2: how many linear units a moving average needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.linear import ARMA
from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._replications import replicate
from rnnts.study._settings import Settings
from rnnts.study.experiments._fitted_risks import network_risk
from rnnts.study.experiments._floors import risk_floor
from rnnts.study.experiments._processes import PROCESSES
from rnnts.study.figures._sizes import size_figure
from rnnts.study.inference import averages_of

_N_STEPS = 300
_SIZES = range(1, 7)
_LARGEST_FLOOR = 4
_ENOUGH, _TOO_FEW = 1e-6, 5e-3


@dataclass(frozen=True)
class Growth:
    """A series on which networks of every size are trained."""

    process: ARMA
    seed: np.random.SeedSequence


def examine(settings: Settings) -> Finding:
    """The least risk of every size, and what training makes of it."""
    return examine_processes(PROCESSES, settings)


def examine_processes(processes: Mapping[str, ARMA], settings: Settings) -> Finding:
    """The same for any processes, of which the moving averages judge."""
    floors = [row for name in processes for row in floor_rows(name, processes[name])]
    n_series = max(3, settings.n_nonlinear // 3)
    tasks = [
        Growth(process, seed)
        for name, process in processes.items()
        for seed in settings.seeds(f"hidden sizes {name}", n_series)
    ]
    risks = np.array(replicate("hidden sizes", risks_by_size, tasks, settings))
    by_process = risks.reshape(len(processes), n_series, len(_SIZES))
    trained = [
        row
        for (name, process), cell in zip(processes.items(), by_process, strict=True)
        for row in trained_rows(name, cell / process.sigma2 - 1)
    ]
    figures: tuple[Figure, ...] = ()
    if settings.with_figures:
        figures = (size_figure(floors, trained, _N_STEPS),)
    return judge(floors, trained, figures)


def floor_rows(name: str, process: ARMA) -> Iterator[Row]:
    """The least risk that 0, 1, 2, … units allow."""
    for size in range(_LARGEST_FLOOR + 1):
        yield {
            "process": name,
            "moving average": not len(process.ar),
            "units": size,
            "units needed": max(process.order),
            "floor": risk_floor(process, size),
        }


def risks_by_size(task: Growth) -> list[float]:
    """Exact risk of a trained network of every size; infinite where training failed."""
    process = task.process
    y = process.simulate(_N_STEPS, random_state=np.random.default_rng(task.seed))
    return [network_risk(y, size, process) for size in _SIZES]


def trained_rows(name: str, excess: FloatArray) -> Iterator[Row]:
    """Geometric mean of the excess risk at every size."""
    for size, column in zip(_SIZES, excess.T, strict=True):
        known = column[np.isfinite(column)]
        average = averages_of(known, level=0.95)["geometric mean"]
        yield {
            "process": name,
            "units": size,
            "n": len(known),
            "excess risk, %": 100 * average.value,
            "from": 100 * average.interval[0],
            "to": 100 * average.interval[1],
        }


def judge(
    floors: Sequence[Row], trained: Sequence[Row], figures: tuple[Figure, ...] = ()
) -> Finding:
    """Enough with q units and too few with q - 1, for every moving average."""
    moving = [row for row in floors if row["moving average"]]
    enough = {row["process"]: row for row in moving if row["units"] == row["units needed"]}
    too_few = {row["process"]: row for row in moving if row["units"] == row["units needed"] - 1}
    largest = max(row["floor"] - 1 for row in enough.values())
    least = min(row["floor"] - 1 for row in too_few.values())
    holds = largest <= _ENOUGH and least >= _TOO_FEW
    losses = ", ".join(
        f"{100 * (row['floor'] - 1):.2g} % for {name} with {row['units']}"
        for name, row in too_few.items()
    )
    best = ", ".join(f"{name} {size}" for name, size in _best_sizes(trained).items())
    return Finding(
        verdict=Verdict.HOLDS if holds else Verdict.REFUTED,
        statistic="least excess risk of a moving average with one unit too few",
        value=float(least),
        threshold=_TOO_FEW,
        rule=(
            "The least risk that n linear units allow is found by minimising the exact one-step "
            "risk over all ARMA(n, n) predictors, from several starts. Holds if for every MA(q) it "
            "exceeds the variance of the shocks by at most 1e-6 of it with q units, and by at "
            "least 0.5 % with q − 1; otherwise refuted."
        ),
        summary=(
            f"With q units the excess is at most {100 * largest:.2g} %; with one unit fewer no "
            f"training can avoid {losses}. Trained on {_N_STEPS} observations, networks did best "
            f"with these numbers of units: {best}."
        ),
        n_replications=len(moving),
        table=(*floors, *trained),
        figures=figures,
    )


def _best_sizes(trained: Sequence[Row]) -> Mapping[str, int]:
    """The size of the smallest mean excess, by process."""
    best: dict[str, Row] = {}
    for row in trained:
        known = best.get(row["process"])
        if known is None or row["excess risk, %"] < known["excess risk, %"]:
            best[row["process"]] = row
    return {name: row["units"] for name, row in best.items()}


CLAIM = Claim(
    key="B2",
    title="A moving average of order q needs q units",
    statement=(
        "For a moving average of order q, a linear network reaches the smallest possible one-step "
        "error with q units, and with q − 1 units no weights do."
    ),
    algebra=(
        "n units: y_t is predicted by an ARMA(n, n) filter, a ratio of polynomials of degree ≤ n",
        "error of the filter: g(L) e_t,   g(L) = φ̂(L) θ(L) / θ̂(L)",
        "g = 1   ⇔   φ̂ = 1 and θ̂ = θ, up to common factors   ⇔   n ≥ degree of θ = q",
        "least risk with n units: σ² min Σ_j g_j²,   over all θ̂, φ̂ of degree n",
    ),
    answers={
        Verdict.HOLDS: (
            "A moving average of order q is within reach of q units and out of reach of fewer."
        ),
        Verdict.REFUTED: (
            "Some moving average needs another number of units than its order: one more, or one "
            "fewer at next to no loss."
        ),
        Verdict.NOT_DECIDED: "How many units a moving average needs stays open.",
    },
    examine=examine,
    part=Part.BEYOND,
    effort={"quick": 5, "full": 28},
)
