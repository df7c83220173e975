"""What the one-step errors of simulated paths are drawn from.

Draws fill an array step by step, so that with one seed a longer horizon continues the same paths.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import ndtri

from rnnts._types import FloatArray


class Innovations(Protocol):
    """A distribution of one-step errors."""

    def draw(self, n_steps: int, n_paths: int, rng: np.random.Generator) -> FloatArray:
        """Independent errors of shape (n_paths, n_steps, n_targets).

        Parameters
        ----------
        n_steps, n_paths : int
        rng : Generator

        Returns
        -------
        ndarray of shape (n_paths, n_steps, n_targets)
        """


@dataclass(frozen=True)
class GaussianInnovations:
    """Normal one-step errors with mean zero.

    Parameters
    ----------
    factor : ndarray of shape (n_sources, n_targets)
        ``factor.T @ factor`` is their covariance, which may be singular: there are as many sources
        of randomness as targets, or as rows to learn from if those are fewer.

    Examples
    --------
    >>> import numpy as np
    >>> normal = GaussianInnovations.like(np.array([[3.0], [-1.0], [2.0]]))
    >>> normal.covariance.round(2)
    array([[4.67]])
    >>> normal.draw(n_steps=12, n_paths=5, rng=np.random.default_rng(0)).shape
    (5, 12, 1)
    """

    factor: FloatArray

    @classmethod
    def like(cls, errors: FloatArray, n_free: int = 0) -> "GaussianInnovations":
        """Those with the mean squares and products of errors seen, inflated for what was fitted.

        Parameters
        ----------
        errors : ndarray of shape (n_rows, n_targets)
            Rows with a missing value (NaN) are left out.
        n_free : int
            How many parameters the errors were minimised over; 0 for held-out errors.

        Returns
        -------
        GaussianInnovations
        """
        seen = errors[np.isfinite(errors).all(axis=1)]
        # A triangular factor without forming the covariance, which a Cholesky factor would need to
        # be regular: constant and collinear series have errors too.  Fewer rows than targets are a
        # factor as they stand.
        is_wide = len(seen) < errors.shape[1]
        factor = seen if is_wide else np.asarray(np.linalg.qr(seen, mode="r"))
        return cls(factor * _inflation(len(seen), n_free) / np.sqrt(max(len(seen), 1)))

    def with_variances(self, variances: FloatArray) -> "GaussianInnovations":
        """The same correlations, with variances of shape (n_targets,) that were estimated.

        Parameters
        ----------
        variances : ndarray of shape (n_targets,)

        Returns
        -------
        GaussianInnovations
        """
        spread = np.linalg.norm(self.factor, axis=0)
        return GaussianInnovations(
            self.factor * (np.sqrt(variances) / np.where(spread > 0, spread, 1.0))
        )

    @property
    def covariance(self) -> FloatArray:
        """Covariance of the errors, of shape (n_targets, n_targets)."""
        covariance: FloatArray = self.factor.T @ self.factor
        return covariance

    def draw(self, n_steps: int, n_paths: int, rng: np.random.Generator) -> FloatArray:
        """Independent errors of shape (n_paths, n_steps, n_targets).

        Parameters
        ----------
        n_steps, n_paths : int
        rng : Generator

        Returns
        -------
        ndarray of shape (n_paths, n_steps, n_targets)
        """
        normal = rng.standard_normal((n_steps, n_paths, len(self.factor)))
        return np.swapaxes(normal @ self.factor, 0, 1)


@dataclass(frozen=True)
class ResampledInnovations:
    """One-step errors drawn from those seen, all targets of a row together.

    A new error stays below the k-th smallest of n with probability k / (n + 1).  So each target is
    drawn between the neighbours of the error resampled, on the quantile function with those
    probabilities, which goes on beyond the outermost errors as a normal one does.  From errors as
    they are, intervals of 80 and 95 % hold 78 and 92.5 where n is 75.

    Parameters
    ----------
    errors : ndarray of shape (n_rows, n_targets)

    References
    ----------
    Hyndman and Athanasopoulos (2021), *Forecasting: Principles and Practice*, section 5.5.

    Examples
    --------
    >>> import numpy as np
    >>> seen = ResampledInnovations.like(np.array([[3.0], [-1.0], [4.0]]))
    >>> seen.errors.ravel()
    array([ 1., -3.,  2.])
    """

    errors: FloatArray

    @classmethod
    def like(cls, errors: FloatArray, n_free: int = 0) -> "ResampledInnovations":
        """Those seen, centred, so that paths do not drift, and inflated for what was fitted.

        Parameters
        ----------
        errors : ndarray of shape (n_rows, n_targets)
            Rows with a missing value (NaN) are left out.
        n_free : int
            How many parameters the errors were minimised over; 0 for held-out errors.

        Returns
        -------
        ResampledInnovations

        Raises
        ------
        ValueError
            If no row is complete.
        """
        seen = errors[np.isfinite(errors).all(axis=1)]
        if not len(seen):
            raise ValueError(
                f"paths need one-step errors to draw from, none of {len(errors)} row(s) is "
                "complete; give more rows"
            )
        return cls(_inflation(len(seen), n_free) * (seen - seen.mean(axis=0)))

    def draw(self, n_steps: int, n_paths: int, rng: np.random.Generator) -> FloatArray:
        """Independent errors of shape (n_paths, n_steps, n_targets).

        Parameters
        ----------
        n_steps, n_paths : int
        rng : Generator

        Returns
        -------
        ndarray of shape (n_paths, n_steps, n_targets)
        """
        n_rows, n_targets = self.errors.shape
        places = n_rows * rng.random((n_steps, n_paths))
        rows = places.astype(int)
        ranks = self.errors.argsort(axis=0).argsort(axis=0)
        probabilities = (ranks[rows] + (places - rows)[..., None]) / n_rows
        drawn = np.empty((n_steps, n_paths, n_targets))
        for target in range(n_targets):
            known = _quantile_function(self.errors[:, target])
            drawn[:, :, target] = np.interp(probabilities[:, :, target], *known)
        return np.swapaxes(drawn, 0, 1)


def _quantile_function(errors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Increasing probabilities, and the errors that a new one stays below with them."""
    ordered, n_rows = np.sort(errors), len(errors)
    inner = np.arange(1, n_rows + 1) / (n_rows + 1)
    tail = 2.0 ** -np.arange(12, 0, -1) / (n_rows + 1)
    # One error has no tail, and errors that all lie on one side are no scale for the other.
    growth = ndtri(tail) / ndtri(inner[0]) if n_rows > 1 else np.ones(len(tail))
    low = np.minimum(growth * ordered[0], ordered[0])
    high = np.maximum(growth * ordered[-1], ordered[-1])[::-1]
    probabilities = np.concatenate([tail, inner, 1 - tail[::-1]])
    return probabilities, np.concatenate([low, ordered, high])


def _inflation(n_rows: int, n_free: int) -> float:
    """Root of the final prediction error over the mean square that was minimised (Akaike, 1969).

    Errors of training are too small, and those of new rows larger than the truth by as much again.
    Where parameters outnumber half the rows the ratio is no guide, and stays what it is there.
    """
    n_counted = min(n_free, n_rows // 2)
    return float(np.sqrt((n_rows + n_counted) / max(n_rows - n_counted, 1)))
