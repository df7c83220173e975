"""Gradient descent by Adam under way."""

from functools import partial

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels.descent import Descendable, by_steps, new_moments, take_step


class Descent:
    """Full-batch Adam: where it is, and where it was best.

    Parameters
    ----------
    objective : Descendable
        If it has a method ``descend``, that takes many steps at once, in the same way.
    params : ndarray of shape (n_params,)
    learning_rate : float
    betas : tuple of float
    epsilon : float
    clip_norm : float
        A longer gradient is shortened to this Euclidean length.
    tol : float
        Stop after `n_iter_no_change` steps none of which lowered the best loss by more than this
        share of it.
    n_iter_no_change : float

    References
    ----------
    Kingma and Ba (2015), *Adam: A Method for Stochastic Optimization*.
    """

    def __init__(
        self,
        objective: Descendable,
        params: FloatArray,
        learning_rate: float = 1e-2,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        clip_norm: float = np.inf,
        tol: float = 0.0,
        n_iter_no_change: float = np.inf,
    ) -> None:
        self.objective, self.learning_rate = objective, learning_rate
        self._settings = np.array([*betas, epsilon, clip_norm, tol, n_iter_no_change])
        self._moments, self._n_params = new_moments(params), len(params)
        take_step.link(np.float64)

    def run(self, n_steps: int, learning_rates: FloatArray | None = None) -> FloatArray:
        """Take steps, and return the loss before each: fewer, if it stalls or explodes.

        Parameters
        ----------
        n_steps : int
        learning_rates : ndarray of shape (n_steps,), optional
            One for each step, in place of the one learning rate.
        """
        if learning_rates is None:
            learning_rates = np.full(n_steps, self.learning_rate)
        losses = np.empty(n_steps)
        descend = getattr(self.objective, "descend", partial(by_steps, self.objective))
        n_filled = descend(self._n_params, self._moments, self._settings, learning_rates, losses)
        return losses[:n_filled]

    @property
    def moments(self) -> FloatArray:
        """All numbers under way, for another descent to go on from."""
        return self._moments

    def go_on_from(self, moments: FloatArray) -> None:
        """Take over the `moments` of a descent over other data."""
        self._moments[:] = moments

    @property
    def params(self) -> FloatArray:
        """Where it is: (n_params,)."""
        return self._moments[0, : self._n_params].copy()

    @property
    def best_params(self) -> FloatArray:
        """Where the loss was lowest."""
        return self._moments[4, : self._n_params].copy()

    @property
    def best_loss(self) -> float:
        """The lowest loss."""
        return float(self._moments[5, 0])

    @property
    def count(self) -> int:
        """Losses that were finite, so far."""
        return int(self._moments[5, 2])

    @property
    def status(self) -> int:
        """One of those of :mod:`rnnts.kernels.descent`."""
        return int(self._moments[5, 3])
