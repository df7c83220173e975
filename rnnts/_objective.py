"""The function of a parameter vector that a solver minimises: the seam of the package.

Above it, solvers, forecasters and persistence know a flat vector and this one method; below it,
network, cells and kernels may be fused as speed demands.
"""

from dataclasses import dataclass

import numpy as np

from rnnts._network import Network
from rnnts._types import FloatArray
from rnnts.losses import Loss


@dataclass(frozen=True)
class Objective:
    """Mean loss of a network on fixed data, from a zero start.

    Parameters
    ----------
    network : Network
    loss : Loss
    x : ndarray of shape (n_steps, n_sequences, n_inputs)
    y : ndarray
        Of the shape of the network's predictions: (n_steps, n_sequences, n_outputs), or
        (n_sequences, n_outputs) for a network that reads its last hidden state only.
    n_warmup : int
        How many first steps only bring the hidden state up and do not count in the loss; for a
        network that reads every step.
    """

    network: Network
    loss: Loss
    x: FloatArray
    y: FloatArray
    n_warmup: int = 0

    def value_and_gradient(self, params: FloatArray) -> tuple[float, FloatArray]:
        """Evaluate the objective and its gradient at `params`.

        Where the recurrence explodes the value is inf or NaN; a solver rejects such a point.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            prediction, tape = self.network.forward(params, self.x)
            value, d_scored = self.loss(self.y[self.n_warmup :], prediction[self.n_warmup :])
            if not np.isfinite(value):
                return value, np.zeros_like(params)
            d_prediction = np.zeros_like(prediction)
            d_prediction[self.n_warmup :] = d_scored
            return value, self.network.backward(params, self.x, tape, d_prediction)
