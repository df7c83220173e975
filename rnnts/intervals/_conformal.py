r"""Intervals from the errors that a forecaster made on rows it had not seen.

Split conformal prediction asks for nothing but exchangeable errors: the next one stays below the
k-th smallest of n with probability k / (n + 1).  A series has few origins that were held out, too
few for tails, and neighbouring ones share most of their rows.  So three answers are mixed, each
in its turn for those that need more errors:

1. a Student distribution around the forecast, as wide as the errors at that step are;
2. errors at all steps together, each divided by the spread at its step.  They count no more than
   the origins do: ranks are those of n origins;
3. the errors at that step alone, which is the method of Stankevičiūtė et al.

The first is symmetric, because few errors lean to one side by chance.  On M1, the errors of 24
origins as they are hold 64 to 77 % where 80 % was meant, and their absolute values 74 to 84.

Errors from neighbouring origins share innovations, so that h steps ahead, n origins say no more
than some 1.5 n / h independent ones would (`rows_apart`).  Where that was not reckoned with, 80 and
95 % intervals of RNNForecaster held 75.8 and 90.7 % of the last 18 training rows of M1's monthly
series, and 78.7 and 92.1 % of those of M3; now 79.0 and 92.7, and 81.9 and 94.5.  The constants
here and in `_spread` were chosen on those rows, on quarterly and yearly ones of M3, and on
simulated series.

References
----------
Vovk, Gammerman and Shafer (2005), *Algorithmic Learning in a Random World*.
Stankevičiūtė, Alaa and van der Schaar (2021), "Conformal time-series forecasting", *NeurIPS* 34,
which calibrates each step ahead by itself.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from rnnts._types import FloatArray, IntArray
from rnnts.intervals._quantiles import quantiles_of_columns, rearranged
from rnnts.intervals._spread import Spread

# How many origins the first answer counts for beside the second, and those two beside the third.
_STUDENT_ORIGINS, _POOLED_ORIGINS = 100.0, 200.0

# With fewer degrees of freedom the tails say little but that they are unknown.
_LEAST_FREEDOM = 5.0

# Where the quantile function is taken to draw from it, in normal deviates.
_DEVIATES = np.linspace(-4.0, 4.0, 161)


@dataclass(frozen=True)
class ConformalErrors:
    """Distribution of the errors of a forecast at each step ahead, from held-out ones.

    Make one by `like`; add its quantiles or draws to a point forecast.  Quantiles of a target are
    what its own errors say, whatever stands beside it.

    Parameters
    ----------
    spreads : tuple of Spread
        Of each target.
    standard : ndarray of shape (n_origins, n_steps, n_targets)
        The errors divided by their spread; NaN where nothing was observed.
    worth : ndarray of shape (n_steps,)
        Share of independent ones among the errors of each step.
    freedom : ndarray of shape (n_targets,)
        Degrees of freedom of the Student distribution.

    Examples
    --------
    Twelve held-out origins of a random walk, three steps each:

    >>> import numpy as np
    >>> steps = np.random.default_rng(0).normal(size=(12, 3, 1))
    >>> errors = ConformalErrors.like(steps.cumsum(axis=1))
    >>> errors.quantiles(4, np.array([0.1, 0.9]))[:, 0].round(1)
    array([[-1.5,  1.4],
           [-2. ,  1.9],
           [-2.2,  2.1],
           [-2.5,  2.4]])
    """

    spreads: tuple[Spread, ...]
    standard: FloatArray
    worth: FloatArray
    freedom: FloatArray

    @classmethod
    def like(cls, errors: FloatArray, rows_apart: int | None = None) -> "ConformalErrors":
        """The distribution of errors seen.

        Parameters
        ----------
        errors : ndarray of shape (n_origins, n_steps, n_targets)
            Observed minus forecast from origins that were not trained on; NaN where nothing was
            observed.
        rows_apart : int, optional
            Rows from one origin to the next, whose errors share innovations; None says that the
            origins have nothing to do with each other.

        Raises
        ------
        ValueError
            If a target has no error at all.

        Returns
        -------
        ConformalErrors
        """
        is_seen = np.isfinite(errors)
        n_by_target = is_seen.sum(axis=(0, 1))
        if not n_by_target.all():
            raise ValueError(
                f"calibration needs held-out errors, target {int(n_by_target.argmin())} has none; "
                "hold out rows that were observed"
            )
        observed = np.where(is_seen, errors, np.nan)
        n_steps = errors.shape[1]
        worth = np.array([_worth(step, rows_apart or step) for step in range(1, n_steps + 1)])
        spreads = tuple(Spread.of(table, worth) for table in np.moveaxis(observed, 2, 0))
        scale = np.stack([spread.at(n_steps) for spread in spreads], axis=1)
        standard = observed / np.where(scale > 0, scale, 1.0)
        # Row by row, in an order of its own: the mean of a target does not depend on the others.
        n_free = (np.ascontiguousarray(is_seen.sum(axis=0).T) * worth).mean(axis=1)
        least = np.clip(_origins_seen(standard) / 2, 1.0, _LEAST_FREEDOM)
        return cls(spreads, standard, worth, np.maximum(n_free, least))

    def quantiles(self, n_steps: int, probabilities: FloatArray) -> FloatArray:
        """Quantiles of the errors, of shape (n_steps, n_targets, n_probabilities).

        The probabilities increase.

        Parameters
        ----------
        n_steps : int
            May be more than were held out: spreads grow on.
        probabilities : ndarray of shape (n_probabilities,)

        Returns
        -------
        ndarray of shape (n_steps, n_targets, n_probabilities)
        """
        n_known, n_targets = self.standard.shape[1:]
        n_origins = _origins_seen(self.standard)[:, None]
        student = stdtrit(self.freedom[:, None], probabilities)
        pooled = self._by_rank(self.standard.reshape(-1, n_targets), n_origins, probabilities)
        n_free = n_origins * self.worth.mean()
        mixed = _mixed(student, pooled, n_free / (n_free + _STUDENT_ORIGINS))
        quantiles = np.repeat(mixed[None], n_steps, axis=0)
        for step in range(min(n_steps, n_known)):
            standard = self.standard[:, step]
            n = np.isfinite(standard).sum(axis=0)[:, None]
            own = self._by_rank(standard, n, probabilities)
            n_free = n * self.worth[step]
            quantiles[step] = _mixed(mixed, own, n_free / (n_free + _POOLED_ORIGINS))
        scale = np.stack([spread.at(n_steps) for spread in self.spreads], axis=1)
        return rearranged(quantiles * scale[:, :, None])

    def draw(self, n_steps: int, n_paths: int, rng: np.random.Generator) -> FloatArray:
        """Paths of errors with these quantiles, of shape (n_paths, n_steps, n_targets).

        What joins the steps is a first-order autoregression, and what joins the targets their
        correlation: a Gaussian copula.

        Parameters
        ----------
        n_steps, n_paths : int
        rng : Generator

        Returns
        -------
        ndarray of shape (n_paths, n_steps, n_targets)
        """
        n_targets = len(self.spreads)
        persistence = _persistence(self.standard)
        values, vectors = np.linalg.eigh(_coupling(self.standard))
        normal = rng.standard_normal((n_steps, n_paths, n_targets))
        deviates = normal @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
        for step in range(1, n_steps):
            deviates[step] *= np.sqrt(1 - persistence**2)
            deviates[step] += persistence * deviates[step - 1]
        paths = np.empty((n_paths, n_steps, n_targets))
        quantiles = self.quantiles(n_steps, ndtr(_DEVIATES))
        for step, target in np.ndindex(n_steps, n_targets):
            paths[:, step, target] = np.interp(
                deviates[step, :, target], _DEVIATES, quantiles[step, target]
            )
        return paths

    def _by_rank(self, errors: FloatArray, n: IntArray, probabilities: FloatArray) -> FloatArray:
        """Quantiles of errors seen, by the ranks of n of them, and beyond those like Student's.

        Of the targets' errors (n_errors, n_targets), with n of shape (n_targets, 1): quantiles
        (n_targets, n_probabilities); zero for a target that has none.
        """
        freedom, n = self.freedom[:, None], np.maximum(n, 1)
        within = np.clip(probabilities, 1 / (n + 1), n / (n + 1))
        # The k-th smallest of n has k / (n + 1) below it, and lies at (k - 1/2) / n of the sample.
        places = np.clip(0.5 + (within - 0.5) * (n + 1) / n, 0.0, 1.0)
        seen = quantiles_of_columns(errors, places)
        outermost = stdtrit(freedom, within)
        # Errors that all lie on one side are no scale for the other; nor has one error a tail.
        is_scale = (probabilities != within) & (seen * outermost > 0) & (n > 1)
        ratio = stdtrit(freedom, probabilities) / np.where(is_scale, outermost, 1.0)
        found: FloatArray = np.where(is_scale, seen * ratio, seen)
        return found


def _origins_seen(standard: FloatArray) -> IntArray:
    """After how many origins each target was observed."""
    n_origins: IntArray = np.isfinite(standard).any(axis=1).sum(axis=0)
    return n_origins


def _worth(step: int, rows_apart: int) -> float:
    """Share of independent ones among errors made `step` rows ahead.

    That of sums of `step` innovations, such as a random walk's errors: the variance of their mean
    square is that of independent ones, times one plus twice the sum of squared correlations.
    """
    correlations = 1 - np.arange(rows_apart, step, rows_apart) / step
    return float(1 / (1 + 2 * np.square(correlations).sum()))


def _mixed(first: FloatArray, second: FloatArray, weight: FloatArray) -> FloatArray:
    return (1 - weight) * first + weight * second


def _persistence(standard: FloatArray) -> float:
    """Correlation of errors one step apart, at least 0; that of a random walk if none are."""
    early, late = standard[:, :-1], standard[:, 1:]
    both = np.isfinite(early) & np.isfinite(late)
    size = np.square(early[both]).sum() + np.square(late[both]).sum()
    if size == 0:
        return float(np.sqrt(0.5))
    return float(np.clip(2 * (early[both] * late[both]).sum() / size, 0.0, 0.999))


def _coupling(standard: FloatArray) -> FloatArray:
    """Correlations of the targets' errors where all are observed."""
    rows = standard.reshape(-1, standard.shape[2])
    rows = rows[np.isfinite(rows).all(axis=1)]
    products = rows.T @ rows
    size = np.sqrt(np.maximum(np.diag(products), np.finfo(float).tiny))
    correlations: FloatArray = products / np.outer(size, size)
    np.fill_diagonal(correlations, 1.0)
    return correlations
