"""Stop where rows that are held out no longer get better."""

from dataclasses import dataclass, field, replace

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels.descent import Descendable
from rnnts.solvers._base import Solution, Solver


@dataclass
class EarlyStopping:
    """Watches a solver: asked now and then whether it should stop.

    Parameters
    ----------
    validation : Descendable
        The loss on the rows held out.
    n_iter_no_change : int
        Stop after so many iterations that brought nothing new.

    References
    ----------
    Prechelt (1998), *Early Stopping - But When?*
    """

    validation: Descendable
    n_iter_no_change: int
    best_value: float = np.inf
    best_params: FloatArray | None = None
    curve: list[float] = field(default_factory=list)
    best_iter: int = 0

    def __call__(self, n_iter: int, params: FloatArray) -> bool:
        """Look at the weights after `n_iter` iterations."""
        value, _ = self.validation.value_and_gradient(params)
        self.curve.append(value)
        if value < self.best_value:
            self.best_value, self.best_params, self.best_iter = value, params.copy(), n_iter
        return n_iter - self.best_iter >= self.n_iter_no_change


def solve_watched(
    solver: Solver, objective: Descendable, params: FloatArray, stopping: EarlyStopping
) -> Solution:
    """Minimise an objective, and return the point that was best on the rows held out."""
    stopping(0, params)
    solution = solver.solve(objective, params, stopping)
    if stopping.best_params is None:
        return solution
    value, _ = objective.value_and_gradient(stopping.best_params)
    if stopping.best_iter == 0 and not solution.converged:
        # Nothing was learned, of which the solver knows why.
        return replace(solution, params=stopping.best_params, value=value)
    message = "the rows held out were predicted best before the last iteration"
    return replace(
        solution, params=stopping.best_params, value=value, converged=True, message=message
    )
