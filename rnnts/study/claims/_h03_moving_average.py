"""H3: whether the state of a unit is a moving average of finite order."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product

import numpy as np
from scipy.signal import lfilter

from rnnts._types import FloatArray
from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._settings import Settings
from rnnts.study.claims._h01_printed_recursion import unit
from rnnts.study.experiments._unit import effective_order, n_to_forget
from rnnts.study.figures import autocorrelation_figure
from rnnts.study.inference import ErrorRates, moving_average_test, rate_of

_DECAYS = (0.5, 0.9)
_LENGTHS = (300, 1000)
_SHARE = 0.05
_LEVEL = 0.05
_FAMILY_LEVEL = 0.05
_N_LAGS = 5
_MARGIN = 0.1
_FORGOTTEN = 1e-3
_AT_ONCE = 500
_PICTURED_ORDER = 2

State = Callable[[FloatArray, float], FloatArray]


def examine(settings: Settings) -> Finding:
    """Test the states of the unit."""
    rows, error_rates = measure(settings, unit)
    figures: tuple[Figure, ...] = ()
    if settings.with_figures:
        shocks = settings.rng("H3 figure").standard_normal(2000)
        states = {decay: unit(shocks, decay)[-1000:] for decay in _DECAYS}
        figures = (autocorrelation_figure(states, _PICTURED_ORDER),)
    return judge(rows, error_rates, figures)


def measure(settings: Settings, state: State) -> tuple[list[Row], tuple[ErrorRates, ...]]:
    """How often the test rejects an MA(p) for a state, and for the moving average cut from it.

    Parameters
    ----------
    settings : Settings
    state : callable
        From white noise, steps along the last axis, and a recurrent weight to what is tested.
    """
    cells = [
        (decay, order, length)
        for decay, length in product(_DECAYS, _LENGTHS)
        for order in (1, 2, effective_order(decay, _SHARE))
    ]
    corrected = 1 - _FAMILY_LEVEL / len(cells)
    rows: list[Row] = []
    rates = []
    for decay, order, length in cells:
        rng = settings.rng(f"H3 {decay} {order} {length}")
        cut = partial(moving_average, order=order)
        found, genuine = (
            rejections(simulate, decay, order, length, settings.n_tests, rng)
            for simulate in (state, cut)
        )
        share, size = rate_of(found, corrected), rate_of(genuine, corrected)
        rows.append(
            {
                "a": decay,
                "p": order,
                "T": length,
                "n": settings.n_tests,
                "rejected": share.value,
                "from": share.interval[0],
                "to": share.interval[1],
                "rejected, genuine MA(p)": size.value,
                "genuine from": size.interval[0],
                "genuine to": size.interval[1],
            }
        )
        rates.append(
            ErrorRates(
                test=f"χ² of the autocorrelations at lags {order + 1} to {order + _N_LAGS}",
                level=_LEVEL,
                null=f"the weights of the unit cut after lag {order}, a = {decay:g}, T = {length}",
                size=rate_of(genuine),
                alternative=f"the state, a = {decay:g}, T = {length}",
                power=rate_of(found),
            )
        )
    return rows, tuple(rates)


def rejections(
    state: State, decay: float, order: int, n_steps: int, n_series: int, rng: np.random.Generator
) -> list[bool]:
    """Whether an MA of that order is rejected, series by series."""
    n_burn = n_to_forget(decay, _FORGOTTEN)
    hits: list[bool] = []
    while len(hits) < n_series:
        shocks = rng.standard_normal((min(_AT_ONCE, n_series - len(hits)), n_burn + n_steps))
        p_values = moving_average_test(state(shocks, decay)[:, n_burn:], order, _N_LAGS)
        hits += (p_values < _LEVEL).tolist()
    return hits


def moving_average(shocks: FloatArray, decay: float, order: int) -> FloatArray:
    """The unit without what it remembers from before the last `order` shocks."""
    series: FloatArray = lfilter(decay ** np.arange(order + 1), [1.0], shocks)
    return series


def judge(
    rows: Sequence[Row],
    error_rates: tuple[ErrorRates, ...] = (),
    figures: tuple[Figure, ...] = (),
) -> Finding:
    """One order that is rejected beyond the error of the test refutes."""
    proven = [row for row in rows if row["from"] > row["genuine to"]]
    alike = [row for row in rows if row["to"] - row["genuine from"] <= _MARGIN]
    verdict = Verdict.of(
        is_refuted=proven,
        is_shown=len(alike) == len(rows),
    )
    widest = max(rows, key=lambda row: row["from"] - row["genuine to"])
    n_hits = round(widest["rejected"] * widest["n"])
    rate = rate_of([True] * n_hits + [False] * (widest["n"] - n_hits), level=0.9)
    return Finding(
        verdict=verdict,
        statistic=f"share of the states in which an MA(p) is rejected, {_place(widest)}",
        value=rate.value,
        threshold=widest["genuine to"],
        rule=(
            f"The autocorrelations at lags p + 1 to p + {_N_LAGS} are tested jointly at "
            f"{_LEVEL:.0%} with Bartlett's covariance under an MA(p). Refuted if for some a, p and "
            "T the interval of the rejection rate lies above that of the rate on a genuine MA(p), "
            "both at 95 % after Bonferroni's correction for the number of cells; holds if "
            f"everywhere their ends differ by at most {_MARGIN:.0%} of the series; else not "
            "decided. The statistic is that of the clearest cell, the threshold the upper end of "
            "the rate on a genuine MA(p) there."
        ),
        summary=_summary(rows, proven, widest),
        n_replications=sum(row["n"] for row in rows),
        qualification=_where(rows, proven),
        interval=rate.interval,
        table=tuple(rows),
        figures=figures,
        error_rates=error_rates,
    )


def _summary(rows: Sequence[Row], proven: Sequence[Row], widest: Row) -> str:
    return (
        f"In {len(proven)} of {len(rows)} combinations of weight, order and length an MA(p) is "
        "rejected for the state more often than for a genuine MA(p), beyond chance; most clearly "
        f"at {_place(widest)}: in {widest['rejected']:.1%} of {widest['n']} series, against "
        f"{widest['rejected, genuine MA(p)']:.1%}."
    )


def _where(rows: Sequence[Row], proven: Sequence[Row]) -> str:
    """Which orders the test tells from the state, and which it cannot."""
    if not proven:
        return ""
    others = [row for row in rows if row not in proven]
    if not others:
        return ""
    return (
        f"At {'; '.join(map(_place, others))} so little is left beyond lag p that the test does "
        "not tell it from a genuine MA(p)."
    )


def _place(row: Row) -> str:
    return f"a = {row['a']:g}, p = {row['p']}, T = {row['T']}"


CLAIM = Claim(
    key="H3",
    title="The state is a moving average of finite order",
    statement=(
        "Fed with white noise, the state h_t of a linear unit is a moving average MA(p) of the "
        "shocks, p being the number of past inputs to which the recursion is unrolled."
    ),
    algebra=(
        "MA(p):   ρ(k) = 0 for every k > p",
        "h_t = a h_{t−1} + b e_t   ⇒   ρ(k) = aᵏ ≠ 0 for every k:   AR(1) = MA(∞)",
        "r = (r_{p+1} … r_{p+m}),   T rᵀ W⁻¹ r → χ²_m for an MA(p)",
        "Bartlett:   W_ij = Σ_{|k|≤p} ρ(k) ρ(k + i − j)   (i, j > p)",
    ),
    answers={
        Verdict.HOLDS: "Its state is a moving average of finite order.",
        Verdict.REFUTED: (
            "Its state is not a moving average of finite order: its autocorrelations do not end "
            "after p lags, as those of an MA(p) would."
        ),
        Verdict.NOT_DECIDED: (
            "Whether its state can be told from a moving average of finite order is not decided "
            "by this many simulations."
        ),
    },
    examine=examine,
    part=Part.ALGEBRA,
    effort={"quick": 1, "full": 2},
)
