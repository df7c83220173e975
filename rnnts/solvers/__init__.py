"""Solvers that train a network.  To add one, write its file and name it in `SOLVERS`."""

from rnnts.solvers._adam import Adam
from rnnts.solvers._arguments import SOLVERS, solver_of
from rnnts.solvers._base import Solution, Solver
from rnnts.solvers._lbfgs import LBFGS
from rnnts.solvers._levenberg_marquardt import LevenbergMarquardt

__all__ = [
    "LBFGS",
    "SOLVERS",
    "Adam",
    "LevenbergMarquardt",
    "Solution",
    "Solver",
    "solver_of",
]
