"""What a kernel is to compute, as one array of integers: sizes, and the addresses of the data.

An array costs a call from Python about 50 ns, as much as several steps of a small network.  The
array begins with the fields of `Problem`; those of the read-out, of the scratch memory and of each
layer follow, and then the runs of `rnnts.kernels.layout.runs_of`.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numpy.typing import NDArray

from rnnts._types import IntArray
from rnnts.kernels._jit import fragment, intrinsic
from rnnts.kernels.layout import Layer, Layout, Readout, Scratch
from rnnts.kernels.simd import Integers, advance


class Problem(NamedTuple):
    """Sizes and addresses; an address of zero stands for no array."""

    forward_at: int  # the compiled cell
    backward_at: int
    n_layers: int
    n_runs: int
    n_steps: int
    n_sequences: int
    n_block: int  # sequences that advance together
    n_grouped: int  # blocks whose gradients are summed before they are rounded to float64
    n_params: int
    state_size: int
    x: int
    start: int
    end: int
    d_start: int  # gradient on the start
    y: int
    offset: int  # added to the predictions
    weights: int
    n_weights: int  # of a row of predictions: one, or one for each target
    costs: int  # of the square of each parameter, in float64
    numbers: int  # the share of one term in the mean, then the loss's level for each output
    loss: int
    n_read: int  # steps of y: all, or the last one
    n_warmup: int
    truncation: int


def problem_array(problem: Problem, layout: Layout, runs: IntArray) -> IntArray:
    """The array that kernels take."""
    numbers = [*problem, *layout.readout, *layout.scratch]
    numbers += [number for layer in layout.layers for number in layer]
    return np.concatenate([np.array(numbers, np.int64), runs.ravel()])


def with_arrays(problem: IntArray, arrays: Mapping[str, NDArray[Any]]) -> IntArray:
    """The same problem with other arrays under the names of their fields."""
    changed = problem.copy()
    for name, array in arrays.items():
        changed[Problem._fields.index(name)] = array.ctypes.data
    return changed


def _reader(kind: Any) -> Any:
    """Intrinsic that reads a named tuple of integers."""

    @intrinsic
    def read(_typing: Any, integers: Any) -> tuple[Any, Callable[..., Any]]:
        result = types.NamedUniTuple(types.intp, len(kind._fields), kind)

        def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
            offsets = (ir.Constant(ir.IntType(64), k) for k in range(result.count))
            numbers = [builder.load(builder.gep(values[0], [offset])) for offset in offsets]
            return context.make_tuple(builder, result, numbers)

        return result(integers), generate

    return read


read_problem, _read_readout, _read_scratch, read_layer = map(
    _reader, (Problem, Readout, Scratch, Layer)
)
_READOUT = len(Problem._fields)
_SCRATCH = _READOUT + len(Readout._fields)
_LAYERS = _SCRATCH + len(Scratch._fields)
LAYER = len(Layer._fields)


@fragment
def readout_in(problem: Integers) -> Readout:
    """The read-out."""
    readout: Readout = _read_readout(advance(problem, _READOUT))
    return readout


@fragment
def scratch_in(problem: Integers) -> Scratch:
    """Places of what the layers share."""
    scratch: Scratch = _read_scratch(advance(problem, _SCRATCH))
    return scratch


@fragment
def layers_in(problem: Integers) -> Integers:
    """Where the layers stand, `LAYER` integers each; the runs follow the last one."""
    return advance(problem, _LAYERS)
