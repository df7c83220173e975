"""H9: a tanh network predicts better than a linear one where the process is nonlinear."""

from collections.abc import Sequence

import numpy as np

from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._settings import Settings
from rnnts.study.experiments._contestants import TANH
from rnnts.study.experiments._contests import (
    LEVEL,
    N_TEST,
    N_TRAIN,
    RIVALS,
    Scores,
    excess_rows,
    run_contests,
)
from rnnts.study.experiments._nonlinear import NONLINEAR
from rnnts.study.experiments._ratio_columns import interval_columns
from rnnts.study.figures import contest_figure
from rnnts.study.inference import ErrorRates, p_ratio_above, p_ratio_below, rate_of, ratio_tost
from rnnts.study.inference._forecast_rates import bound_rates, diebold_mariano_rates, share_rates

PROCESSES: tuple[str, ...] = tuple(NONLINEAR)
_MOST = 0.5
_BEST = "best predictor"


def examine(settings: Settings) -> Finding:
    """Contests on every process."""
    scores = run_contests("nonlinear processes", PROCESSES, settings)
    confidence = 1 - LEVEL / len(scores)
    rows = [process_row(each, confidence) for each in scores]
    ratios = [row for each in scores for row in ratio_rows(each)]
    excess = [row for each in scores for row in excess_rows(each)]
    figures: tuple[Figure, ...] = ()
    if settings.with_figures:
        figures = (_figure(ratios),)
    return judge(rows, ratios, excess, error_rates(scores, confidence, settings), figures)


def process_row(scores: Scores, confidence: float) -> Row:
    """On how many series of a process the tanh network wins against every linear rival."""
    wins = rate_of(scores.wins_over_all, confidence)
    # The better rival counts: the p-value is the larger one.
    worse = max(p_ratio_below(*scores.pairs("mse", TANH, rival), 1.0) for rival in RIVALS)
    harmed = min(p_ratio_above(*scores.pairs("mse", TANH, rival), 1.0) for rival in RIVALS)
    limit = 1 - confidence
    if wins.interval[0] > _MOST and worse < limit:
        outcome = "helps"
    elif wins.interval[1] < _MOST or harmed < limit:
        outcome = "does not help"
    else:
        outcome = "undecided"
    return {
        "process": scores.process,
        "n": wins.n,
        "share of wins over both": wins.value,
        "from": wins.interval[0],
        "to": wins.interval[1],
        "p (smaller error than both)": worse,
        "p (larger error than one)": harmed,
        "outcome": outcome,
    }


def ratio_rows(scores: Scores) -> list[Row]:
    """Errors of every model against those of each rival, and what the best is."""
    rows: list[Row] = []
    for rival in RIVALS:
        pairs = {
            model: scores.pairs("mse", model, rival) for model in scores.mse if model not in RIVALS
        }
        if np.isfinite(scores.noise).all():
            pairs[_BEST] = scores.noise, scores.mse[rival]
        for model, losses in pairs.items():
            test = ratio_tost(*losses, margin=0.01, n_lags=0)
            place = {"process": scores.process, "model": model, "rival": rival}
            rows.append({**place, **interval_columns(test)})
    return rows


def error_rates(
    scores: Sequence[Scores], confidence: float, settings: Settings
) -> tuple[ErrorRates, ...]:
    """Of Diebold and Mariano at the smallest gain measured, of a share's limit and of a ratio."""
    gains, ratios = [], []
    for each in scores:
        for rival in RIVALS:
            tanh, other = each.pairs("mse", TANH, rival)
            gains.append(float(tanh.mean() / other.mean()))
            ratios.append(tanh / other)
    # Where nothing is gained there is no gain to have power against: one of a tenth stands in.
    ratio = max((gain for gain in gains if gain < 1), default=0.9)
    echo = float(np.mean([each.echoes[rival].mean() for each in scores for rival in RIVALS]))
    rng = settings.rng("error rates of H9")
    n_series, size = settings.n_nonlinear, {"n_simulations": settings.n_tests}
    dm = diebold_mariano_rates(rng, n_steps=N_TEST, ratio=ratio, echo=echo, **size, level=LEVEL)
    share = share_rates(
        rng, n_series=n_series, bound=_MOST, share=0.9, confidence=confidence, **size
    )
    bound = bound_rates(
        rng,
        n_series=n_series,
        bound=1.0,
        ratio=ratio,
        measured=max(ratios, key=np.std),
        **size,
        level=1 - confidence,
    )
    return (*dm, share, bound)


def judge(
    rows: Sequence[Row],
    ratios: Sequence[Row],
    excess: Sequence[Row] = (),
    rates: tuple[ErrorRates, ...] = (),
    figures: tuple[Figure, ...] = (),
) -> Finding:
    """Every process must be one where it helps; one where it does not refutes."""
    helped = [row["process"] for row in rows if row["outcome"] == "helps"]
    failed = [row["process"] for row in rows if row["outcome"] == "does not help"]
    verdict = Verdict.of(
        is_refuted=failed,
        is_shown=len(helped) == len(rows),
    )
    least = min(rows, key=lambda row: row["share of wins over both"])
    return Finding(
        verdict=verdict,
        statistic="smallest share, over the processes, of series won against both linear rivals",
        value=least["share of wins over both"],
        threshold=_MOST,
        rule=(
            f"A series of {N_TRAIN} steps for training and {N_TEST} for testing is won if "
            "Diebold-Mariano-HLN finds the tanh network better than the linear network and better "
            "than ARMA, each at 5 %. It helps on a process if more than half of the series are "
            "won, beyond the exact interval of the share, and its mean squared error is smaller "
            "than that of both (paired t); it does not help if less than half are won, beyond "
            "that interval, or its error is the larger one. All at 5 % after Bonferroni's "
            "correction for the number of processes. Holds if it helps on all, refuted if it does "
            "not on one, else not decided."
        ),
        summary=_summary(rows, ratios),
        qualification=f"It does not pay on: {', '.join(failed)}." if failed else "",
        n_replications=sum(row["n"] for row in rows),
        p_value=max(row["p (smaller error than both)"] for row in rows),
        interval=(least["from"], least["to"]),
        table=(*rows, *ratios, *excess),
        figures=figures,
        error_rates=rates,
    )


def _summary(rows: Sequence[Row], ratios: Sequence[Row]) -> str:
    parts = []
    for row in rows:
        against = {
            each["rival"]: each["MSE ratio"]
            for each in ratios
            if (each["process"], each["model"]) == (row["process"], TANH)
        }
        numbers = " and ".join(f"{ratio:.3g} that of the {name}" for name, ratio in against.items())
        parts.append(
            f"{row['process']}: mean squared error {numbers}, "
            f"{row['share of wins over both']:.0%} of {row['n']} series won"
        )
    return "; ".join(parts) + "."


def _figure(ratios: Sequence[Row]) -> Figure:
    return contest_figure(
        [row for row in ratios if row["rival"] == RIVALS[0]],
        place="process",
        value="MSE ratio",
        axis="mean squared error / of the linear RNN",
        caption=(
            "Mean squared one-step error of the nonlinear networks on fresh steps, relative to "
            "that of the linear network, with 90 % intervals over the simulated series. "
            "Left of 1 the nonlinear network is better; the best predictor, where it is known, "
            "is the end of what can be gained."
        ),
        is_log=True,
    )


CLAIM = Claim(
    key="H9",
    title="A tanh network pays where the process is nonlinear",
    statement=(
        "Where the process is nonlinear (SETAR, logistic map, Mackey-Glass, bilinear), a tanh "
        "network predicts one step ahead better than a linear network and than an ARMA model, both "
        "of the order that BIC picks, by a margin that is significant on most series."
    ),
    algebra=(
        "best predictor:  m_t = E(y_t | y_{t−1}, y_{t−2}, …),   nonlinear in the past",
        "a linear predictor ℓ_t pays  E(y_t − ℓ_t)² = σ² + E(m_t − ℓ_t)²,  at any sample size",
        "a tanh network ŷ_t pays  σ² + E(m_t − ŷ_t)²,  of which more units and more data take away",
    ),
    answers={
        Verdict.HOLDS: (
            "Where the process is nonlinear, a tanh network of few units predicts better than any "
            "ARMA model, and so than any linear network."
        ),
        Verdict.REFUTED: (
            "A process may be nonlinear without a small tanh network predicting it better than a "
            "linear one."
        ),
        Verdict.NOT_DECIDED: (
            "Whether a tanh network pays on every nonlinear process is not decided by this many "
            "series."
        ),
    },
    examine=examine,
    part=Part.NONLINEAR,
    effort={"quick": 9, "full": 69},
)
