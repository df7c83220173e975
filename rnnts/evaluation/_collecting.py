"""Forecasts as they come in, put where they belong."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rnnts._types import FloatArray
from rnnts.evaluation._folds import Fold, Origins, n_overlapping
from rnnts.evaluation._forecasting import Forecast
from rnnts.evaluation._origin import Origin
from rnnts.evaluation._results import Backtest
from rnnts.evaluation._scoring import PROBABILITIES
from rnnts.evaluation._series import Labelled
from rnnts.forecasters._levels import interval_columns, interval_probabilities

# Reasons that lie in the series or the model; anything else is a mistake of ours.
_EXPECTED = (ValueError, TypeError, ArithmeticError)


class Collection:
    """The rows to be forecast, series by series and origin by origin, and what is known of them.

    Parameters
    ----------
    models : list of str
    series : sequence of Labelled
    levels, probabilities : ndarray
        Of the intervals, in per cent, and of the quantiles that models are asked for.
    is_panel : bool
        Whether what fails is kept as an error, and the rest goes on.
    """

    def __init__(
        self,
        models: list[str],
        series: Sequence[Labelled],
        levels: FloatArray,
        probabilities: FloatArray,
        is_panel: bool,
    ) -> None:
        self._models, self._series, self._is_panel = models, series, is_panel
        self._levels, self._probabilities = levels, probabilities
        self.folds: dict[int, list[Fold]] = {}
        self._seconds: list[tuple[Any, ...]] = []
        self._errors: list[tuple[Any, ...]] = []
        self._first_error: Exception | None = None

    def lay_out(self, origins: Origins) -> None:
        """Find the origins of every series."""
        for place, one in enumerate(self._series):
            try:
                self.folds[place] = origins.folds(len(one))
            except ValueError as error:
                for model in self._models:
                    self._note(one, None, model, error)
        lengths = [len(fold.scored) for folds in self.folds.values() for fold in folds]
        ends = np.cumsum([0, *lengths])
        numbers = [(place, fold.origin) for place, folds in self.folds.items() for fold in folds]
        self._rows = {
            number: slice(start, end)
            for number, start, end in zip(numbers, ends[:-1], ends[1:], strict=True)
        }
        self._season_lengths = dict.fromkeys(self.folds, 1)
        self._values = {model: np.full(ends[-1], np.nan) for model in self._models}
        self._quantiles: dict[str, FloatArray] = {}

    def take(
        self, place: int, model: str, chain: Sequence[Fold], forecasts: Sequence[Forecast]
    ) -> None:
        """Put the forecasts of a chain of origins of one series where they belong."""
        one = self._series[place]
        for fold, forecast in zip(chain, forecasts, strict=True):
            cutoff = one.y.index[fold.origin]
            if forecast.error is not None:
                self._note(one, cutoff, model, forecast.error)
                continue
            rows = self._rows[place, fold.origin]
            self._values[model][rows] = forecast.values
            if forecast.quantiles is not None:
                shape = len(self._values[model]), len(self._probabilities)
                known = self._quantiles.setdefault(model, np.full(shape, np.nan))
                known[rows] = forecast.quantiles
            longest = max(self._season_lengths[place], forecast.season_length)
            self._season_lengths[place] = longest
            self._seconds.append(
                (one.label, cutoff, model, forecast.fit_seconds, forecast.predict_seconds)
            )

    def result(self) -> Backtest:
        """Everything that came in, as a table; the first error if nothing did."""
        if self._first_error is not None and not self._seconds:
            self._first_error.add_note("every series and model failed; this was the first")
            raise self._first_error
        origins = [
            self._origin(place, fold) for place, folds in self.folds.items() for fold in folds
        ]
        grid = np.searchsorted(self._probabilities, PROBABILITIES)
        seconds = ["unique_id", "cutoff", "model", "fit_seconds", "predict_seconds"]
        return Backtest(
            predictions=self._predictions(origins),
            models=self._models,
            level=tuple(self._levels.tolist()),
            quantiles={model: known[:, grid] for model, known in self._quantiles.items()},
            seconds=pd.DataFrame(self._seconds, columns=seconds),
            errors=pd.DataFrame(self._errors, columns=["unique_id", "cutoff", "model", "reason"]),
            origins=origins,
            n_overlapping=max(n_overlapping(folds) for folds in self.folds.values()),
        )

    def _note(self, one: Labelled, cutoff: Any, model: str, error: Exception) -> None:
        if not self._is_panel or not isinstance(error, _EXPECTED):
            raise error
        self._first_error = self._first_error or error
        reason = str(error) or type(error).__name__
        self._errors.append((one.label, cutoff, model, reason))

    def _origin(self, place: int, fold: Fold) -> Origin:
        one = self._series[place]
        return Origin(
            series=place,
            unique_id=one.label,
            cutoff=one.y.index[fold.origin],
            known=one.values(fold.known),
            steps=fold.scored - fold.origin,
            season_length=self._season_lengths[place],
        )

    def _predictions(self, origins: Sequence[Origin]) -> pd.DataFrame:
        scored = [
            (self._series[place], np.concatenate([fold.scored for fold in folds]))
            for place, folds in self.folds.items()
        ]
        first, *others = [one.y.index.take(rows) for one, rows in scored]
        lengths = [len(origin.steps) for origin in origins]
        ids = pd.Index([origin.unique_id for origin in origins], tupleize_cols=False)
        columns: dict[str, Any] = {
            "unique_id": ids.repeat(lengths),
            "ds": first.append(others),
            "cutoff": pd.Index([origin.cutoff for origin in origins]).repeat(lengths),
            "y": np.concatenate([one.values(rows) for one, rows in scored]),
        }
        ends = interval_columns(self._levels)[1:]
        places = np.searchsorted(self._probabilities, interval_probabilities(self._levels))
        for model in self._models:
            columns[model] = self._values[model]
            if model in self._quantiles:
                for end, place in zip(ends, places, strict=True):
                    columns[f"{model}-{end}"] = self._quantiles[model][:, place]
        return pd.DataFrame(columns)
