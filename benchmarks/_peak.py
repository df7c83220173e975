"""How many multiply-adds a core can do, and what share of them a training step does."""

from collections.abc import Iterator

import numpy as np

from benchmarks import _ours
from benchmarks._comparison import Side, seconds_of_rounds
from benchmarks._problems import Batch
from benchmarks._report import Figure, Row
from rnnts._types import FloatArray
from rnnts.kernels._jit import fragment
from rnnts.kernels.simd import (
    aligned_empty,
    lane_count,
    lanes_of,
    load,
    multiply_add,
    pointer,
    store,
)

_PROBLEMS = Batch("tanh", 32, 128), Batch("tanh", 256, 128)
_GOAL = 80

_N_CHAINS, _N_TURNS = 12, 1000


def rows() -> Iterator[Row]:
    """Share of the peak that a training step reaches, by the products with recurrent weights."""
    for problem in _PROBLEMS:
        sides = {"rnnts": _ours.side(problem), "peak": _peak(problem.dtype)}
        rounds = seconds_of_rounds(sides)
        reached = 1e-9 * flops_of_step(problem) / rounds["rnnts"]
        peak = 1e-9 * _flops_of_burst(problem.dtype) / rounds["peak"]
        figures = [
            Figure("reached", reached.median(), "GFLOP/s"),
            Figure("peak", peak.median(), "GFLOP/s"),
            Figure("share of peak", 100 * (reached / peak).median(), "%", _GOAL),
        ]
        yield Row(str(problem), figures, {"rnnts": rounds["rnnts"].median()})


def description() -> dict[str, str]:
    """The peak in both scalar types."""
    dtypes = "float32", "float64"
    seconds = seconds_of_rounds({dtype: _peak(dtype) for dtype in dtypes}, budget=1.0).median()
    rates = {dtype: 1e-9 * _flops_of_burst(dtype) / seconds[dtype] for dtype in dtypes}
    text = ", ".join(f"{rate:.0f} GFLOP/s in {dtype}" for dtype, rate in rates.items())
    return {"multiply-adds of a core, measured": text}


def flops_of_step(problem: Batch) -> int:
    """Multiplications and additions of the three products with the recurrent weights."""
    n_gates = problem.network.cell.n_gates
    return 6 * n_gates * problem.hidden_size**2 * problem.n_sequences * problem.n_steps


def _flops_of_burst(dtype: str) -> int:
    return 2 * _N_CHAINS * _N_TURNS * lanes_of(np.dtype(dtype).type)


def _peak(dtype: str) -> Side:
    """Nothing but multiply-adds in registers."""
    scalar = np.dtype(dtype).type
    memory = aligned_empty((_N_CHAINS + 2) * lanes_of(scalar), scalar)
    # Sums that converge to numbers of ordinary size, each from a start of its own: LLVM would
    # compute equal ones once.
    memory[:] = np.linspace(0.1, 0.9, memory.size)

    def run(n_steps: int) -> float:
        _burst(memory, n_steps * _N_TURNS)
        return float(memory[0])

    return run


# Not a cached kernel: their stamp does not see an edit of this file.
@fragment
def _burst(memory: FloatArray, n_turns: int) -> None:
    p = pointer(memory)
    n = lane_count(p)
    # More chains than multiply-adds can be under way: 4 cycles on 2 ports, on the CPUs of today.
    a, b, c, d = load(p, 0), load(p, n), load(p, 2 * n), load(p, 3 * n)
    e, f, g, h = load(p, 4 * n), load(p, 5 * n), load(p, 6 * n), load(p, 7 * n)
    i, j, k, l = load(p, 8 * n), load(p, 9 * n), load(p, 10 * n), load(p, 11 * n)  # noqa: E741
    x, y = load(p, 12 * n), load(p, 13 * n)
    for _ in range(n_turns):
        a, b, c = multiply_add(a, x, y), multiply_add(b, x, y), multiply_add(c, x, y)
        d, e, f = multiply_add(d, x, y), multiply_add(e, x, y), multiply_add(f, x, y)
        g, h, i = multiply_add(g, x, y), multiply_add(h, x, y), multiply_add(i, x, y)
        j, k, l = multiply_add(j, x, y), multiply_add(k, x, y), multiply_add(l, x, y)  # noqa: E741
    for place, value in enumerate((a, b, c, d, e, f, g, h, i, j, k, l)):
        store(p, place * n, value)
