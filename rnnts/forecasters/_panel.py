"""Many series, one forecaster."""

import warnings
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, clone
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from rnnts._types import FloatArray
from rnnts._validation import check_choice, is_integer
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters.panels._progress import progress_of
from rnnts.forecasters.panels._separate import attempt, fit_separately, rows_of
from rnnts.forecasters.panels._together import fit_together
from rnnts.panel import Columns, Form, OneSeries, Panel, Part, read_panel

MODES = ["local", "global", "both"]
_FEW = 3


class PanelForecaster(MetaEstimatorMixin, RegressorMixin, BaseEstimator):
    """A forecaster for each of many series, trained apart or together.

    Parameters
    ----------
    estimator : forecaster
        Any of this package for "local"; an RNNForecaster for the others.
    mode : "local", "global" or "both"
        "local" trains a copy of the estimator on every series.  "global" trains one set of
        networks on all series of a season length, which each series then reads with a preparation
        and a state of its own.  "both" averages these with a local copy, half and half.
    id_col, time_col, target_col : str
        Names of the columns of a long frame.
    n_jobs : int, optional
        Processes that local forecasters are fitted in, or workers of joblib's current backend;
        threads that global networks are trained in. No result depends on it.
    verbose : int
        With 1, a progress bar on a terminal.

    Attributes
    ----------
    forecasters_ : dict
        Fitted forecaster of each series, by its id.
    errors_ : DataFrame
        A row for each series that has none, or could not be updated: `unique_id`, `doing` ("fit"
        or "update") and `reason`.

    Notes
    -----
    A panel is a long frame (pandas, polars or pyarrow) with a column of ids, one of times, one of
    targets and possibly exogenous ones; or pandas data with an (id, time) index; or a dictionary of
    Series.  Series may differ in length, start and frequency.  Forecasts come back in the same
    form, with the name of the target.

    A series that cannot be fitted is left out with its reason in `errors_`, and the others go on.

    Examples
    --------
    >>> import pandas as pd
    >>> from rnnts import PanelForecaster, SeasonalNaiveForecaster
    >>> panel = pd.DataFrame(
    ...     {
    ...         "unique_id": ["a"] * 8 + ["b"] * 6,
    ...         "ds": [*pd.date_range("2024", periods=8, freq="QS"),
    ...                *pd.date_range("2023", periods=6, freq="QS")],
    ...         "y": [1.0, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 5, 6],
    ...     }
    ... )
    >>> PanelForecaster(SeasonalNaiveForecaster()).fit(panel).predict(2)
      unique_id         ds    y
    0         a 2026-01-01  1.0
    1         a 2026-04-01  2.0
    2         b 2024-07-01  7.0
    3         b 2024-10-01  8.0
    """

    def __init__(
        self,
        estimator: BaseForecaster,
        mode: str = "local",
        *,
        id_col: str = "unique_id",
        time_col: str = "ds",
        target_col: str = "y",
        n_jobs: int | None = None,
        verbose: int = 0,
    ) -> None:
        self.estimator = estimator
        self.mode = mode
        self.id_col = id_col
        self.time_col = time_col
        self.target_col = target_col
        self.n_jobs = n_jobs
        self.verbose = verbose

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        return tags

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on a panel.

        Parameters
        ----------
        X : long frame, Series or frame with an (id, time) index, or dict of Series
            With `y`: ids, times and exogenous columns.  Without: the target stands in it.
        y : array-like of shape (n_rows,), optional
            Target, aligned with X by row.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If X is no panel, or not one of its series could be fitted.
        """
        self._check_estimator()
        panel, form = self._read(X, y, needs_target=True)
        found, errors = self._fitted_on(list(panel))
        if not found:
            label, reason = errors[0]
            raise ValueError(
                f"none of the {len(errors)} series could be fitted; the first, {label!r}: {reason}"
            )
        self._form = form
        self.forecasters_: dict[Hashable, BaseForecaster] = found
        self.errors_ = self._as_table([(label, "fit", reason) for label, reason in errors])
        _warn_of(errors, "fitted", stacklevel=3)
        return self

    def update(self, X: Any, y: Any = None) -> Self:
        """Append observed rows to the series known, and take up new series.

        A new series is trained on where forecasters are local; where they are global it is read by
        the networks at hand.

        Parameters
        ----------
        X, y
            As in `fit`; rows already seen are skipped.

        Returns
        -------
        self
        """
        check_is_fitted(self)
        panel, _ = self._read(X, y, needs_target=True)
        known = [one for one in panel if one.label in self.forecasters_]
        new = [one for one in panel if one.label not in self.forecasters_]
        failures: list[tuple[Hashable, str, str]] = []
        for one in known:
            outcome = attempt(self.forecasters_[one.label].update, *rows_of(one))
            if isinstance(outcome, str):
                failures.append((one.label, "update", outcome))
        if new:
            found, errors = self._fitted_on(new)
            self.forecasters_ |= found
            failures += [(label, "fit", reason) for label, reason in errors]
        seen = {one.label for one in panel}
        earlier = self.errors_[~self.errors_[self.id_col].isin(list(seen))]
        self.errors_ = pd.concat([earlier, self._as_table(failures)], ignore_index=True)
        _warn_of([(label, reason) for label, _, reason in failures], "updated", stacklevel=3)
        return self

    def predict(self, X: Any) -> Any:
        """Forecasts of the next rows of every series, or predictions of the rows given.

        Parameters
        ----------
        X : int or panel
            A horizon, or ids, times and exogenous values of the rows to predict.

        Returns
        -------
        For a horizon a panel in the form of the one fitted; for rows one prediction each, in their
        order: a Series for pandas, else an array.

        Raises
        ------
        ValueError
            If a series was not fitted, or exogenous values are missing for it.
        """
        if is_integer(X):
            return self._form_of_all(X, lambda one, rows: {"": np.asarray(one.predict(rows))})
        panel, _ = self._read(X, None, needs_target=False)
        predicted = np.empty(len(panel.rows))
        for one in self._known(panel):
            forecaster = self.forecasters_[one.label]
            predicted[one.rows] = _noted(one.label, forecaster.predict, rows_of(one)[0])
        if isinstance(X, pd.Series | pd.DataFrame):
            return pd.Series(predicted, index=X.index, name=self.target_col)
        return predicted

    def predict_interval(self, X: Any, level: Any = (80, 95)) -> Any:
        """Forecasts and their intervals: columns mean, lo-80, hi-80, ... for each row.

        Parameters
        ----------
        X : int or panel
            As in `predict`; rows come back series after series.
        level : float or tuple of float
            In per cent.
        """
        return self._form_of_all(X, lambda one, rows: _columns(one.predict_interval(rows, level)))

    def predict_quantiles(self, X: Any, quantiles: Any = (0.1, 0.5, 0.9)) -> Any:
        """Quantiles of each row to come: a column for each.

        Parameters
        ----------
        X : int or panel
            As in `predict_interval`.
        quantiles : tuple of float
        """
        return self._form_of_all(
            X, lambda one, rows: _columns(one.predict_quantiles(rows, quantiles))
        )

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Mean skill of the series: one minus MAE over the MAE of the (seasonal) naive forecast.

        Parameters
        ----------
        X, y
            As in `fit`.
        sample_weight : array-like of shape (n_rows,), optional
        """
        panel, _ = self._read(X, y, needs_target=True)
        weights = None if sample_weight is None else np.asarray(sample_weight, dtype=float)
        skills = [
            self.forecasters_[one.label].score(
                *rows_of(one), sample_weight=None if weights is None else weights[one.rows]
            )
            for one in self._known(panel)
        ]
        return float(np.mean(skills))

    def _check_estimator(self) -> None:
        check_choice("mode", self.mode, MODES)
        if not isinstance(self.estimator, BaseForecaster):
            raise TypeError(
                "estimator must be a forecaster such as RNNForecaster(), got "
                f"{type(self.estimator).__name__}"
            )
        if self.mode != "local" and not isinstance(self.estimator, RNNForecaster):
            raise TypeError(
                f"mode={self.mode!r} trains networks on all series together, which needs an "
                f"RNNForecaster, got {type(self.estimator).__name__}; set mode='local'"
            )

    def _read(self, X: Any, y: Any, *, needs_target: bool) -> tuple[Panel, Form]:
        columns = Columns(self.id_col, self.time_col, self.target_col)
        return read_panel(X, y, columns, needs_target=needs_target)

    def _fitted_on(
        self, series: Sequence[OneSeries]
    ) -> tuple[dict[Hashable, BaseForecaster], list[tuple[Hashable, str]]]:
        """Forecasters by id, and the ids that have none, each with the reason."""
        with progress_of(len(series), is_shown=self.verbose > 0) as on_step:
            if self.mode == "local":
                outcomes = fit_separately(self.estimator, series, self.n_jobs, on_step)
            else:
                outcomes = self._together(series)
                on_step(len(series))
        found, errors = {}, []
        for one, outcome in zip(series, outcomes, strict=True):
            if isinstance(outcome, str):
                errors.append((one.label, outcome))
            else:
                found[one.label] = outcome
        return found, errors

    def _together(self, series: Sequence[OneSeries]) -> list[Any]:
        together = clone(self.estimator)
        if self.mode == "both":
            together.set_params(partner=clone(self.estimator))
        known = getattr(self, "forecasters_", {})
        return fit_together(together, series, list(known.values()), self.n_jobs)

    def _known(self, panel: Panel) -> list[OneSeries]:
        """The series of the panel, if all of them were fitted."""
        check_is_fitted(self)
        unknown = [label for label in panel.labels if label not in self.forecasters_]
        if unknown:
            failed = self.errors_.set_index(self.id_col)["reason"]
            reasons = [f"{label!r}: {failed[label]}" for label in unknown if label in failed.index]
            shown = ", ".join(map(repr, unknown[:_FEW])) + (", ..." if unknown[_FEW:] else "")
            raise ValueError(
                f"{len(unknown)} of the series to predict have no forecaster ({shown}); "
                + (
                    f"not fitted was {reasons[0]}"
                    if reasons
                    else "fit or update with them first; in cross-validation use "
                    "PanelTimeSeriesSplit, because TimeSeriesSplit cuts across the series"
                )
            )
        return list(panel)

    def _form_of_all(
        self, X: Any, say: Callable[[BaseForecaster, Any], dict[str, FloatArray]]
    ) -> Any:
        """What each forecaster says of the rows asked for, in the form of a panel."""
        check_is_fitted(self)
        if is_integer(X):
            parts = [
                Part(label, one.future_index(X), _noted(label, say, one, X))
                for label, one in self.forecasters_.items()
            ]
            return self._form.wrap(parts)
        panel, form = self._read(X, None, needs_target=False)
        return form.wrap(
            [
                Part(
                    one.label,
                    one.index,
                    _noted(one.label, say, self.forecasters_[one.label], rows_of(one)[0]),
                )
                for one in self._known(panel)
            ]
        )

    def _as_table(self, failures: Sequence[tuple[Hashable, str, str]]) -> pd.DataFrame:
        return pd.DataFrame(failures, columns=[self.id_col, "doing", "reason"])


def _noted(label: Hashable, task: Callable[..., Any], *arguments: Any) -> Any:
    """Run a task; an error says which series it is about."""
    try:
        return task(*arguments)
    except (ValueError, TypeError) as error:
        raise type(error)(f"series {label!r}: {error}") from error


def _columns(frame: Any) -> dict[str, FloatArray]:
    return {str(name): np.asarray(values, dtype=float) for name, values in frame.items()}


def _warn_of(errors: Sequence[tuple[Hashable, str]], what: str, *, stacklevel: int) -> None:
    if errors:
        label, reason = errors[0]
        warnings.warn(
            f"{len(errors)} series could not be {what} and are listed in errors_; the first, "
            f"{label!r}: {reason}",
            UserWarning,
            stacklevel=stacklevel,
        )
