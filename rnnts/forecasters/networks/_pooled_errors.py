r"""How wide the intervals of one series are, by what was held out of all of them.

Errors of series become comparable when each is divided by a unit of its series.  The size :math:`s`
of its own one-step errors is one, but a noisy one: what was calm so far need not stay so, and a
constant has none.  So it is drawn towards the usual size :math:`\bar s` of the panel,

.. math:: u = \bar s \, (s / \bar s)^\gamma, \qquad 0 \le \gamma \le 1,

with the exponent under which intervals of 95 % would have scored best on what was held out.  Series
that never moved, such as parts nobody has asked for yet, say nothing by that: they have one unit
together, by how such series went on.

References
----------
Winkler (1972), "A decision-theoretic approach to interval estimation", *JASA* 67, for the score.
"""

from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.intervals import ConformalErrors

# Ends of the intervals that exponents are scored by, and the exponents.  On M1 and M3 the best is
# 0.6 to 0.8, as least squares of logarithms would have it; on the counts of carparts it is 0.2, and
# the MSIS on windows cut from the training rows 17.7, by least squares 24.4.
_ENDS = np.array([0.025, 0.975])
_EXPONENTS = np.arange(11) / 10

# The exponent that is expected, and the windows that it counts for; as many are expected of series
# that never moved.
_EXPECTED, _WEIGHT = 0.7, 10.0

# Share of the usual size, below which a size says that the series never moved, not how it will.
_LEAST = 0.01


@dataclass(frozen=True)
class PooledErrors:
    """Errors on rows held out of all series, each in units of its series.

    Attributes
    ----------
    errors : ConformalErrors
    usual : ndarray of shape (n_targets,)
        The middle one of the sizes of one-step errors.
    exponent : ndarray of shape (n_targets,)
    still : ndarray of shape (n_targets,)
        Unit of series that never moved.
    """

    errors: ConformalErrors
    usual: FloatArray
    exponent: FloatArray
    still: FloatArray

    @classmethod
    def like(cls, errors: FloatArray, sizes: FloatArray) -> "PooledErrors":
        """Of errors seen, and the sizes of one-step errors before them.

        Parameters
        ----------
        errors : ndarray of shape (n_series, n_steps, n_targets)
            NaN where nothing was observed.
        sizes : ndarray of shape (n_series, n_targets)
        """
        usual = np.array([_middle(column[column > 0]) for column in sizes.T])
        best = _EXPONENTS[_scores(errors, sizes, usual).argmin(axis=0)]
        exponent = (len(sizes) * best + _WEIGHT * _EXPECTED) / (len(sizes) + _WEIGHT)
        still = _still(errors, sizes, usual, exponent)
        units = _units(sizes, usual, exponent, still)
        return cls(ConformalErrors.like(errors / units[:, None]), usual, exponent, still)

    def unit(self, sizes: FloatArray) -> FloatArray:
        """What to measure a series in, whose one-step errors are of these sizes: (n_targets,)."""
        return _units(sizes, self.usual, self.exponent, self.still)


def _scores(errors: FloatArray, sizes: FloatArray, usual: FloatArray) -> FloatArray:
    """What intervals would have scored: (n_exponents, n_targets)."""
    scores = np.empty((len(_EXPONENTS), len(usual)))
    for place, exponent in enumerate(_EXPONENTS):
        powers = np.full(usual.shape, exponent)
        units = _units(sizes, usual, powers, _still(errors, sizes, usual, powers))[:, None]
        pooled = ConformalErrors.like(errors / units)
        ends = np.moveaxis(pooled.quantiles(errors.shape[1], _ENDS), -1, 0)
        low, high = (end * units for end in ends)
        outside = np.maximum(low - errors, 0.0) + np.maximum(errors - high, 0.0)
        score = high - low + outside / _ENDS[0]
        scores[place] = np.nanmean(score, axis=(0, 1))
    return scores


def _still(
    errors: FloatArray, sizes: FloatArray, usual: FloatArray, exponent: FloatArray
) -> FloatArray:
    """The unit in which series that never moved erred as much as those that did in theirs."""
    n_seen = np.maximum(np.isfinite(errors).sum(axis=1), 1)
    later = np.sqrt(np.nansum(np.square(errors), axis=1) / n_seen)
    moved = sizes > _LEAST * usual
    n_moved = moved.sum(axis=0)
    least = usual * _LEAST**exponent
    units = _units(sizes, usual, exponent, least)
    relative = np.divide(later, units, out=np.zeros(later.shape), where=moved)
    square = np.square(relative).sum(axis=0) / np.maximum(n_moved, 1)
    seen = np.where(moved, 0.0, np.square(later)).sum(axis=0) / np.where(square > 0, square, 1.0)
    n_still = len(sizes) - n_moved
    still = np.sqrt((seen + _WEIGHT * np.square(least)) / (n_still + _WEIGHT))
    # In a panel of constants nothing is to be divided by zero.
    floored: FloatArray = np.maximum(still, np.finfo(float).tiny)
    return floored


def _units(
    sizes: FloatArray, usual: FloatArray, exponent: FloatArray, still: FloatArray
) -> FloatArray:
    relative = sizes / usual
    powers = np.maximum(relative, _LEAST) ** exponent
    units: FloatArray = np.where(relative > _LEAST, usual * powers, still)
    return units


def _middle(sizes: FloatArray) -> float:
    """Of the series that moved; where none did, what hardly counts."""
    return float(np.median(sizes)) if len(sizes) else float(np.finfo(float).tiny)
