"""How the systems of the gallery are trained, where they are not about training itself."""

import numpy as np

from rnnts._objective import Objective
from rnnts._types import FloatArray
from rnnts.kernels.threads import tiny_products
from rnnts.solvers import LBFGS


def trained(
    objective: Objective, random_state: int, max_iter: int = 500, tol: float = 1e-9
) -> FloatArray:
    """Weights that minimise the objective, on the way from random ones."""
    start = objective.network.init_params(np.random.default_rng(random_state))
    with tiny_products():
        return LBFGS(max_iter, tol).solve(objective, start).params
