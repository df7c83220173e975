"""H7: one unit is not enough where the weights of past observations are not geometric."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._replications import replicate
from rnnts.study._settings import Settings
from rnnts.study.experiments._floors import risk_floor
from rnnts.study.experiments._monte_carlo import RNN, RNN_ONE_UNIT, Cell, run_trials
from rnnts.study.experiments._one_unit import NestedTrial, nested_p_values
from rnnts.study.experiments._processes import PROCESSES
from rnnts.study.experiments._ratio_columns import interval_columns
from rnnts.study.experiments._risk_tables import MARGIN, ratio_test
from rnnts.study.figures import one_unit_figure
from rnnts.study.inference import ErrorRates, Rate, excess_rates, rate_of, ratio_tost

BEYOND_ONE_UNIT = ("MA(2)", "MA(4)", "AR(2)", "ARMA(2,2)")
_WITHIN_ONE_UNIT = ("MA(1)", "AR(1)", "ARMA(1,1)")
_LEVEL = 0.05
_FAMILY_LEVEL = 0.05
_TESTS = ("score", "Clark-West")


def examine(settings: Settings) -> Finding:
    """Monte Carlo cells, and tests on series of their own."""
    cells = [cell for cell in run_trials(settings) if cell.process in BEYOND_ONE_UNIT]
    trials = nested_trials(settings, (*BEYOND_ONE_UNIT, *_WITHIN_ONE_UNIT))
    found = replicate("one unit", nested_p_values, trials, settings)
    return assess(cells, trials, found, settings)


def nested_trials(settings: Settings, processes: Sequence[str]) -> list[NestedTrial]:
    """Series of the two largest lengths: on shorter ones the tests are not yet what they claim."""
    lengths = sorted(settings.n_replications)[-2:]
    return [
        NestedTrial(process, length, seed)
        for length, process in product(reversed(lengths), processes)
        for seed in settings.seeds(f"one unit {process} {length}", settings.n_replications[length])
    ]


def assess(
    cells: Sequence[Cell],
    trials: Sequence[NestedTrial],
    found: Sequence[Mapping[str, float]],
    settings: Settings,
) -> Finding:
    """Verdict on the processes of these cells."""
    rows = [cell_row(cell) for cell in cells]
    processes = list(dict.fromkeys(row["process"] for row in rows))
    rejected = rejections(trials, found)
    figures = (one_unit_figure(rows),) if settings.with_figures else ()
    return judge(
        rows,
        rejection_rows(rejected, processes),
        figures,
        tuple(error_rates(cells, rejected, settings)),
    )


def cell_row(cell: Cell) -> Row:
    """Ratio of risks of a cell, tested against 1 and for equivalence."""
    test = ratio_test(cell, RNN_ONE_UNIT, RNN)
    against_one = ratio_tost(*cell.pairs(RNN_ONE_UNIT, RNN), margin=0.0, n_lags=0)
    return {
        "process": cell.process,
        "T": cell.n_steps,
        "units matched": cell.n_units,
        **interval_columns(test),
        "population": risk_floor(PROCESSES[cell.process], 1),
        "p (ratio 1)": against_one.p_different,
        "p (equivalent)": test.p_equivalent,
    }


Rejections = Mapping[tuple[int, str], Mapping[str, list[bool]]]


def rejections(trials: Sequence[NestedTrial], found: Sequence[Mapping[str, float]]) -> Rejections:
    """Whether each test rejects on each series, by length and process; failed fits left out."""
    hits: dict[tuple[int, str], dict[str, list[bool]]] = {}
    for trial, p_values in zip(trials, found, strict=True):
        place = hits.setdefault((trial.n_steps, trial.process), {test: [] for test in _TESTS})
        for test in _TESTS:
            if np.isfinite(p_values[test]):
                place[test].append(p_values[test] < _LEVEL)
    return hits


def rejection_rows(rejected: Rejections, processes: Sequence[str]) -> list[Row]:
    """Shares of rejections where one unit is claimed too few, and pooled where it is enough."""
    rows: list[Row] = []
    for length in sorted({length for length, _ in rejected}):
        enough = [process for process in _WITHIN_ONE_UNIT if (length, process) in rejected]
        groups = {process: [process] for process in processes} | {", ".join(enough): enough}
        for label, members in groups.items():
            row: dict[str, Any] = {
                "process": label,
                "T": length,
                "one unit is enough": members == enough,
            }
            for test in _TESTS:
                rate = _rate(rejected, length, members, test, 1 - _FAMILY_LEVEL / len(groups))
                row |= {
                    f"{test}: series": rate.n,
                    f"{test}: rejected": rate.value,
                    f"{test}: from": rate.interval[0],
                    f"{test}: to": rate.interval[1],
                }
            rows.append(row)
    return rows


def error_rates(
    cells: Sequence[Cell], rejected: Rejections, settings: Settings
) -> Iterator[ErrorRates]:
    """Of the three tests on the longest series, by process."""
    longest = max(cell.n_steps for cell in cells)
    chosen = [cell for cell in cells if cell.n_steps == longest]
    level = _FAMILY_LEVEL / len(chosen)
    for cell in chosen:
        one_unit, matched = cell.pairs(RNN_ONE_UNIT, RNN)
        size, power = excess_rates(
            one_unit - matched,
            limit=0.0,
            level=level / 2,
            n_simulations=settings.n_tests,
            rng=settings.rng(f"H7 error rates {cell.process} {longest}"),
        )
        where = f"{cell.process}, T = {longest}, {len(matched)} series redrawn"
        yield ErrorRates(
            test="t test of the difference of mean squared errors, upper side",
            level=level / 2,
            null=f"difference moved to 0; {where}",
            size=size,
            alternative=f"difference as it is; {where}",
            power=power,
        )
    enough = [process for process in _WITHIN_ONE_UNIT if (longest, process) in rejected]
    for (length, process), test in product(rejected, _TESTS):
        if length == longest and process not in enough:
            yield ErrorRates(
                test=f"{test} test of one unit",
                level=_LEVEL,
                null=f"{', '.join(enough)}; T = {longest}",
                size=_rate(rejected, longest, enough, test),
                alternative=f"{process}, T = {longest}",
                power=_rate(rejected, longest, [process], test),
            )


def judge(
    rows: Sequence[Row],
    tests: Sequence[Row],
    figures: tuple[Figure, ...] = (),
    error_rates: tuple[ErrorRates, ...] = (),
) -> Finding:
    """One unit must lose on every process, and the errors must show why."""
    longest = max(row["T"] for row in rows)
    decisive = [row for row in rows if row["T"] == longest]
    limit = _FAMILY_LEVEL / len(decisive)
    enough = [
        row
        for row in decisive
        if row["p (equivalent)"] < limit or (row["MSE ratio"] < 1 and row["p (ratio 1)"] < limit)
    ]
    lost = [row for row in decisive if row["MSE ratio"] > 1 and row["p (ratio 1)"] < limit]
    verdict = Verdict.of(
        is_refuted=enough,
        is_shown=len(lost) == len(decisive) and _is_detected(tests, longest),
    )
    least = min(decisive, key=lambda row: row["MSE ratio"])
    return Finding(
        verdict=verdict,
        statistic=f"smallest ratio of mean squared errors at T = {longest}",
        value=least["MSE ratio"],
        threshold=1.0,
        rule=(
            f"Holds if at T = {longest} the network with one unit has the larger mean squared "
            "error on every process (t test of the ratio, 5 % after Bonferroni's correction) and "
            "the score test rejects one unit on every process more often than where one unit is "
            "enough, the intervals (95 % after Bonferroni's correction) being apart; refuted if "
            f"on some process one unit is equivalent to ±{MARGIN:.0%} or better, at 5 % after "
            "that correction; else not decided. The p-value and the interval are those of the "
            "smallest ratio."
        ),
        summary=_summary(decisive, tests, longest),
        n_replications=sum(row["n"] for row in rows),
        qualification=_where(rows, enough),
        p_value=least["p (ratio 1)"],
        interval=(least["from"], least["to"]),
        table=(*rows, *tests),
        figures=figures,
        error_rates=error_rates,
    )


def _is_detected(tests: Sequence[Row], length: int) -> bool:
    at_length = [row for row in tests if row["T"] == length]
    size = max((row["score: to"] for row in at_length if row["one unit is enough"]), default=1.0)
    powers = [row["score: from"] for row in at_length if not row["one unit is enough"]]
    return bool(powers) and min(powers) > size


def _summary(decisive: Sequence[Row], tests: Sequence[Row], longest: int) -> str:
    ratios = ", ".join(
        f"{row['process']} {row['MSE ratio']:.3f} (limit {row['population']:.3f})"
        for row in decisive
    )
    text = (
        f"Mean squared error of one unit relative to the matched network at T = {longest}, "
        f"{min(row['n'] for row in decisive)} series each: {ratios}."
    )
    at_length = [row for row in tests if row["T"] == longest]
    powers = [row["score: rejected"] for row in at_length if not row["one unit is enough"]]
    sizes = [row["score: rejected"] for row in at_length if row["one unit is enough"]]
    if powers and sizes:
        text += (
            f" The score test rejects one unit in {min(powers):.0%} to {max(powers):.0%} of these "
            f"series, and in {max(sizes):.1%} of those for which one unit is enough."
        )
    return text


def _where(rows: Sequence[Row], enough: Sequence[Row]) -> str:
    """Where one unit is enough, and where it is better because it estimates less."""
    parts = []
    if enough:
        places = ", ".join(f"{row['process']} ({row['MSE ratio']:.3f})" for row in enough)
        parts.append(f"Equivalent or better on {places}.")
    better = [row for row in rows if row["to"] < 1 and row not in enough]
    if better:
        places = ", ".join(
            f"{row['process']} T = {row['T']} ({row['MSE ratio']:.3f})" for row in better
        )
        parts.append(
            "On short series one unit can still be the better choice, because the matched network "
            f"has more weights to estimate: {places}."
        )
    return " ".join(parts)


def _rate(
    rejected: Rejections, length: int, processes: Sequence[str], test: str, level: float = 0.95
) -> Rate:
    hits = [hit for process in processes for hit in rejected[length, process][test]]
    return rate_of(hits, level) if hits else Rate(np.nan, (0.0, 1.0), 0)


CLAIM = Claim(
    key="H7",
    title="One unit allows only geometric weights",
    statement=(
        "A linear network with one unit weighs past observations geometrically, as an ARMA(1,1) "
        "does, and therefore predicts MA(2), MA(4), AR(2) and ARMA(2,2) processes worse than a "
        "network with max(p, q) units."
    ),
    algebra=(
        "n = 1:   ŷ_{t+1} = k Σ_{j≥0} aʲ y_{t−j},   θ₁ = −a,   φ₁ = a + k",
        "smallest error:   min over a, k of var(y_{t+1} − k w_t),   w_t = Σ_{j≥0} aʲ y_{t−j}",
        "= γ₀ − max over a of cov(y_{t+1}, w_t)² / var(w_t)",
        "score test:   e_t regressed on ∂e_t/∂(a, k, b) and y_{t−1}, y_{t−2}, y_{t−3}:   "
        "T R² → χ²₃ if one unit is enough",
    ),
    answers={
        Verdict.HOLDS: (
            "One unit is an ARMA(1,1) and no more: processes of higher order need as many units as "
            "their order, however long the series."
        ),
        Verdict.REFUTED: (
            "One unit is enough for at least one of the processes of higher order: its geometric "
            "weights lose no more than 1 % there."
        ),
        Verdict.NOT_DECIDED: (
            "Whether one unit is too few for every process of higher order is not decided by this "
            "many replications."
        ),
    },
    examine=examine,
    part=Part.TRAINING,
    effort={"quick": 5, "full": 75},
)
