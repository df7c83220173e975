"""Seconds until a process has its first gradient: with an empty cache, and with a full one."""

import os
import subprocess
import sys
from collections.abc import Iterable
from tempfile import TemporaryDirectory

_FIRST_GRADIENT = """
import time
import numpy as np
from numba import njit
from rnnts._network import Network
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.losses import LOSSES

# What Numba's first compilation of anything costs is not ours.
njit(lambda: 0)()
x = np.zeros((5, 2, 1))
network = Network(CELLS["{cell}"], 1, 3, 1, dtype=np.{dtype})
params = np.zeros(network.n_params)
start = time.process_time()
Objective(network, LOSSES["squared_error"], x, x).value_and_gradient(params)
print(time.process_time() - start)
"""


def rows(cells: Iterable[str] = ("tanh", "gru", "lstm")) -> Iterable[dict[str, object]]:
    """One row a cell and type: seconds of CPU time."""
    for cell in cells:
        for dtype in ("float32", "float64"):
            with TemporaryDirectory() as folder:
                cold, warm = (_seconds(cell, dtype, folder) for _ in range(2))
            yield {
                "cell": cell,
                "dtype": dtype,
                "cold s": round(cold, 2),
                "warm s": round(warm, 3),
            }


def _seconds(cell: str, dtype: str, folder: str) -> float:
    script = _FIRST_GRADIENT.format(cell=cell, dtype=dtype)
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "NUMBA_CACHE_DIR": folder},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
