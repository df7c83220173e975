"""H5: every linear network is an ARMA model."""

import numpy as np
from scipy.signal import lfilter

from rnnts._types import FloatArray
from rnnts.linear import StateSpace
from rnnts.study._evidence import Claim, Finding, Part, Row, Verdict
from rnnts.study._settings import Settings
from rnnts.study.experiments._fits import train_network
from rnnts.study.experiments._series import levels, logs

_TOLERANCE = 1e-10
_SIZES = range(1, 9)
_N_WEIGHTS = 40
_N_STEPS = 100
_TRAINED = (
    ("sunspots", levels, (1, 2, 4)),
    ("nile", levels, (1, 2)),
    ("lynx", logs, (2, 4)),
    ("us_macro_unemp", levels, (1, 3)),
    ("elnino_sst", levels, (2, 4)),
)


def examine(settings: Settings) -> Finding:
    """Random networks of every size, with and without a skip, and networks trained on data."""
    rng = settings.rng("H5 networks")
    groups: dict[tuple[str, bool], list[tuple[float, float]]] = {}
    for done in range(settings.n_networks):
        size, has_skip = _SIZES[done % len(_SIZES)], bool(done // len(_SIZES) % 2)
        network = random_network(rng, size, has_skip=has_skip)
        gaps = compare(network, rng.standard_normal(_N_STEPS))
        groups.setdefault((f"random, {size} units", has_skip), []).append(gaps)
        settings.on_step(done + 1, settings.n_networks)
    for name, read, sizes in _TRAINED:
        y = read(name)
        for size in sizes:
            gaps = compare(train_network(y, size).to_state_space(), y)
            groups[f"trained on {name}, {size} units", False] = [gaps]
    rows: list[Row] = [
        {
            "networks": kind,
            "skip": has_skip,
            "n": len(gaps),
            "filter weights": max(gap for gap, _ in gaps),
            "difference equation": max(gap for _, gap in gaps),
        }
        for (kind, has_skip), gaps in sorted(groups.items())
    ]
    return judge(rows)


def random_network(rng: np.random.Generator, size: int, *, has_skip: bool) -> StateSpace:
    """Dense weights; only the open loop is scaled to forget its start."""
    recurrence = rng.standard_normal((size, size))
    recurrence *= rng.uniform(0, 0.9) / np.abs(np.linalg.eigvals(recurrence)).max()
    return StateSpace.from_lags(
        recurrence,
        rng.standard_normal(size),
        rng.standard_normal(size),
        D=rng.standard_normal() if has_skip else None,
        b_hidden=rng.standard_normal(size),
        b_output=[rng.standard_normal()],
    )


def compare(network: StateSpace, y: FloatArray) -> tuple[float, float]:
    """Gaps in the filter weights and in phi(L) y = c + theta(L) e on data, relative to the terms.

    The ARMA side of the weights is computed by statsmodels.
    """
    from statsmodels.tsa.arima_process import arma2ar

    arma = network.to_arma()
    weights = network.pi_weights(_N_WEIGHTS)
    reference = -arma2ar(arma.ar_polynomial, arma.ma_polynomial, _N_WEIGHTS + 1)[1:]
    weight_gap = np.abs(weights - reference).max() / max(1.0, np.abs(weights).max())

    phi, theta = arma.ar_polynomial, arma.ma_polynomial
    errors = y - network.run(y, start=np.zeros(network.hidden_size))[0]
    gap = lfilter(phi, [1.0], y) - arma.const - lfilter(theta, [1.0], errors)
    terms = lfilter(np.abs(phi), [1.0], np.abs(y)) + lfilter(np.abs(theta), [1.0], np.abs(errors))
    n_start = network.hidden_size + 1  # by then the start has left the equation
    return float(weight_gap), float((np.abs(gap) / (terms + abs(arma.const)))[n_start:].max())


def judge(rows: list[Row]) -> Finding:
    """Every network must satisfy both identities."""
    weights = max(row["filter weights"] for row in rows)
    equation = max(row["difference equation"] for row in rows)
    n_networks = sum(row["n"] for row in rows)
    n_random = sum(row["n"] for row in rows if row["networks"].startswith("random"))
    largest = max(weights, equation)
    return Finding(
        verdict=Verdict.HOLDS if largest <= _TOLERANCE else Verdict.REFUTED,
        statistic="largest relative gap",
        value=largest,
        threshold=_TOLERANCE,
        rule=(
            "Holds if for every network the filter weights (against statsmodels' arma2ar) and the "
            "ARMA difference equation on data agree to 1e-10 of their terms; otherwise refuted."
        ),
        summary=(
            f"{n_random} random and {n_networks - n_random} trained networks: filter weights "
            f"differ from those of the ARMA model by at most {weights:.1e}, its difference "
            f"equation on data by {equation:.1e}."
        ),
        n_replications=n_networks,
        table=tuple(rows),
    )


CLAIM = Claim(
    key="H5",
    title="Every linear RNN is an ARMA model",
    statement=(
        "On every data path a linear network with n units makes the one-step predictions of an "
        "ARMA(n, n), with a skip from input to output of an ARMA(n + 1, n)."
    ),
    algebra=(
        "ŷ_{t+1} = C (I − A L)⁻¹ B y_t + const   (the start fades with Aᵗ)",
        "θ(L) = det(I − A L): the network reading data",
        "φ(L) = θ(L) (1 − L C (I − A L)⁻¹ B) = det(I − (A + B C) L): "
        "the network reading its own forecasts",
        "φ(L) y_t = c + θ(L) e_t   with e the one-step errors, whatever y is",
    ),
    answers={
        Verdict.HOLDS: (
            "The other way round, every linear network with n units is exactly an ARMA(n, n) "
            "predictor: a moving average of its one-step errors and an autoregression together."
        ),
        Verdict.REFUTED: "Some linear networks are not ARMA predictors.",
        Verdict.NOT_DECIDED: "Whether every linear network is an ARMA predictor stays open.",
    },
    examine=examine,
    part=Part.ALGEBRA,
    effort={"quick": 2, "full": 9},
)
