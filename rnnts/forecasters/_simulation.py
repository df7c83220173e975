"""The uncertainty of a trained network that reads its own forecasts."""

import numpy as np

from rnnts._stepper import Stepper
from rnnts._types import FloatArray
from rnnts.cells import CELLS
from rnnts.forecasters._recurrence import Recurrence, State
from rnnts.intervals import GaussianInnovations, Innovations, ResampledInnovations, simulate
from rnnts.linear import StateSpace


def innovations_of(recurrence: Recurrence, errors: FloatArray) -> Innovations:
    """What future one-step errors are drawn from, given those of the training rows.

    A linear network is a Gaussian ARMA model; any other keeps the errors as they were.
    """
    network = recurrence.network
    if network.cell == CELLS["linear"]:
        # A change of basis of the hidden units changes no prediction.
        n_free = network.n_params - int(np.square(network.hidden_size).sum())
        return GaussianInnovations.like(errors, n_free)
    return ResampledInnovations.like(errors, network.n_params)


def linear_variance(
    space: StateSpace, innovations: GaussianInnovations, n_steps: int
) -> FloatArray:
    """Variances of the forecasts of a linear network, of shape (n_steps, n_targets)."""
    k = space.n_outputs
    psi = space.psi_weights(n_steps).reshape(n_steps, k, k)
    # The rows of each product are standard deviations by source, whose squares add up.
    parts = psi @ innovations.factor.T
    variance: FloatArray = np.square(parts).sum(axis=2).cumsum(axis=0)
    return variance


def simulated_paths(
    recurrence: Recurrence, future_exog: FloatArray, state: State, errors: FloatArray
) -> FloatArray:
    """Paths of the rows after `state`, each read back by the network as if observed.

    `errors` and the paths have shape (n_paths, n_steps, n_targets), in the units of the series.
    """
    n_paths = len(errors)
    known = iter(recurrence.exog_scaling.transform(future_exog))
    stepper = Stepper(recurrence.network, recurrence.params, np.repeat(state.hidden, n_paths, 0))
    lags = np.repeat(state.lags[None], n_paths, 0)

    def predict_next(last: FloatArray | None) -> FloatArray:
        if last is not None:
            lags[:, 1:] = lags[:, :-1].copy()
            lags[:, 0] = last
        exog = np.broadcast_to(row := next(known), (n_paths, len(row)))
        return stepper.step(np.hstack([lags.reshape(n_paths, -1), exog]))

    scaled = simulate(predict_next, errors / recurrence.y_scaling.spread)
    return recurrence.y_scaling.inverse_transform(scaled)
