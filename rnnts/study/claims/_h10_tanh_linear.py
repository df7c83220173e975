"""H10: a tanh network does not help where the process is linear."""

from collections.abc import Sequence

import numpy as np

from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._settings import Settings
from rnnts.study.experiments._contestants import LINEAR, TANH
from rnnts.study.experiments._contests import (
    LEVEL,
    N_TEST,
    N_TRAIN,
    RIVALS,
    Scores,
    excess_rows,
    run_contests,
)
from rnnts.study.experiments._ratio_columns import interval_columns
from rnnts.study.figures import contest_figure
from rnnts.study.inference import ErrorRates, p_ratio_above, p_ratio_below, rate_of, ratio_tost
from rnnts.study.inference._forecast_rates import bound_rates, diebold_mariano_rates, share_rates

PROCESSES: tuple[str, ...] = ("AR(2)", "MA(2)", "ARMA(1,1)")
_MARGIN, _MOST_WINS = 0.05, 0.2
# Long, because the mean over it stands for an expectation.
_N_FRESH = 2000


def examine(settings: Settings) -> Finding:
    """Contests on every process."""
    scores = run_contests("linear processes", PROCESSES, settings, _N_FRESH)
    rows = [row for each in scores for row in risk_rows(each)]
    excess = [row for each in scores for row in excess_rows(each)]
    wins = win_row(scores)
    figures: tuple[Figure, ...] = ()
    if settings.with_figures:
        figures = (_figure(rows),)
    return judge(rows, wins, excess, error_rates(scores, wins, settings), figures)


def risk_rows(scores: Scores) -> list[Row]:
    """Risks of every nonlinear model against those of each rival, shocks having variance one."""
    rows: list[Row] = []
    for rival in RIVALS:
        for model in (each for each in scores.distance if each not in RIVALS):
            risks = [1 + each for each in scores.pairs("distance", model, rival)]
            test = ratio_tost(*risks[:2], margin=_MARGIN, n_lags=0)
            bounded = (risks[0], risks[1], 1 - _MARGIN)
            rows.append(
                {
                    "process": scores.process,
                    "model": model,
                    "rival": rival,
                    **interval_columns(test, "risk ratio"),
                    f"p (above {1 - _MARGIN:g})": p_ratio_above(*bounded),
                    f"p (below {1 - _MARGIN:g})": p_ratio_below(*bounded),
                    "outcome": _outcome(test.interval),
                }
            )
    return rows


def _outcome(interval: tuple[float, float]) -> str:
    """What the 90 % interval says about help and harm of 5 %."""
    low, high = interval
    if high < 1 - _MARGIN:
        return "helps"
    if low > 1 + _MARGIN:
        return "harms"
    if low > 1 - _MARGIN:
        return "the same" if high < 1 + _MARGIN else "does not help"
    return "undecided"


def win_row(scores: Sequence[Scores]) -> Row:
    """Share of all series on which the tanh network is significantly better than the linear one."""
    wins = rate_of(bool(win) for each in scores for win in each.wins[LINEAR])
    return {
        "series won against": LINEAR,
        "n": wins.n,
        "share of wins": wins.value,
        "from": wins.interval[0],
        "to": wins.interval[1],
        "by chance": LEVEL / 2,
    }


def error_rates(scores: Sequence[Scores], wins: Row, settings: Settings) -> tuple[ErrorRates, ...]:
    """Of the bound on the ratio at the deviations measured, of the wins and of their share."""
    rng = settings.rng("error rates of H10")
    size = {"n_simulations": settings.n_tests}
    ratios = []
    for each in scores:
        tanh, linear = each.pairs("distance", TANH, LINEAR)
        ratios.append((1 + tanh) / (1 + linear))
    bound = bound_rates(
        rng,
        n_series=settings.n_nonlinear,
        bound=1 - _MARGIN,
        ratio=1.0,
        measured=max(ratios, key=np.std),
        **size,
        level=LEVEL,
    )
    echo = float(np.mean([each.echoes[LINEAR].mean() for each in scores]))
    independent, _ = diebold_mariano_rates(
        rng, n_steps=N_TEST, ratio=1 - _MARGIN, echo=echo, **size, level=LEVEL
    )
    share = share_rates(
        rng, n_series=wins["n"], bound=_MOST_WINS, share=LEVEL / 2, confidence=0.95, **size
    )
    return bound, independent, share


def judge(
    rows: Sequence[Row],
    wins: Row,
    excess: Sequence[Row] = (),
    rates: tuple[ErrorRates, ...] = (),
    figures: tuple[Figure, ...] = (),
) -> Finding:
    """No process may be one where the tanh network gains five per cent on the linear one."""
    decisive = [row for row in rows if (row["model"], row["rival"]) == (TANH, LINEAR)]
    above, below = f"p (above {1 - _MARGIN:g})", f"p (below {1 - _MARGIN:g})"
    helped = [row for row in decisive if row[below] < LEVEL / len(decisive)]
    verdict = Verdict.of(
        is_refuted=helped or wins["from"] > _MOST_WINS,
        is_shown=all(row[above] < LEVEL for row in decisive) and wins["to"] < _MOST_WINS,
    )
    least = min(decisive, key=lambda row: row["risk ratio"])
    return Finding(
        verdict=verdict,
        statistic="smallest ratio of risks, tanh network over linear network",
        value=least["risk ratio"],
        threshold=1 - _MARGIN,
        rule=(
            "Risk: the variance of the shocks plus the mean squared distance from the predictions "
            f"of the true process, on {_N_FRESH} fresh steps after {N_TRAIN} for training. Holds "
            "if for every process the ratio of risks, tanh over linear network, is shown to lie "
            f"above {1 - _MARGIN:g} (one-sided t at 5 %, the lower half of the equivalence test), "
            "and the share of all series on which Diebold-Mariano-HLN at 5 % finds the tanh "
            f"network better over {N_TEST} realised steps is shown to be below {_MOST_WINS:.0%} "
            "(exact 95 % interval); chance alone would make it 2.5 %. Refuted if on some process "
            f"the ratio is shown to lie below {1 - _MARGIN:g} (Bonferroni), or that share above "
            f"{_MOST_WINS:.0%}; else not decided."
        ),
        summary=_summary(decisive, wins),
        qualification=_harm(decisive),
        n_replications=wins["n"],
        p_value=max(row[above] for row in decisive),
        interval=(least["from"], least["to"]),
        table=(*rows, wins, *excess),
        figures=figures,
        error_rates=rates,
    )


def _summary(decisive: Sequence[Row], wins: Row) -> str:
    ratios = ", ".join(
        f"{row['process']} {row['risk ratio']:.3f} ({row['from']:.3f} to {row['to']:.3f})"
        for row in decisive
    )
    return (
        f"Risk of the tanh network over that of the linear one: {ratios}. It is significantly "
        f"better on {wins['share of wins']:.1%} of {wins['n']} series "
        f"({wins['from']:.1%} to {wins['to']:.1%})."
    )


def _harm(decisive: Sequence[Row]) -> str:
    """Where the nonlinearity costs something, and how much."""
    dear = [
        f"{row['process']} ({row['risk ratio'] - 1:.1%})" for row in decisive if row["from"] > 1
    ]
    return f"Its risk is the larger one on {', '.join(dear)}." if dear else ""


def _figure(rows: Sequence[Row]) -> Figure:
    return contest_figure(
        [row for row in rows if row["rival"] == LINEAR],
        place="process",
        value="risk ratio",
        axis="risk / of the linear RNN",
        caption=(
            "Risk of the nonlinear networks relative to that of the linear network, with 90 % "
            "intervals over the simulated series, against the band of ±5 %. Right of 1 the "
            "nonlinear network is worse."
        ),
        margin=_MARGIN,
    )


CLAIM = Claim(
    key="H10",
    title="A tanh network does not pay where the process is linear",
    statement=(
        "Where the process is linear (AR(2), MA(2), ARMA(1,1)), a tanh network does not predict "
        "better than a linear one: it gains no 5 % of the risk, and is significantly better on "
        "fewer than one series in five, where chance alone would make it one in forty."
    ),
    algebra=(
        "best predictor:  m_t = Σ_j π_j y_{t−j},   a linear network with n = max(p, q) units",
        "risk of a predictor ŷ:  E(y_t − ŷ_t)² = σ² + E(m_t − ŷ_t)²  ≥  σ²",
        "tanh u = u − u³/3 + …:  small states make it linear, so that it can come close to m_t, "
        "never below",
    ),
    answers={
        Verdict.HOLDS: "Where the process is linear, a tanh network has little or nothing to gain.",
        Verdict.REFUTED: "Even where the process is linear, a tanh network gains somewhere.",
        Verdict.NOT_DECIDED: (
            "Whether a tanh network gains where the process is linear is not decided by this many "
            "series."
        ),
    },
    examine=examine,
    part=Part.NONLINEAR,
    effort={"quick": 5, "full": 27},
)
