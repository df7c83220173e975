r"""First-order solver with a step size per parameter.

.. math::
    m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad
    v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad
    w \leftarrow w - \eta \, \hat m / (\sqrt{\hat v} + \epsilon)
"""

from dataclasses import dataclass

import numpy as np

from rnnts._objective import Objective
from rnnts._types import FloatArray
from rnnts._validation import check_count, check_positive
from rnnts.solvers._base import Solution


@dataclass(frozen=True)
class Adam:
    """Adam on the full batch, with the gradient's norm clipped.

    Parameters
    ----------
    learning_rate : float
    max_iter : int
    tol : float
        Stop after `n_iter_no_change` iterations none of which lowered the best loss by more than
        this share of it.
    n_iter_no_change : int
    clip_norm : float
        A longer gradient is shortened to this Euclidean length.
    beta_1, beta_2, epsilon : float

    References
    ----------
    Kingma and Ba (2015), *Adam: A Method for Stochastic Optimization*.
    """

    learning_rate: float = 1e-2
    max_iter: int = 2000
    tol: float = 1e-6
    n_iter_no_change: int = 50
    clip_norm: float = 1.0
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        check_count("max_iter", self.max_iter)
        check_count("n_iter_no_change", self.n_iter_no_change)
        check_positive("learning_rate", self.learning_rate)
        check_positive("tol", self.tol)
        check_positive("clip_norm", self.clip_norm)
        check_positive("epsilon", self.epsilon)

    def solve(self, objective: Objective, params: FloatArray) -> Solution:
        """Minimise `objective`, starting at `params`; the best point seen is returned."""
        point, best = params.copy(), params.copy()
        mean, variance = np.zeros_like(point), np.zeros_like(point)
        best_value, n_stale = np.inf, 0
        curve: list[float] = []
        for count in range(1, self.max_iter + 1):
            value, gradient = objective.value_and_gradient(point)
            norm = float(np.linalg.norm(gradient))
            if not np.isfinite(value) or not np.isfinite(norm):
                curve.append(best_value)
                message = "the loss exploded; lower learning_rate"
                return Solution(best, best_value, False, message, tuple(curve))
            n_stale = 0 if value < best_value * (1 - self.tol) else n_stale + 1
            if value < best_value:
                best_value, best = value, point.copy()
            curve.append(best_value)
            if n_stale >= self.n_iter_no_change:
                return Solution(best, best_value, True, "the loss no longer falls", tuple(curve))

            gradient *= min(1.0, self.clip_norm / max(norm, np.finfo(float).tiny))
            mean += (1 - self.beta_1) * (gradient - mean)
            variance += (1 - self.beta_2) * (gradient**2 - variance)
            step = self.learning_rate / (1 - self.beta_1**count)
            spread = np.sqrt(variance / (1 - self.beta_2**count)) + self.epsilon
            point -= step * mean / spread
        message = (
            f"adam stopped at max_iter={self.max_iter} while the loss was still falling; "
            "raise max_iter or learning_rate"
        )
        return Solution(best, best_value, False, message, tuple(curve))
