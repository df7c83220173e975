"""What every forecaster promises: one meaning per argument, whatever model is inside."""

import warnings
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from rnnts._callers import stacklevel_outside
from rnnts._types import FloatArray, IntArray
from rnnts._validation import check_choice, check_count, check_memory
from rnnts.exceptions import ForecastWarning
from rnnts.forecasters._doubts import doubt_of_growth, is_far
from rnnts.forecasters._exog import read_exog
from rnnts.forecasters._history import History
from rnnts.forecasters._intervals import IntervalMixin, check_representable
from rnnts.forecasters._plots import PlotMixin
from rnnts.forecasters._request import Request, locate, read_request
from rnnts.forecasters._rows import Rows, read_rows
from rnnts.forecasters._skill import naive_error, skill
from rnnts.forecasters._target import check_complete, check_observed
from rnnts.metrics import naive_scale, naive_squared_scale
from rnnts.panel import TimeAxis, time_axis


class BaseForecaster(IntervalMixin, PlotMixin, RegressorMixin, BaseEstimator):
    """Base class: everything about rows and labels, nothing about the model.

    A subclass takes `season_length`, `freq` and `exog_gap` among its parameters and implements
    `_fit`, `_one_step`, `_forecast` and `_advance`, on plain float arrays of shape
    (n_rows, n_targets) and (n_rows, n_exog).  One that goes on training implements `_continue` too;
    for intervals also `_paths`, and `_quantiles` where it knows them in closed form; `n_startup_`
    and `n_coefficients_` say how its one-step errors are to be judged.

    Where a value is missing, y holds NaN, in every one of them; a subclass that copes with this
    sets `_bridges_missing`, the others are spared it.

    Attributes
    ----------
    season_length_ : int
        Rows in a season, as given or taken from the index.
    freq_ : pandas offset, int or None
        Step of the index.
    scale_, squared_scale_ : ndarray of shape (n_targets,)
        Mean absolute and mean squared error of the seasonal naive forecast in the rows learned
        from, by which `score` and the scorers of `rnnts.evaluation` divide.

    See Also
    --------
    RNNForecaster : The forecaster this package is about.
    """

    season_length: int | str
    freq: str | None
    exog_gap: str

    _bridges_missing = False

    @abstractmethod
    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        """Learn from the rows; set fitted attributes only when nothing can fail any more."""

    @abstractmethod
    def _one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        """Prediction of each row from the rows before it and the exogenous values up to it.

        Every one is finite, those of rows that are missing as well.
        """

    def _advance(self, y: FloatArray, exog: FloatArray) -> None:
        """Read further observed rows; called before they join the history."""

    def _continue(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        """Train on, from the weights at hand, over every row seen."""

    def _begin(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        """Read the first rows of a model whose weights came from elsewhere."""
        raise NotImplementedError

    def _min_rows(self) -> int:
        """How many rows `fit` needs at least."""
        return 2

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.target_tags.multi_output = True
        return tags

    def fit(self, X: Any = None, y: Any = None) -> Self:
        """Learn from observed rows.

        Parameters
        ----------
        X : array-like, DataFrame, Series or Index
            With `y`: exogenous columns known in the future, of shape (n_rows, n_exog), aligned
            with `y` by row; an Index, a polars or pyarrow column of times, or a frame without
            columns, stands for none, as nothing does.  Without `y`: the series itself.
        y : array-like, Series or DataFrame, optional
            Target of shape (n_rows,), or (n_rows, n_targets) for several series at once, of
            pandas, polars, pyarrow or NumPy.  Values may be missing (NaN), as long as their rows
            are there.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If the rows are too few, not numeric or infinite, X and y do not line up, or values
            are missing that this forecaster cannot do without.
        TimeIndexError
            If the labels are not consecutive time steps.
        TargetLeakError
            If the target stands among the exogenous columns.
        """
        return self._learn(X, y, self._fit)

    def _learn(self, X: Any, y: Any, fit: Callable[[FloatArray, FloatArray, int], None]) -> Self:
        """Check the rows at the door, hand them to `fit`, and keep them as the history."""
        rows = read_rows(X, y)
        check_choice("exog_gap", self.exog_gap, ["error", "hold"])
        n_needed = self._min_rows()
        if len(rows.y) < n_needed:
            # The first words are what scikit-learn's own checks look for.
            raise ValueError(
                f"Found array with {len(rows.y)} sample(s) while a minimum of {n_needed} is "
                f"required: {self!r} cannot be fitted on so short a series; give more rows"
            )
        self._check_missing(rows)
        check_observed(rows.y, rows.layout, n_needed)
        axis = None if rows.index is None else time_axis(rows.index, self.freq)
        season_length = self._resolve_season(axis)
        with restored_on_error(self):
            exog = read_exog(self, rows.exog, len(rows.y), reset=True)
            fit(rows.y, exog, season_length)
        self.season_length_ = season_length
        self.freq_ = None if axis is None else axis.freq
        self._history = History(rows.y, exog, axis, rows.layout)
        self._keep_scale()
        return self

    def _keep_scale(self) -> None:
        """Note what the naive forecast missed in the rows learned from."""
        y = self._history.y
        self.scale_ = naive_error(naive_scale, y, self.season_length_)
        self.squared_scale_ = naive_error(naive_squared_scale, y, self.season_length_)

    def _check_missing(self, rows: Rows) -> None:
        if not self._bridges_missing:
            check_complete(rows.y, rows.index)

    def update(self, X: Any = None, y: Any = None) -> Self:
        """Append observed rows, so that forecasts start after them; the weights stay.

        Parameters
        ----------
        X, y
            As in `fit`.  Rows already seen are skipped, and values may be missing.

        Returns
        -------
        self

        Raises
        ------
        TimeIndexError
            If the new rows leave a hole after the last known one.
        """
        check_is_fitted(self)
        history = self._history
        if not len(history):
            return self._learn(X, y, self._begin)
        rows = read_rows(X, y)
        history.check_same_series(rows)
        self._check_missing(rows)
        if not len(rows.y):
            return self
        exog = read_exog(self, rows.exog, len(rows.y), reset=False)
        y_new, exog_new = history.following(rows, exog)
        if len(y_new):
            self._advance(y_new, exog_new)
            self._history = history.extended(y_new, exog_new)
        return self

    def partial_fit(self, X: Any = None, y: Any = None) -> Self:
        """Append observed rows as `update` does, then train on from the weights at hand.

        A forecaster that trains nothing, such as a naive one, is only updated.  In both cases
        `score` goes by all rows seen from then on.

        Parameters
        ----------
        X, y
            As in `fit`, which is what is called as long as nothing is fitted.  Rows already seen
            are skipped; where none is new, training goes on over those.

        Returns
        -------
        self

        Raises
        ------
        TimeIndexError
            If the new rows leave a hole after the last known one.

        Examples
        --------
        >>> from rnnts import ARMAForecaster, datasets
        >>> y = datasets.load("nile")
        >>> model = ARMAForecaster((0, 1, 1)).partial_fit(y[:50]).partial_fit(y[50:])
        >>> model.predict(2).round(0).tolist()
        [798.0, 798.0]
        """
        if not self.__sklearn_is_fitted__():
            return self.fit(X, y)
        with restored_on_error(self):
            self.update(X, y)
            self._continue(self._history.y, self._history.exog, self.season_length_)
            self._keep_scale()
        return self

    def predict(self, X: Any) -> Any:
        """Forecasts of future rows, or one-step predictions of known ones.

        Parameters
        ----------
        X : int, array-like, DataFrame, Series or Index
            A horizon: the next X rows.  Or the rows themselves: a label within the training span
            gets the one-step prediction of that row, a label after it a forecast (skipped rows
            are run through).  A list of time stamps or periods is one of labels.  Without an
            index, rows are always the next ones.

        Returns
        -------
        Series, DataFrame or ndarray
            What `y` was at `fit`, labelled with the rows predicted.

        Raises
        ------
        ValueError, TypeError
            If X is not a horizon of at least 1, holds no rows, or exogenous values are missing.
        TimeIndexError
            If a label lies before the first row or off the grid, or half a million rows have to be
            run through that are not asked for.
        OverflowError
            If a forecast is no longer a number, or pandas has no time stamp for its row.
        MemoryError
            If the rows asked for could not be held.

        Warns
        -----
        ForecastWarning
            If forecasts leave all that was observed far behind.
        """
        history = self._seen_rows()
        positions, exog, index = self._resolve(X)
        predicted = self._predict_at(positions, exog)
        if index is None:
            index = history.labels(len(history), len(history) + len(positions))
        return history.layout.wrap(predicted, index)

    def _predict_at(self, positions: IntArray, exog: FloatArray) -> FloatArray:
        """Predictions of known and future rows, of shape (n_rows, n_targets)."""
        history = self._history
        known_exog, future_exog = history.exog_around(positions, exog, self.exog_gap)
        predicted = np.empty((len(positions), history.y.shape[1]))
        is_known = positions < len(history)
        if is_known.any():
            in_sample = self._one_step(history.y, known_exog)
            predicted[is_known] = in_sample[positions[is_known]]
        if len(future_exog):
            predicted[~is_known] = self._forecast(future_exog)[positions[~is_known] - len(history)]
        check_representable(predicted)
        far = is_far(predicted, history.y)
        if far.any():
            words = doubt_of_growth(far)
            warnings.warn(words, ForecastWarning, stacklevel=stacklevel_outside())
        return predicted

    def score(self, X: Any = None, y: Any = None, sample_weight: Any = None) -> float:
        """Skill against the naive forecast: one minus MAE over the naive MAE.

        Parameters
        ----------
        X, y
            As in `fit`; ``score(series)`` works too.  Rows of X that lost their labels have those
            of `y`, and missing values of `y` are not counted.
        sample_weight : array-like of shape (n_rows,), optional

        Returns
        -------
        float
            1 is perfect, 0 as good as the in-sample (seasonal) naive forecast, below 0 worse.
            Unlike R² it is defined for a single row.

        Raises
        ------
        ValueError
            If nothing is left to score, besides the errors of `predict`.
        """
        history = self._seen_rows()
        rows = read_rows(X, y)
        history.check_same_series(rows)
        check_consistent_length(rows.y, sample_weight)
        request = locate(self, history, rows.exog, rows.index, len(rows.y), stacklevel=3)
        if request.labels is not None:
            history.check_not_renumbered(request.positions, rows.y, history.y, request.labels)
        predicted = self._predict_at(request.positions, request.exog)
        weights = None if sample_weight is None else np.asarray(sample_weight, dtype=float)
        return skill(rows.y, predicted, self.scale_, weights)

    @property
    def fittedvalues_(self) -> Any:
        """One-step predictions of the rows seen, in the shape and with the labels of `y`."""
        return self._wrap_seen(self._predictions_seen())

    @property
    def resid_(self) -> Any:
        """One-step errors of the rows seen: observed minus predicted, NaN where one is missing."""
        predicted = self._predictions_seen()
        return self._wrap_seen(self._history.y - predicted)

    def _predictions_seen(self) -> FloatArray:
        history = self._seen_rows()
        predicted = self._one_step(history.y, history.exog)
        check_representable(predicted)
        return predicted

    def _wrap_seen(self, values: FloatArray) -> Any:
        history = self._history
        return history.layout.wrap(values, history.labels(0, len(history)))

    def future_index(self, horizon: int) -> pd.Index:
        """Labels of the next `horizon` rows.

        Parameters
        ----------
        horizon : int

        Returns
        -------
        Index
            Of the kind that the series has; numbers, if it had no index.

        Raises
        ------
        ValueError
            If `horizon` is below 1.
        """
        history, horizon = self._seen_rows(), check_count("horizon", horizon)
        check_memory(horizon * np.dtype(np.int64).itemsize, "ask for fewer rows at a time")
        return history.labels(len(history), len(history) + horizon)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_history")

    def _seen_rows(self) -> History:
        """The rows seen, or an error that says there are none."""
        check_is_fitted(self)
        if not len(self._history):
            raise ValueError(
                "this model has weights but has seen no rows to forecast from; call update(series)"
            )
        return self._history

    def _resolve_season(self, axis: TimeAxis | None) -> int:
        if self.season_length == "auto":
            return 1 if axis is None else axis.season_length
        if isinstance(self.season_length, str):
            check_choice("season_length", self.season_length, ["auto"])
        return check_count("season_length", self.season_length)

    def _resolve(self, X: Any) -> Request:
        """Positions, exogenous values and labels of the rows to predict."""
        return read_request(self, self._history, X)


@contextmanager
def restored_on_error(estimator: BaseForecaster) -> Iterator[None]:
    """Leave an estimator as it was, and so usable, if what is done to it fails."""
    before = estimator.__dict__.copy()
    try:
        yield
    except BaseException:
        estimator.__dict__.clear()
        estimator.__dict__.update(before)
        raise
