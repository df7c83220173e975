"""How time grows with the size of the work: slopes of log seconds on log sizes.

Every fit takes a fixed number of steps of its solver.  Sizes take turns; counted is the time of the
processor, and of each size the median.
"""

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmarks._report import Figure, Row
from rnnts import PanelForecaster, RNNForecaster, RNNRegressor, ThetaForecaster
from rnnts.solvers import Adam

_GOAL = 1.1
_ROUNDS = 3
_HORIZON, _LAGS = 4, 8
# All steps are taken, on every size.
_ADAM = Adam(max_iter=20, schedule="cosine", n_iter_no_change=20)
_DIRECT = {"horizon": _HORIZON, "input_size": _LAGS, "season_length": 1, "partner": None}


def _doubled(first: int, n_sizes: int) -> list[int]:
    return [first * 2**k for k in range(n_sizes)]


def _one_series(model: Any) -> Callable[[int], Callable[[], Any]]:
    def of_size(n_rows: int) -> Callable[[], Any]:
        y = _walks(1, n_rows)[0]
        return lambda: model.fit(y)

    return of_size


def _forecast(n_steps: int) -> Callable[[], Any]:
    model = RNNForecaster("tanh", 8, horizon=None, solver=_ADAM).fit(_walks(1, 200)[0])
    return lambda: model.predict(n_steps)


def _panel(mode: str, n_series: int, n_rows: int) -> Callable[[], Any]:
    panel = pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(n_series), n_rows),
            "ds": np.tile(pd.date_range("2000", periods=n_rows, freq="D"), n_series),
            "y": _walks(n_series, n_rows).ravel(),
        }
    )
    model = PanelForecaster(RNNForecaster("tanh", 4, solver=_ADAM, **_DIRECT), mode=mode)
    return lambda: model.fit(panel)


def _sequences(n_sequences: int) -> Callable[[], Any]:
    X = _walks(n_sequences, 50)
    model = RNNRegressor("tanh", 16, solver=_ADAM)
    return lambda: model.fit(X, X[:, -1])


def _walks(n_series: int, n_rows: int) -> np.ndarray:
    shape = n_series, n_rows
    return np.random.default_rng(0).standard_normal(shape).cumsum(axis=1)


# What grows, work of a size, and the sizes.
_CASES: dict[str, tuple[Callable[[int], Callable[[], Any]], Sequence[int]]] = {
    "fit of one series, recursive, over T": (
        _one_series(RNNForecaster("tanh", 8, horizon=None, solver=_ADAM)),
        _doubled(500, 6),
    ),
    "fit of one series, direct, over T": (
        _one_series(RNNForecaster("tanh", 8, solver=_ADAM, **_DIRECT)),
        _doubled(500, 6),
    ),
    "fit of a linear network by Levenberg-Marquardt, over T": (
        _one_series(RNNForecaster("linear", 2, max_iter=5)),
        _doubled(500, 6),
    ),
    "fit of theta, over T": (_one_series(ThetaForecaster()), _doubled(500, 6)),
    "forecast, over the horizon": (_forecast, _doubled(500, 6)),
    "local panel, T=40, over N": (lambda n: _panel("local", n, 40), _doubled(1000, 6)),
    "local panel, N=200, over T": (lambda t: _panel("local", 200, t), _doubled(50, 6)),
    "global panel, T=60, over N": (lambda n: _panel("global", n, 60), _doubled(25, 5)),
    "global panel, N=20, over T": (lambda t: _panel("global", 20, t), _doubled(100, 5)),
    "sequences, T=50, over N": (_sequences, _doubled(250, 6)),
}


def rows() -> Iterator[Row]:
    """A slope for each kind of work, of all sizes and of the larger half."""
    for case, (of_size, sizes) in _CASES.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            seconds = _medians({size: of_size(size) for size in sizes})
        half = len(sizes) // 2
        yield Row(
            f"{case} = {sizes[0]:,} .. {sizes[-1]:,}",
            [
                Figure("slope", _slope(sizes, seconds), "", _GOAL, False),
                Figure(
                    "of the larger half", _slope(sizes[half:], seconds[half:]), "", _GOAL, False
                ),
            ],
            {"smallest": seconds[0], "largest": seconds[-1]},
        )


def _medians(works: dict[int, Callable[[], Any]]) -> list[float]:
    """Seconds of the processor that each work takes, the median over rounds in turn."""
    next(iter(works.values()))()  # which compiles
    rounds = [[_seconds(work) for work in works.values()] for _ in range(_ROUNDS)]
    return np.median(rounds, axis=0).tolist()


def _seconds(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _slope(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """By least squares."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
