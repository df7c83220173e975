"""How many observations intervals hold, on simulated and on shipped series.

`python -m benchmarks.coverage` says it step by step, from thousands of origins.
"""

import warnings
from collections.abc import Iterator

import numpy as np

from benchmarks._report import Figure, Row
from benchmarks.coverage import covered
from rnnts import ARMAForecaster, ETSForecaster, RNNForecaster, backtest, datasets

_LEVELS = (80, 95)
# Points that the share of all steps may be off its level.
_GOALS = {"simulated": 2.0, "shipped": 5.0}

_PROCESSES = "AR(1)", "AR(2), a cycle", "SETAR", "skew AR(1)"
_SIMULATED = "arma", "linear", "default"
_N_SERIES, _N_ORIGINS, _N_ROWS = 40, 8, 300

_MODELS = {
    "RNNForecaster()": RNNForecaster(),
    "linear": RNNForecaster("linear", 2),
    "ARMA(2, 2)": ARMAForecaster((2, 0, 2)),
    "ETSForecaster()": ETSForecaster(),
}
_HORIZON, _N_WINDOWS = 12, 12
# The first is trained on, of each series; the others come after it, as far as there are as many.
_FEWEST, _MOST = 60, 400


def rows() -> Iterator[Row]:
    """Shares held by each kind of model."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for process in _PROCESSES:
            held = np.stack(
                [
                    covered(process, list(_SIMULATED), _N_ROWS, _N_ORIGINS, seed)
                    for seed in range(_N_SERIES)
                ]
            ).mean(axis=(3, 4))
            for place, name in enumerate(_SIMULATED):
                yield _row(f"{process}, {name}", held[:, place], "simulated")
        shipped = {name: [] for name in _MODELS}
        for series in datasets.names():
            y = datasets.load(series)[-_MOST:]
            if len(y) < _FEWEST + _HORIZON * _N_WINDOWS // 2:
                continue
            for name, held in _held(y).items():
                shipped[name].append(held)
        for name, held in shipped.items():
            yield _row(f"{len(held)} shipped series, {name}", np.stack(held), "shipped")


def _held(y) -> dict[str, np.ndarray]:
    """Share that each model holds, (n_levels,)."""
    step = min(_HORIZON, (len(y) - _FEWEST - _HORIZON) // (_N_WINDOWS - 1))
    table = backtest(
        _MODELS,
        y,
        horizon=_HORIZON,
        n_windows=_N_WINDOWS,
        step_size=step,
        refit=4,
        level=_LEVELS,
    ).predictions
    return {
        name: np.array(
            [
                table["y"].between(table[f"{name}-lo-{level}"], table[f"{name}-hi-{level}"]).mean()
                for level in _LEVELS
            ]
        )
        for name in _MODELS
    }


def _row(case: str, held: np.ndarray, kind: str) -> Row:
    """Of shares of series, (n_series, n_levels)."""
    shares = 100 * held.mean(axis=0)
    errors = 100 * held.std(axis=0, ddof=1) / np.sqrt(len(held))
    figures = []
    for level, share, error in zip(_LEVELS, shares, errors, strict=True):
        figures += [
            Figure(f"{level} % hold", share, "points"),
            Figure(f"standard error, {level}", error, "points"),
            Figure(f"off {level}", abs(share - level), "points", _GOALS[kind], False),
        ]
    return Row(case, figures)
