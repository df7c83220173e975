"""What the words among a solver's arguments stand for; objects pass as they are."""

from dataclasses import replace
from typing import Any

from rnnts._validation import check_choice, check_count, check_positive
from rnnts.solvers._adam import Adam
from rnnts.solvers._base import Solver
from rnnts.solvers._lbfgs import LBFGS
from rnnts.solvers._levenberg_marquardt import LevenbergMarquardt

SOLVERS: dict[str, type[LBFGS | Adam | LevenbergMarquardt]] = {
    "lbfgs": LBFGS,
    "adam": Adam,
    "lm": LevenbergMarquardt,
}


def solver_of(
    solver: str | Solver,
    best: str | Solver,
    *,
    max_iter: int | None = None,
    tol: float | None = None,
    clip_norm: float | None = None,
) -> Solver:
    """The solver asked for, `best` for "auto", with the limits that are given.

    Parameters
    ----------
    solver : str or Solver
        "auto", a name in `SOLVERS`, or an object.
    best : str or Solver
        What "auto" is.
    max_iter, tol, clip_norm : optional
        Replace those of the solver.

    Returns
    -------
    Solver

    Raises
    ------
    ValueError, TypeError
        If there is no such solver, or it has no such limit.

    Examples
    --------
    >>> from rnnts.solvers import solver_of
    >>> solver_of("auto", "lbfgs", max_iter=50)
    LBFGS(max_iter=50, tol=1e-07)
    """
    limits: dict[str, Any] = {}
    if max_iter is not None:
        limits["max_iter"] = check_count("max_iter", max_iter)
    if tol is not None:
        limits["tol"] = check_positive("tol", tol)
    if clip_norm is not None:
        limits["clip_norm"] = check_positive("clip_norm", clip_norm)
    if isinstance(solver, str):
        check_choice("solver", solver, ["auto", *SOLVERS])
        solver = best if solver == "auto" else solver
    if isinstance(solver, str):
        solver = SOLVERS[solver]()
    if isinstance(solver, type) or not hasattr(solver, "solve"):
        raise TypeError(
            f"solver must be one of auto, {', '.join(SOLVERS)}, or an object such as "
            f"Adam(learning_rate=1e-3), got {solver!r}"
        )
    if clip_norm is not None and not hasattr(solver, "clip_norm"):
        raise ValueError(
            f"clip_norm shortens the gradients of solver='adam', got solver={solver!r}; leave one "
            "of them out"
        )
    return replace(solver, **limits) if limits else solver  # type: ignore[type-var]
