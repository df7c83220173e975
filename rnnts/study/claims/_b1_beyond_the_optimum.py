"""B1: a nonlinear cell that is trained from the ARMA optimum on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from rnnts._types import FloatArray
from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._plain import train_plainly
from rnnts.study._replications import replicate
from rnnts.study._series import changes, growth, levels, logs
from rnnts.study._settings import Settings
from rnnts.study.figures._gains import gain_figure
from rnnts.study.inference import diebold_mariano, ratio_tost

CELLS = ("tanh", "gru", "lstm")
_LEVEL = 0.05
_SLACK = 1e-9
_LONGEST = 600


@dataclass(frozen=True)
class Start:
    """A series, the cell to train on it, and what training starts from."""

    name: str
    y: FloatArray
    cell: str
    hidden_size: int
    init: str = "arma"


def _over_the_year(values: FloatArray) -> FloatArray:
    return values[12:] - values[:-12]


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
        "passengers, log over the year": (lambda: _over_the_year(logs("air_passengers")), 2),
        "CO₂ over the year": (lambda: _over_the_year(levels("co2_monthly")), 2),
        "El Niño over the year": (lambda: _over_the_year(levels("elnino_sst"))[:_LONGEST], 2),
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
    """Trained on the first two thirds, one-step errors on the last one."""
    y = start.y
    n_train = len(y) - len(y) // 3
    linear = train_plainly(y[:n_train], "linear", start.hidden_size)
    other = train_plainly(y[:n_train], start.cell, start.hidden_size, init=start.init)
    inside = float(other.sigma2_) / float(linear.sigma2_)
    linear_errors, other_errors = (
        y[n_train:] - np.asarray(network.update(y[n_train:]).fittedvalues_)[n_train:]
        for network in (linear, other)
    )
    ratio = ratio_tost(other_errors**2, linear_errors**2, margin=0.05)
    return {
        "series": start.name,
        "cell": start.cell,
        "units": start.hidden_size,
        "in-sample ratio": inside,
        "n": ratio.n,
        "out-of-sample ratio": ratio.ratio,
        "from": ratio.interval[0],
        "to": ratio.interval[1],
        "p (different, DM)": diebold_mariano(other_errors**2, linear_errors**2).p_value,
    }


def judge(rows: Sequence[Row], figures: tuple[Figure, ...] = ()) -> Finding:
    """No cell on any series may end above the linear optimum."""
    worst = max(row["in-sample ratio"] for row in rows)
    median = float(np.median([row["in-sample ratio"] for row in rows]))
    limit = _LEVEL / len(rows)
    different = [row for row in rows if row["p (different, DM)"] < limit]
    better = [row for row in different if row["out-of-sample ratio"] < 1]
    n_below = sum(row["out-of-sample ratio"] < 1 for row in rows)
    parts = [
        f"In sample the largest ratio is {worst:.4f}, the median {median:.3f}; out of sample the "
        f"ratio is below 1 in {n_below} of {len(rows)} cases"
    ]
    for word, chosen in (
        ("better beyond chance", better),
        ("worse beyond chance", [row for row in different if row not in better]),
    ):
        places = ", ".join(
            f"{row['cell']} on {row['series']} ({row['out-of-sample ratio']:.2f})" for row in chosen
        )
        parts.append(f"{word} in {len(chosen)}" + (f": {places}" if places else ""))
    return Finding(
        verdict=Verdict.HOLDS if worst <= 1 + _SLACK else Verdict.REFUTED,
        statistic="largest in-sample ratio of squared errors",
        value=worst,
        threshold=1 + _SLACK,
        rule=(
            "Holds if on every series and for every cell the in-sample sum of squared one-step "
            "errors, divided by that of the linear network with as many units, is at most 1 up to "
            "rounding; otherwise refuted. The out-of-sample columns describe and do not judge: "
            "the ratio with its 90 % interval (Fieller, Bartlett variance) and the p-value of "
            "Diebold and Mariano, called beyond chance at 5 % after Bonferroni's correction."
        ),
        summary="; ".join(parts) + ".",
        n_replications=len(rows),
        qualification=(
            f"Out of sample the gain is beyond chance in {len(better)} of {len(rows)} cases."
        ),
        table=tuple(rows),
        figures=figures,
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
    effort={"quick": 5, "full": 5},
)
