"""B4: how far back a gradient through time has to reach."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np

from rnnts._types import FloatArray
from rnnts.linear import ARMA
from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._replications import replicate
from rnnts.study._settings import Settings
from rnnts.study.experiments._processes import PROCESSES, arma
from rnnts.study.experiments._ratio_columns import ratio_columns
from rnnts.study.experiments._risk import network_predictor, one_step_risk
from rnnts.study.experiments._series import levels
from rnnts.study.experiments._truncated import derivatives_of, train_unit, truncated
from rnnts.study.experiments._unit import effective_order, n_to_forget, states_of
from rnnts.study.figures._truncation import truncation_figure
from rnnts.study.inference import ErrorRates, averages_of, equivalence_rates, ratio_tost

SHARE = 0.01
_DEPTHS = (1, 2, 4, 8, 16)
_N_STEPS = 300
_MARGIN = 0.01
_FAMILY_LEVEL = 0.05
_DECAYS = (0.3, 0.6, 0.9)
_SHARES = (0.05, 0.01)
_SLACK = 0.05
_FORGOTTEN = 1e-8

# One unit is the right model for the first three, and not for the others.
_UNITS: Mapping[str, ARMA] = MappingProxyType(
    {
        "MA(1)": PROCESSES["MA(1)"],
        "ARMA(1,1)": PROCESSES["ARMA(1,1)"],
        "ARMA(1,1), slow": arma(ar=[0.95], ma=[-0.8]),
        "MA(2)": PROCESSES["MA(2)"],
        "AR(2)": PROCESSES["AR(2)"],
        "ARMA(2,2)": PROCESSES["ARMA(2,2)"],
    }
)


@dataclass(frozen=True)
class Lesson:
    """A series on which one unit is trained with every depth of the gradient."""

    process: ARMA
    share: float
    seed: np.random.SeedSequence


def examine(settings: Settings) -> Finding:
    """Shares of the derivative, and units trained with truncated gradients."""
    return examine_processes(_UNITS, settings)


def examine_processes(
    processes: Mapping[str, ARMA], settings: Settings, share: float = SHARE
) -> Finding:
    """The same for these processes, truncating where `share` of the variance is left out."""
    n_series = max(4, settings.n_nonlinear)
    tasks = [
        Lesson(process, share, seed)
        for name, process in processes.items()
        for seed in settings.seeds(f"truncated {name}", n_series)
    ]
    found = replicate(f"truncated {share:g}", train, tasks, settings)
    tests: list[Row] = []
    by_depth: list[Row] = []
    pairs = []
    for place, (name, process) in enumerate(processes.items()):
        rows = found[place * n_series : (place + 1) * n_series]
        risks = np.array([row["risks"] for row in rows]) / process.sigma2
        tests.append(_test_row(name, process, rows, risks))
        by_depth.extend(_depth_rows(name, risks[:, :-1]))
        pairs.append((risks[:, -1], risks[:, -2]))
    # The spread of the cell that is hardest to decide.
    hardest = max(range(len(tests)), key=lambda place: tests[place]["p (equivalent)"])
    rates = equivalence_rates(
        *pairs[hardest],
        margin=_MARGIN,
        where=f"risks of {tests[hardest]['process']}, {n_series} series redrawn",
        n_simulations=settings.n_tests,
        rng=settings.rng("B4 error rates"),
    )
    figures: tuple[Figure, ...] = ()
    if settings.with_figures:
        figures = (truncation_figure(tests, by_depth, share),)
    return judge(list(share_rows(settings)), tests, by_depth, figures, (rates,))


def train(task: Lesson) -> dict[str, Any]:
    """Exact risks of the unit for every depth, without a limit, and at the effective order."""
    process = task.process
    y = process.simulate(_N_STEPS, random_state=np.random.default_rng(task.seed))
    units = train_unit(y, [*_DEPTHS, None])
    decay = float(abs(units[-1].A[0, 0]))
    order = max(1, effective_order(decay, task.share)) if decay else 1
    units += train_unit(y, [order])
    return {
        "decay": decay,
        "order": order,
        "risks": [
            one_step_risk(network_predictor(unit, len(y), process.mean), process) for unit in units
        ],
    }


def share_rows(settings: Settings) -> Iterator[Row]:
    """Share of the variance of the derivative that truncation at p(ε) leaves out."""
    rng = settings.rng("truncated inputs")
    inputs = {
        "white noise": rng.standard_normal(settings.n_long),
        "AR(1)": PROCESSES["AR(1)"].simulate(settings.n_long, random_state=rng),
        "sunspots": levels("sunspots"),
    }
    for (name, x), decay, share in product(inputs.items(), _DECAYS, _SHARES):
        order = effective_order(decay, share)
        n_burn = n_to_forget(decay, _FORGOTTEN)
        whole = derivatives_of(states_of(x - x.mean(), decay), decay)
        rest = (whole - truncated(whole, decay, order))[n_burn + order :]
        whole = whole[n_burn + order :]
        test = ratio_tost((rest - rest.mean()) ** 2, (whole - whole.mean()) ** 2, margin=0.5)
        yield {
            "input": name,
            "simulated": name != "sunspots",
            "a": decay,
            "ε": share,
            "p(ε)": order,
            "share left out": test.ratio,
            "from": test.interval[0],
            "to": test.interval[1],
            "share / ε": test.ratio / share,
        }


def judge(
    shares: Sequence[Row],
    tests: Sequence[Row],
    by_depth: Sequence[Row] = (),
    figures: tuple[Figure, ...] = (),
    rates: tuple[ErrorRates, ...] = (),
) -> Finding:
    """Both the derivative and what is trained by it must be the same up to the share."""
    limit = _FAMILY_LEVEL / len(tests)
    proven = [row for row in tests if row["p (different)"] < limit]
    n_equivalent = sum(row["outcome"] == "equivalent" for row in tests)
    largest = max(row["share / ε"] for row in shares if row["simulated"])
    is_above = any(row["from"] > row["ε"] * (1 + _SLACK) for row in shares)
    verdict = Verdict.of(
        is_refuted=proven or is_above,
        is_shown=n_equivalent == len(tests) and largest <= 1 + _SLACK,
    )
    worst = max(tests, key=lambda row: abs(row["MSE ratio"] - 1))
    return Finding(
        verdict=verdict,
        statistic="ratio of risks, gradient cut at p(ε) to gradient through all of the past",
        value=worst["MSE ratio"],
        threshold=1 + _MARGIN,
        rule=(
            "Per process: the same if the ratio of mean exact risks lies within ±1 % (two "
            "one-sided tests at 5 %), different if it lies outside at 5 % after Bonferroni's "
            "correction. Holds if all are the same and on the simulated inputs the truncation "
            "leaves out at most ε of the variance of the derivative, up to 5 % of ε of sampling "
            "error; refuted if a process is different, or the 90 % interval of a share lies above "
            "that; else not decided. The value and the interval are those of the process whose "
            "ratio is farthest from 1."
        ),
        summary=_summary(tests, by_depth, n_equivalent, largest),
        n_replications=sum(row["n"] for row in tests),
        p_value=float(max(row["p (equivalent)"] for row in tests)),
        interval=(worst["from"], worst["to"]),
        table=(*tests, *by_depth, *shares),
        figures=figures,
        error_rates=rates,
    )


def _test_row(
    name: str, process: ARMA, rows: Sequence[Mapping[str, Any]], risks: FloatArray
) -> Row:
    test = ratio_tost(risks[:, -1], risks[:, -2], margin=_MARGIN, n_lags=0)
    return {
        "process": name,
        "one unit is enough": max(process.order) == 1,
        "|a|": float(np.median([row["decay"] for row in rows])),
        "p(ε)": float(np.median([row["order"] for row in rows])),
        **ratio_columns(test),
    }


def _depth_rows(name: str, risks: FloatArray) -> Iterator[Row]:
    """Mean excess risk by depth, the last column being that of the whole gradient."""
    for depth, column in zip((*_DEPTHS, np.inf), risks.T, strict=True):
        excess = averages_of(100 * (column - 1), level=0.95)["mean"]
        yield {
            "process": name,
            "steps back": depth,
            "excess risk, %": excess.value,
            "from": excess.interval[0],
            "to": excess.interval[1],
        }


def _summary(
    tests: Sequence[Row], by_depth: Sequence[Row], n_equivalent: int, largest: float
) -> str:
    ratios = [row["MSE ratio"] for row in tests]
    text = (
        f"Cut at p(ε), the gradient keeps all but {largest:.3f} ε of its variance; the risk of the "
        f"unit that it trains is {min(ratios):.4f} to {max(ratios):.4f} times that of the whole "
        f"gradient, the same to ±1 % for {n_equivalent} of {len(tests)} processes."
    )
    excess = {(row["process"], row["steps back"]): row["excess risk, %"] for row in by_depth}
    costs = [
        f"{row['process']} {excess[row['process'], 1] - excess[row['process'], np.inf]:.2g}"
        for row in tests
        if (row["process"], 1) in excess
    ]
    return text + (f" One step back costs, in % of risk: {', '.join(costs)}." if costs else "")


CLAIM = Claim(
    key="B4",
    title="A gradient need not reach back beyond the effective order",
    statement=(
        "Truncating backpropagation through time at p(ε) = ⌈ln ε / (2 ln |a|)⌉ steps, ε = 1 %, "
        "leaves out at most the share ε of the variance of the derivative of a linear unit, and "
        "changes the risk of the trained unit by less than 1 %."
    ),
    algebra=(
        "h_t = a h_{t−1} + x_t,   s_t = ∂h_t/∂a = h_{t−1} + a s_{t−1}",
        "s_t = Σ_{j<k} aʲ h_{t−1−j} + aᵏ s_{t−k}:   k steps of backpropagation keep the sum",
        "var(aᵏ s_{t−k}) / var(s_t) = a²ᵏ ≤ ε   ⇔   k ≥ p(ε), the effective order of H2",
        "model right: e_{t+1} is unpredictable from the past, so E[e_{t+1} · any part of s_t] = 0",
        "hence truncation leaves the zero of the gradient where it is, and costs only efficiency",
        "model wrong: E[e_{t+1} aᵏ s_{t−k}] ≠ 0, and the zero moves, by O(|a|ᵏ)",
    ),
    answers={
        Verdict.HOLDS: (
            "Training needs to look back no further than the unit remembers: beyond the effective "
            "order the gradient adds nothing that matters."
        ),
        Verdict.REFUTED: (
            "Cutting the gradient at the effective order changes what is trained, or leaves out "
            "more than it should."
        ),
        Verdict.NOT_DECIDED: (
            "Whether a gradient cut at the effective order trains as good a unit stays open."
        ),
    },
    examine=examine,
    part=Part.BEYOND,
    effort={"quick": 2, "full": 12},
)
