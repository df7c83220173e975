r"""A recurrent network: one cell between an input projection and a linear read-out.

.. math::
    h_t = \text{cell}(x_t W_x + b,\; h_{t-1}), \qquad \hat y_t = h_t W_y + x_t W_s + b_y

:math:`W_s`, the skip from input to output, is there on request.
"""

from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from rnnts._types import FloatArray
from rnnts.cells import Cell, Params, Tape


@dataclass(frozen=True)
class Network:
    """Shapes and passes of a recurrent network; it holds no parameters itself.

    All parameters live in one flat vector, so that a solver sees a function of a vector and
    nothing else.

    Parameters
    ----------
    cell : Cell
        The recurrence.
    n_inputs, hidden_size, n_outputs : int
        Widths of the input, the hidden state and the read-out.
    every_step : bool
        Read a prediction off every hidden state, or off the last one only.
    skip : bool
        Add a linear map from the input to the output.
    """

    cell: Cell
    n_inputs: int
    hidden_size: int
    n_outputs: int
    every_step: bool = True
    skip: bool = False

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each parameter, in the order of the flat vector."""
        n_drives = self.cell.n_gates * self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {"w_input": (self.n_inputs, n_drives)}
        if self.cell.has_bias:
            shapes["bias"] = (n_drives,)
        shapes |= self.cell.shapes(self.hidden_size)
        shapes["w_output"] = (self.hidden_size, self.n_outputs)
        if self.skip:
            shapes["w_skip"] = (self.n_inputs, self.n_outputs)
        shapes["b_output"] = (self.n_outputs,)
        return shapes

    @cached_property
    def n_params(self) -> int:
        """Length of the flat parameter vector."""
        return sum(prod(shape) for shape in self.shapes.values())

    def unpack(self, params: FloatArray) -> Params:
        """Split the flat vector into named views (no copies)."""
        views, start = {}, 0
        for name, shape in self.shapes.items():
            stop = start + prod(shape)
            views[name] = params[start:stop].reshape(shape)
            start = stop
        return views

    def pack(self, views: Params) -> FloatArray:
        """Lay named parameters end to end: the reverse of `unpack`."""
        return np.concatenate([views[name].ravel() for name in self.shapes])

    def init_params(self, rng: np.random.Generator) -> FloatArray:
        """Draw weights uniformly within one over the square root of the hidden size.

        Biases and the skip start at zero.  The recurrent matrix then has a spectral radius of
        about 0.6 on average, whatever its size.
        """
        params = np.zeros(self.n_params)
        views = self.unpack(params)
        bound = 1.0 / np.sqrt(self.hidden_size)
        for name in sorted(views.keys() - {"bias", "b_output", "w_skip"}):
            views[name][:] = rng.uniform(-bound, bound, views[name].shape)
        return params

    @property
    def state_size(self) -> int:
        """How many numbers a sequence carries from one step to the next."""
        return self.hidden_size

    def predict(
        self, params: FloatArray, x: FloatArray, start: FloatArray | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Predictions, and the state to go on from.

        Parameters
        ----------
        params : ndarray of shape (n_params,)
        x : ndarray of shape (n_steps, n_sequences, n_inputs)
        start : ndarray of shape (n_sequences, state_size), optional
            State before the first step; zero unless given.

        Returns
        -------
        prediction : ndarray of shape (n_steps, n_sequences, n_outputs)
            Without the steps, if only the last hidden state is read.
        end : ndarray of shape (n_sequences, state_size)
        """
        prediction, tape = self.forward(params, x, start)
        return prediction, tape.hidden[-1].copy()

    def forward(
        self, params: FloatArray, x: FloatArray, start: FloatArray | None = None
    ) -> tuple[FloatArray, Tape]:
        """As `predict`, but with the tape that `backward` needs in the place of the end."""
        p = self.unpack(params)
        n_sequences = x.shape[1]
        drive = _project(x, p["w_input"])
        if "bias" in p:
            drive += p["bias"]
        if start is None:
            start = np.zeros((n_sequences, self.hidden_size))
        tape = self.cell.forward(p, drive, start)
        hidden = tape.hidden[1:] if self.every_step else tape.hidden[-1]
        prediction = _project(hidden, p["w_output"])
        prediction += p["b_output"]
        if "w_skip" in p:
            prediction += _project(x if self.every_step else x[-1], p["w_skip"])
        return prediction, tape

    def backward(
        self, params: FloatArray, x: FloatArray, tape: Tape, d_prediction: FloatArray
    ) -> FloatArray:
        """Carry a gradient on the predictions back to the flat parameter vector."""
        p = self.unpack(params)
        read = tape.hidden[1:] if self.every_step else tape.hidden[-1]
        if self.every_step:
            d_hidden = _project(d_prediction, p["w_output"].T)
        else:
            d_hidden = np.zeros_like(tape.hidden[1:])
            d_hidden[-1] = d_prediction @ p["w_output"].T
        d_drive, gradients = self.cell.backward(p, tape, d_hidden)

        gradients["w_input"] = _outer_sum(x, d_drive)
        gradients["w_output"] = _outer_sum(read, d_prediction)
        gradients["b_output"] = d_prediction.reshape(-1, self.n_outputs).sum(axis=0)
        if "bias" in p:
            gradients["bias"] = d_drive.reshape(-1, d_drive.shape[-1]).sum(axis=0)
        if "w_skip" in p:
            gradients["w_skip"] = _outer_sum(x if self.every_step else x[-1], d_prediction)
        return self.pack(gradients)


def _project(values: FloatArray, weight: FloatArray) -> FloatArray:
    """``values @ weight`` as one product, where matmul would make one for each step."""
    return (values.reshape(-1, len(weight)) @ weight).reshape(*values.shape[:-1], -1)


def _outer_sum(left: FloatArray, right: FloatArray) -> FloatArray:
    """Sum of the outer products over steps and sequences: the gradient of a weight."""
    return left.reshape(-1, left.shape[-1]).T @ right.reshape(-1, right.shape[-1])
