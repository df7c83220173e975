"""Forecasts of rows that a model had not seen: what its report and its intervals rest on.

One training on the first rows, then the origin moves through the last ones while the weights stay;
so that a single further training yields a whole sample of errors for every horizon.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray, IntArray
from rnnts.forecasters.networks._model import Model
from rnnts.transforms import Fitted

# Share of the rows that are held out, and how many origins among them at most.
_SHARE, _MANY = 0.25, 100

# Rows that are trained on at least; and steps ahead that are looked at at least, and of a season.
_FEWEST_ROWS, _FEWEST_STEPS, _LONGEST_SEASON = 6, 12, 24


@dataclass(frozen=True)
class HeldOut:
    """What happened after each origin, and what each model had said.

    Attributes
    ----------
    actual : ndarray of shape (n_origins, horizon, n_targets)
        NaN where it is missing, or beyond the last row.
    forecasts : dict of ndarray
        Of the same shape, by the name of the model.
    models : dict of Model
        Trained on the first rows, and moved through the others.
    filled : ndarray of shape (n_rows, n_targets)
        The series without gaps.
    n_first : int
        Rows trained on.
    """

    actual: FloatArray
    forecasts: Mapping[str, FloatArray]
    models: Mapping[str, Model]
    filled: FloatArray
    n_first: int

    @property
    def rows_apart(self) -> int:
        """Rows from one origin to the next."""
        return max(round((len(self.filled) - self.n_first) / len(self.actual)), 1)

    def mean_absolute_error(self, name: str) -> FloatArray:
        """Of each target: (n_targets,); infinite, if one of the forecasts is no number."""
        is_known = ~np.isnan(self.actual)
        with np.errstate(over="ignore", invalid="ignore"):
            miss = np.abs(np.where(is_known, self.actual, 0.0) - self.forecasts[name])
            miss = np.where(np.isfinite(miss), miss, np.inf)
            error: FloatArray = np.mean(miss, axis=(0, 1), where=is_known)
        return error

    def best_of(self, names: Iterable[str]) -> str:
        """The model with the smallest errors, each target counting alike."""
        names = list(names)
        means = np.array([self.mean_absolute_error(name) for name in names])
        largest = np.where(np.isfinite(means), means, 0.0).max(axis=0)
        relative = means / np.where(largest > 0, largest, 1.0)
        return names[int(relative.mean(axis=1).argmin())]

    def errors(self, name: str, power: Fitted, floor: FloatArray) -> FloatArray:
        """What happened less what was said, both after a power: the shape of `actual`.

        What was said is raised to `floor` before.
        """
        flat = (-1, self.actual.shape[-1])
        actual = power.transform_next(self.actual.reshape(flat))
        said = power.transform_next(np.maximum(self.forecasts[name].reshape(flat), floor))
        return (actual - said).reshape(self.actual.shape)


def n_trained_on(y: FloatArray, season_length: int, n_least: int) -> int:
    """How many first rows to train on, so that the rest may be held out.

    More than a season, and more than the `n_least` that can be fitted at all; none (0), if too few
    remain or nothing is known of them.
    """
    n_needed = max(n_least + 1, season_length + 1, _FEWEST_ROWS)
    n_first = max(round((1 - _SHARE) * len(y)), n_needed)
    if n_first >= len(y):
        return 0
    is_known = ~np.isnan(y)
    is_enough = (is_known[:n_first].sum(axis=0) >= n_needed) & is_known[n_first:].any(axis=0)
    return n_first if is_enough.all() else 0


def steps_ahead(horizon: int, season_length: int) -> int:
    """How far ahead networks are tested that predict so many rows at once."""
    return max(horizon, min(season_length, _LONGEST_SEASON), _FEWEST_STEPS)


def held_out(
    models: Mapping[str, Model],
    y: FloatArray,
    filled: FloatArray,
    exog: FloatArray,
    n_first: int,
    horizon: int,
) -> HeldOut:
    """Move the origin of models that have read the first rows through the others.

    Parameters
    ----------
    y, filled : ndarray of shape (n_rows, n_targets)
        The series, and the series without gaps.
    """
    n_rows, n_targets = y.shape
    n_ahead = min(horizon, n_rows - n_first)
    origins = _origins(n_first, n_rows)
    shape = len(origins), n_ahead, n_targets
    actual = np.full(shape, np.nan)
    forecasts = {name: np.empty(shape) for name in models}
    padded = np.vstack([exog, np.repeat(exog[-1:], n_ahead, axis=0)])
    for place, origin in enumerate(origins):
        after = y[origin : origin + n_ahead]
        actual[place, : len(after)] = after
        before = origins[place - 1] if place else n_first
        rows = slice(before, origin)
        models = {name: model.advanced(filled[rows], exog[rows]) for name, model in models.items()}
        for name, model in models.items():
            forecasts[name][place] = model.forecast(padded[origin : origin + n_ahead])
    return HeldOut(actual, forecasts, models, filled, n_first)


def _origins(n_first: int, n_rows: int) -> IntArray:
    n_origins = min(n_rows - n_first, _MANY)
    origins: IntArray = np.unique(np.linspace(n_first, n_rows - 1, n_origins).round().astype(int))
    return origins
