"""H8: what units too many cost."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import stats

from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._settings import Settings
from rnnts.study.experiments._monte_carlo import (
    ARMA_LARGE,
    ARMA_MLE,
    RNN,
    RNN_BIC,
    RNN_LARGE,
    Cell,
    run_trials,
)
from rnnts.study.experiments._orders import LARGEST
from rnnts.study.experiments._risk_tables import MARGIN, excess_rows, ratio_test
from rnnts.study.figures import over_specification_figure
from rnnts.study.inference import (
    Average,
    ErrorRates,
    averages_of,
    excess_rates,
    t_ratios,
    worst_share,
)

_LEVEL = 0.05
_WORST = 0.05
_FEWEST = 3
_SIDE_BY_SIDE = ((RNN_BIC, RNN), (ARMA_LARGE, ARMA_MLE))


def examine(settings: Settings) -> Finding:
    """Monte Carlo cells."""
    return assess(run_trials(settings), settings)


def assess(cells: Sequence[Cell], settings: Settings) -> Finding:
    """Verdict on these cells."""
    rows = [cell_row(cell, settings) for cell in cells]
    others = [row for cell in cells for row in other_rows(cell)]
    models = (RNN, RNN_LARGE, RNN_BIC, ARMA_MLE, ARMA_LARGE)
    averages = [row for cell in cells for row in excess_rows(cell, models)]
    figures: tuple[Figure, ...] = ()
    if settings.with_figures:
        groups = {RNN_LARGE: rows} | {
            model: [row for row in others if row["model"] == model] for model, _ in _SIDE_BY_SIDE
        }
        figures = (over_specification_figure(groups),)
    return judge(rows, others, averages, figures, tuple(error_rates(cells, settings)))


def cell_row(cell: Cell, settings: Settings) -> Row:
    """Damage by units too many, in three ways of measuring it."""
    large, matched = cell.pairs(RNN_LARGE, RNN)
    logs = np.log(large / matched)
    ratio = geometric_ratio(cell, RNN_LARGE, RNN)
    means = ratio_test(cell, RNN_LARGE, RNN)
    rng = settings.rng(f"H8 worst {cell.process} {cell.n_steps}")
    worst = worst_share(large - matched, _WORST, rng)
    return {
        "process": cell.process,
        "T": cell.n_steps,
        "n": len(logs),
        "units matched": cell.n_units,
        "ratio": ratio.value,
        "from": ratio.interval[0],
        "to": ratio.interval[1],
        "p (above the limit)": float(
            stats.t.sf(t_ratios(logs[None] - np.log(1 + MARGIN))[0], len(logs) - 1)
        ),
        "ratio of means": means.ratio,
        "means from": means.interval[0],
        "means to": means.interval[1],
        "damage by the worst 5 %": worst.value,
        "worst from": worst.interval[0],
        "worst to": worst.interval[1],
    }


def geometric_ratio(cell: Cell, model: str, reference: str) -> Average:
    """Geometric mean, over the series, of the ratio of two risks."""
    large, matched = cell.pairs(model, reference)
    return averages_of(large / matched)["geometric mean"]


def other_rows(cell: Cell) -> Iterator[Row]:
    """The same ratio for the size that BIC chooses, and for ARMA models."""
    for model, reference in _SIDE_BY_SIDE:
        if model not in cell.risks or cell.pairs(model, reference).shape[1] < _FEWEST:
            continue
        ratio = geometric_ratio(cell, model, reference)
        yield {
            "process": cell.process,
            "T": cell.n_steps,
            "model": model,
            "relative to": reference,
            "n": cell.pairs(model, reference).shape[1],
            "ratio": ratio.value,
            "from": ratio.interval[0],
            "to": ratio.interval[1],
        }


def error_rates(cells: Sequence[Cell], settings: Settings) -> Iterator[ErrorRates]:
    """Of the test of harm, by length, where the harm is largest."""
    for n_steps in dict.fromkeys(cell.n_steps for cell in cells):
        worst = max(
            (cell for cell in cells if cell.n_steps == n_steps),
            key=lambda cell: geometric_ratio(cell, RNN_LARGE, RNN).value,
        )
        large, matched = worst.pairs(RNN_LARGE, RNN)
        logs = np.log(large / matched)
        level = _LEVEL / len(cells)
        size, power = excess_rates(
            logs,
            limit=float(np.log(1 + MARGIN)),
            level=level,
            n_simulations=settings.n_tests,
            rng=settings.rng(f"H8 error rates {n_steps}"),
        )
        where = f"{worst.process}, T = {n_steps}, {len(logs)} series redrawn"
        yield ErrorRates(
            test="t test of the mean logarithm of the ratio, upper side",
            level=level,
            null=f"ratio moved to {1 + MARGIN:g}; {where}",
            size=size,
            alternative=f"ratio as it is; {where}",
            power=power,
        )


def judge(
    rows: Sequence[Row],
    others: Sequence[Row] = (),
    averages: Sequence[Row] = (),
    figures: tuple[Figure, ...] = (),
    error_rates: tuple[ErrorRates, ...] = (),
) -> Finding:
    """Harm in one cell refutes; harmless means within the limit in all of them."""
    limit = 1 + MARGIN
    harmed = [row for row in rows if row["p (above the limit)"] < _LEVEL / len(rows)]
    harmless = [row for row in rows if row["to"] <= limit]
    verdict = Verdict.of(
        is_refuted=harmed,
        is_shown=len(harmless) == len(rows),
    )
    worst = max(rows, key=lambda row: row["ratio"])
    return Finding(
        verdict=verdict,
        statistic="largest geometric mean of the ratio of mean squared errors",
        value=worst["ratio"],
        threshold=limit,
        rule=(
            f"Refuted if in some cell the mean logarithm of the ratio lies above that of {limit:g} "
            f"(t test over the series, {_LEVEL:.0%} after Bonferroni's correction for the number "
            f"of cells); holds if in every cell the 90 % interval ends at or below {limit:g}; else "
            "not decided. Logarithms, because a few series can dominate the ratio of means, which "
            "stands beside it. The p-value and the interval are those of the largest ratio."
        ),
        summary=_summary(rows, harmed),
        n_replications=sum(row["n"] for row in rows),
        qualification=_beside(rows, others, harmless),
        p_value=worst["p (above the limit)"],
        interval=(worst["from"], worst["to"]),
        table=(*rows, *others, *averages),
        figures=figures,
        error_rates=error_rates,
    )


def _summary(rows: Sequence[Row], harmed: Sequence[Row]) -> str:
    parts = [
        f"{_range(rows, length)} at T = {length}" for length in sorted({row["T"] for row in rows})
    ]
    text = (
        f"With {LARGEST} units the mean squared error is that of the matched network times "
        f"{', '.join(parts)}; more than {MARGIN:.0%} above it, beyond chance, in {len(harmed)} of "
        f"{len(rows)} combinations of process and length."
    )
    shares = [row["damage by the worst 5 %"] for row in harmed]
    if shares:
        text += (
            f" There the worst 5 % of the series make up {min(shares):.0%} to {max(shares):.0%} "
            "of the damage."
        )
    return text


def _beside(rows: Sequence[Row], others: Sequence[Row], harmless: Sequence[Row]) -> str:
    """What a choice by BIC and the ARMA models of the same size do."""
    parts = []
    # Where the matched number is the large one, both are the same network.
    shown = [row for row in harmless if row["from"] < row["to"]]
    if shown and len(harmless) < len(rows):
        places = ", ".join(f"{row['process']} T = {row['T']}" for row in shown)
        parts.append(f"It is shown to be harmless for {places}.")
    for model, text in (
        (RNN_BIC, "The network whose size BIC chooses"),
        (ARMA_LARGE, f"statsmodels' {ARMA_LARGE}, relative to its matched model,"),
    ):
        chosen = [row for row in others if row["model"] == model]
        lengths = sorted({row["T"] for row in chosen})
        if lengths:
            ranges = ", ".join(f"{_range(chosen, length)} at T = {length}" for length in lengths)
            parts.append(f"{text} comes to {ranges}.")
    return " ".join(parts)


def _range(rows: Sequence[Row], length: int) -> str:
    ratios = [row["ratio"] for row in rows if row["T"] == length]
    return f"{min(ratios):.3f} to {max(ratios):.3f}"


CLAIM = Claim(
    key="H8",
    title="More units than needed do no harm",
    statement=(
        f"A linear network with {LARGEST} units predicts no process of lower order worse, by more "
        f"than {MARGIN:.0%} of the mean squared error, than one with max(p, q) units."
    ),
    algebra=(
        "n units too many:   φ(L) and θ(L) share factors (1 − ρ_i L), with any ρ_i",
        "in the population they cancel:   the same predictor, the same error",
        "fitted to T observations they cancel only nearly:   each is a pole next to a zero, "
        "a weight of past observations that decays as ρ_iʲ",
        "expected excess over σ² without such pairs:   about (2n + 1) / T",
    ),
    answers={
        Verdict.HOLDS: "Units too many do no harm.",
        Verdict.REFUTED: (
            "Units too many do harm: trained on short series they forecast worse than the matched "
            "network."
        ),
        Verdict.NOT_DECIDED: (
            "Whether units too many do harm is not decided by this many replications."
        ),
    },
    examine=examine,
    part=Part.TRAINING,
    effort={"quick": 1, "full": 1},
)
