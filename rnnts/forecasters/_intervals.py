"""What every forecaster says about the uncertainty of its forecasts."""

import warnings
from abc import abstractmethod
from typing import Any

import numpy as np
import pandas as pd

from rnnts._callers import stacklevel_outside
from rnnts._types import FloatArray, IntArray
from rnnts._validation import check_count, check_memory, generator_of
from rnnts.exceptions import ForecastWarning, TimeIndexError
from rnnts.forecasters._doubts import doubt_of_width
from rnnts.forecasters._history import History
from rnnts.forecasters._levels import (
    interval_columns,
    interval_probabilities,
    labelled,
    read_levels,
    read_quantiles,
)
from rnnts.intervals import quantiles_of_paths, rearranged

# Where quantiles are those of paths: a tail of 2.5 % is then known to 0.2 %.
_N_PATHS = 5000


class IntervalMixin:
    """Intervals, quantiles and sample paths, from two hooks on plain arrays.

    A forecaster implements `_paths`, and `_quantiles` where it knows them in closed form.
    """

    exog_gap: str

    @abstractmethod
    def _paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        """Draws of the rows that follow the history, of shape (n_paths, n_steps, n_targets)."""
        raise NotImplementedError(
            f"{type(self).__name__} gives point forecasts only; intervals need another forecaster"
        )

    def _quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        """Quantiles of the rows that follow, of shape (n_steps, n_targets, n_probabilities).

        The probabilities increase.
        """
        paths = self._paths(future_exog, _N_PATHS, np.random.default_rng(0))
        return quantiles_of_paths(paths, probabilities)

    @abstractmethod
    def _forecast(self, future_exog: FloatArray) -> FloatArray:
        """Forecasts of the ``len(future_exog)`` rows that follow the history."""

    @abstractmethod
    def _seen_rows(self) -> History:
        """The rows seen, or an error that says there are none."""

    @abstractmethod
    def _resolve(self, X: Any) -> tuple[IntArray, FloatArray, pd.Index | None]:
        """Positions, exogenous values and labels of the rows to predict."""

    def predict_interval(self, X: Any, level: Any = (80, 95)) -> Any:
        """Point forecasts of future rows, and intervals that are to hold what will be observed.

        Parameters
        ----------
        X : int, array-like, DataFrame, Series or Index
            As in `predict`; every row must lie after the last known one.
        level : number or sequence of numbers
            How often an interval is to hold the observation, in per cent.

        Returns
        -------
        DataFrame
            Columns "mean", which is what `predict` returns, then "lo-80", "hi-80" and so on for
            each level.  Of several series, the columns have two levels: (series, "mean") ...
            Without an index the rows are numbered on from those seen.  Where `y` was of polars or
            pyarrow, a frame of that library, with columns "series-mean" for several series.

        Raises
        ------
        ValueError, TypeError
            If a level is not a number between 0 and 100, or X is not a horizon or rows.
        TimeIndexError
            If a row is already known.

        Warns
        -----
        ForecastWarning
            If the intervals have no width, as those of a constant series.

        Examples
        --------
        >>> from rnnts import NaiveForecaster
        >>> NaiveForecaster().fit([1.0, 3.0, 2.0]).predict_interval(2, level=95).round(2)
           mean   lo-95  hi-95
        3   2.0   -1.10   5.10
        4   2.0   -2.38   6.38
        """
        levels = read_levels(level)
        history = self._seen_rows()
        steps, future_exog, index = self._ahead(*self._resolve(X))
        with np.errstate(over="ignore", invalid="ignore"):
            mean = self._forecast(future_exog)[steps, :, None]
            ends = self._ordered_quantiles(future_exog, interval_probabilities(levels))[steps]
        values = np.concatenate([mean, ends], axis=2)
        check_representable(values)
        doubt = doubt_of_width(np.ptp(ends, axis=2), history.y)
        if doubt:
            warnings.warn(doubt, ForecastWarning, stacklevel=stacklevel_outside())
        return labelled(values, index, interval_columns(levels), history.layout)

    def predict_quantiles(self, X: Any, quantiles: Any = (0.1, 0.5, 0.9)) -> Any:
        """Quantiles of future rows: what an observation stays below with a given probability.

        Parameters
        ----------
        X : int, array-like, DataFrame, Series or Index
            As in `predict`; every row must lie after the last known one.
        quantiles : number or sequence of numbers
            Probabilities, between 0 and 1.

        Returns
        -------
        DataFrame
            A column for each probability, named by it, in the order given.  Of several series, the
            columns have two levels: (series, probability).

        Raises
        ------
        ValueError, TypeError
            If a probability is not a number between 0 and 1, or X is not a horizon or rows.
        TimeIndexError
            If a row is already known.

        Examples
        --------
        >>> from rnnts import NaiveForecaster
        >>> NaiveForecaster().fit([1.0, 3.0, 2.0]).predict_quantiles(1, (0.5, 0.8)).round(2)
        quantile  0.5   0.8
        3         2.0  3.33
        """
        probabilities = read_quantiles(quantiles)
        history = self._seen_rows()
        steps, future_exog, index = self._ahead(*self._resolve(X))
        with np.errstate(over="ignore", invalid="ignore"):
            values = self._ordered_quantiles(future_exog, probabilities)[steps]
        check_representable(values)
        return labelled(values, index, probabilities, history.layout, name="quantile")

    def sample_paths(self, X: Any, n_paths: int = 1000, random_state: Any = 0) -> Any:
        """Possible futures, each as likely as any other.

        Their quantiles at one row are `predict_quantiles`, up to chance; unlike those they also
        tell of several rows at once, such as the sum over a year: ``paths.sum().quantile(0.9)``.

        Parameters
        ----------
        X : int, array-like, DataFrame, Series or Index
            As in `predict`; every row must lie after the last known one.
        n_paths : int
        random_state : int, Generator or None
            The same number draws the same paths, whichever rows of them are asked for.

        Returns
        -------
        DataFrame of shape (n_rows, n_paths)
            A column for each path, numbered from 0.  Of several series, the columns have two
            levels: (series, path), and equal numbers belong together.

        Raises
        ------
        ValueError, TypeError
            If `n_paths` is not at least 1, or X is not a horizon or rows.
        TimeIndexError
            If a row is already known.

        Examples
        --------
        >>> from rnnts import NaiveForecaster
        >>> NaiveForecaster().fit([1.0, 3.0, 2.0]).sample_paths(2, n_paths=3).round(1)
        path    0    1    2
        3     1.8  2.2  1.0
        4     1.6  3.1  0.4
        """
        n_paths = check_count("n_paths", n_paths)
        rng = generator_of(random_state)
        history = self._seen_rows()
        steps, future_exog, index = self._ahead(*self._resolve(X))
        n_values = n_paths * len(future_exog) * history.y.shape[1]
        check_memory(n_values * np.dtype(float).itemsize, "draw fewer paths at a time")
        with np.errstate(over="ignore", invalid="ignore"):
            values = np.moveaxis(self._paths(future_exog, n_paths, rng), 0, -1)[steps]
        check_representable(values)
        return labelled(values, index, range(n_paths), history.layout, name="path")

    def _ahead(
        self, positions: IntArray, exog: FloatArray, index: pd.Index | None
    ) -> tuple[IntArray, FloatArray, pd.Index]:
        """Steps ahead counted from 0, the exogenous values of all rows up to them, and labels."""
        history = self._seen_rows()
        n_seen = len(history)
        if index is None:
            index = history.labels(n_seen, n_seen + len(positions))
        is_known = positions < n_seen
        if is_known.any():
            raise TimeIndexError(
                f"intervals are for future rows, but {index[int(is_known.argmax())]} is already "
                f"known; give rows from {history.labels(n_seen, n_seen + 1)[0]} on, or a horizon"
            )
        steps = positions - n_seen
        return steps, history.fill_future(steps, exog, self.exog_gap), index

    def _ordered_quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        """Quantiles that do not cross, in the order of the probabilities given."""
        increasing, places = np.unique(probabilities, return_inverse=True)
        return rearranged(self._quantiles(future_exog, increasing))[..., places]


def check_representable(values: FloatArray) -> None:
    """Raise where a forecast, rows first, is no longer a number."""
    is_finite = np.isfinite(values.reshape(len(values), -1)).all(axis=1)
    if not is_finite.all():
        raise OverflowError(
            f"the forecast leaves the floating-point range at row {int((~is_finite).argmax()) + 1} "
            f"of {len(values)}, because the fitted recurrence is explosive; shorten the horizon, "
            "or difference the series before fitting"
        )
