"""A network that is fed one step at a time."""

import numpy as np

from rnnts._network import Network, kernel_ready
from rnnts._types import FloatArray
from rnnts.kernels import driver
from rnnts.kernels.simd import aligned_empty


class Stepper:
    """A network, its weights, and the states of some sequences, which move on in place.

    A step costs about a microsecond for a small network: the weights are prepared once.

    Parameters
    ----------
    network : Network
    params : ndarray of shape (n_params,)
    start : ndarray of shape (n_sequences, state_size)

    Examples
    --------
    >>> import numpy as np
    >>> from rnnts.cells import CELLS
    >>> network = Network(CELLS["linear"], n_inputs=1, hidden_size=1, n_outputs=1)
    >>> params = np.array([1.0, 0.5, 2.0, 0.0])  # input, recurrent and output weight, bias
    >>> stepper = Stepper(network, params, start=np.zeros((1, 1)))
    >>> [stepper.step(np.array([[x]])).item() for x in (1.0, 0.0, 0.0)]
    [2.0, 1.0, 0.5]
    """

    def __init__(self, network: Network, params: FloatArray, start: FloatArray) -> None:
        network.check_params(params)
        n_sequences, dtype = len(start), network.dtype
        if start.shape != (n_sequences, network.state_size):
            raise ValueError(
                f"start must have shape (n_sequences, {network.state_size}), got {start.shape}"
            )
        self._state = np.array(start, dtype, order="C")
        self._x = np.zeros((1, n_sequences, network.n_inputs), dtype)
        self._y = np.zeros((1, n_sequences, network.n_outputs), dtype)
        self._numbers = np.zeros(1)
        layout = network.layout(1, n_sequences)
        self._problem = network.problem(
            layout, self._x, self._state, self._state, self._y, self._numbers
        )
        self._workspace = aligned_empty(layout.scratch.end, dtype)
        driver.run.link(dtype)
        # For the sake of the weights; what it does to the states is undone.
        driver.predict(self._problem, kernel_ready(params), self._workspace)
        self._state[:] = start

    def step(self, x: FloatArray) -> FloatArray:
        """Predictions (n_sequences, n_outputs) after reading x, (n_sequences, n_inputs)."""
        self._x[0] = x
        driver.predict_again(self._problem, self._workspace)
        return np.array(self._y[0], np.float64)

    @property
    def state(self) -> FloatArray:
        """States (n_sequences, state_size)."""
        return np.array(self._state, np.float64)
