"""What a user should know about a training that went less than well.

`stacklevel` points at the line that called `fit`.
"""

import warnings

from sklearn.exceptions import ConvergenceWarning

from rnnts.cells import CELLS
from rnnts.forecasters.networks._likelihood import n_free
from rnnts.forecasters.networks._training import Trained
from rnnts.linear._stability import is_stable, spectral_radius
from rnnts.solvers import LevenbergMarquardt


def warn_of_trouble(trained: Trained) -> None:
    """Say so where a solver stopped early, or a linear recurrence never forgets."""
    for solution in trained.solutions:
        if not solution.converged:
            warnings.warn(
                f"{solution.message} (loss {solution.value:.6g} after {solution.n_iter} "
                "iterations)",
                ConvergenceWarning,
                stacklevel=6,
            )
            return
    recurrence = trained.ensemble.first.recurrence
    if recurrence.network.cell == CELLS["linear"] and recurrence.horizon == 1:
        recurrent = recurrence.network.unpack(recurrence.params)["w_hidden"]
        if not is_stable(recurrent):
            is_lm = isinstance(trained.plan.solver, LevenbergMarquardt)
            remedy = "a lower hidden_size" if is_lm else "solver='lm'"
            warnings.warn(
                "the trained recurrence never forgets its start (the spectral radius of A is "
                f"{spectral_radius(recurrent):.6g}), so training ended beside the optimum; use "
                f"{remedy} or another random_state",
                ConvergenceWarning,
                stacklevel=6,
            )


def warn_of_size(trained: Trained, n_values: int) -> None:
    """Say so where a network may learn its rows by heart."""
    n_params = n_free(trained.ensemble.first)
    is_held_back = trained.plan.l2 > 0 or trained.plan.validation_fraction > 0
    if n_params > n_values and not is_held_back:
        warnings.warn(
            f"the network has more free parameters ({n_params}) than there are observations "
            f"({n_values}), and may learn them by heart; lower hidden_size, or set l2 or "
            "early_stopping",
            UserWarning,
            stacklevel=6,
        )
