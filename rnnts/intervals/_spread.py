r"""How errors grow with the step ahead, from few of them.

.. math:: s_h^2 \approx s^2 h^{2g}, \qquad 0 \le g \le 1

covers what forecasts do: g is 0 where a series reverts to its mean, 1/2 for a random walk, 1 where
trends go astray.  With few origins that law decides; with many the mean squares themselves do, made
non-decreasing.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from rnnts._types import FloatArray

_EXPONENTS = np.linspace(0.0, 1.0, 41)

# The exponent that is expected, give or take this; it decides where one step is seen.  A random
# walk would have 1/2; seasonal series of M1 and M3 are somewhat tamer.
_EXPECTED, _LEEWAY = 0.35, 0.25

# How many origins the law counts for.
_LAW_ORIGINS = 3.0


@dataclass(frozen=True)
class Spread:
    """Root mean squares of errors by step ahead.

    Parameters
    ----------
    known : ndarray of shape (n_known,)
        Of steps 1 to n_known, non-decreasing.
    exponent : float
        With which they grow from there on.
    """

    known: FloatArray
    exponent: float

    @classmethod
    def of(cls, errors: FloatArray, worth: FloatArray | float = 1.0) -> "Spread":
        """The spread of errors (n_origins, n_steps), NaN where none was observed.

        `worth` is the share of independent ones among them, of shape (n_steps,).
        """
        n_seen = np.isfinite(errors).sum(axis=0)
        mean_square = np.nansum(errors**2, axis=0) / np.maximum(n_seen, 1)
        if not (mean_square > 0).any():
            return cls(np.zeros(len(n_seen)), 0.0)
        n_seen = n_seen * worth
        law, exponent = _power_law(mean_square, n_seen)
        # A step without errors of its own has weight zero, and takes part by the law only.
        monotone = isotonic_regression(mean_square, weights=np.maximum(n_seen, 1e-9)).x
        mixed = (n_seen * monotone + _LAW_ORIGINS * law) / (n_seen + _LAW_ORIGINS)
        return cls(np.sqrt(np.maximum.accumulate(mixed)), exponent)

    def at(self, n_steps: int) -> FloatArray:
        """Root mean squares of the first `n_steps` steps ahead."""
        n_known = len(self.known)
        beyond = np.arange(n_known + 1, n_steps + 1) / n_known
        return np.concatenate([self.known, self.known[-1] * beyond**self.exponent])[:n_steps]


def _power_law(mean_square: FloatArray, n_seen: FloatArray) -> tuple[FloatArray, float]:
    """The most likely law for normal errors: squared spreads by step, and the exponent."""
    steps = np.arange(1, len(mean_square) + 1)
    growth = steps ** (2 * _EXPONENTS[:, None])
    level = (n_seen * mean_square / growth).sum(axis=1) / n_seen.sum()
    squares = level[:, None] * growth
    # Errors whose squares are zero fit every law.
    with np.errstate(divide="ignore"):
        misfit = (n_seen * np.log(squares)).sum(axis=1)
    deviance = misfit + ((_EXPONENTS - _EXPECTED) / _LEEWAY) ** 2
    best = int(deviance.argmin())
    return squares[best], float(_EXPONENTS[best])
