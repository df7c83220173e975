r"""Where a network's numbers lie in memory while a kernel runs.

Each gate, state and so on begins a new vector, and ends in zeros up to a whole number of vectors.
One row of the tape holds a sequence at one step::

    zeros, x_{t+1}, 1 | h_t | further states
    <---- front ---->

so that x, 1 and h are one row vector, whose product with one matrix is the next drive.  Of that
matrix the first rows are the weights of the input, then comes the bias, then the recurrent weights;
a column is a unit of a gate.  The columns of a split gate come twice: first with the rows 1 and h,
and after all gates with the rows x and 1.  The read-out has one row for each output, laid out as
the tape is: skip, bias and output weights.
"""

from typing import NamedTuple

import numpy as np

from rnnts._types import IntArray
from rnnts.kernels._jit import helper, shared
from rnnts.kernels.cell import Recurrence
from rnnts.kernels.simd import Pointer

# Rows of d_drives that wait for one product: enough for it to run at speed, few enough for L1.
RING = 256


class Layout(NamedTuple):
    """Sizes, counted in scalars."""

    n_gates: int
    n_split: int
    n_states: int
    n_inputs: int
    n_units: int
    n_outputs: int
    n_skipped: int  # inputs that reach the output directly: all or none
    padded: int  # one gate, or one state
    front: int
    first: int  # where x begins in the front
    depth: int  # of the product: x, 1 and h
    row: int  # of the tape
    width: int  # a row of the weights, and of d_drives
    kept: int  # a row of drives, later of what is saved; zero if drives live on the tape


class Regions(NamedTuple):
    """Where in the workspace each array begins, and where the last one ends."""

    weights: int
    readout: int
    d_weights: int
    d_readout: int
    packed: int
    transposed: int
    tape: int
    drives: int
    d_drives: int
    d_states: int
    d_prediction: int
    end: int


@shared
def _round_up(size: int, step: int) -> int:
    return (size + step - 1) // step * step


def layout_of(
    cell: type[Recurrence], n_inputs: int, n_units: int, n_outputs: int, skip: bool, lanes: int
) -> Layout:
    """Sizes of a network."""
    padded = _round_up(n_units, lanes)
    front = _round_up(n_inputs + 1, lanes)
    n_drives = cell.n_gates + cell.n_split
    return Layout(
        n_gates=cell.n_gates,
        n_split=cell.n_split,
        n_states=cell.n_states,
        n_inputs=n_inputs,
        n_units=n_units,
        n_outputs=n_outputs,
        n_skipped=n_inputs if skip else 0,
        padded=padded,
        front=front,
        first=front - n_inputs - 1,
        depth=n_inputs + 1 + n_units,
        row=front + cell.n_states * padded,
        width=n_drives * padded,
        kept=max(n_drives, cell.n_saved) * padded if cell.n_saved else 0,
    )


@helper
def layout_from(sizes: IntArray) -> Layout:
    """The layout that `sizes` spells, in the order of its fields."""
    return Layout(
        sizes[0],
        sizes[1],
        sizes[2],
        sizes[3],
        sizes[4],
        sizes[5],
        sizes[6],
        sizes[7],
        sizes[8],
        sizes[9],
        sizes[10],
        sizes[11],
        sizes[12],
        sizes[13],
    )


@shared
def regions_of(s: Layout, lanes: int, n_steps: int, n_rows: int) -> Regions:
    """Places for `n_steps` steps of a block of `n_rows` sequences."""
    n_weights, n_readout = s.depth * s.width, s.n_outputs * (s.front + s.padded)
    readout = n_weights
    d_weights = readout + n_readout
    d_readout = d_weights + n_weights
    packed = d_readout + n_readout
    transposed = packed + n_weights
    tape = transposed + s.padded * s.width
    drives = tape + (n_steps + 1) * n_rows * s.row
    d_drives = drives + n_steps * n_rows * s.kept
    d_states = d_drives + min(n_steps * n_rows, RING) * s.width
    d_prediction = d_states + n_rows * (s.row - s.front)
    end = d_prediction + _round_up(n_steps * n_rows * s.n_outputs, lanes)
    return Regions(
        weights=0,
        readout=readout,
        d_weights=d_weights,
        d_readout=d_readout,
        packed=packed,
        transposed=transposed,
        tape=tape,
        drives=drives,
        d_drives=d_drives,
        d_states=d_states,
        d_prediction=d_prediction,
        end=end,
    )


def places_of(s: Layout) -> dict[str, IntArray]:
    """Where each named parameter lies in the weights and the read-out that follows them.

    The arrays have the shapes of the parameters.
    """
    units = np.arange(s.n_units)
    gate = np.arange(s.n_gates)
    n_mixed = s.n_gates - s.n_split
    recurrent = (gate[:, None] * s.padded + units).ravel()
    from_input = np.where(gate < n_mixed, gate, gate + s.n_split)
    inputs = (from_input[:, None] * s.padded + units).ravel()
    weights = np.arange(s.depth * s.width).reshape(s.depth, s.width)
    one = s.n_inputs
    n_readout = s.n_outputs * (s.front + s.padded)
    readout = (weights.size + np.arange(n_readout)).reshape(s.n_outputs, -1).T
    return {
        "w_input": weights[:one, inputs],
        "bias": weights[one, inputs],
        "w_hidden": weights[one + 1 :, recurrent],
        "b_hidden": weights[one, recurrent[n_mixed * s.n_units :]],
        "w_output": readout[s.front : s.front + s.n_units],
        "w_skip": readout[s.first : s.first + one],
        "b_output": readout[s.first + one],
    }


def runs_of(places: IntArray) -> IntArray:
    """Runs of consecutive places, as rows of start, place and length: what `read_params` copies."""
    starts = np.flatnonzero(np.diff(places, prepend=-2) != 1)
    lengths = np.diff(starts, append=len(places))
    return np.stack([starts, places[starts], lengths], axis=1)


@helper
def read_params(params: Pointer, runs: IntArray, weights: Pointer) -> None:
    """Spread the flat vector over the weights and the read-out, whose padding is zero already."""
    for run in range(len(runs)):
        start, place = runs[run, 0], runs[run, 1]
        for i in range(runs[run, 2]):
            weights[place + i] = params[start + i]


@helper
def write_gradient(gradient: Pointer, runs: IntArray, d_weights: Pointer) -> None:
    """The way back: gather the flat vector."""
    for run in range(len(runs)):
        start, place = runs[run, 0], runs[run, 1]
        for i in range(runs[run, 2]):
            gradient[start + i] = d_weights[place + i]
