"""The machine that the figures are of, and which of its cores the process may use."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

# Not every system can pin a process; there, no more than the number of threads is set.
_CAN_PIN = hasattr(os, "sched_setaffinity")
_CORES = os.sched_getaffinity(0) if _CAN_PIN else set(range(os.cpu_count() or 1))

N_CORES = len(_CORES)


def pin_to_one_core() -> None:
    """Keep this process, and the threads that it starts from now on, on its last core."""
    if _CAN_PIN:
        os.sched_setaffinity(0, {max(_CORES)})


@contextmanager
def all_cores() -> Iterator[None]:
    """Let threads that start in this context use all cores."""
    if _CAN_PIN:
        os.sched_setaffinity(0, _CORES)
    try:
        yield
    finally:
        pin_to_one_core()


def description() -> dict[str, str]:
    """CPU and versions."""
    names = ("rnnts", "numba", "numpy", "torch", "jax", "river")
    packages = {name: version(name) for name in names}
    return {
        "CPU": _cpu_model(),
        "cores": str(N_CORES),
        "Python": platform.python_version(),
        **packages,
    }


def _cpu_model() -> str:
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
