"""H6: a trained network predicts as well as the maximum-likelihood ARMA model."""

from collections.abc import Iterator, Sequence

import numpy as np

from rnnts._types import FloatArray
from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._settings import Settings
from rnnts.study.experiments._fits import arma_mle, train_network
from rnnts.study.experiments._monte_carlo import (
    ARMA_LARGE,
    ARMA_MLE,
    RNN,
    TRUE_ORDER,
    Cell,
    run_trials,
)
from rnnts.study.experiments._ratio_columns import ratio_columns
from rnnts.study.experiments._risk_tables import MARGIN, comparison_rows, excess_rows, ratio_test
from rnnts.study.experiments._series import changes, levels, logs
from rnnts.study.figures import ratio_figure, weights_figure
from rnnts.study.inference import ErrorRates, equivalence_rates, ratio_tost

_FAMILY_LEVEL = 0.05
_COMPARATORS = (TRUE_ORDER, "ARMA, AIC", "ARMA, BIC", "AR, AIC", ARMA_LARGE)
_REAL = (
    ("sunspots", "sunspots", levels, 2),
    ("Nile", "nile", levels, 1),
    ("log lynx", "lynx", logs, 2),
    ("changes of inflation", "us_macro_infl", changes, 1),
)


def examine(settings: Settings) -> Finding:
    """Monte Carlo cells and real series."""
    cells = run_trials(settings)
    figures: tuple[Figure, ...] = ()
    if settings.with_figures:
        sunspots = levels("sunspots")
        network = train_network(sunspots, 2).to_state_space()
        rows = [cell_row(cell) for cell in cells]
        figures = (ratio_figure(rows), weights_figure(network, arma_mle(sunspots, 2, 2)))
    real_rows = [real_row(label, read(name), n) for label, name, read, n in _REAL]
    return assess(cells, real_rows, settings, figures)


def assess(
    cells: Sequence[Cell],
    real_rows: Sequence[Row],
    settings: Settings,
    figures: tuple[Figure, ...] = (),
) -> Finding:
    """Verdict on these cells, with all comparators beside it."""
    return judge(
        [cell_row(cell) for cell in cells],
        real_rows,
        [
            *(row for cell in cells for row in comparison_rows(cell, RNN, _COMPARATORS)),
            *(row for cell in cells for row in excess_rows(cell, (RNN, ARMA_MLE, *_COMPARATORS))),
        ],
        figures,
        tuple(error_rates(cells, settings)),
    )


def cell_row(cell: Cell) -> Row:
    """The test of a cell."""
    return {
        "process": cell.process,
        "T": cell.n_steps,
        **ratio_columns(ratio_test(cell, RNN, ARMA_MLE)),
        "failed fits": cell.n_failed(RNN, ARMA_MLE),
    }


def error_rates(cells: Sequence[Cell], settings: Settings) -> Iterator[ErrorRates]:
    """Of the test of equivalence, by length, in the cell where it is least certain."""
    for n_steps in dict.fromkeys(cell.n_steps for cell in cells):
        hardest = max(
            (cell for cell in cells if cell.n_steps == n_steps),
            key=lambda cell: ratio_test(cell, RNN, ARMA_MLE).p_equivalent,
        )
        losses, reference = hardest.pairs(RNN, ARMA_MLE)
        yield equivalence_rates(
            losses,
            reference,
            margin=MARGIN,
            where=f"risks of {hardest.process}, T = {n_steps}, {len(losses)} series redrawn",
            n_simulations=settings.n_tests,
            rng=settings.rng(f"H6 error rates {n_steps}"),
        )


def real_row(label: str, y: FloatArray, n_units: int) -> Row:
    """Both models fitted on the first two thirds, one-step errors on the last."""
    n_train = len(y) - len(y) // 3
    network = train_network(y[:n_train], n_units).to_state_space()
    arma = arma_mle(y[:n_train], n_units, n_units).apply(y)
    network_errors = (y - network.run(y)[0])[n_train:]
    arma_errors = (y - np.asarray(arma.fittedvalues))[n_train:]
    test = ratio_tost(network_errors**2, arma_errors**2, margin=MARGIN)
    return {"series": label, "units": n_units, **ratio_columns(test)}


def judge(
    rows: Sequence[Row],
    real_rows: Sequence[Row],
    further_rows: Sequence[Row] = (),
    figures: tuple[Figure, ...] = (),
    error_rates: tuple[ErrorRates, ...] = (),
) -> Finding:
    """All simulated cells must be equivalent; a proven difference anywhere refutes."""
    everywhere = [*rows, *real_rows]
    limit = _FAMILY_LEVEL / len(everywhere)
    proven = [row for row in everywhere if row["p (different)"] < limit]
    n_equivalent = sum(row["outcome"] == "equivalent" for row in rows)
    verdict = Verdict.of(
        is_refuted=proven,
        is_shown=n_equivalent == len(rows),
    )
    worst = max(rows, key=lambda row: row["p (equivalent)"])
    return Finding(
        verdict=verdict,
        statistic="share of simulated cells shown equivalent",
        value=n_equivalent / len(rows),
        threshold=1.0,
        rule=(
            "Per cell: equivalent if the ratio of mean squared errors lies within ±1 % (two "
            "one-sided tests at 5 %), different if its 90 % interval (Fieller) lies wholly "
            "outside, else undecided. Holds if every simulated cell is equivalent; refuted if a "
            "cell or a real series differs at 5 % after Bonferroni's correction; else not decided. "
            "Real series, with their few held-out steps, can refute but are not needed to confirm. "
            "The p-value and the interval are those of the least certain cell. The models of other "
            "orders stand beside it and decide nothing."
        ),
        summary=_summary(rows, real_rows, proven),
        n_replications=sum(row["n"] for row in rows),
        qualification=_where(rows, proven),
        p_value=float(worst["p (equivalent)"]),
        interval=(worst["from"], worst["to"]),
        table=(*rows, *real_rows, *further_rows),
        figures=figures,
        error_rates=error_rates,
    )


def _summary(rows: Sequence[Row], real_rows: Sequence[Row], proven: Sequence[Row]) -> str:
    parts = []
    for n_steps in _lengths(rows):
        outcomes = [row["outcome"] for row in rows if row["T"] == n_steps]
        n_replications = min(row["n"] for row in rows if row["T"] == n_steps)
        parts.append(
            f"{outcomes.count('equivalent')} of {len(outcomes)} processes at T = {n_steps} "
            f"({n_replications} series each)"
        )
    text = "Mean squared errors equal to ±1 %: " + ", ".join(parts)
    different = [row for row in rows if row["outcome"] == "different"]
    if different:
        text += "; different: " + ", ".join(map(_place, different))
    if proven:
        text += "; beyond chance: " + ", ".join(map(_place, proven))
    real = ", ".join(f"{row['series']} {row['MSE ratio']:.4f}" for row in real_rows)
    return text + f". Ratios on real series: {real}."


def _where(rows: Sequence[Row], proven: Sequence[Row]) -> str:
    """Where the two are shown to be the same, and where not."""
    n_equivalent = sum(row["outcome"] == "equivalent" for row in rows)
    text = f"It is shown for {n_equivalent} of {len(rows)} combinations of process and length"
    by_length = {length: [row for row in rows if row["T"] == length] for length in _lengths(rows)}
    complete = [
        str(length)
        for length, cells in by_length.items()
        if all(row["outcome"] == "equivalent" for row in cells)
    ]
    if complete and len(complete) < len(by_length):
        text += f", all those with T = {' and '.join(complete)} among them"
    if proven:
        text += f", and refuted for {', '.join(map(_place, proven))}"
    return text + "."


def _lengths(rows: Sequence[Row]) -> list[int]:
    return list(dict.fromkeys(row["T"] for row in rows))


def _place(row: Row) -> str:
    name = f"{row['process']} T = {row['T']}" if "process" in row else row["series"]
    return f"{name} (ratio {row['MSE ratio']:.3f})"


CLAIM = Claim(
    key="H6",
    title="A trained RNN is as good as a maximum-likelihood ARMA",
    statement=(
        "A linear network with n = max(p, q) units, trained on its one-step errors, has the same "
        "out-of-sample mean squared error (±1 %) as statsmodels' ARMA(n, n), fitted by maximum "
        "likelihood to the same series."
    ),
    algebra=(
        "training on Σ e_t²  =  conditional sum of squares;  "
        "it differs from the likelihood through the start, by O(1/T)",
        "error of a fitted predictor on a fresh path: g(L) e_t with "
        "g(L) = (1 − Σ_{j≤T} π̂_j Lʲ) θ(L) / φ(L)",
        "its mean squared error, exactly: σ² Σ_j g_j² + bias²   "
        "(no test sample, no noise from one)",
        "excess over σ²: about (2n + 1) / T for either model",
    ),
    answers={
        Verdict.HOLDS: (
            "Trained on data, the network predicts as well as the ARMA model of the same order "
            "fitted by maximum likelihood."
        ),
        Verdict.REFUTED: (
            "Trained on data, the two do not always end at the same predictor: somewhere their "
            "errors differ by more than 1 %."
        ),
        Verdict.NOT_DECIDED: (
            "Whether training on data always ends within 1 % of the maximum-likelihood ARMA model "
            "is not decided by this many replications."
        ),
    },
    examine=examine,
    part=Part.TRAINING,
    effort={"quick": 38, "full": 600},
)
