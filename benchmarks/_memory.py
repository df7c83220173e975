"""Memory that fits and forecasts take at the most, next to what their docstrings say.

Each case runs in a process of its own.  A small one of the same kind comes before it, which
compiles; counted is by how much resident memory then rose.
"""

import gc
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks._fresh import forget_peak, in_fresh_process, peak_bytes, resident_bytes
from benchmarks._report import Figure, Row
from rnnts import PanelForecaster, RNNForecaster, RNNRegressor

_MIB = 2**20
_HORIZON, _LAGS = 4, 8
# What is neither of the rows nor of the network: pools of the allocator, and pandas' own.
_SLACK = 8 * _MIB

# Fits, and then forecasts.
_Steps = tuple[Callable[[], Any], Callable[[], Any]]


class Case(NamedTuple):
    """A model on data of a size."""

    model: str
    n_series: int
    n_rows: int
    hidden_size: int

    def __str__(self) -> str:
        return f"{self.model}, N={self.n_series:,}, T={self.n_rows:,}, H={self.hidden_size}"


class Model(NamedTuple):
    """What is fitted, and the bytes that fit and predict may take."""

    steps: Callable[[Case], _Steps]
    fit_bytes: Callable[[Case], float]
    predict_bytes: Callable[[Case], float]


def _series(case: Case, horizon: int | None) -> _Steps:
    y = _walks(case)[0]
    model = RNNForecaster(
        "tanh",
        case.hidden_size,
        horizon=horizon,
        input_size="auto" if horizon is None else _LAGS,
        partner=None,
        max_iter=5,
    )
    return lambda: model.fit(y), lambda: model.predict(_HORIZON)


def _panel(case: Case, mode: str) -> _Steps:
    rows = pd.date_range("2000", periods=case.n_rows, freq="D")
    panel = pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(case.n_series), case.n_rows),
            "ds": np.tile(rows, case.n_series),
            "y": _walks(case).ravel(),
        }
    )
    estimator = RNNForecaster(
        "tanh",
        case.hidden_size,
        horizon=_HORIZON,
        input_size=_LAGS,
        season_length=1,
        partner=None,
        max_iter=5,
    )
    model = PanelForecaster(estimator, mode=mode)
    return lambda: model.fit(panel), lambda: model.predict(_HORIZON)


def _sequences(case: Case, cell: str) -> _Steps:
    X = _walks(case)[..., None]
    y = X[:, -1, 0]
    model = RNNRegressor(cell, case.hidden_size, max_iter=5)
    return lambda: model.fit(X, y), lambda: model.predict(X)


def _walks(case: Case) -> np.ndarray:
    shape = case.n_series, case.n_rows
    return np.random.default_rng(0).standard_normal(shape).cumsum(axis=1)


def _network_bytes(hidden_size: int, n_inputs: int) -> int:
    """A vector for each of the 20 pairs of L-BFGS, twice, and some more."""
    return 8 * 50 * hidden_size * (hidden_size + n_inputs + 4)


def _nothing(_: Case) -> float:
    return 0.0


def _recursive_bytes(case: Case) -> float:
    return 8 * case.n_rows * (case.hidden_size + 24) + _network_bytes(case.hidden_size, 1)


def _direct_bytes(case: Case) -> float:
    return 8 * case.n_rows * (4 * (_LAGS + _HORIZON) + 12)


def _local_bytes(case: Case) -> float:
    n_weights = case.hidden_size * (case.hidden_size + _LAGS + _HORIZON)
    return case.n_series * (100 * case.n_rows + 40 * n_weights)


def _global_bytes(case: Case) -> float:
    apart = case.n_series * (_direct_bytes(case) + 40_000)
    return apart + _network_bytes(case.hidden_size, _LAGS)


def _forecasts_bytes(case: Case) -> float:
    return 100 * case.n_series * _HORIZON


def _sequences_bytes(case: Case, n_kept: int) -> float:
    """Seven copies of the numbers, and what 32 sequences remember while they are read."""
    tape = 8 * 32 * case.n_rows * (n_kept * case.hidden_size + 24)
    numbers = 8 * case.n_series * case.n_rows
    return 7 * numbers + tape + n_kept * _network_bytes(case.hidden_size, 1)


def _read_bytes(case: Case, n_states: int) -> float:
    """Three copies of the numbers, and the states before and after them."""
    return 8 * case.n_series * (3 * case.n_rows + 2 * n_states * case.hidden_size)


_MODELS = {
    "one series, recursive": Model(partial(_series, horizon=None), _recursive_bytes, _nothing),
    "one series, direct": Model(partial(_series, horizon=_HORIZON), _direct_bytes, _nothing),
    "local panel": Model(partial(_panel, mode="local"), _local_bytes, _forecasts_bytes),
    "global panel": Model(partial(_panel, mode="global"), _global_bytes, _forecasts_bytes),
    "sequences, tanh": Model(
        partial(_sequences, cell="tanh"),
        partial(_sequences_bytes, n_kept=1),
        partial(_read_bytes, n_states=1),
    ),
    "sequences, LSTM": Model(
        partial(_sequences, cell="lstm"),
        partial(_sequences_bytes, n_kept=7),
        partial(_read_bytes, n_states=2),
    ),
}
_CASES = (
    Case("one series, recursive", 1, 100_000, 8),
    Case("one series, recursive", 1, 400_000, 8),
    Case("one series, recursive", 1, 100_000, 64),
    Case("one series, direct", 1, 200_000, 8),
    Case("local panel", 10_000, 50, 4),
    Case("local panel", 10_000, 200, 4),
    Case("global panel", 100, 100, 16),
    Case("global panel", 400, 100, 16),
    Case("sequences, tanh", 20_000, 100, 8),
    Case("sequences, tanh", 20_000, 100, 64),
    Case("sequences, LSTM", 5_000, 100, 64),
)


def rows() -> Iterator[Row]:
    """The most that is held while a model is fitted and asked, beyond what was held before."""
    for case in _CASES:
        taken, model = in_fresh_process("benchmarks._memory", case), _MODELS[case.model]
        yield Row(
            str(case),
            [
                Figure("fit", taken[0] / _MIB, "MiB", _allowed(model.fit_bytes(case)), False),
                Figure("a row", taken[0] / (case.n_series * case.n_rows), "B"),
                Figure(
                    "forecasts",
                    taken[1] / _MIB,
                    "MiB",
                    _allowed(model.predict_bytes(case)),
                    False,
                ),
            ],
        )


def _allowed(n_bytes: float) -> float:
    return (n_bytes + _SLACK) / _MIB


def _taken(case: Case) -> list[int]:
    """Bytes of the fit, and of the forecast after it."""
    steps = _MODELS[case.model].steps
    small = case._replace(n_series=min(case.n_series, 40), n_rows=min(case.n_rows, 60))
    for work in steps(small):
        work()
    taken = []
    for work in steps(case):
        gc.collect()
        forget_peak()
        before = resident_bytes()
        kept = work()
        taken.append(peak_bytes() - before)
        del kept
    return taken


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(_taken(Case(*json.loads(sys.argv[1])))))
