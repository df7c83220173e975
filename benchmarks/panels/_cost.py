"""What a model takes."""

import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import psutil

Result = TypeVar("Result")


class Cost(NamedTuple):
    """Seconds on the wall and of all cores."""

    wall: float
    cpu: float


def measured(task: Callable[[], Result]) -> tuple[Result, Cost]:
    """What the task returns, and what that cost."""
    begin, cpu = time.perf_counter(), _cpu_seconds()
    result = task()
    return result, Cost(time.perf_counter() - begin, _cpu_seconds() - cpu)


def _cpu_seconds() -> float:
    """Of this process and all that it started, those that ended and those that still run."""
    this = psutil.Process()
    times = [process.cpu_times() for process in (this, *this.children(recursive=True))]
    return sum(one.user + one.system + one.children_user + one.children_system for one in times)
