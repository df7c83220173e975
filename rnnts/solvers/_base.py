"""What every solver promises."""

from dataclasses import dataclass
from typing import Protocol

from rnnts._types import FloatArray
from rnnts.kernels.descent import Descendable


@dataclass(frozen=True)
class Solution:
    """Where a solver stopped, and why.

    Attributes
    ----------
    params : ndarray of shape (n_params,)
        The best point seen; finite whatever happened.
    value : float
        The loss there.
    converged : bool
        Whether the solver's own criterion was met.
    message : str
        Why it stopped, and what to do if that was too early.
    loss_curve : tuple of float
        The loss after each iteration.

    See Also
    --------
    Adam, LBFGS, LevenbergMarquardt : What return it.
    """

    params: FloatArray
    value: float
    converged: bool
    message: str
    loss_curve: tuple[float, ...]

    @property
    def n_iter(self) -> int:
        """Number of iterations."""
        return len(self.loss_curve)


class Watch(Protocol):
    """Looks at the weights now and then."""

    def __call__(self, n_iter: int, params: FloatArray) -> bool:
        """Whether to stop, given the weights after so many iterations."""


class Solver(Protocol):
    """Minimises an objective from a starting point."""

    @property
    def max_iter(self) -> int:
        """The most iterations it may take."""

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
