"""B3: trained networks answer to a shock as the process does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy import stats

from rnnts._types import FloatArray
from rnnts.linear import ARMA
from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._replications import replicate
from rnnts.study._settings import Settings
from rnnts.study.experiments._plain import train_plainly
from rnnts.study.experiments._processes import PROCESSES
from rnnts.study.figures._impulses import impulse_figure
from rnnts.study.inference import ErrorRates, rate_of

CELLS = ("linear", "tanh")
LENGTHS = (100, 300, 1000)
_NAMES = ("AR(2)", "MA(2)", "ARMA(1,1)", "ARMA(2,2)")
_N_WEIGHTS = 20
_PICTURED = 300
_LIMIT = -0.5
_LEVEL = 0.05


@dataclass(frozen=True)
class Shock:
    """A series to train on; the network is then shocked."""

    process: ARMA
    hidden_size: int
    cell: str
    n_steps: int
    seed: np.random.SeedSequence


@dataclass(frozen=True)
class Slope:
    """Exponent of T with which distances change, with its 95 % interval."""

    value: float
    interval: tuple[float, float]

    @property
    def verdict(self) -> Verdict:
        """Whether the distance falls at least as fast as the root of T does."""
        if self.interval[1] < _LIMIT:
            return Verdict.HOLDS
        return Verdict.REFUTED if self.interval[0] > _LIMIT else Verdict.NOT_DECIDED


def examine(settings: Settings) -> Finding:
    """Networks of max(p, q) units on four processes."""
    sizes = MappingProxyType({name: max(PROCESSES[name].order) for name in _NAMES})
    return examine_sizes(sizes, settings)


def examine_sizes(sizes: Mapping[str, int], settings: Settings) -> Finding:
    """The same for these processes and numbers of units."""
    n_series = max(4, settings.n_nonlinear * 3 // 5)
    cells = list(product(sizes, CELLS, LENGTHS))
    tasks = [
        Shock(PROCESSES[name], sizes[name], cell, n_steps, seed)
        for name, cell, n_steps in cells
        # Both cells read the same series.
        for seed in settings.seeds(f"impulse {name} {n_steps}", n_series)
    ]
    weights = np.array(replicate("impulse responses", response, tasks, settings))
    found = dict(zip(cells, weights.reshape(len(cells), n_series, _N_WEIGHTS), strict=True))
    truth = {name: PROCESSES[name].psi_weights(_N_WEIGHTS) for name in sizes}
    distances = {key: distance(found[key], truth[key[0]]) for key in cells}
    figures: tuple[Figure, ...] = ()
    if settings.with_figures:
        shown = {(name, cell): found[name, cell, _PICTURED] for name, cell in product(sizes, CELLS)}
        figures = (impulse_figure(truth, shown, _PICTURED),)
    return judge(distances, figures, error_rates(distances, settings))


def response(task: Shock) -> list[float]:
    """Response to a shock of one standard deviation, per unit of shock."""
    y = task.process.simulate(task.n_steps, random_state=np.random.default_rng(task.seed))
    network = train_plainly(y, task.cell, task.hidden_size, init="arma")
    shock = float(np.sqrt(network.sigma2_))
    weights = network.impulse_response(_N_WEIGHTS, shock=shock).to_numpy() / shock
    return [float(weight) for weight in weights]


def distance(weights: FloatArray, psi: FloatArray) -> FloatArray:
    """Sum of squared differences of each row from psi, relative to that of psi."""
    # A closed loop that explodes is as far away as can be, not a reason to drop the series.
    gaps = np.minimum(np.sum((weights - psi) ** 2, axis=1) / (psi @ psi), 1e6)
    positive: FloatArray = np.maximum(gaps, np.finfo(float).tiny)
    return positive


def slope_of(by_place: Mapping[tuple[str, int], FloatArray]) -> Slope:
    """Regress log distance on log T within processes, with robust standard errors.

    References
    ----------
    MacKinnon and White (1985), *Some heteroskedasticity-consistent covariance matrix estimators*.
    """
    names = list(dict.fromkeys(name for name, _ in by_place))
    x, y, groups = [], [], []
    for (name, n_steps), values in by_place.items():
        x.append(np.full(len(values), np.log(n_steps)))
        y.append(np.log(values))
        groups.append(np.full(len(values), names.index(name)))
    group = np.concatenate(groups)
    of_group = np.eye(len(names))[group]
    within = np.concatenate(x)
    within = within - of_group @ (of_group.T @ within / of_group.sum(axis=0))
    target = np.concatenate(y)
    target = target - of_group @ (of_group.T @ target / of_group.sum(axis=0))
    slope = float(within @ target / (within @ within))
    errors = target - slope * within
    leverage = within**2 / (within @ within) + 1 / of_group.sum(axis=0)[group]
    variance = np.sum((within * errors / (1 - leverage)) ** 2) / (within @ within) ** 2
    quantile = stats.t.ppf(0.975, len(target) - len(names) - 1)
    spread = float(quantile * np.sqrt(variance))
    return Slope(slope, (slope - spread, slope + spread))


def error_rates(
    distances: Mapping[tuple[str, str, int], FloatArray], settings: Settings
) -> tuple[ErrorRates, ...]:
    """Size and power of the interval of the slope, by drawing from the distances measured.

    At every length they are recentred on a line of the slope asked for; drawn with replacement.
    """
    rng = settings.rng("slope rates")
    cell = CELLS[0]
    rates = {}
    for exponent in (_LIMIT, -1.0):
        hits = []
        for _ in range(settings.n_tests):
            drawn = {}
            for (name, kind, n_steps), values in distances.items():
                if kind == cell:
                    logs = np.log(values)
                    centred = rng.choice(logs - logs.mean(), len(logs))
                    drawn[name, n_steps] = np.exp(centred + exponent * np.log(n_steps))
            hits.append(slope_of(drawn).verdict is Verdict.HOLDS)
        rates[exponent] = rate_of(hits)
    return (
        ErrorRates(
            test="interval of the slope wholly below −1/2",
            level=_LEVEL / 2,
            null="distances of the linear networks, recentred on a slope of −1/2",
            size=rates[_LIMIT],
            alternative="the same, recentred on a slope of −1",
            power=rates[-1.0],
        ),
    )


def judge(
    distances: Mapping[tuple[str, str, int], FloatArray],
    figures: tuple[Figure, ...] = (),
    rates: tuple[ErrorRates, ...] = (),
) -> Finding:
    """The slope of either cell must lie below -1/2."""
    slopes = {
        cell: slope_of(
            {
                (name, n_steps): values
                for (name, kind, n_steps), values in distances.items()
                if kind == cell
            }
        )
        for cell in CELLS
    }
    verdicts = [slope.verdict for slope in slopes.values()]
    if Verdict.REFUTED in verdicts:
        verdict = Verdict.REFUTED
    elif Verdict.NOT_DECIDED in verdicts:
        verdict = Verdict.NOT_DECIDED
    else:
        verdict = Verdict.HOLDS
    worst = max(slopes.values(), key=lambda slope: slope.interval[1])
    slope_rows = [
        {
            "cell": cell,
            "slope": slope.value,
            "from": slope.interval[0],
            "to": slope.interval[1],
        }
        for cell, slope in slopes.items()
    ]
    said = "; ".join(
        f"{row['cell']} {row['slope']:.2f} ({row['from']:.2f} to {row['to']:.2f})"
        for row in slope_rows
    )
    return Finding(
        verdict=verdict,
        statistic="slope of the log distance over log T, of the slower cell",
        value=worst.value,
        threshold=_LIMIT,
        rule=(
            "The logarithm of the relative squared distance between the responses of the network "
            "and the ψ weights is regressed on ln T within processes, with standard errors robust "
            "to unequal variances. Holds if for either cell the 95 % interval of the slope lies "
            "below −1/2; refuted if for one of them it lies above; else not decided."
        ),
        summary=(
            f"Per unit of ln T the log distance changes by: {said}. A rate of 1/T would be −1."
        ),
        n_replications=sum(len(values) for values in distances.values()),
        interval=worst.interval,
        table=(*slope_rows, *distance_rows(distances)),
        figures=figures,
        error_rates=rates,
    )


def distance_rows(distances: Mapping[tuple[str, str, int], FloatArray]) -> Sequence[Row]:
    """Geometric mean of the distances, with its 95 % interval."""
    rows: list[dict[str, Any]] = []
    for (name, cell, n_steps), values in distances.items():
        logs = np.log(values)
        spread = stats.t.ppf(0.975, len(logs) - 1) * stats.sem(logs)
        mean, low, high = np.exp(logs.mean() + np.array([0, -spread, spread]))
        rows.append(
            {
                "process": name,
                "cell": cell,
                "T": n_steps,
                "n": len(logs),
                "relative squared distance": float(mean),
                "from": float(low),
                "to": float(high),
            }
        )
    return rows


CLAIM = Claim(
    key="B3",
    title="Trained networks have the impulse responses of the process",
    statement=(
        "The responses of trained linear and tanh networks with max(p, q) units to a shock tend to "
        "the ψ weights of the ARMA process they were trained on: their squared distance falls "
        "with the number T of observations, faster than 1/√T."
    ),
    algebra=(
        "y_t = Σ_j ψ_j e_{t−j},   ψ_j = C (A + B C)ʲ⁻¹ B   for the linear network",
        "trained weights are √T-consistent, and ψ is smooth in them:   ψ̂_j − ψ_j = O(1/√T)",
        "hence   D_T = Σ_j (ψ̂_j − ψ_j)² / Σ_j ψ_j² = O(1/T):   slope of ln D_T over ln T is −1",
        "tanh(z) = z + O(z³): small states make it a linear network, which is in its closure",
    ),
    answers={
        Verdict.HOLDS: (
            "What a trained network makes of a shock tends to what the process makes of it, for "
            "linear and tanh units alike."
        ),
        Verdict.REFUTED: (
            "With more data the responses of trained networks to a shock do not come nearer to "
            "those of the process as fast as they should."
        ),
        Verdict.NOT_DECIDED: (
            "Whether the responses of trained networks tend to those of the process stays open."
        ),
    },
    examine=examine,
    part=Part.BEYOND,
    effort={"quick": 3, "full": 26},
)
