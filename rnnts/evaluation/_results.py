"""Forecasts from rolling origins, and how good they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from rnnts import plotting
from rnnts._types import FloatArray
from rnnts.evaluation._origin import Origin
from rnnts.evaluation._scoring import Scoring, averaged

_SECONDS = ["fit_seconds", "predict_seconds"]


@dataclass(frozen=True, repr=False)
class Backtest:
    r"""Forecasts of several models from the same origins.

    Attributes
    ----------
    predictions : DataFrame
        One row per series, origin and forecast row: `unique_id`, `ds` (the row forecast), `cutoff`
        (the last row known), `y`, and a column of forecasts for each model, followed by the ends of
        its intervals, such as `Model-lo-80` and `Model-hi-80`.  NaN where a model failed.
    models : list of str
    level : tuple of float
        Of the intervals, in per cent.
    quantiles : dict of ndarray of shape (n_rows, 20)
        By model, for each row of `predictions`: quantiles at the probabilities 0.025, 0.075, ...,
        0.975, from which CRPS is computed.  Models that give none are left out.
    seconds : DataFrame
        A row for each series, origin and model: `unique_id`, `cutoff`, `model`, `fit_seconds`, and
        `predict_seconds` for everything after the fit: rolling on, forecasts, intervals.  NaN
        where a model was not fitted anew.
    errors : DataFrame
        A row for each series, origin and model without a forecast: `unique_id`, `cutoff`, `model`
        and `reason`.  The cutoff is missing where a series is too short for the origins.
    origins : list of Origin
        What was known at each origin, in the order of the rows of `predictions`.
    n_overlapping : int
        How many origins in a row have forecasts of rows in common; 1 if none have.

    Notes
    -----
    The measures are those of `rnnts.metrics`.  Each is taken of a series at one origin first and
    then averaged, every origin of every series counting alike; the season that scales MASE, RMSSE
    and MSIS is the longest that a model uses.  Rows whose `y` is missing are left out, and so are
    forecasts that there are none of.  `owa` is the mean sMAPE and the mean MASE relative to those
    of Naive2 from the same origins.  `pinball` is the mean loss of all ends of intervals as
    quantiles, `crps` the score of twenty quantiles (`rnnts.metrics.crps_of_quantiles`).  Seconds
    are medians, so that what is loaded or compiled once does not count; held-out training that
    intervals rest on is part of `predict_seconds`.

    See Also
    --------
    backtest : Makes one.

    Examples
    --------
    >>> from rnnts import NaiveForecaster, SeasonalNaiveForecaster, backtest, datasets
    >>> y = datasets.load("air_passengers")
    >>> result = backtest([NaiveForecaster(), SeasonalNaiveForecaster()], y, n_windows=4)
    >>> result
    <Backtest of 2 model(s) on 1 series, from 4 origin(s)>
    >>> by_step = result.by_step().set_index(["model", "step"])["mase"].round(2)
    >>> by_step["NaiveForecaster"].tolist()[:4]
    [0.41, 0.35, 1.36, 1.43]
    """

    predictions: pd.DataFrame
    models: list[str]
    level: tuple[float, ...]
    quantiles: Mapping[str, FloatArray]
    seconds: pd.DataFrame
    errors: pd.DataFrame
    origins: Sequence[Origin]
    n_overlapping: int = 1

    def __repr__(self) -> str:
        n_series = len({origin.series for origin in self.origins})
        return (
            f"<{type(self).__name__} of {len(self.models)} model(s) on {n_series} series, from "
            f"{len(self.origins)} origin(s)>"
        )

    @property
    def training(self) -> list[FloatArray]:
        """The rows learned from at each origin."""
        return [origin.known for origin in self.origins]

    @property
    def season_length(self) -> int:
        """The longest that a model uses on any series."""
        return max(origin.season_length for origin in self.origins)

    def table(self) -> pd.DataFrame:
        """Measures of each model: means over series and origins, best MASE first.

        Returns
        -------
        DataFrame
            A row for each model, and columns `mae`, `rmse`, `mase`, `smape`, `rmsse` and `owa`.
            With intervals, also their `coverage-80` (the share of rows that they hold),
            `winkler-80` and `msis-80`, and so on for each level, then `pinball` and `crps`; NaN
            for a model without.  Then `fit_seconds` and `predict_seconds`, and where there are
            errors `n_failed`, the number of series that a model could not, or not always, forecast.
        """
        table = self._measures(["model"]).set_index("model").reindex(self.models)
        if len(self.errors):
            failed = self.errors.groupby("model")["unique_id"].nunique()
            table["n_failed"] = failed.reindex(self.models, fill_value=0)
        return table.sort_values("mase", kind="stable").rename_axis("model")

    def by_cutoff(self) -> pd.DataFrame:
        """Measures of each model at each origin.

        Returns
        -------
        DataFrame
            Columns `model`, `cutoff`, and the measures of `table`: means over the series.  Origins
            without an observed row are left out.
        """
        return self._measures(["model", "cutoff"])

    def by_series(self) -> pd.DataFrame:
        """Measures of each model for each series.

        Returns
        -------
        DataFrame
            Columns `model`, `unique_id`, and the measures of `table`: means over the origins.
        """
        return self._measures(["model", "unique_id"])

    def by_step(self) -> pd.DataFrame:
        """Measures of each model by how far ahead it looks.

        Returns
        -------
        DataFrame
            Columns `model`, `step` (rows after the last known one) and the measures of `table`
            but the seconds.  RMSE and RMSSE are taken over the origins of a series.
        """
        return averaged(self._scoring.by_step(), ["model", "step"])

    def plot(self, **options: Any) -> Any:
        """Draw the forecasts of a model from every origin, over what came.

        Parameters
        ----------
        **options
            `model`, `unique_id` and `ax` of :func:`rnnts.plotting.plot_backtest`.

        Returns
        -------
        matplotlib Axes

        Examples
        --------
        >>> from rnnts import SeasonalNaiveForecaster, backtest, datasets
        >>> result = backtest(SeasonalNaiveForecaster(), datasets.load("nile"), horizon=5)
        >>> result.plot().get_title()
        'nile: forecasts from 8 origins'
        """
        return plotting.plot_backtest(self, **options)

    def plot_calibration(self, *, ax: Any = None) -> Any:
        """Draw how many rows the intervals of each model hold, against how many they should.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure unless given.

        Returns
        -------
        matplotlib Axes

        See Also
        --------
        rnnts.plotting.plot_calibration : What is drawn.
        """
        return plotting.plot_calibration(self, ax=ax)

    def _measures(self, keys: list[str]) -> pd.DataFrame:
        """Measures and median seconds, by columns of `seconds`."""
        seconds = self.seconds.groupby(keys, sort=False)[_SECONDS].median()
        return averaged(self._cells, keys).join(seconds, on=keys)

    @cached_property
    def _cells(self) -> pd.DataFrame:
        """Measures of each model for each series at each origin, with their labels."""
        cells = self._scoring.by_origin()
        origins = cells["origin"].to_numpy()
        for name, labels in self._labels.items():
            cells.insert(0, name, labels.take(origins))
        return cells

    @cached_property
    def _labels(self) -> dict[str, pd.Index]:
        ids = pd.Index([origin.unique_id for origin in self.origins], tupleize_cols=False)
        return {"unique_id": ids, "cutoff": pd.Index([each.cutoff for each in self.origins])}

    @cached_property
    def _scoring(self) -> Scoring:
        levels = np.array(self.level, dtype=float)
        return Scoring(self.predictions, self.models, self.origins, levels, self.quantiles)
