r"""Where a network's numbers lie in memory while a kernel runs.

Each gate, state and so on begins a new vector, and ends in zeros up to a whole number of vectors.
One row of a layer's tape holds a sequence at one step::

    zeros, x_{t+d}, 1 | h_t | further states | h_t + x_t
    <---- front ---->

where d is the layer's dilation, and the sum is there in residual layers only.  So x, 1 and h are
one row vector, whose product with one matrix is the drive d steps later.  Of that matrix the first
rows are the weights of the input, then comes the bias, then the recurrent weights; a column is a
unit of a gate.  The columns of a split gate come twice: first with the rows 1 and h, and after all
gates with the rows x and 1.  The read-out has one row for each output, laid out as the tape is:
skip, bias and output weights; x is that of the first layer, h that of the last, or the sum in its
place.

A tape begins with the d states before the first step, the oldest first.

The workspace begins with the weights of all layers and of the read-out, and their gradients in the
same order.
"""

from typing import NamedTuple

import numpy as np

from rnnts._types import IntArray
from rnnts.kernels.cell import Recurrence
from rnnts.kernels.simd import REGISTER_BYTES

# Rows of d_drives that wait for one product: enough for it to run at speed, few enough for L1.
# There are more only where more advance at once.
_RING = 256

# Sequences that advance together: the most of these whose tape stays in the second-level cache,
# counted in bytes, or the first where none does.
_BLOCKS, _CACHE = (32, 16, 8), 2**20


class Shape(NamedTuple):
    """What a network's layout follows from."""

    cell: type[Recurrence]
    n_inputs: int
    hidden_sizes: tuple[int, ...]
    dilations: tuple[int, ...]
    n_outputs: int
    skip: bool
    residual: bool


class Layer(NamedTuple):
    """Sizes of a layer, in scalars, and where its parts begin."""

    n_gates: int
    n_split: int
    n_states: int
    n_inputs: int
    n_units: int
    dilation: int
    padded: int  # one gate, or one state
    below: int  # a padded state of the layer that it reads; zero for the first
    front: int
    first: int  # where x begins in the front
    output: int  # where in a row begins what is read of it: h, or h + x
    depth: int  # of the product: x, 1 and h
    row: int  # of the tape
    width: int  # a row of the weights, and of d_drives
    kept: int  # a row of drives, later of what is saved; zero if drives live on the tape
    first_state: int  # among the states of a sequence
    weights: int
    packed: int
    transposed: int
    to_below: int  # the weights of the input, transposed
    tape: int
    drives: int
    n_slots: int  # of the ring of d_drives, `dilation` steps each
    is_read: int  # whether the read-out sees its hidden states: the last one's, or those of all


class Readout(NamedTuple):
    """Sizes of the read-out, in scalars, and where its parts begin."""

    n_outputs: int
    n_skipped: int  # inputs that reach the output directly: all or none
    front: int
    first: int
    padded: int
    width: int  # of its weights: front and hidden state
    x_row: int  # of the first layer's tape
    h_row: int  # of the last layer's tape
    weights: int


class Scratch(NamedTuple):
    """Where what the layers share begins, and where the workspace ends."""

    gradients: int  # distance from a weight to its gradient
    d_drives: int
    d_states: int
    above: int  # gradients on the hidden states of a layer, from the one above
    above_row: int
    d_prediction: int
    reach: int  # the largest dilation
    end: int


class Layout(NamedTuple):
    """Sizes and places of all there is."""

    layers: tuple[Layer, ...]
    readout: Readout
    scratch: Scratch
    n_block: int  # sequences that advance together


class _Places:
    """Hands out consecutive stretches of memory."""

    def __init__(self, lanes: int) -> None:
        self.lanes, self.end = lanes, 0

    def take(self, size: int) -> int:
        place, self.end = self.end, self.end + self.round_up(size)
        return place

    def round_up(self, size: int) -> int:
        return -(-size // self.lanes) * self.lanes


def layout_of(shape: Shape, lanes: int, n_steps: int, n_sequences: int) -> Layout:
    """Sizes and places, with a tape of `n_steps` steps."""
    places = _Places(lanes)
    layers, n_inputs, below, first_state = [], shape.n_inputs, 0, 0
    for n_units, dilation in zip(shape.hidden_sizes, shape.dilations, strict=True):
        layer = _layer(shape, n_inputs, n_units, dilation, below, first_state, places)
        layers.append(layer)
        n_inputs, below = n_units, layer.padded
        first_state += dilation * layer.n_states * n_units
    layers[-1] = layers[-1]._replace(is_read=1)
    first, last = layers[0], layers[-1]
    n_rows = _block_of(n_sequences, n_steps * sum(s.row + s.kept for s in layers), lanes)
    width = first.front + last.padded
    readout = Readout(
        n_outputs=shape.n_outputs,
        n_skipped=shape.n_inputs if shape.skip else 0,
        front=first.front,
        first=first.first,
        padded=last.padded,
        width=width,
        x_row=first.row,
        h_row=last.row,
        weights=places.take(shape.n_outputs * width),
    )
    gradients = places.take(places.end)
    above_row = max(layer.padded for layer in layers)
    layers = [layer._replace(n_slots=_slots_of(layer, n_steps, n_rows)) for layer in layers]
    reach = max(shape.dilations)
    ring = max(layer.n_slots * layer.dilation * layer.width for layer in layers)
    scratch = Scratch(
        gradients=gradients,
        d_drives=places.take(ring * n_rows),
        d_states=places.take(reach * n_rows * max(layer.row - layer.front for layer in layers)),
        above=places.take(n_steps * n_rows * above_row if len(layers) > 1 else 0),
        above_row=above_row,
        d_prediction=places.take(n_steps * n_rows * shape.n_outputs),
        reach=reach,
        end=0,
    )
    placed = tuple(
        layer._replace(
            packed=places.take(layer.depth * layer.width),
            transposed=places.take(layer.padded * layer.width),
            to_below=places.take(layer.below * layer.width),
            tape=places.take((n_steps + reach) * n_rows * layer.row),
            drives=places.take(n_steps * n_rows * layer.kept),
        )
        for layer in layers
    )
    return Layout(placed, readout, scratch._replace(end=places.end), n_rows)


def _block_of(n_sequences: int, n_remembered: int, lanes: int) -> int:
    """Sequences in a block, of which each remembers so many scalars."""
    size = n_remembered * REGISTER_BYTES // lanes
    most = next((n_rows for n_rows in _BLOCKS if n_rows * size <= _CACHE), _BLOCKS[0])
    # So that no block is left with one of them.
    n_blocks = -(-n_sequences // most)
    return -(-n_sequences // max(n_blocks, 1))


def _slots_of(layer: Layer, n_steps: int, n_rows: int) -> int:
    """Slots of the ring that `n_steps` steps of a layer fill."""
    n_chunks = -(-n_steps // layer.dilation)
    return min(max(_RING // max(layer.dilation * n_rows, 1), 1), n_chunks)


def _layer(
    shape: Shape,
    n_inputs: int,
    n_units: int,
    dilation: int,
    below: int,
    first_state: int,
    places: _Places,
) -> Layer:
    cell, is_residual = shape.cell, shape.residual and below > 0
    padded, front = places.round_up(n_units), places.round_up(n_inputs + 1)
    n_drives = cell.n_gates + cell.n_split
    hidden_end = front + cell.n_states * padded
    depth, width = n_inputs + 1 + n_units, n_drives * padded
    return Layer(
        n_gates=cell.n_gates,
        n_split=cell.n_split,
        n_states=cell.n_states,
        n_inputs=n_inputs,
        n_units=n_units,
        dilation=dilation,
        padded=padded,
        below=below,
        front=front,
        first=front - n_inputs - 1,
        output=hidden_end if is_residual else front,
        depth=depth,
        row=hidden_end + is_residual * padded,
        width=width,
        kept=max(n_drives, cell.n_saved) * padded if cell.n_saved else 0,
        first_state=first_state,
        weights=places.take(depth * width),
        packed=0,
        transposed=0,
        to_below=0,
        tape=0,
        drives=0,
        n_slots=0,
        is_read=int(shape.residual),
    )


def places_in_layer(s: Layer) -> dict[str, IntArray]:
    """Where each named parameter of a layer lies; the arrays have the shapes of the parameters."""
    units, gate = np.arange(s.n_units), np.arange(s.n_gates)
    n_mixed = s.n_gates - s.n_split
    recurrent = (gate[:, None] * s.padded + units).ravel()
    from_input = np.where(gate < n_mixed, gate, gate + s.n_split)
    inputs = (from_input[:, None] * s.padded + units).ravel()
    weights = s.weights + np.arange(s.depth * s.width).reshape(s.depth, s.width)
    one = s.n_inputs
    return {
        "w_input": weights[:one, inputs],
        "bias": weights[one, inputs],
        "w_hidden": weights[one + 1 :, recurrent],
        "b_hidden": weights[one, recurrent[n_mixed * s.n_units :]],
    }


def places_in_readout(s: Readout, n_units: int) -> dict[str, IntArray]:
    """The same for the parameters of the read-out."""
    weights = (s.weights + np.arange(s.n_outputs * s.width)).reshape(s.n_outputs, -1).T
    one = s.front - 1
    return {
        "w_output": weights[s.front : s.front + n_units],
        "w_skip": weights[s.first : one],
        "b_output": weights[one],
    }


def runs_of(places: IntArray) -> IntArray:
    """Runs of consecutive places, as rows of start, place and length."""
    starts = np.flatnonzero(np.diff(places, prepend=-2) != 1)
    lengths = np.diff(starts, append=len(places))
    return np.stack([starts, places[starts], lengths], axis=1)
