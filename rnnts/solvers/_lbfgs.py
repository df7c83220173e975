"""Full-batch quasi-Newton solver."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from rnnts._types import FloatArray
from rnnts._validation import check_count, check_positive
from rnnts.kernels.descent import Descendable
from rnnts.solvers._base import Solution, Watch


@dataclass(frozen=True)
class LBFGS:
    """Limited-memory BFGS, as implemented by SciPy.

    Parameters
    ----------
    max_iter : int
    tol : float
        Stop when an iteration lowers the loss by less than this share of it, or no entry of the
        gradient exceeds it.

    References
    ----------
    Liu and Nocedal (1989), *On the limited memory BFGS method for large scale optimization*.

    Examples
    --------
    >>> from rnnts import RNNForecaster, datasets
    >>> from rnnts.solvers import LBFGS
    >>> model = RNNForecaster(horizon=None, solver=LBFGS(max_iter=500)).fit(datasets.load("nile"))
    >>> model.converged_
    True
    """

    max_iter: int = 1000
    tol: float = 1e-7

    def __post_init__(self) -> None:
        check_count("max_iter", self.max_iter)
        check_positive("tol", self.tol)

    def solve(
        self, objective: Descendable, params: FloatArray, watch: Watch | None = None
    ) -> Solution:
        """Minimise `objective`, starting at `params`, until `watch` says to stop.

        Parameters
        ----------
        objective : Descendable
            Has a method ``value_and_gradient(params)`` and a number of threads, `n_threads`.
        params : ndarray of shape (n_params,)
            Where to start.
        watch : callable, optional
            Called now and then with the number of iterations and the weights; says whether to stop.

        Returns
        -------
        Solution
        """
        start, gradient = objective.value_and_gradient(params)
        if not (np.isfinite(start) and np.isfinite(gradient).all()):
            message = (
                "the loss is not finite at the start; scale the series, or set another random_state"
            )
            return Solution(params, start, False, message, (start,))
        curve: list[float] = []
        # An explosive recurrence costs as much as keeps the line search from going there, and not
        # the 1e300 it may be, of which no interpolation finds a way back.
        wall = start + 9 * abs(start) + 1

        def bounded(point: FloatArray) -> tuple[float, FloatArray]:
            value, gradient = objective.value_and_gradient(point)
            if value < wall and np.isfinite(gradient).all():
                return value, gradient
            return wall, np.zeros_like(point)

        def note(intermediate_result: OptimizeResult) -> None:
            curve.append(float(intermediate_result.fun))
            if watch is not None and watch(len(curve), intermediate_result.x):
                raise StopIteration

        # SciPy's measure of progress may divide by next to nothing.
        with np.errstate(over="ignore"):
            result = minimize(
                bounded,
                params,
                method="L-BFGS-B",
                jac=True,
                callback=note,
                options={
                    "maxiter": self.max_iter,
                    "maxfun": 20 * self.max_iter,
                    "ftol": self.tol,
                    "gtol": self.tol,
                    "maxcor": 20,
                },
            )
        message = "the loss no longer falls"
        if result.status == 1:
            message = (
                f"lbfgs stopped at max_iter={self.max_iter} while the loss was still falling; "
                "raise max_iter"
            )
        value = float(result.fun)
        return Solution(result.x, value, result.status != 1, message, tuple(curve) or (value,))
