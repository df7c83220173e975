"""A solver that tells how far it is."""

from dataclasses import dataclass

from rnnts._progress import Advance, unseen
from rnnts._types import FloatArray
from rnnts.kernels.descent import Descendable
from rnnts.solvers._base import Solution, Solver, Watch
from rnnts.solvers._levenberg_marquardt import LevenbergMarquardt


def reporting(solver: Solver, advance: Advance) -> Solver:
    """The solver, and `advance` told of its iterations, unless nothing of that is seen."""
    return solver if advance is unseen else Reporting(solver, advance)


@dataclass(frozen=True)
class Reporting:
    """Any solver, whose iterations are counted as they are done.

    Parameters
    ----------
    solver : Solver
    advance : Advance
        Told of each iteration, and in the end of those that were not needed.
    """

    solver: Solver
    advance: Advance

    @property
    def max_iter(self) -> int:
        """The most iterations it may take."""
        return self.solver.max_iter

    def solve(
        self, objective: Descendable, params: FloatArray, watch: Watch | None = None
    ) -> Solution:
        """Minimise `objective` as the solver does by itself, to the last bit."""
        n_told = 0

        def tell(n_iter: int, params: FloatArray) -> bool:
            nonlocal n_told
            self.advance(n_iter - n_told)
            n_told = n_iter
            return watch is not None and watch(n_iter, params)

        # Levenberg-Marquardt is done before anyone could look.
        is_told = not isinstance(self.solver, LevenbergMarquardt)
        solution = self.solver.solve(objective, params, tell if is_told else watch)
        self.advance(solution.n_iter - n_told, spared=self.max_iter - solution.n_iter)
        return solution
