r"""A recurrent network: one cell between an input projection and a linear read-out.

.. math::
    h_t = \text{cell}(x_t W_x + b,\; h_{t-1}), \qquad \hat y_t = h_t W_y + x_t W_s + b_y

:math:`W_s`, the skip from input to output, is there on request.
"""

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnts._types import FloatArray, IntArray
from rnnts.cells import Cell, Params
from rnnts.kernels import driver
from rnnts.kernels.layout import Layout, layout_of, places_of, runs_of
from rnnts.kernels.simd import Scalar, lanes_of


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
    dtype : type
        Scalars that a pass computes with; parameters, predictions and gradients are float64
        whatever it is.
    """

    cell: Cell
    n_inputs: int
    hidden_size: int
    n_outputs: int
    every_step: bool = True
    skip: bool = False
    dtype: Scalar = np.float64

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
        for name in sorted(views.keys() - {"bias", "b_hidden", "b_output", "w_skip"}):
            views[name][:] = rng.uniform(-bound, bound, views[name].shape)
        return params

    @property
    def state_size(self) -> int:
        """How many numbers a sequence carries from one step to the next."""
        return self.cell.n_states * self.hidden_size

    @cached_property
    def layout(self) -> Layout:
        """How kernels lay the network out in memory."""
        sizes = self.n_inputs, self.hidden_size, self.n_outputs
        return layout_of(self.cell.recurrence, *sizes, self.skip, lanes_of(self.dtype))

    @cached_property
    def plan(self) -> tuple[IntArray, IntArray]:
        """The layout, and which stretches of the flat vector go where, as kernels take them."""
        places = places_of(self.layout)
        order = np.concatenate([places[name].ravel() for name in self.shapes])
        return np.array(self.layout), runs_of(order)

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
        self.check_params(params)
        n_steps, n_sequences, n_inputs = x.shape
        if n_inputs != self.n_inputs or not n_steps:
            raise ValueError(
                f"x must have shape (n_steps, n_sequences, {self.n_inputs}), got {x.shape}"
            )
        if start is not None and start.shape != (n_sequences, self.state_size):
            raise ValueError(
                f"start must have shape {(n_sequences, self.state_size)}, got {start.shape}"
            )
        n_predicted = n_steps if self.every_step else 1
        prediction = np.empty((n_predicted, n_sequences, self.n_outputs), self.dtype)
        end = np.empty((n_sequences, self.state_size), self.dtype)
        driver.predict(
            driver.passes_of(self.cell.recurrence, self.dtype),
            kernel_ready(params),
            *self.plan,
            kernel_ready(x, self.dtype),
            self.rest(n_sequences) if start is None else kernel_ready(start, self.dtype),
            prediction,
            end,
            driver.new_workspace(self.layout, 1, n_sequences, self.dtype),
        )
        prediction, end = kernel_ready(prediction), kernel_ready(end)
        return (prediction if self.every_step else prediction[0]), end

    def check_params(self, params: FloatArray) -> None:
        """Raise unless `params` is a flat vector of the right length: kernels do not look."""
        if params.shape != (self.n_params,):
            raise ValueError(f"params must have shape ({self.n_params},), got {params.shape}")

    def rest(self, n_sequences: int) -> FloatArray:
        """The state of sequences that have read nothing."""
        return np.zeros((n_sequences, self.state_size), self.dtype)


def kernel_ready(values: NDArray[Any], dtype: Scalar = np.float64) -> FloatArray:
    """The values as kernels take arrays; the same array, if it is one already."""
    flags = values.flags
    if values.dtype == dtype and flags.c_contiguous and flags.writeable:
        return values
    return np.array(values, dtype, order="C")
