"""A training step of rnnts by itself: at a large size, and with two threads."""

from collections.abc import Iterator

from benchmarks import _ours
from benchmarks._comparison import seconds_of_rounds
from benchmarks._machine import N_CORES, all_cores
from benchmarks._problems import Batch, Panel
from benchmarks._report import Figure, Row

_MILLION = Panel(1_000_000, 50, 4)
_MILLION_SECONDS = 0.15
_N_THREADS = {"one thread": 1, "two threads": 2}
_SPEEDUPS = {Panel(100_000, 200, 4): 1.95, Batch("tanh", 256, 64): 1.9, _MILLION: None}


def million() -> Iterator[Row]:
    """A million networks: a full-batch step that is run, not extrapolated."""
    seconds = seconds_of_rounds({"rnnts": _ours.side(_MILLION)})["rnnts"].median()
    yield Row(str(_MILLION), [Figure("a step", seconds, "s", _MILLION_SECONDS, False)])


def threads() -> Iterator[Row]:
    """Two threads against one, where there are two cores."""
    for problem, goal in _SPEEDUPS.items() if N_CORES > 1 else ():
        with all_cores():
            sides = {name: _ours.side(problem, n) for name, n in _N_THREADS.items()}
            rounds = seconds_of_rounds(sides)
        one, two = (rounds[name] for name in _N_THREADS)
        speedup = Figure("speed-up", (one / two).median(), "x", goal)
        yield Row(str(problem), [speedup], rounds.median().to_dict())
