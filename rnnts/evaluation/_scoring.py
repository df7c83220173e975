"""From forecasts to measures: what each row adds, and means over the rows that are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from rnnts._types import FloatArray, IntArray
from rnnts.evaluation._origin import Origin
from rnnts.forecasters._levels import interval_columns, interval_probabilities
from rnnts.metrics import ratio
from rnnts.metrics._terms import (
    coverage_terms,
    crps_terms,
    percentage_terms,
    pinball_terms,
    winkler_terms,
)

# Quantiles that CRPS is computed from: the middles of twenty equal parts of the probabilities.
PROBABILITIES: FloatArray = (np.arange(20) + 0.5) / 20

# Means of squares, to be the root of it within a cell.
_SQUARED = ["rmse", "rmsse"]
_OF_NAIVE2 = ["smape_of_naive2", "mase_of_naive2"]


@dataclass(frozen=True)
class Scoring:
    """What the measures of several models are computed from.

    A cell is a series at one origin, or at one step over all origins.  Means of squares are rooted
    in the cell; a measure of several cells is the mean of theirs, and OWA is made of means.
    """

    predictions: pd.DataFrame
    models: Sequence[str]
    origins: Sequence[Origin]
    levels: FloatArray
    quantiles: Mapping[str, FloatArray]

    def by_origin(self) -> pd.DataFrame:
        """Cells with columns `model`, `series` and `origin` (numbers), and their measures."""
        return self._cells({"series": self._series, "origin": self._origin})

    def by_step(self) -> pd.DataFrame:
        """Cells with columns `model`, `series` (a number) and `step`, and their measures."""
        steps = np.concatenate([origin.steps for origin in self.origins])
        return self._cells({"series": self._series, "step": steps})

    def _cells(self, places: Mapping[str, IntArray]) -> pd.DataFrame:
        cells = []
        for model in self.models:
            terms = pd.DataFrame(self._terms(model))
            is_scored = terms["mae"].notna().to_numpy()
            keys = [pd.Series(place[is_scored], name=name) for name, place in places.items()]
            means = terms[is_scored].reset_index(drop=True).groupby(keys).mean()
            means[_SQUARED] = np.sqrt(means[_SQUARED])
            means.insert(0, "model", model)
            cells.append(means.reset_index())
        return pd.concat(cells, ignore_index=True)

    def _terms(self, model: str) -> dict[str, FloatArray]:
        """What every row adds to each measure; NaN where y or the forecast is missing."""
        y, said = self._y, self.predictions[model].to_numpy()
        error = np.abs(y - said)
        is_scored = ~np.isnan(error)
        terms = {
            "mae": error,
            "rmse": error**2,
            "mase": ratio(error, self._scale),
            "smape": percentage_terms(y, said),
            "rmsse": ratio(error**2, self._squared_scale),
            **{
                name: np.where(is_scored, values, np.nan)
                for name, values in zip(_OF_NAIVE2, self._naive2_terms, strict=True)
            },
        }
        terms |= self._interval_terms(model)
        if model in self.quantiles:
            terms["crps"] = crps_terms(y, self.quantiles[model], PROBABILITIES)
        return terms

    def _interval_terms(self, model: str) -> dict[str, FloatArray]:
        columns = [f"{model}-{end}" for end in interval_columns(self.levels)[1:]]
        if model not in self.quantiles:
            return {}
        ends = self.predictions[columns].to_numpy().T
        terms = {}
        for level, low, high in zip(self.levels, ends[::2], ends[1::2], strict=True):
            scores = winkler_terms(self._y, low, high, level)
            terms[f"coverage-{level:.12g}"] = coverage_terms(self._y, low, high)
            terms[f"winkler-{level:.12g}"] = scores
            terms[f"msis-{level:.12g}"] = ratio(scores, self._scale)
        losses = [
            pinball_terms(self._y, end, probability)
            for end, probability in zip(ends, interval_probabilities(self.levels), strict=True)
        ]
        return {**terms, "pinball": np.mean(losses, axis=0)}

    @cached_property
    def _y(self) -> FloatArray:
        y: FloatArray = self.predictions["y"].to_numpy()
        return y

    @cached_property
    def _origin(self) -> IntArray:
        """The number of the origin of every row."""
        lengths = [len(origin.steps) for origin in self.origins]
        return np.repeat(np.arange(len(self.origins)), lengths)

    @cached_property
    def _series(self) -> IntArray:
        """The number of the series of every row."""
        return np.array([origin.series for origin in self.origins])[self._origin]

    @cached_property
    def _scale(self) -> FloatArray:
        return np.array([origin.scale for origin in self.origins])[self._origin]

    @cached_property
    def _squared_scale(self) -> FloatArray:
        scales = [origin.squared_scale for origin in self.origins]
        return np.array(scales)[self._origin]

    @cached_property
    def _naive2_terms(self) -> tuple[FloatArray, FloatArray]:
        """Of sMAPE and MASE."""
        said = np.concatenate([origin.naive2() for origin in self.origins])
        return percentage_terms(self._y, said), ratio(np.abs(self._y - said), self._scale)


def averaged(cells: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Means over cells with the same keys, which come first; OWA last of the point measures."""
    measures = list(cells.columns[cells.columns.get_loc("mae") :])
    means = cells.groupby(keys, sort=False)[measures].mean()
    relative = [
        ratio(means[name].to_numpy(), means[reference].to_numpy())
        for name, reference in zip(["smape", "mase"], _OF_NAIVE2, strict=True)
    ]
    means = means.drop(columns=_OF_NAIVE2)
    means.insert(means.columns.get_loc("rmsse") + 1, "owa", np.mean(relative, axis=0))
    return means.reset_index()
