"""What is trained: the same data and the same first weights for every side."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnts._network import Network
from rnnts._types import FloatArray
from rnnts.cells import CELLS, Params

LEARNING_RATE = 1e-3


@dataclass(frozen=True)
class Batch:
    """One network on a batch of sequences of one input, with the loss at the last step."""

    cell: str
    n_sequences: int
    hidden_size: int
    dtype: str = "float32"
    n_steps: int = 100

    def __str__(self) -> str:
        return f"{self.cell}, B={self.n_sequences}, H={self.hidden_size}"

    @cached_property
    def network(self) -> Network:
        """Shapes of the parameters."""
        scalar = np.dtype(self.dtype).type
        return Network(CELLS[self.cell], 1, self.hidden_size, 1, every_step=False, dtype=scalar)

    @cached_property
    def x(self) -> FloatArray:
        """Inputs (n_steps, n_sequences, 1)."""
        shape = self.n_steps, self.n_sequences, 1
        return np.random.default_rng(0).standard_normal(shape, dtype=self.dtype)

    @cached_property
    def y(self) -> FloatArray:
        """Targets (n_sequences, 1)."""
        return np.random.default_rng(1).standard_normal((self.n_sequences, 1), dtype=self.dtype)

    @cached_property
    def params(self) -> FloatArray:
        """First weights, end to end."""
        return self.network.init_params(np.random.default_rng(2)).astype(self.dtype)

    @cached_property
    def weights(self) -> Params:
        """The same by name."""
        return self.network.unpack(self.params)


@dataclass(frozen=True)
class Panel:
    """Many networks, each a one-step forecaster of its series, with the loss at every step."""

    n_series: int
    n_steps: int
    hidden_size: int
    cell: str = "tanh"
    dtype: str = "float32"

    def __str__(self) -> str:
        return f"{self.n_series:,} networks, T={self.n_steps}, H={self.hidden_size}"

    @cached_property
    def network(self) -> Network:
        """Shapes of the parameters of one network."""
        return Network(CELLS[self.cell], 1, self.hidden_size, 1, dtype=np.dtype(self.dtype).type)

    @cached_property
    def series(self) -> FloatArray:
        """Values (n_steps + 1, n_series)."""
        shape = self.n_steps + 1, self.n_series
        return np.random.default_rng(0).standard_normal(shape, dtype=self.dtype)

    @cached_property
    def params(self) -> FloatArray:
        """First weights (n_series, n_params)."""
        shape = self.n_series, self.network.n_params
        return np.random.default_rng(1).random(shape, dtype=self.dtype) - np.dtype(self.dtype).type(
            0.5
        )

    @cached_property
    def weights(self) -> Params:
        """The same by name, each (n_series, ...)."""
        shapes = self.network.shapes
        ends = np.cumsum([np.prod(shape) for shape in shapes.values()])
        parts = np.split(self.params, ends[:-1], axis=1)
        return {
            name: part.reshape(-1, *shape)
            for (name, shape), part in zip(shapes.items(), parts, strict=True)
        }
