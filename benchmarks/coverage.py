"""Print how often intervals hold the observation, step by step, on processes that are simulated.

Every series is drawn anew, trained on once, and forecast from several origins after that, so that
the shares are over samples and origins, as a user meets them.  The goal is to be within two points
at every step; the last column names the steps where it is missed.

    python -m benchmarks.coverage --processes "AR(1)" SETAR --models arma linear
"""

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from rnnts import ARMAForecaster, RNNForecaster, backtest
from rnnts.linear import ARMA

_HORIZON = 12
_LEVELS = (80, 95)
_WITHIN = 2.0
_MODELS = {
    "arma": lambda n_units: ARMAForecaster((n_units, 0, n_units)),
    "linear": lambda n_units: RNNForecaster("linear", n_units),
    "tanh": lambda _: RNNForecaster("tanh", horizon=None),
    "gru": lambda _: RNNForecaster("gru", horizon=None),
    "default": lambda _: RNNForecaster(),
}
_LINEAR = {
    "AR(1)": ARMA(ar=[0.7], ma=[]),
    "ARMA(1,1)": ARMA(ar=[0.8], ma=[-0.4]),
    "AR(2), a cycle": ARMA(ar=[1.2, -0.6], ma=[]),
    "ARMA(2,2)": ARMA(ar=[1.2, -0.6], ma=[0.5, 0.3]),
}


def _setar(last: float, error: float) -> float:
    """Two regimes, told apart by the sign of the last value (Tong, 1990)."""
    return (0.9 * last if last <= 0 else -0.5 * last) + error


def _exponential(last: float, error: float) -> float:
    """An autoregression that changes its sign as it nears zero (Haggan and Ozaki, 1981)."""
    return (0.9 - 1.4 * np.exp(-(last**2))) * last + error


def _neuron(last: float, error: float) -> float:
    """One saturating unit, which stays on its side for some time."""
    return 2.0 * np.tanh(last) + error


def _bilinear(last: float, error: float) -> float:
    """An autoregression with a coefficient that is drawn anew (Granger and Andersen, 1978)."""
    return (0.5 + 0.4 * error) * last + error


def _logistic(last: float, error: float) -> float:
    """A chaotic map of the unit interval into itself, pushed a little, and reflected if out."""
    pushed = 3.8 * last * (1 - last) + 0.03 * error
    return 1 - abs(1 - abs(pushed))


def _skew(last: float, error: float) -> float:
    """A linear process whose errors are skew: squares of normal ones."""
    return 0.7 * last + (error**2 - 1) / np.sqrt(2)


_NONLINEAR = {
    "SETAR": _setar,
    "exponential AR": _exponential,
    "one neuron": _neuron,
    "bilinear": _bilinear,
    "logistic map": _logistic,
    "skew AR(1)": _skew,
}
PROCESSES = [*_LINEAR, *_NONLINEAR]


def simulate(process: str, n_rows: int, seed: int) -> np.ndarray:
    """A series drawn from a process."""
    if process in _LINEAR:
        return _LINEAR[process].simulate(n_rows, random_state=seed)
    step: Callable[[float, float], float] = _NONLINEAR[process]
    n_burn = 100
    errors = np.random.default_rng(seed).normal(size=n_burn + n_rows)
    y = np.zeros(n_burn + n_rows)
    for t in range(1, len(y)):
        y[t] = step(y[t - 1], errors[t])
    return y[n_burn:]


def covered(process: str, models: list[str], n_rows: int, n_origins: int, seed: int) -> np.ndarray:
    """Which intervals held, of shape (n_models, n_levels, n_origins, horizon)."""
    n_units = max(_LINEAR[process].order) if process in _LINEAR else 2
    y = simulate(process, n_rows + n_origins * _HORIZON, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = backtest(
            {name: _MODELS[name](n_units) for name in models},
            y,
            horizon=_HORIZON,
            n_windows=n_origins,
            refit=False,
            level=_LEVELS,
        )
    table = result.predictions
    held = [
        [table["y"].between(table[f"{name}-lo-{level}"], table[f"{name}-hi-{level}"])]
        for name in models
        for level in _LEVELS
    ]
    return np.reshape(held, (len(models), len(_LEVELS), n_origins, _HORIZON))


def rows(arguments: argparse.Namespace) -> Iterator[pd.DataFrame]:
    """Of each process, coverage in per cent by model and level, a column for each step ahead."""
    for process in arguments.processes:
        held = Parallel(n_jobs=arguments.n_jobs)(
            delayed(covered)(process, arguments.models, arguments.rows, arguments.origins, seed)
            for seed in range(arguments.series)
        )
        shares = 100 * np.mean(held, axis=(0, 3))
        index = pd.MultiIndex.from_product(
            [[process], arguments.models, _LEVELS], names=["process", "model", "level"]
        )
        steps = [str(step) for step in range(1, _HORIZON + 1)]
        table = pd.DataFrame(shares.reshape(-1, _HORIZON), index=index, columns=steps)
        levels = table.index.get_level_values("level")
        far = table.sub(levels, axis=0).abs()
        table["worst"] = far.max(axis=1)
        table["missed at"] = [
            " ".join(row.index[row > _WITHIN]) or "none" for _, row in far.iterrows()
        ]
        yield table


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--processes", nargs="+", choices=PROCESSES, default=PROCESSES)
    parser.add_argument("--models", nargs="+", choices=_MODELS, default=["arma", "linear"])
    parser.add_argument("--series", type=int, default=200, help="drawn of each process")
    parser.add_argument("--origins", type=int, default=20, help="in each series")
    parser.add_argument("--rows", type=int, default=300, help="trained on")
    parser.add_argument("--n-jobs", type=int, default=1)
    arguments = parser.parse_args()

    n = arguments.series * arguments.origins
    errors = [f"{100 * np.sqrt(p * (1 - p) / n):.2f} at {100 * p:.0f} %" for p in (0.8, 0.95)]
    print(f"Coverage in per cent over {n} origins, {arguments.rows} rows of training.")
    print(f"Standard errors, were the origins independent: {', '.join(errors)}.")
    start = time.perf_counter()
    for table in rows(arguments):
        print(f"\n{table.round(1).to_string()}", flush=True)
        print(f"{time.perf_counter() - start:5.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
