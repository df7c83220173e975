"""B1: a nonlinear cell that is trained from the ARMA optimum on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from rnnts._types import FloatArray
from rnnts.evaluation.significance import diebold_mariano
from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._replications import replicate
from rnnts.study._settings import Settings
from rnnts.study.experiments._fits import predictions_after
from rnnts.study.experiments._plain import train_plainly
from rnnts.study.experiments._series import changes, growth, levels, logs, over_the_year
from rnnts.study.figures._gains import gain_figure
from rnnts.study.inference import ratio_tost

CELLS = ("tanh", "gru", "lstm")
_LEVEL = 0.05
# Ten times what the solver takes for no progress.
_SLACK = 1e-6
_LONGEST = 600


@dataclass(frozen=True)
class Start:
    """A series, the cell to train on it, and what training starts from."""

    name: str
    y: FloatArray
    cell: str
    hidden_size: int
    init: str = "arma"


# Beginnings of the long series: the others have a few hundred rows.
SERIES: Mapping[str, tuple[Callable[[], FloatArray], int]] = MappingProxyType(
    {
        "sunspots": (lambda: levels("sunspots"), 2),
        "log lynx": (lambda: logs("lynx"), 2),
        "Nile": (lambda: levels("nile"), 2),
        "laser": (lambda: levels("santafe_laser")[:_LONGEST], 4),
        "Mackey-Glass": (lambda: levels("mackey_glass")[:_LONGEST], 4),
        "GDP growth": (lambda: growth("us_macro_realgdp"), 2),
        "consumption growth": (lambda: growth("us_macro_realcons"), 2),
        "unemployment, changes": (lambda: changes("us_macro_unemp"), 2),
        "inflation, changes": (lambda: changes("us_macro_infl"), 2),
        "passengers, log over the year": (lambda: over_the_year(logs("air_passengers")), 2),
        "CO₂ over the year": (lambda: over_the_year(levels("co2_monthly")), 2),
        "El Niño over the year": (lambda: over_the_year(levels("elnino_sst"))[:_LONGEST], 2),
    }
)


def examine(settings: Settings) -> Finding:
    """Every shipped series with every cell."""
    tasks = [
        Start(name, read(), cell, n_units)
        for name, (read, n_units) in SERIES.items()
        for cell in CELLS
    ]
    rows: list[Row] = replicate("beyond the optimum", compare, tasks, settings)
    figures = (gain_figure(rows),) if settings.with_figures else ()
    return judge(rows, figures)


def compare(start: Start) -> dict[str, Any]:
    """Trained on the first two thirds, to the end or stopped early; errors on the last one."""
    y = start.y
    n_train = len(y) - len(y) // 3
    linear = train_plainly(y[:n_train], "linear", start.hidden_size)
    other = train_plainly(y[:n_train], start.cell, start.hidden_size, init=start.init)
    careful = train_plainly(
        y[:n_train], start.cell, start.hidden_size, init=start.init, early_stopping=True
    )
    losses, other_losses, careful_losses = (
        (y[n_train:] - predictions_after(network, y, n_train)) ** 2
        for network in (linear, other, careful)
    )
    row = {
        "series": start.name,
        "cell": start.cell,
        "units": start.hidden_size,
        "in-sample ratio": float(other.sigma2_) / float(linear.sigma2_),
        "n": len(losses),
    }
    return (
        row
        | _ratio_columns("out-of-sample", other_losses, losses)
        | _ratio_columns("stopped early", careful_losses, losses)
    )


def _ratio_columns(name: str, losses: FloatArray, reference: FloatArray) -> dict[str, Any]:
    """Ratio of mean losses, its interval, and whether one is better."""
    ratio = ratio_tost(losses, reference, margin=0.05)
    return {
        f"{name} ratio": ratio.ratio,
        f"{name}, from": ratio.interval[0],
        f"{name}, to": ratio.interval[1],
        f"{name}, p (different, DM)": diebold_mariano(losses, reference).p_value,
    }


def judge(rows: Sequence[Row], figures: tuple[Figure, ...] = ()) -> Finding:
    """No cell on any series may end above the linear optimum."""
    worst = max(rows, key=lambda row: row["in-sample ratio"])
    median = float(np.median([row["in-sample ratio"] for row in rows]))
    largest = worst["in-sample ratio"]
    text = (
        f"In sample the largest ratio is {largest:.5f} ({worst['cell']} on {worst['series']}), "
        f"the median {median:.3f}. "
        + " ".join(_said(rows, name) for name in ("out-of-sample", "stopped early"))
    )
    n_better = sum(_is_beyond_chance(row, "stopped early", len(rows)) < 0 for row in rows)
    return Finding(
        verdict=Verdict.HOLDS if largest <= 1 + _SLACK else Verdict.REFUTED,
        statistic="largest in-sample ratio of squared errors",
        value=largest,
        threshold=1 + _SLACK,
        rule=(
            "Holds if on every series and for every cell the in-sample sum of squared one-step "
            "errors, divided by that of the linear network with as many units, exceeds 1 by no "
            "more than 1e-6, ten times the tolerance of the solver; otherwise refuted. The ratios "
            "on the last third describe and do not judge: each has its 90 % interval (Fieller, "
            "Bartlett variance) and the p-value of Diebold and Mariano, called beyond chance at "
            "5 % after Bonferroni's correction. Stopped early: the weights that were best on the "
            "last fifth of the rows before."
        ),
        summary=text,
        n_replications=len(rows),
        qualification=(
            "On later rows the gain of training that is stopped early is beyond chance in "
            f"{n_better} of {len(rows)} cases."
        ),
        table=tuple(rows),
        figures=figures,
    )


def _is_beyond_chance(row: Row, name: str, n_cases: int) -> int:
    """-1 where the nonlinear cell is better than chance explains, 1 where it is worse, else 0."""
    if row[f"{name}, p (different, DM)"] >= _LEVEL / n_cases:
        return 0
    return -1 if row[f"{name} ratio"] < 1 else 1


def _said(rows: Sequence[Row], name: str) -> str:
    """How often the nonlinear cells won and lost on the last third, and where they won."""
    signs = [_is_beyond_chance(row, name, len(rows)) for row in rows]
    median = float(np.median([row[f"{name} ratio"] for row in rows]))
    where = ", ".join(
        f"{row['cell']} on {row['series']} {row[f'{name} ratio']:.2f}"
        for row, sign in zip(rows, signs, strict=True)
        if sign < 0
    )
    kind = "trained to the end" if name == "out-of-sample" else name
    return (
        f"Out of sample, {kind}, the median ratio is {median:.2f}; beyond chance, "
        f"{signs.count(-1)} of {len(rows)} are better"
        + (f" ({where})" if where else "")
        + f" and {signs.count(1)} worse."
    )


CLAIM = Claim(
    key="B1",
    title="From the ARMA optimum on, training never ends worse in sample",
    statement=(
        "A tanh, GRU or LSTM network that starts as the trained linear network with as many units "
        "ends training with a sum of squared one-step errors no larger than that network's, on "
        "every shipped series."
    ),
    algebra=(
        "around one point every cell is linear: h_t ≈ p + s ε g_t,   g the state of the linear RNN",
        "W′ = b ε W,   U′ = a (U − k I),   C′ = C / (s ε)",
        "ε → 0: the nonlinear network makes the predictions of the linear one",
        "hence  inf over its weights of Σ e_t²  ≤  min Σ e_t² of the linear network",
    ),
    answers={
        Verdict.HOLDS: (
            "Trained from the ARMA optimum on, a nonlinear cell never ends worse on the rows it "
            "was trained on."
        ),
        Verdict.REFUTED: (
            "Training a nonlinear cell can end worse in sample than the linear network it is "
            "compared with."
        ),
        Verdict.NOT_DECIDED: (
            "Whether a nonlinear cell can end worse in sample than the ARMA optimum stays open."
        ),
    },
    examine=examine,
    part=Part.BEYOND,
    effort={"quick": 3, "full": 4},
)
