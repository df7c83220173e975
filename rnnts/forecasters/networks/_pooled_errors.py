r"""How wide the intervals of one series are, by what was held out of all of them.

Errors of series become comparable when each is divided by a unit of its series.  The size :math:`s`
of its own one-step errors is one, but a noisy one: what was calm so far need not stay so, and a
constant has none.  So it is drawn towards the usual size :math:`\bar s` of the panel,

.. math:: u = \bar s \, (s / \bar s)^\gamma, \qquad 0 \le \gamma \le 1,

with the exponent that explains the errors held out: least squares of the logarithm of their size on
that of :math:`s`.
"""

from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.intervals import ConformalErrors

# The exponent that is expected, and the sum of squares that it counts for: M1 and M3 have 0.6 to
# 0.9, around which single series scatter by 0.6 to the logarithm.
_EXPECTED, _WEIGHT = 0.7, 5.0

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
    """

    errors: ConformalErrors
    usual: FloatArray
    exponent: FloatArray

    @classmethod
    def like(cls, errors: FloatArray, sizes: FloatArray) -> "PooledErrors":
        """Of errors seen, and the sizes of one-step errors before them.

        Parameters
        ----------
        errors : ndarray of shape (n_series, n_steps, n_targets)
            NaN where nothing was observed.
        sizes : ndarray of shape (n_series, n_targets)
        """
        n_seen = np.maximum(np.isfinite(errors).sum(axis=1), 1)
        later = np.sqrt(np.nansum(np.square(errors), axis=1) / n_seen)
        moves = sizes > 0
        usual = np.array(
            [_middle(column[kept]) for column, kept in zip(sizes.T, moves.T, strict=True)]
        )
        logs = np.log(np.maximum(sizes / usual, _LEAST))
        counts = (moves & (later > 0)).astype(float)
        n_counted = np.maximum(counts.sum(axis=0), 1.0)
        sizes_off = counts * (logs - (counts * logs).sum(axis=0) / n_counted)
        log_later = np.log(np.where(counts > 0, later, 1.0))
        slope = ((sizes_off * log_later).sum(axis=0) + _WEIGHT * _EXPECTED) / (
            np.square(sizes_off).sum(axis=0) + _WEIGHT
        )
        exponent = np.clip(slope, 0.0, 1.0)
        units = usual * np.exp(exponent * logs)
        return cls(ConformalErrors.like(errors / units[:, None]), usual, exponent)

    def unit(self, sizes: FloatArray) -> FloatArray:
        """What to measure a series in, whose one-step errors are of these sizes: (n_targets,)."""
        unit: FloatArray = self.usual * np.maximum(sizes / self.usual, _LEAST) ** self.exponent
        return unit


def _middle(sizes: FloatArray) -> float:
    """Of the series that moved; where none did, what hardly counts."""
    return float(np.median(sizes)) if len(sizes) else float(np.finfo(float).tiny)
