"""Many independent networks of one shape, each with its own weights: how the lanes hold them.

Throughout, `params` in lanes have the order of :attr:`rnnts._network.Network.shapes`.
:mod:`rnnts.kernels.lanes.training` has their losses, and trains them.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from rnnts.kernels.lanes import entries as kernels
from rnnts.kernels.lanes.arrays import (
    AnyFloatArray,
    CellOfNetwork,
    by_row,
    empty_blocks,
    from_lanes,
    to_lanes,
)
from rnnts.kernels.lanes.sizes import LaneNetwork, most_vectors
from rnnts.kernels.threads import in_threads


@dataclass(frozen=True)
class SeriesLanes:
    """The shape that all the networks have.

    Parameters
    ----------
    cell : Cell
        One of :data:`rnnts.cells.CELLS`.
    n_inputs, hidden_size, n_outputs : int
        Code is written out for each unit: compile time grows with the square of `hidden_size`,
        which is meant to be 8 at the most.
    skip : bool
        Add a linear map from the input to the output.
    dtype : type
        Scalars that all but the losses are computed and kept in.

    Examples
    --------
    >>> import numpy as np
    >>> from rnnts.cells import CELLS
    >>> lanes = SeriesLanes(CELLS["tanh"], n_inputs=1, hidden_size=2, n_outputs=1)
    >>> params = lanes.pack(np.zeros((100, lanes.n_params)))
    >>> states = lanes.pack(np.zeros((100, lanes.state_size)))
    >>> lanes.run(params, np.ones((3, 100, 1)), states).shape
    (3, 100, 1)
    """

    cell: CellOfNetwork
    n_inputs: int
    hidden_size: int
    n_outputs: int
    skip: bool = False
    dtype: type[np.floating[Any]] = np.float32

    @cached_property
    def network(self) -> LaneNetwork:
        """The shape, as kernels know it."""
        return LaneNetwork(
            recurrence=self.cell.recurrence,
            n_inputs=self.n_inputs,
            n_units=self.hidden_size,
            n_outputs=self.n_outputs,
            has_bias=self.cell.has_bias,
            has_skip=self.skip,
            is_shared=False,
            n_vectors=most_vectors(self.hidden_size),
        )

    @cached_property
    def tag(self) -> tuple[Any, ...]:
        """What kernels are called with."""
        return self.network.tag

    @cached_property
    def n_lanes(self) -> int:
        """Networks in a block."""
        return self.network.lanes_per_block(self.dtype)

    @cached_property
    def n_params(self) -> int:
        """Parameters of one network."""
        return self.network.n_params

    @property
    def state_size(self) -> int:
        """Numbers that one network carries from a step to the next."""
        return self.network.n_states

    def pack(self, values: AnyFloatArray) -> AnyFloatArray:
        """(n_series, n) parameters or states, as the lanes hold them: (n_blocks, n * n_lanes)."""
        return to_lanes([values], self.n_lanes, self.dtype)

    def unpack(self, packed: AnyFloatArray, n_series: int) -> AnyFloatArray:
        """The way back."""
        return from_lanes(packed, self.n_lanes, n_series)

    def run(
        self, params: AnyFloatArray, x: AnyFloatArray, states: AnyFloatArray, n_threads: int = 1
    ) -> AnyFloatArray:
        """Predictions at every step of x; a single step updates a stream.

        Parameters
        ----------
        params : ndarray
            Of all networks, packed.
        x : ndarray of shape (n_steps, n_series, n_inputs)
        states : ndarray
            Packed; moves on in place.
        n_threads : int

        Returns
        -------
        ndarray of shape (n_steps, n_series, n_outputs)
        """
        n_steps, n_series, _ = x.shape
        inputs = to_lanes([by_row(x)], self.n_lanes, self.dtype)
        width = n_steps * self.n_outputs * self.n_lanes
        prediction = empty_blocks(len(inputs), width, self.dtype)
        in_threads(
            lambda start, stop: kernels.run(
                self.tag, params, inputs, states, prediction, n_steps, start, stop
            ),
            len(inputs),
            n_threads,
        )
        rows = self.unpack(prediction, n_series).reshape(n_series, n_steps, self.n_outputs)
        return np.moveaxis(rows, 0, 1)
