"""A panel of very many series, fitted by `PanelForecaster`: seconds, memory and peers.

Each size is run in a process of its own, which tells how much memory it took at most.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks import _plain, _torch
from benchmarks._comparison import seconds_of_rounds
from benchmarks._machine import N_CORES, all_cores
from benchmarks._problems import Panel
from benchmarks._report import Figure, Row

_GIB = 2**30
# Of peers a step of so many networks is measured; the others would take as long each.
_SAMPLE = 2_000
# Series that are made and fitted at a time where a checkpoint is kept.
_PART = 100_000


class Size(NamedTuple):
    """A panel, and how long its networks are trained."""

    n_series: int
    n_rows: int
    hidden_size: int
    n_epochs: int
    is_checkpointed: bool

    def __str__(self) -> str:
        kept = ", with a checkpoint" if self.is_checkpointed else ""
        return (
            f"{self.n_series:,} series of {self.n_rows} rows, H={self.hidden_size}, "
            f"{self.n_epochs} epochs{kept}"
        )


_GOALS = {
    Size(100_000, 120, 4, 300, False): (60.0, 2.0, 40.0),
    Size(1_000_000, 50, 4, 50, True): (None, None, None),
}


def rows() -> Iterator[Row]:
    """Whole fits on all cores, from a long frame to forecasters."""
    for size, (seconds, memory, ratio) in _GOALS.items():
        with all_cores():
            command = [sys.executable, "-m", "benchmarks._bank", json.dumps(size)]
            said = subprocess.run(command, check=True, capture_output=True, text=True)
        taken = json.loads(said.stdout.splitlines()[-1])
        figures = [
            Figure("fit", taken["seconds"], "s", seconds, False),
            Figure("forecasts", taken["predict"], "s", None, False),
            Figure("memory", taken["memory"], "GiB", memory, False),
        ]
        if ratio is not None:
            figures += [
                Figure(f"against {name}", each / taken["cpu"], "x", ratio)
                for name, each in _seconds_of_peers(size).items()
            ]
        yield Row(str(size), figures)


def _seconds_of_peers(size: Size) -> dict[str, float]:
    """What training steps alone would take peers on one core."""
    problem = Panel(_SAMPLE, size.n_rows, size.hidden_size)
    sides = dict(_plain.sides(problem)) | dict(_torch.sides(problem))
    step = seconds_of_rounds(sides).median()
    n_steps = size.n_epochs * size.n_series / _SAMPLE
    return {str(name): float(seconds * n_steps) for name, seconds in step.items()}


def _parts(size: Size) -> Iterator[pd.DataFrame]:
    rng = np.random.default_rng(0)
    n_in_part = min(size.n_series, _PART if size.is_checkpointed else size.n_series)
    months = pd.date_range("2010-01", periods=size.n_rows, freq="MS")
    for first in range(0, size.n_series, n_in_part):
        y = rng.standard_normal((n_in_part, size.n_rows)).cumsum(axis=1)
        yield pd.DataFrame(
            {
                "unique_id": np.repeat(np.arange(first, first + n_in_part), size.n_rows),
                "ds": np.tile(months, n_in_part),
                "y": y.ravel(),
            }
        )


def _run(size: Size) -> dict[str, float]:
    from joblib import parallel_config

    from rnnts import PanelForecaster, RNNForecaster
    from rnnts.solvers import Adam

    estimator = RNNForecaster(
        "tanh",
        size.hidden_size,
        horizon=1,
        diff=0,
        transform=None,
        deseasonalize=None,
        partner=None,
        solver=Adam(max_iter=size.n_epochs, schedule="cosine"),
    )
    with tempfile.TemporaryDirectory() as folder, parallel_config("threading"):
        checkpoint = Path(folder) if size.is_checkpointed else None
        model = PanelForecaster(estimator, n_jobs=N_CORES, checkpoint=checkpoint)
        # Compiled, or read from the cache.
        model.fit(next(_parts(size._replace(n_series=64, is_checkpointed=False))))
        parts = _parts(size) if size.is_checkpointed else next(_parts(size))
        start, cpu = time.perf_counter(), time.process_time()
        model.fit(parts)
        fitted, spent = time.perf_counter(), time.process_time()
        forecasts = model.predict(1)
        done = time.perf_counter()
    if not (len(forecasts) == size.n_series and np.isfinite(forecasts["y"]).all()):
        raise RuntimeError("not every series has a forecast")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / _GIB
    return {
        "seconds": fitted - start,
        "cpu": spent - cpu,
        "predict": done - fitted,
        "memory": memory,
    }


if __name__ == "__main__":
    print(json.dumps(_run(Size(*json.loads(sys.argv[1])))))
