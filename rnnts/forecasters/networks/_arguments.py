"""What the words among a network's arguments stand for; objects pass as they are."""

from dataclasses import replace
from typing import Any

from rnnts._validation import check_choice, check_count, check_positive
from rnnts.losses import LOSSES, Loss, Pinball
from rnnts.solvers import SOLVERS, Solver

# Those of numbers; the others are of classes.
FORECAST_LOSSES: dict[str, Loss] = {
    name: loss for name, loss in LOSSES.items() if name not in ("logistic", "cross_entropy")
} | {"pinball": Pinball((0.025, 0.1, 0.5, 0.9, 0.975))}

# Sizes that hidden_size="bic" compares.
_BIC_SIZES = range(1, 7)


def sizes_of(
    hidden_size: int | tuple[int, ...] | str, cell: str, n_scored: int
) -> list[int | tuple[int, ...]]:
    """Hidden sizes to be trained and compared: one, unless "bic" is to choose."""
    if isinstance(hidden_size, tuple | list):
        if not hidden_size:
            raise ValueError("hidden_size must name at least one layer, got ()")
        return [tuple(check_count("every entry of hidden_size", size) for size in hidden_size)]
    if not isinstance(hidden_size, str):
        return [check_count("hidden_size", hidden_size)]
    if hidden_size != "bic":
        raise ValueError(f"unknown hidden_size {hidden_size!r}; give a number of units, or 'bic'")
    if cell != "linear":
        raise ValueError(
            f"hidden_size='bic' needs cell='linear', got cell={cell!r}; give a number and compare "
            "sizes by GridSearchCV with TimeSeriesSplit"
        )
    # A size with as many free weights as rows fits anything, which no criterion tells.
    return [size for size in _BIC_SIZES if size == 1 or 2 * size + 1 < n_scored]


def loss_of(loss: str | Loss) -> Loss:
    """The loss asked for."""
    if isinstance(loss, str):
        check_choice("loss", loss, FORECAST_LOSSES)
        return FORECAST_LOSSES[loss]
    if isinstance(loss, type) or not callable(loss):
        raise TypeError(
            f"loss must be one of {', '.join(FORECAST_LOSSES)}, or an object such as "
            f"Huber(delta=2.0), got {loss!r}"
        )
    return loss


def solver_of(
    solver: str | Solver,
    best: str | Solver,
    *,
    max_iter: int | None = None,
    tol: float | None = None,
    clip_norm: float | None = None,
) -> Solver:
    """The solver asked for, `best` for "auto", with the limits that are given."""
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
