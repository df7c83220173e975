"""Seconds until a process has trained a network: with an empty cache, and with a full one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks._report import Figure, Row

_GOALS = {"cold": 2.2, "warm": 0.03}

_FIRST_STEP = """
import time
from numba import njit
from benchmarks._ours import side
from benchmarks._problems import Batch

# What Numba's first compilation of anything costs is not ours.
njit(lambda: 0)()
problem = Batch("{cell}", 32, 16, "{dtype}", n_steps=5)
problem.params, problem.x, problem.y
start = time.process_time()
side(problem)(1)
print(time.process_time() - start)
"""


def rows(dtype: str = "float32", n_repeats: int = 3) -> Iterator[Row]:
    """CPU time of the first step of each cell."""
    for cell in ("tanh", "gru", "lstm"):
        runs = [_cold_and_warm(cell, dtype) for _ in range(n_repeats)]
        figures = [
            Figure(name, median(seconds), "s", _GOALS[name], False)
            for name, seconds in zip(_GOALS, zip(*runs, strict=True), strict=True)
        ]
        yield Row(f"{cell}, {dtype}", figures)


def _cold_and_warm(cell: str, dtype: str) -> list[float]:
    with TemporaryDirectory() as folder:
        return [_seconds(cell, dtype, folder) for _ in range(2)]


def _seconds(cell: str, dtype: str, folder: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_STEP.format(cell=cell, dtype=dtype)],
        env={**os.environ, "NUMBA_CACHE_DIR": folder},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
