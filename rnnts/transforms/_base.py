"""What every transform promises: settings that learn from rows, and what they become.

.. code-block:: text

    settings  --fit(values)-->  fitted  --update(new rows)-->  fitted, rolled forward

Both are immutable.  Values are float arrays of shape (n_rows, n_columns), time first; a missing
value is NaN, stays one, and teaches nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, Self, TypeVar

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_count

FittedT = TypeVar("FittedT", bound="Fitted", covariant=True)

# How a transform that changes nothing describes itself.
AS_IT_IS = "as it is"


class Fitted(ABC):
    """A transform with its parameters, and whatever of the rows read it needs to be undone.

    What is asked of it differs by the rows that are meant:

    - `transform` and `inverse_one_step`: the series from its first row on;
    - `transform_next` and `inverse_transform`: the rows that follow the ones read.

    A subclass without memory implements `transform_next` and `inverse_transform` only.

    Attributes
    ----------
    is_pointwise : bool
        Whether each step is undone by an increasing function of that step alone, so that the
        inverse of a quantile is the quantile of the inverse.  If not, steps accumulate: undo
        sample paths, then take quantiles.
    n_lost : int
        How many first rows have no prepared value (NaN), because it would need rows before them.

    See Also
    --------
    Transform : What becomes it by `fit`.
    """

    @property
    def is_pointwise(self) -> bool:
        """Whether every step is undone by itself."""
        return True

    @property
    def n_lost(self) -> int:
        """Number of first rows without a prepared value."""
        return 0

    @property
    def start(self) -> Self:
        """The same parameters, before the first row was read."""
        return self

    def update(self, values: FloatArray) -> Self:
        """The same parameters, after further rows of shape (n_rows, n_columns).

        Parameters
        ----------
        values : ndarray of shape (n_rows, n_columns)

        Returns
        -------
        Fitted
        """
        return self

    def transform(self, values: FloatArray) -> FloatArray:
        """Prepared values of a series of shape (n_rows, n_columns), from its first row on.

        Parameters
        ----------
        values : ndarray of shape (n_rows, n_columns)

        Returns
        -------
        ndarray of shape (n_rows, n_columns)
        """
        check_table(values)
        return self.start.transform_next(values)

    @abstractmethod
    def transform_next(self, values: FloatArray) -> FloatArray:
        """Prepared values of rows that follow the ones read, of shape (n_rows, n_columns).

        Parameters
        ----------
        values : ndarray of shape (n_rows, n_columns)

        Returns
        -------
        ndarray of shape (n_rows, n_columns)
        """

    @abstractmethod
    def inverse_transform(self, prepared: FloatArray) -> FloatArray:
        """Values in the units of the series.

        Parameters
        ----------
        prepared : ndarray of shape (..., n_steps, n_columns)
            Paths of prepared values, one or any number of them.  Their first step is the row after
            the last one read; steps in between cannot be left out.

        Returns
        -------
        ndarray of shape (..., n_steps, n_columns)
        """

    def inverse_one_step(self, prepared: FloatArray, values: FloatArray) -> FloatArray:
        """One-step predictions in the units of the series.

        Parameters
        ----------
        prepared : ndarray of shape (..., n_rows, n_columns)
            Prediction of the prepared value of each row, made from the rows before it.
        values : ndarray of shape (n_rows, n_columns)
            The rows themselves, from the first on: each prediction is undone with the true rows
            before it.

        Returns
        -------
        ndarray of shape (..., n_rows, n_columns)
            Increasing in `prepared`, row by row, so that this holds for quantiles too.
        """
        return self.start.inverse_transform(prepared)

    def inverse_quantiles(self, prepared: FloatArray) -> FloatArray:
        """Quantiles in the units of the series.

        Parameters
        ----------
        prepared : ndarray of shape (..., n_steps, n_columns)
            Quantiles of the prepared values, from the row after the last one read.

        Returns
        -------
        ndarray of shape (..., n_steps, n_columns)

        Raises
        ------
        ValueError
            If there are several steps and they accumulate.
        """
        n_steps = prepared.shape[-2]
        if n_steps > 1 and not self.is_pointwise:
            raise ValueError(
                f"quantiles of {n_steps} steps cannot be undone one by one, because this transform "
                f"adds up the steps ({self.describe()}); undo sample paths by inverse_transform "
                "and take their quantiles"
            )
        return self.inverse_transform(prepared)

    @abstractmethod
    def describe(self) -> str:
        """What it does, in a few words: "log", "difference 1, 12"."""


class Transform(ABC, Generic[FittedT]):
    """Settings of a preparation.

    Examples
    --------
    >>> import numpy as np
    >>> from rnnts.transforms import Log
    >>> fitted = Log().fit(np.array([[1.0], [2.0]]))
    >>> fitted.inverse_transform(fitted.transform_next(np.array([[4.0]])))
    array([[4.]])
    """

    def fit(self, values: FloatArray, season_length: int = 1) -> FittedT:
        """Learn the parameters from rows, and remember the last of them.

        Parameters
        ----------
        values : ndarray of shape (n_rows, n_columns)
            NaN is missing.
        season_length : int, default=1
            Rows in a season; 1 is none.

        Returns
        -------
        Fitted

        Raises
        ------
        ValueError
            If the values are not a table of numbers, or these settings cannot apply to them.
        """
        table = np.asarray(values, dtype=float)
        check_table(table)
        if not table.shape[1]:
            raise ValueError(f"values of shape {table.shape} have no column to learn from")
        if np.isinf(table).any():
            raise ValueError("values must be finite or NaN (missing), got infinity; drop those")
        check_observed(table)
        start = self._learn(table, check_count("season_length", season_length))
        return start.update(table)

    @abstractmethod
    def _learn(self, values: FloatArray, season_length: int) -> FittedT:
        """The parameters, before the first row."""


def worded(words: Sequence[str]) -> str:
    """One word if all columns share it, else one for each."""
    return words[0] if len(set(words)) == 1 else " | ".join(words)


def check_table(values: FloatArray) -> None:
    """Raise unless the values are rows of columns, which they would otherwise be broadcast to."""
    if values.ndim != 2:
        raise ValueError(
            f"values must have shape (n_rows, n_columns), got {values.shape}; one series is "
            "values[:, None]"
        )


def check_observed(values: FloatArray) -> None:
    """Raise where a column is missing altogether."""
    is_empty = np.isnan(values).all(axis=0)
    if is_empty.any():
        raise ValueError(
            f"column {int(is_empty.argmax())} has no value left to learn from in {len(values)} "
            "row(s); give more observed rows, or ask for less preparation"
        )
