r"""Weights with which a nonlinear network starts as the ARMA model of the series.

A linear network :math:`g_t = x_t W + g_{t-1} U` is trained first.  Every cell has a point around
which it is linear; near it, :math:`h_t \approx p + s \epsilon g_t`, so that for a small
:math:`\epsilon` the network says what the ARMA model says, and training can only improve on it:

.. math::
    W' = b \epsilon W, \qquad U' = a (U - k I), \qquad W_y' = W_y / (s \epsilon)

Gates that get no weights stand half open; that is where the k of gated cells comes from.
"""

from dataclasses import dataclass, replace

import numpy as np

from rnnts._network import Network
from rnnts._types import FloatArray
from rnnts.cells import CELLS, Cell
from rnnts.forecasters.networks._recurrence import Recurrence

# How far from its linear point a unit may go; the next one is tried if training ends worse.
REACHES = (0.3, 0.03, 0.003, 0.0003)


@dataclass(frozen=True)
class _Linearity:
    """Where and how a cell is linear, in the letters of the module's formula."""

    a: float = 1.0
    k: float = 0.0
    b: float = 1.0
    s: float = 1.0
    point: float = 0.0
    drive: float = 0.0  # that leads to the point
    gate: int = 0  # whose weights these are


_LINEARITIES: dict[str, _Linearity] = {
    "tanh": _Linearity(),
    "relu": _Linearity(point=1.0, drive=1.0),
    "sigmoid": _Linearity(a=4.0, s=0.25, point=0.5),
    "gru": _Linearity(a=4.0, k=0.5, b=2.0, gate=2),
    "lstm": _Linearity(a=4.0, k=0.5, b=4.0, gate=2),
}


def linear_twin(recurrence: Recurrence) -> Recurrence:
    """The same recurrence with a linear cell, without weights."""
    network = replace(recurrence.network, cell=CELLS["linear"])
    hidden = np.zeros((1, network.state_size))
    return replace(
        recurrence,
        network=network,
        params=np.zeros(network.n_params),
        start=replace(recurrence.start, hidden=hidden),
    )


def started_at(
    recurrence: Recurrence, cell: str, linear: Recurrence, x: FloatArray, reach: float
) -> Recurrence:
    """The recurrence with weights by which it says what a trained linear one does.

    Parameters
    ----------
    recurrence : Recurrence
    cell : str
        What its cell is called.
    linear : Recurrence
    x : ndarray of shape (n_rows, 1, n_inputs)
        What it will read.
    reach : float
        How far from its linear point a unit may go.
    """
    how = _LINEARITIES[cell]
    network = recurrence.network
    old = linear.network.unpack(linear.params)
    largest = _largest_state(linear.network, old["w_input"], old["w_hidden"], x[:, 0])
    epsilon = reach / largest if largest > 0 else 1.0
    params = np.zeros(network.n_params)
    new = network.unpack(params)
    n_units = old["w_hidden"].shape[0]
    gate = slice(how.gate * n_units, (how.gate + 1) * n_units)
    recurrent = how.a * (old["w_hidden"] - how.k * np.eye(n_units))
    new["w_input"][:, gate] = how.b * epsilon * old["w_input"]
    new["w_hidden"][:, gate] = recurrent
    new["bias"][gate] = how.drive - how.point * recurrent.sum(axis=0)
    new["w_output"][:] = old["w_output"] / (how.s * epsilon)
    new["b_output"][:] = old["b_output"] - how.point * new["w_output"].sum(axis=0)
    if network.skip:
        new["w_skip"][:] = old["w_skip"]
    hidden = np.full((1, network.state_size), how.point)
    return replace(recurrence, params=params, start=replace(recurrence.start, hidden=hidden))


def _largest_state(
    network: Network, w_input: FloatArray, w_hidden: FloatArray, x: FloatArray
) -> float:
    state, largest = np.zeros(network.state_size), 0.0
    for drive in x @ w_input:
        state = drive + state @ w_hidden
        largest = max(largest, float(np.abs(state).max()))
    return largest


def name_of(cell: Cell) -> str:
    """What a cell is called in the table of cells."""
    return next(name for name, known in CELLS.items() if known is cell)
