"""Training by rnnts: the one place that knows how a run of Adam is started."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from benchmarks._comparison import Side
from benchmarks._problems import LEARNING_RATE, Batch, Panel
from rnnts._objective import Objective
from rnnts._types import FloatArray
from rnnts.cells import CELLS
from rnnts.kernels.adam import adam_step
from rnnts.kernels.lanes_rows import RowsObjective
from rnnts.kernels.lanes_series import SeriesLanes, SeriesObjective
from rnnts.kernels.simd import lanes_of
from rnnts.losses import LOSSES, fused

_LOSS = LOSSES["squared_error"]


def side(problem: Batch | Panel, n_threads: int = 1) -> Side:
    """The way to train."""
    run = _objective(problem, n_threads).adam(problem.params, learning_rate=LEARNING_RATE)
    return lambda n_steps: float(np.mean(run.run(n_steps)[-1]))


def _objective(problem: Batch | Panel, n_threads: int) -> Any:
    if isinstance(problem, Batch):
        return _Batch(problem, n_threads)
    dtype = np.dtype(problem.dtype).type
    lanes = SeriesLanes(CELLS[problem.cell], 1, problem.hidden_size, 1, dtype=dtype)
    return _Panel(lanes.windows(problem.series, n_threads=n_threads))


# Objectives do not train by themselves yet.  What follows does it for them, one call after the
# other, and goes when they do: then `_objective` returns what `_Panel` is given, and for a batch
# `Objective` with its `n_threads`.


class _Panel:
    def __init__(self, objective: SeriesObjective) -> None:
        self.objective = objective

    def adam(self, params: FloatArray, learning_rate: float) -> "_Run":
        return _Run(self.objective.adam(params, learning_rate).step)


class _Batch:
    def __init__(self, problem: Batch, n_threads: int) -> None:
        network, lanes = problem.network, lanes_of(problem.network.dtype)
        if n_threads > 1:
            self.value_and_gradient = _in_threads(problem, n_threads)
        elif problem.hidden_size <= 8 and problem.n_sequences >= lanes:
            sizes, y = (network.cell, network.hidden_size), problem.y[None]
            rows = RowsObjective(*sizes, problem.x, y, fused(_LOSS), dtype=network.dtype)
            self.value_and_gradient = rows.value_and_gradient
        else:
            objective = Objective(network, _LOSS, problem.x, problem.y)
            self.value_and_gradient = objective.value_and_gradient

    def adam(self, params: FloatArray, learning_rate: float) -> "_Run":
        params, count = params.astype(np.float64), 0
        mean, variance = np.zeros_like(params), np.zeros_like(params)

        def step() -> float:
            nonlocal count
            count += 1
            value, gradient = self.value_and_gradient(params)
            settings = learning_rate, 0.9, 0.999, 1e-8
            adam_step(params, gradient, mean, variance, count, settings)
            return value

        return _Run(step)


class _Run:
    def __init__(self, step: Callable[[], Any]) -> None:
        self.step = step

    def run(self, n_steps: int) -> list[Any]:
        return [self.step() for _ in range(n_steps)]


def _in_threads(problem: Batch, n_threads: int) -> Callable[[FloatArray], tuple[float, FloatArray]]:
    """Loss and gradient of a batch, an equal part of it on each thread."""
    parts = zip(np.split(problem.x, n_threads, axis=1), np.split(problem.y, n_threads), strict=True)
    objectives = [Objective(problem.network, _LOSS, x, y) for x, y in parts]
    pool = ThreadPoolExecutor(n_threads)

    def value_and_gradient(params: FloatArray) -> tuple[float, FloatArray]:
        parts = pool.map(lambda objective: objective.value_and_gradient(params), objectives)
        values, gradients = zip(*parts, strict=True)
        return sum(values) / n_threads, sum(gradients) / n_threads

    return value_and_gradient
