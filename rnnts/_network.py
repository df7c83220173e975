r"""A recurrent network: layers of one cell between an input projection and a linear read-out.

.. math::
    h_t = \text{cell}(x_t W_x + b,\; h_{t-d}), \qquad \hat y_t = h_t W_y + x_t W_s + b_y

A further layer reads the hidden states of the one below it in the place of x, and the last one is
read out.  A residual layer hands on what it has read as well: the next one, or the read-out, sees
its hidden state plus its input.  :math:`W_s`, the skip from input to output, is there on request.
Each layer has a dilation d of its own, one step unless another is given (Chang et al., 2017).

References
----------
Chang et al. (2017), *Dilated Recurrent Neural Networks*.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnts._types import FloatArray, IntArray
from rnnts._validation import check_count
from rnnts.cells import Cell, Params
from rnnts.kernels import driver
from rnnts.kernels.layout import (
    Layout,
    Shape,
    layout_of,
    places_in_layer,
    places_in_readout,
    runs_of,
)
from rnnts.kernels.problem import Problem, problem_array
from rnnts.kernels.simd import Scalar, aligned_empty, lanes_of


@dataclass(frozen=True)
class Network:
    """Shapes and passes of a recurrent network; it holds no parameters itself.

    All parameters live in one flat vector, so that a solver sees a function of a vector and
    nothing else.

    Parameters
    ----------
    cell : Cell
        The recurrence.
    n_inputs : int
    hidden_size : int or tuple of int
        Units of each layer, from the input to the output.
    n_outputs : int
    every_step : bool
        Read a prediction off every hidden state, or off the last one only.
    skip : bool
        Add a linear map from the input to the output.
    dtype : type
        Scalars that a pass computes with; parameters, predictions and gradients are float64
        whatever it is.
    dilation : int or tuple of int
        How many steps before its own a layer reads its state, for all layers or for each.
    residual : bool
        Add to the hidden state of each layer but the first, where others read it, its input; all
        layers then have one size.
    """

    cell: Cell
    n_inputs: int
    hidden_size: int | tuple[int, ...]
    n_outputs: int
    every_step: bool = True
    skip: bool = False
    dtype: Scalar = np.float64
    dilation: int | tuple[int, ...] = 1
    residual: bool = False

    def __post_init__(self) -> None:
        n_given, n_layers = len(self.dilations), len(self.hidden_sizes)
        if n_given != n_layers:
            raise ValueError(
                f"dilation needs one number, or one for each of the {n_layers} layers, got "
                f"{self.dilation}"
            )
        for dilation in self.dilations:
            check_count("dilation", dilation)
        if self.residual and len(set(self.hidden_sizes)) > 1:
            raise ValueError(
                "residual=True adds the input of a layer to its hidden state, which needs layers "
                f"of one size, got hidden_size={self.hidden_size}; give equal sizes, or "
                "residual=False"
            )

    @property
    def hidden_sizes(self) -> tuple[int, ...]:
        """Units of each layer."""
        sizes = self.hidden_size
        return sizes if isinstance(sizes, tuple) else (sizes,)

    @cached_property
    def dilations(self) -> tuple[int, ...]:
        """Dilation of each layer."""
        given = self.dilation
        return given if isinstance(given, tuple) else (given,) * len(self.hidden_sizes)

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each parameter, in the order of the flat vector.

        Names of further layers end in their number: ``w_hidden_2``.
        """
        shapes: dict[str, tuple[int, ...]] = {}
        n_inputs = self.n_inputs
        for number, hidden_size in enumerate(self.hidden_sizes, start=1):
            layer = self.cell.shapes(n_inputs, hidden_size)
            shapes |= {_name(name, number): shape for name, shape in layer.items()}
            n_inputs = hidden_size
        shapes["w_output"] = (n_inputs, self.n_outputs)
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
        """Draw weights uniformly within one over the square root of their layer's size.

        Biases and the skip start at zero.  A recurrent matrix then has a spectral radius of about
        0.6 on average, whatever its size.
        """
        params = np.zeros(self.n_params)
        views = self.unpack(params)
        for number, hidden_size in enumerate(self.hidden_sizes, start=1):
            for name in ("w_hidden", "w_input"):
                weights = views[_name(name, number)]
                bound = 1.0 / np.sqrt(hidden_size)
                weights[:] = rng.uniform(-bound, bound, weights.shape)
        weights = views["w_output"]
        weights[:] = rng.uniform(-bound, bound, weights.shape)
        return params

    def costs(self, l2: float) -> FloatArray:
        """What the square of each parameter adds to a loss: `l2` for matrices, biases are free."""
        shapes = self.shapes.values()
        return np.repeat([l2 if len(shape) == 2 else 0.0 for shape in shapes], [*map(prod, shapes)])

    @cached_property
    def state_size(self) -> int:
        """How many numbers a sequence carries from one step to the next.

        Layer after layer its states at the last `dilation` steps, the oldest first; at each step
        the hidden state, and then what else the cell keeps.
        """
        sizes = zip(self.dilations, self.hidden_sizes, strict=True)
        return self.cell.n_states * sum(dilation * size for dilation, size in sizes)

    def layout(self, n_steps: int, n_sequences: int) -> Layout:
        """How kernels lay the network out in memory, with a tape of `n_steps` steps."""
        sizes = self.n_inputs, self.hidden_sizes, self.dilations, self.n_outputs
        shape = Shape(self.cell.recurrence, *sizes, self.skip, self.residual)
        return _layout_of(shape, lanes_of(self.dtype), n_steps, n_sequences)

    @cached_property
    def runs(self) -> IntArray:
        """Which stretches of the flat vector go where, as kernels take them."""
        layers, readout, *_ = self.layout(1, 1)
        places: dict[str, IntArray] = {}
        for number, layer in enumerate(layers, start=1):
            named = places_in_layer(layer).items()
            places |= {_name(name, number): place for name, place in named}
        places |= places_in_readout(readout, self.hidden_sizes[-1])
        return runs_of(np.concatenate([places[name].ravel() for name in self.shapes]))

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
        start = self.rest(n_sequences) if start is None else kernel_ready(start, self.dtype)
        x, numbers = kernel_ready(x, self.dtype), np.zeros(1)
        layout = self.layout(1, n_sequences)
        problem = self.problem(layout, x, start, end, prediction, numbers)
        workspace = aligned_empty(layout.scratch.end, self.dtype)
        driver.run.link(self.dtype)
        driver.predict(problem, kernel_ready(params), workspace)
        prediction, end = kernel_ready(prediction), kernel_ready(end)
        return (prediction if self.every_step else prediction[0]), end

    def problem(
        self,
        layout: Layout,
        x: NDArray[Any],
        start: NDArray[Any],
        end: NDArray[Any],
        y: NDArray[Any],
        numbers: NDArray[Any],
        *,
        weights: NDArray[Any] | None = None,
        costs: NDArray[Any] | None = None,
        loss: int = 0,
        n_warmup: int = 0,
        truncation: int = 0,
    ) -> IntArray:
        """What kernels take; it holds addresses of the arrays, which have to live as long.

        The arrays are as :func:`kernel_ready` makes them.
        """
        n_steps, n_sequences, _ = x.shape
        forward_at, backward_at = driver.passes_of(self.cell.recurrence, self.dtype)
        problem = Problem(
            forward_at=forward_at,
            backward_at=backward_at,
            n_layers=len(layout.layers),
            n_runs=len(self.runs),
            n_steps=n_steps,
            n_sequences=n_sequences,
            n_block=layout.n_block,
            n_grouped=driver.groups_of(n_sequences, layout.n_block)[0],
            n_params=self.n_params,
            state_size=self.state_size,
            x=x.ctypes.data,
            start=start.ctypes.data,
            end=end.ctypes.data,
            d_start=0,
            y=y.ctypes.data,
            offset=0,
            weights=0 if weights is None else weights.ctypes.data,
            n_weights=1 if weights is None else weights.shape[2],
            costs=0 if costs is None else costs.ctypes.data,
            numbers=numbers.ctypes.data,
            loss=loss,
            n_read=len(y),
            n_warmup=n_warmup,
            truncation=truncation,
        )
        return problem_array(problem, layout, self.runs)

    def check_params(self, params: FloatArray) -> None:
        """Raise unless `params` is a flat vector of the right length: kernels do not look."""
        if params.shape != (self.n_params,):
            raise ValueError(f"params must have shape ({self.n_params},), got {params.shape}")

    def rest(self, n_sequences: int) -> FloatArray:
        """The state of sequences that have read nothing."""
        return np.zeros((n_sequences, self.state_size), self.dtype)


# The same few layouts serve every call.
_layout_of = lru_cache(layout_of)


def _name(parameter: str, layer: int) -> str:
    return parameter if layer == 1 else f"{parameter}_{layer}"


def kernel_ready(values: NDArray[Any], dtype: Scalar = np.float64) -> FloatArray:
    """The values as kernels take arrays; the same array, if it is one already."""
    flags = values.flags
    if values.dtype == dtype and flags.c_contiguous and flags.writeable:
        return values
    return np.array(values, dtype, order="C")
