"""What the fitted forecasters of a panel say, put together."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from rnnts._types import FloatArray
from rnnts._validation import check_count, check_memory, is_integer
from rnnts.exceptions import ForecastWarning
from rnnts.forecasters._doubts import NO_WIDTH
from rnnts.forecasters._intervals import check_representable
from rnnts.forecasters._levels import (
    interval_columns,
    interval_probabilities,
    read_levels,
    read_quantiles,
)
from rnnts.forecasters.panels._fitted import FittedSeries
from rnnts.forecasters.panels._notices import Notice, give_first, noted
from rnnts.forecasters.panels._separate import rows_of
from rnnts.panel import (
    Columns,
    Form,
    OneSeries,
    Panel,
    Part,
    StaticCode,
    read_panel,
    static_names,
    statics_of,
)

_FEW = 3


class PanelAnswers:
    """Predictions, intervals and scores of a fitted panel."""

    id_col: str
    time_col: str
    target_col: str
    static_cols: Sequence[str] | None
    mode: str
    n_jobs: int | None
    forecasters_: FittedSeries
    errors_: pd.DataFrame
    _form: Form
    _static_code: StaticCode

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
            return self._form.wrap(self._forecasts(self._horizon(X, n_columns=1)))
        panel, _ = self._read(X, None, needs_target=False)
        predicted = np.empty(len(panel.rows))
        series, bank = self._known(panel), self.forecasters_.bank
        ahead = bank.ahead(series)
        forecasts = bank.forecasts(1 + max(map(max, ahead.values())), ahead) if ahead else {}
        for one in series:
            if one.label in ahead:
                said = forecasts[one.label][1][ahead[one.label]]
                _naming(one.label, check_representable, said)
            else:
                said = _naming(one.label, self.forecasters_[one.label].predict, rows_of(one)[0])
            predicted[one.rows] = said
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

        Returns
        -------
        panel
            In the form of the one given to `fit`.
        """
        levels = read_levels(level)
        return self._outlooks(
            X,
            interval_probabilities(levels),
            interval_columns(levels),
            lambda one, rows: one.predict_interval(rows, level),
        )

    def predict_quantiles(self, X: Any, quantiles: Any = (0.1, 0.5, 0.9)) -> Any:
        """Quantiles of each row to come: a column for each.

        Parameters
        ----------
        X : int or panel
            As in `predict_interval`.
        quantiles : tuple of float

        Returns
        -------
        panel
            In the form of the one given to `fit`; columns "0.1", "0.5", ...
        """
        probabilities = read_quantiles(quantiles)
        return self._outlooks(
            X,
            probabilities,
            [str(probability) for probability in probabilities.tolist()],
            lambda one, rows: one.predict_quantiles(rows, quantiles),
        )

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Mean skill of the series: one minus MAE over the MAE of the (seasonal) naive forecast.

        Parameters
        ----------
        X, y
            As in `fit`.
        sample_weight : array-like of shape (n_rows,), optional

        Returns
        -------
        float
            1 is without error, 0 as good as the naive forecast.
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

    def _horizon(self, X: Any, n_columns: int) -> int:
        """A number of rows of each series that could be held, with their ids and times."""
        check_is_fitted(self)
        horizon = check_count("horizon", X)
        n_values = horizon * len(self.forecasters_) * (2 + n_columns)
        check_memory(n_values * np.dtype(float).itemsize, "ask for fewer rows at a time")
        return horizon

    def _forecasts(self, horizon: int) -> list[Part]:
        """Forecasts of the next rows of every series; those of the bank are made at once."""
        known = self.forecasters_.bank.forecasts(horizon)
        parts: list[Part] = []
        notices: dict[Hashable, list[Notice]] = {}
        for label in self.forecasters_:
            if label in known:
                index, values = known[label]
                if not np.isfinite(values).all():
                    _naming(label, check_representable, values)
            else:
                one = self.forecasters_[label]
                index = one.future_index(horizon)
                with noted() as notices[label]:
                    values = np.asarray(_naming(label, one.predict, horizon))
            parts.append(Part(label, index, {"": values}))
        give_first(list(notices), list(notices.values()))
        return parts

    @property
    def _static_names(self) -> tuple[str, ...]:
        return static_names(self.static_cols)

    def _encoded(self, one: OneSeries) -> FloatArray:
        return self._static_code.encoded(statics_of(one, self._static_names))

    def _check_static(self, one: OneSeries) -> None:
        """Raise if static values came with a series, and are not those that it was read with."""
        if self.mode == "local" or one.static is None:
            return
        forecaster: Any = self.forecasters_[one.label]
        known = forecaster._networks.first.recurrence.static
        if not np.array_equal(known, self._encoded(one)):
            raise ValueError(
                f"static columns of series {one.label!r} differ from those it was fitted with; "
                "leave them out, or give the same values"
            )

    def _read(self, X: Any, y: Any, *, needs_target: bool) -> tuple[Panel, Form]:
        columns = Columns(self.id_col, self.time_col, self.target_col, self._static_names)
        return read_panel(X, y, columns, needs_target=needs_target)

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
        series = list(panel)
        for one in series:
            self._check_static(one)
        return series

    def _outlooks(
        self,
        X: Any,
        probabilities: FloatArray,
        names: Sequence[str],
        ask: Callable[[Any, Any], pd.DataFrame],
    ) -> Any:
        """Quantiles of the rows asked for, in columns of these names, in the form of a panel.

        One name more than there are probabilities is that of the forecast, which stands first.
        Those of the bank are made at once, other forecasters are asked.
        """
        check_is_fitted(self)
        fitted, form, known = self.forecasters_, self._form, {}
        if is_integer(X):
            asked = dict.fromkeys(fitted, X)
            horizon = self._horizon(X, n_columns=len(names))
            known = fitted.bank.outlooks(horizon, probabilities, n_jobs=self.n_jobs)
        else:
            panel, form = self._read(X, None, needs_target=False)
            series = self._known(panel)
            asked = {one.label: rows_of(one)[0] for one in series}
            ahead = fitted.bank.ahead(series)
            if ahead:
                farthest = 1 + max(map(max, ahead.values()))
                said = fitted.bank.outlooks(farthest, probabilities, ahead, self.n_jobs)
                known = {
                    label: (asked[label], values[ahead[label]])
                    for label, (_, values) in said.items()
                }
        parts: list[Part] = []
        notices: dict[Hashable, list[Notice]] = {}
        for label, rows in asked.items():
            if label in known:
                index, values = known[label]
                if len(names) > len(probabilities) and not np.ptp(values[:, 1:], axis=1).any():
                    notices[label] = [(ForecastWarning, NO_WIDTH)]
            else:
                with noted() as notices[label]:
                    frame = _naming(label, ask, fitted[label], rows)
                index, values = frame.index, frame.to_numpy(dtype=float)
            columns = dict(zip(names, values[:, -len(names) :].T, strict=True))
            parts.append(Part(label, index, columns))
        give_first(list(notices), list(notices.values()))
        return form.wrap(parts)


def _naming(label: Hashable, task: Callable[..., Any], *arguments: Any) -> Any:
    """Run a task; an error says which series it is about."""
    try:
        return task(*arguments)
    except (ValueError, TypeError, OverflowError) as error:
        raise type(error)(f"series {label!r}: {error}") from error
