r"""Two questions about a transition matrix, both answered by squaring it again and again."""

import numpy as np

from rnnts._types import FloatArray

# 2^31 steps in all: a spectral radius above 1 - 3e-10 counts as one.
_N_SQUARINGS = 32
_CONTRACTION = 0.5
_EXPLOSION = 1e100


def spectral_radius(matrix: FloatArray) -> float:
    """Largest eigenvalue in absolute value."""
    return float(np.max(np.abs(np.linalg.eigvals(matrix)), initial=0.0))


def is_stable(matrix: FloatArray) -> bool:
    """Whether all eigenvalues lie strictly inside the unit circle.

    Eigenvalues are not computed: a double unit root, as in SARIMA, is known to half the digits
    only and may come out at 0.99999999.  That some power is a contraction settles it.
    """
    power = matrix
    for _ in range(_N_SQUARINGS):
        size = np.abs(power).sum(axis=1).max(initial=0.0)  # a norm that squares nothing
        if size < _CONTRACTION:
            return True
        if not size < _EXPLOSION:
            return False
        power = power @ power
    return False


def stationary_covariance(transition: FloatArray, noise: FloatArray) -> FloatArray:
    """Covariance P = M P M' + Q of a stable recurrence, by doubling.

    The sum of M^j Q M'^j over j is built from halves: n steps of it cost log2(n) products.
    """
    covariance, power = noise, transition
    for _ in range(2 * _N_SQUARINGS):
        increment = power @ covariance @ power.T
        covariance = covariance + increment
        # Largest entries: norms would square them.
        if not np.abs(increment).max(initial=0.0) > 1e-17 * np.abs(covariance).max(initial=0.0):
            break
        power = power @ power
    return (covariance + covariance.T) / 2
