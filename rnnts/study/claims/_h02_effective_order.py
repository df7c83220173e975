"""H2: how many inputs a unit remembers."""

from itertools import product

from rnnts._types import FloatArray
from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._settings import Settings
from rnnts.study.claims._h01_printed_recursion import inputs, unit
from rnnts.study.experiments._processes import PROCESSES
from rnnts.study.experiments._unit import effective_order, n_to_forget
from rnnts.study.figures import share_figure
from rnnts.study.inference import ErrorRates, RatioTest, rate_of, ratio_tost

_DECAYS = (0.3, 0.5, 0.9, 0.99)
_SHARES = (0.05, 0.01, 1e-4)
_SIMULATED = ("white noise", "AR(1)")
_SLACK = 0.05
_FORGOTTEN = 1e-8
# Of a real series, more or less; on it the test is tried out.
_USUAL_LENGTH = 300


def examine(settings: Settings) -> Finding:
    """Measure the variance of what the last p(ε) inputs leave open."""
    rows: list[Row] = []
    for (name, x), decay, share in product(
        inputs(settings, settings.n_long).items(), _DECAYS, _SHARES
    ):
        order = effective_order(decay, share)
        ratio = share_left_open(x, decay, order)
        if ratio is None:
            continue
        rows.append(
            {
                "input": name,
                "simulated": name in _SIMULATED,
                "a": decay,
                "ε": share,
                "p(ε)": order,
                "a²ᵖ": decay ** (2 * order),
                "share of the remainder": ratio.ratio,
                "from": ratio.interval[0],
                "to": ratio.interval[1],
                "share / ε": ratio.ratio / share,
            }
        )
    figures = (share_figure(rows),) if settings.with_figures else ()
    return judge(rows, settings.n_long, figures, (error_rates(settings),))


def share_left_open(x: FloatArray, decay: float, order: int) -> RatioTest | None:
    """Share of the variance of the state that its last inputs leave open; None for short series."""
    # The identity is about a stationary state: what h = 0 at the start did must be gone.
    states = unit(x - x.mean(), decay)[n_to_forget(decay, _FORGOTTEN) :]
    if len(states) < 3 * order:
        return None
    states = states - states.mean()
    remainder = decay**order * states[:-order]
    return ratio_tost(remainder**2, states[order:] ** 2, margin=0.5)


def error_rates(settings: Settings) -> ErrorRates:
    """How often the interval lies above ε on a short series: of p(ε) inputs and of half of them."""
    decay, share = _DECAYS[1], _SHARES[1]
    order = effective_order(decay, share)
    rng = settings.rng("H2 error rates")
    process = PROCESSES["AR(1)"]
    hits: dict[int, list[bool]] = {order: [], order // 2: []}
    for _ in range(max(20, settings.n_tests // 5)):
        x = process.simulate(_USUAL_LENGTH, random_state=rng)
        for kept, found in hits.items():
            ratio = share_left_open(x, decay, kept)
            found.append(ratio is not None and ratio.interval[0] > share * (1 + _SLACK))
    where = f"AR(1) input of {_USUAL_LENGTH}, a = {decay:g}, ε = {share:g}"
    return ErrorRates(
        test="interval of the share (Fieller, Bartlett variance) wholly above ε",
        level=0.05,
        null=f"{where}, p(ε) = {order} inputs",
        size=rate_of(hits[order]),
        alternative=f"{where}, {order // 2} inputs",
        power=rate_of(hits[order // 2]),
    )


def judge(
    rows: list[Row],
    n_long: int,
    figures: tuple[Figure, ...] = (),
    rates: tuple[ErrorRates, ...] = (),
) -> Finding:
    """Any input can refute; the long simulated inputs, stationary for certain, confirm."""
    simulated = [row for row in rows if row["simulated"]]
    worst = max(row["share / ε"] for row in simulated)
    n_above = sum(row["from"] > row["ε"] * (1 + _SLACK) for row in rows)
    verdict = Verdict.of(
        is_refuted=n_above,
        is_shown=worst <= 1 + _SLACK,
    )
    real = [row["share / ε"] for row in rows if not row["simulated"]]
    beyond = f"; on the two real series {min(real):.2f} to {max(real):.2f} times" if real else ""
    return Finding(
        verdict=verdict,
        statistic="largest share of the remainder, in units of ε",
        value=float(worst),
        threshold=1 + _SLACK,
        rule=(
            "Refuted if for some input the 90 % interval (Fieller, Bartlett variance) of the share "
            "lies above ε by more than 5 %; holds if on the long simulated inputs no share exceeds "
            "ε by more than 5 %, the sampling error of two overlapping windows; else not decided."
        ),
        summary=(
            f"Over {len(rows)} combinations the part of h that the last p(ε) inputs leave open has "
            f"at most {worst:.3f} ε of its variance on simulated inputs of {n_long}{beyond}."
        ),
        n_replications=len(rows),
        table=tuple(rows),
        figures=figures,
        error_rates=rates,
    )


CLAIM = Claim(
    key="H2",
    title="A unit has an effective order",
    statement=(
        "Up to a share ε of its variance, a stationary state h is a moving average of the last "
        "p(ε) = ⌈ln ε / (2 ln |a|)⌉ inputs."
    ),
    algebra=(
        "h_t − Σ_{i=0}^{p−1} b aⁱ x_{t−i} = aᵖ h_{t−p}   (H1, corrected)",
        "var(aᵖ h_{t−p}) / var(h_t) = a²ᵖ   (h stationary, whatever the input)",
        "a²ᵖ ≤ ε   ⇔   p ≥ ln ε / (2 ln |a|)",
    ),
    answers={
        Verdict.HOLDS: (
            "But to any accuracy asked for, a linear unit is a moving average of its last inputs, "
            "with an order that follows from its recurrent weight."
        ),
        Verdict.REFUTED: "A linear unit remembers more inputs than the effective order says.",
        Verdict.NOT_DECIDED: "Whether the effective order is large enough stays open.",
    },
    examine=examine,
    part=Part.ALGEBRA,
    effort={"quick": 1, "full": 3},
)
