"""What every forecaster promises: one meaning per argument, whatever model is inside."""

import numbers
import warnings
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from rnnts._types import FloatArray, IntArray
from rnnts._validation import check_choice, check_count, is_integer
from rnnts.exceptions import IndexLostWarning
from rnnts.forecasters._exog import has_labels_only, read_exog
from rnnts.forecasters._history import History
from rnnts.forecasters._intervals import IntervalMixin, check_representable
from rnnts.forecasters._rows import n_rows, read_rows
from rnnts.forecasters._target import labels_of
from rnnts.metrics import naive_scale
from rnnts.panel import TimeAxis, time_axis


class BaseForecaster(IntervalMixin, RegressorMixin, BaseEstimator):
    """Base class: everything about rows and labels, nothing about the model.

    A subclass takes `season_length`, `freq` and `exog_gap` among its parameters and implements
    `_fit`, `_one_step`, `_forecast` and `_advance`, on plain float arrays of shape
    (n_rows, n_targets) and (n_rows, n_exog); for intervals also `_paths`, and `_quantiles` where
    it knows them in closed form.
    """

    season_length: int | str
    freq: str | None
    exog_gap: str

    @abstractmethod
    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        """Learn from the rows; set fitted attributes only when nothing can fail any more."""

    @abstractmethod
    def _one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        """Prediction of each row from the rows before it and the exogenous values up to it."""

    def _advance(self, y: FloatArray, exog: FloatArray) -> None:
        """Read further observed rows; called before they join the history."""

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

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from observed rows.

        Parameters
        ----------
        X : array-like, DataFrame, Series or Index
            With `y`: exogenous columns known in the future, of shape (n_rows, n_exog), aligned
            with `y` by row; an Index, or a frame without columns, stands for none.  Without `y`:
            the series itself.
        y : array-like, Series or DataFrame, optional
            Target of shape (n_rows,), or (n_rows, n_targets) for several series at once.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If the rows are too few, not numeric or not finite, or X and y do not line up.
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
        axis = None if rows.index is None else time_axis(rows.index, self.freq)
        season_length = self._resolve_season(axis)
        before = self.__dict__.copy()
        try:
            exog = read_exog(self, rows.exog, len(rows.y), reset=True)
            fit(rows.y, exog, season_length)
        except BaseException:
            # What was fitted before stays usable.
            self.__dict__.clear()
            self.__dict__.update(before)
            raise
        self.season_length_ = season_length
        self.freq_ = None if axis is None else axis.freq
        self.scale_ = naive_scale(rows.y, season_length)
        self._history = History(rows.y, exog, axis, rows.layout)
        return self

    def update(self, X: Any, y: Any = None) -> Self:
        """Append observed rows, so that forecasts start after them; the weights stay.

        Parameters
        ----------
        X, y
            As in `fit`.  Rows already seen are skipped.

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
        if not len(rows.y):
            return self
        exog = read_exog(self, rows.exog, len(rows.y), reset=False)
        y_new, exog_new = history.following(rows, exog)
        if len(y_new):
            self._advance(y_new, exog_new)
            self._history = history.extended(y_new, exog_new)
        return self

    def predict(self, X: Any) -> Any:
        """Forecasts of future rows, or one-step predictions of known ones.

        Parameters
        ----------
        X : int, array-like, DataFrame, Series or Index
            A horizon: the next X rows.  Or the rows themselves: a label within the training span
            gets the one-step prediction of that row, a label after it a forecast (skipped rows
            are run through).  Without an index, rows are always the next ones.

        Returns
        -------
        Series, DataFrame or ndarray
            What `y` was at `fit`, labelled with the rows predicted.

        Raises
        ------
        ValueError, TypeError
            If X is not a horizon of at least 1, or exogenous values are missing.
        TimeIndexError
            If a label lies before the first row or off the grid.
        """
        history = self._seen_rows()
        positions, exog, index = self._resolve(X)
        n_seen = len(history)
        predicted = np.empty((len(positions), history.y.shape[1]))
        is_known = positions < n_seen
        if is_known.any():
            known_exog = history.exog.copy()
            known_exog[positions[is_known]] = exog[is_known]
            in_sample = self._one_step(history.y, known_exog)
            predicted[is_known] = in_sample[positions[is_known]]
        if not is_known.all():
            steps = positions[~is_known] - n_seen
            future_exog = history.fill_future(steps, exog[~is_known], self.exog_gap)
            predicted[~is_known] = self._forecast(future_exog)[steps]
        check_representable(predicted)
        if index is None:
            index = history.labels(n_seen, n_seen + len(positions))
        return history.layout.wrap(predicted, index)

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Skill against the naive forecast: one minus MAE over the naive MAE.

        Parameters
        ----------
        X, y
            As in `fit`; ``score(series)`` works too.
        sample_weight : array-like of shape (n_rows,), optional

        Returns
        -------
        float
            1 is perfect, 0 as good as the in-sample (seasonal) naive forecast, below 0 worse.
            Unlike R² it is defined for a single row.
        """
        history = self._seen_rows()
        rows = read_rows(X, y)
        history.check_same_series(rows)
        check_consistent_length(rows.y, sample_weight)
        if y is not None:
            predicted = self.predict(X)
        elif rows.index is not None:
            predicted = self.predict(rows.index)
        else:
            predicted = self.predict(len(rows.y))
        error = np.abs(rows.y - np.asarray(predicted).reshape(rows.y.shape))
        scale = np.where(self.scale_ > 0, self.scale_, 1.0)
        return float(1 - np.average((error / scale).mean(axis=1), weights=sample_weight))

    @property
    def fittedvalues_(self) -> Any:
        """One-step predictions of the rows seen, in the shape and with the labels of `y`."""
        history = self._seen_rows()
        return self._wrap_seen(self._one_step(history.y, history.exog))

    @property
    def resid_(self) -> Any:
        """One-step errors of the rows seen: observed minus predicted."""
        history = self._seen_rows()
        return self._wrap_seen(history.y - self._one_step(history.y, history.exog))

    def _wrap_seen(self, values: FloatArray) -> Any:
        history = self._history
        return history.layout.wrap(values, history.labels(0, len(history)))

    def future_index(self, horizon: int) -> pd.Index:
        """Labels of the next `horizon` rows."""
        history = self._seen_rows()
        n_seen = len(history)
        return history.labels(n_seen, n_seen + check_count("horizon", horizon))

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

    def _resolve(self, X: Any) -> tuple[IntArray, FloatArray, pd.Index | None]:
        """Positions, exogenous values and labels of the rows to predict."""
        history = self._history
        n_seen = len(history)
        if isinstance(X, bool) or (isinstance(X, numbers.Number) and not is_integer(X)):
            raise TypeError(f"predict needs an integer horizon or the future rows, got {X!r}")
        if isinstance(X, str) or X is None:
            raise TypeError(f"predict needs an integer horizon or the future rows, got {X!r}")
        if is_integer(X):
            if X < 1:
                raise ValueError(f"the horizon must be at least 1, got {X}")
            if self.n_features_in_:
                raise ValueError(
                    f"this model was fitted with {self.n_features_in_} exogenous column(s), so "
                    f"predict needs their future values: pass a frame with {X} row(s), e.g. "
                    f"indexed by model.future_index({X}), not the integer {X}"
                )
            positions = np.arange(n_seen, n_seen + X)
            return positions, np.empty((int(X), 0)), None

        exog = read_exog(self, None if has_labels_only(X) else X, n_rows(X), reset=False)
        index = labels_of(X)
        if history.axis is None or index is None:
            if history.axis is not None and not isinstance(history.axis.freq, int):
                warnings.warn(
                    "the model was trained on rows with time labels, X has none: its rows are "
                    f"taken as the next {len(exog)} after training; in a Pipeline call "
                    "set_output(transform='pandas')",
                    IndexLostWarning,
                    stacklevel=3,
                )
            return np.arange(n_seen, n_seen + len(exog)), exog, None
        positions = history.axis.positions(index)
        history.check_not_renumbered(positions, exog, history.exog, index)
        return positions, exog, index
