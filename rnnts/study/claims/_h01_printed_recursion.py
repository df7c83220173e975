"""H1: the unrolled recursion as printed."""

from collections.abc import Mapping
from itertools import product

import numpy as np

from rnnts._types import FloatArray
from rnnts.study._evidence import Claim, Finding, Part, Verdict
from rnnts.study._settings import Settings
from rnnts.study.experiments._processes import PROCESSES
from rnnts.study.experiments._series import levels
from rnnts.study.experiments._unit import states_of

_DECAYS = (0.3, 0.5, 0.9)
_ORDERS = (1, 2, 5, 20)
_INPUT_WEIGHT = 0.4
_TOLERANCE = 1e-12


def unit(x: FloatArray, decay: float) -> FloatArray:
    """States of the unit that the recursion is about."""
    return states_of(x, decay, _INPUT_WEIGHT)


def unrolled(x: FloatArray, states: FloatArray, decay: float, lag: int, n_terms: int) -> FloatArray:
    """The right-hand side a^p h_{t-p} + sum_{i < n_terms} b a^i x_{t-i}, for t >= n_terms."""
    weights = _INPUT_WEIGHT * decay ** np.arange(n_terms)
    window = np.convolve(x, weights)[n_terms : len(x)]
    remainder = decay**lag * states[n_terms - lag : len(x) - lag]
    return remainder + window


def inputs(settings: Settings, n_simulated: int) -> Mapping[str, FloatArray]:
    """The series that the unit reads."""
    rng = settings.rng("H1 inputs")
    return {
        "white noise": rng.standard_normal(n_simulated),
        "AR(1)": PROCESSES["AR(1)"].simulate(n_simulated, random_state=rng),
        "sunspots": levels("sunspots"),
        "Nile": levels("nile"),
    }


def examine(settings: Settings) -> Finding:
    """Compute both sides, for the sum as printed and for the one that stops a term earlier."""
    table = []
    for (name, x), decay, order in product(inputs(settings, 1000).items(), _DECAYS, _ORDERS):
        states = unit(x, decay)
        spread = states.std()
        n_printed = order + 1
        target = states[n_printed:]
        printed = unrolled(x, states, decay, order, n_printed)
        corrected = unrolled(x, states, decay, order, order)[1:]
        remainder = decay**order * states[: len(states) - order]
        table.append(
            {
                "input": name,
                "a": decay,
                "p": order,
                "error of the printed sum (sd of h)": np.abs(target - printed).max() / spread,
                "error of the sum to p−1 (sd of h)": np.abs(target - corrected).max() / spread,
                "sd of the remainder (sd of h)": remainder.std() / spread,
            }
        )
    printed_errors, corrected_errors, remainders = (
        np.array([row[name] for row in table], dtype=float) for name in list(table[0])[3:]
    )
    return judge(printed_errors, corrected_errors, remainders, table)


def judge(
    printed_errors: FloatArray,
    corrected_errors: FloatArray,
    remainders: FloatArray,
    table: list[dict[str, object]],
) -> Finding:
    """The printed form must be an identity and its remainder a constant, in every case."""
    is_identity = printed_errors.max() <= _TOLERANCE
    is_constant = remainders.max() <= _TOLERANCE
    n_cases = len(printed_errors)
    return Finding(
        verdict=Verdict.HOLDS if is_identity and is_constant else Verdict.REFUTED,
        statistic="largest error of the printed sum, in sd of h",
        value=float(printed_errors.max()),
        threshold=_TOLERANCE,
        rule=(
            "Holds if in every case both sides agree to 1e-12 sd of h and the remainder varies by "
            "no more than that; otherwise refuted, because one counterexample is enough."
        ),
        summary=(
            f"In {n_cases} cases the printed sum misses h by {printed_errors.min():.2g} to "
            f"{printed_errors.max():.2g} sd; stopped at p−1 it is off by at most "
            f"{corrected_errors.max():.1e} sd; the remainder has {remainders.min():.2g} to "
            f"{remainders.max():.2g} of the sd of h."
        ),
        n_replications=n_cases,
        table=tuple(table),
    )


CLAIM = Claim(
    key="H1",
    title="The unrolled recursion, as printed",
    statement=(
        "A linear unit h_t = a h_{t−1} + b x_t can be written h_t = aᵖ h_{t−p} + Σ φᵢ x_{t−i} with "
        "the sum from i = 0 to p, where φᵢ = b aⁱ and the first term is a constant."
    ),
    algebra=(
        "h_t = a h_{t−1} + b x_t",
        "h_t = a² h_{t−2} + a b x_{t−1} + b x_t   (insert h_{t−1})",
        "h_t = aᵖ h_{t−p} + Σ_{i=0}^{p−1} b aⁱ x_{t−i}   (after p insertions: p inputs, not p + 1)",
        "printed − correct = b aᵖ x_{t−p},   sd(aᵖ h_{t−p}) = |a|ᵖ sd(h) > 0",
    ),
    answers={
        Verdict.HOLDS: "As printed, the state of a linear unit is a constant plus a sum of inputs.",
        Verdict.REFUTED: (
            "Not as it is usually printed: that the state of a linear unit is a constant plus a "
            "weighted sum of the inputs t−p to t is not an identity, because the sum has to stop "
            "one term earlier and what remains is not constant but aᵖ times an older state."
        ),
        Verdict.NOT_DECIDED: "Whether the recursion as printed is an identity stays open.",
    },
    examine=examine,
    part=Part.ALGEBRA,
    effort={"quick": 1, "full": 1},
)
