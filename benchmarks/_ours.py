"""Training by rnnts."""

from typing import Any

import numpy as np

from benchmarks._comparison import Side
from benchmarks._problems import LEARNING_RATE, Batch, Panel
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.kernels.lanes.series import SeriesLanes
from rnnts.kernels.lanes.training import windows_objective
from rnnts.losses import LOSSES


def side(problem: Batch | Panel, n_threads: int = 1) -> Side:
    """The way to train."""
    run = _objective(problem, n_threads).adam(problem.params, learning_rate=LEARNING_RATE)
    return lambda n_steps: float(np.mean(run.run(n_steps)[-1]))


def _objective(problem: Batch | Panel, n_threads: int) -> Any:
    if isinstance(problem, Batch):
        loss = LOSSES["squared_error"]
        return Objective(problem.network, loss, problem.x, problem.y, n_threads=n_threads)
    dtype = np.dtype(problem.dtype).type
    shape = SeriesLanes(CELLS[problem.cell], 1, problem.hidden_size, 1, dtype=dtype)
    return windows_objective(shape, problem.series, n_threads=n_threads)
