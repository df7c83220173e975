"""H11: a tanh network predicts the shipped series better than a linear one."""

from collections.abc import Mapping, Sequence

import numpy as np

from rnnts._types import FloatArray
from rnnts.evaluation.significance import diebold_mariano
from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._settings import Settings
from rnnts.study.experiments._contestants import ARMA, GRU, LINEAR_LARGE, LSTM, TANH
from rnnts.study.experiments._contests import echo_of
from rnnts.study.experiments._ratio_columns import interval_columns
from rnnts.study.experiments._rolling import rolling_losses, shipped_series
from rnnts.study.figures import contest_figure
from rnnts.study.inference import (
    ErrorRates,
    bootstrapped_confidence_set,
    ratio_tost,
    superior_ability,
)
from rnnts.study.inference._forecast_rates import diebold_mariano_rates, model_set_rates

RIVALS = (LINEAR_LARGE, ARMA)
_NONLINEAR = (TANH, GRU, LSTM)
_LEVEL, _MARGIN = 0.05, 0.05
_N_BOOTSTRAPS = 1000
_FEWEST_BOOTSTRAPPED, _BOOTSTRAPPED_ONE_IN = 60, 25


def examine(settings: Settings) -> Finding:
    """Every shipped series by rolling origin."""
    losses = rolling_losses(shipped_series(), settings)
    n_series = len(losses)
    # Seeded by nothing but the losses: a verdict that hangs on the bootstrap is none.
    chosen = {
        name: bootstrapped_confidence_set(each, n_bootstraps=_N_BOOTSTRAPS)
        for name, each in losses.items()
    }
    rows = [
        {**row, "in the set": TANH in chosen[name]}
        for name, each in losses.items()
        for row in rival_rows(name, each, _LEVEL / n_series)
    ]
    sets = [set_row(name, each, chosen[name]) for name, each in losses.items()]
    figures: tuple[Figure, ...] = ()
    if settings.with_figures:
        figures = (_figure(rows),)
    return judge(rows, sets, error_rates(losses, rows, settings), figures)


def rival_rows(name: str, losses: Mapping[str, FloatArray], limit: float) -> list[Row]:
    """The tanh network against each linear rival on one series."""
    rows: list[Row] = []
    for rival in RIVALS:
        dm = diebold_mariano(losses[TANH], losses[rival])
        test = ratio_tost(losses[TANH], losses[rival], margin=_MARGIN)
        if dm.p_value < limit:
            outcome = "better" if dm.statistic < 0 else "worse"
        elif test.p_equivalent < limit:
            outcome = "the same"
        else:
            outcome = "open"
        rows.append(
            {
                "series": name,
                "rival": rival,
                **interval_columns(test),
                "DM-HLN": dm.statistic,
                "p (DM)": dm.p_value,
                "p (within ±5 %)": test.p_equivalent,
                "outcome": outcome,
            }
        )
    return rows


def set_row(name: str, losses: Mapping[str, FloatArray], chosen: set[str]) -> Row:
    """Tests of all models at once on one series."""
    row: dict[str, object] = {"series": name}
    for rival in RIVALS:
        row[f"p (SPA against the {rival})"] = superior_ability(
            losses, rival, _NONLINEAR, n_bootstraps=_N_BOOTSTRAPS
        )
    members = [model for model in losses if model in chosen]
    return row | {"model confidence set, 90 %": ", ".join(members)}


def error_rates(
    losses: Mapping[str, Mapping[str, FloatArray]], rows: Sequence[Row], settings: Settings
) -> tuple[ErrorRates, ...]:
    """At the median length, the median distance from a ratio of one and the memory measured."""
    n_steps = int(np.median([row["n"] for row in rows]))
    distances = [abs(np.log(row["MSE ratio"])) for row in rows]
    ratio = float(np.clip(np.exp(-np.median(distances)), 0.1, 0.98))
    echo = float(
        np.median(
            [echo_of(each[TANH] - each[rival]) for each in losses.values() for rival in RIVALS]
        )
    )
    n_bootstrapped = max(_FEWEST_BOOTSTRAPPED, settings.n_tests // _BOOTSTRAPPED_ONE_IN)
    rng = settings.rng("error rates of H11")
    dm = diebold_mariano_rates(
        rng,
        n_steps=n_steps,
        ratio=ratio,
        echo=echo,
        n_simulations=settings.n_tests,
        level=_LEVEL,
    )
    sets = model_set_rates(
        rng,
        n_steps=n_steps,
        n_models=len(_NONLINEAR) + len(RIVALS),
        ratio=ratio,
        n_simulations=min(n_bootstrapped, settings.n_tests),
    )
    return (*dm, *sets)


def judge(
    rows: Sequence[Row],
    sets: Sequence[Row] = (),
    rates: tuple[ErrorRates, ...] = (),
    figures: tuple[Figure, ...] = (),
) -> Finding:
    """Better than both linear rivals on every series, or refuted by one."""
    by_series: dict[str, list[str]] = {}
    for row in rows:
        by_series.setdefault(row["series"], []).append(row["outcome"])
    wins = [name for name, each in by_series.items() if set(each) == {"better"}]
    losses = [name for name, each in by_series.items() if "worse" in each]
    ties = [name for name, each in by_series.items() if "the same" in each and name not in losses]
    verdict = Verdict.of(
        is_refuted=losses or ties,
        is_shown=len(wins) == len(by_series),
    )
    worst = max(rows, key=lambda row: row["DM-HLN"])
    return Finding(
        verdict=verdict,
        statistic="share of series on which the tanh network beats both linear rivals",
        value=len(wins) / len(by_series),
        threshold=1.0,
        rule=(
            "One-step errors over the second half of each series, every model fitted anew before "
            "each block of it. Against a rival the tanh network is better or worse if "
            "Diebold-Mariano-HLN says so at 5 %, the same if the ratio of mean squared errors is "
            "shown to lie within ±5 % (two one-sided tests), all after Bonferroni's correction "
            "for the number of series; else open. Holds if it is better than the linear network "
            "and than ARMA on every series; refuted if on some series it is worse than, or the "
            "same as, one of them; else not decided. SPA and the model confidence set stand "
            "beside. The p-value and the interval are those of the comparison that speaks most "
            "against it."
        ),
        summary=_summary(by_series, wins, losses, ties),
        qualification=(
            f"It pays on {', '.join(wins)}." if wins else "It is shown to pay on none of them."
        ),
        n_replications=len(by_series),
        p_value=worst["p (DM)"],
        interval=(worst["from"], worst["to"]),
        table=(*rows, *sets),
        figures=figures,
        error_rates=rates,
    )


def _summary(
    by_series: Mapping[str, Sequence[str]],
    wins: Sequence[str],
    losses: Sequence[str],
    ties: Sequence[str],
) -> str:
    decided = {*wins, *losses, *ties}
    kinds = {
        "better than both linear rivals": wins,
        "worse than one of them": losses,
        "the same as one of them to within 5 %": ties,
        "open": [name for name in by_series if name not in decided],
    }
    said = [
        f"{kind} on {len(names)} ({', '.join(names)})" for kind, names in kinds.items() if names
    ]
    return f"Of {len(by_series)} series the tanh network is {'; '.join(said)}."


def _figure(rows: Sequence[Row]) -> Figure:
    return contest_figure(
        rows,
        place="series",
        value="MSE ratio",
        color="rival",
        axis="mean squared error of the tanh network / of the rival",
        caption=(
            "Mean squared one-step error of the tanh network over the second half of each series, "
            "relative to that of each linear rival, with 90 % intervals. Left of 1 it is better. "
            "Ringed where it belongs to the 90 % model confidence set of all five models."
        ),
        is_log=True,
        margin=_MARGIN,
        is_ringed="in the set",
    )


CLAIM = Claim(
    key="H11",
    title="A tanh network on real series",
    statement=(
        "On sunspots, lynx, the Nile, American macroeconomic series, CO₂, El Niño, passengers, "
        "electrical equipment, the Santa Fe laser and the Mackey-Glass series, a tanh network "
        "predicts one step ahead better than a linear network and than ARMA."
    ),
    algebra=(
        "d_t = (y_t − ŷ_t)² − (y_t − ℓ_t)²,   ŷ of the tanh network, ℓ of the linear rival",
        "Diebold-Mariano:  d̄ / √(var d / n),   with the factor of Harvey, Leybourne and Newbold",
        "what a nonlinear network can gain is E(m_t − ℓ_t)², what it pays is what training adds to "
        "E(m_t − ŷ_t)²;   m_t = E(y_t | past)",
    ),
    answers={
        Verdict.HOLDS: "On every real series examined a tanh network predicts better than ARMA.",
        Verdict.REFUTED: "On real series a tanh network is not better than ARMA in general.",
        Verdict.NOT_DECIDED: (
            "Whether a tanh network pays on all of the real series is not decided by rows this few."
        ),
    },
    examine=examine,
    part=Part.NONLINEAR,
    effort={"quick": 12, "full": 37},
    needs=("arch",),
)
