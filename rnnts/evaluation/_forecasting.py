"""Forecasts of one model from some origins of one series, and how long they took."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from time import perf_counter
from typing import Any

import numpy as np
from joblib import parallel_config
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from threadpoolctl import ThreadpoolController

from rnnts._types import FloatArray
from rnnts.evaluation._folds import Fold
from rnnts.evaluation._series import Labelled
from rnnts.forecasters.panels._notices import Notice, noted


@dataclass(frozen=True)
class Forecast:
    """What a model said from an origin, or the error that kept it from that.

    Attributes
    ----------
    values : ndarray of shape (n_scored,), optional
    quantiles : ndarray of shape (n_scored, n_probabilities), optional
    fit_seconds, predict_seconds : float
        NaN for what was not done.
    season_length : int
    error : Exception, optional
    notices : tuple of Notice
        What was warned of.
    """

    values: FloatArray | None = None
    quantiles: FloatArray | None = None
    fit_seconds: float = np.nan
    predict_seconds: float = np.nan
    season_length: int = 1
    error: Exception | None = None
    notices: tuple[Notice, ...] = ()


def forecast_chain(
    name: str, model: Any, series: Labelled, chain: Sequence[Fold], probabilities: FloatArray
) -> list[Forecast]:
    """Fit a copy of the model at the first origin, and roll it on to the others."""
    # All of a task is done on one thread: so its bits do not depend on how many tasks there are.
    with parallel_config("threading", n_jobs=1), _libraries().limit(limits=1), noted() as notices:
        forecasts = _forecast_chain(name, clone(model), series, chain, probabilities)
    return [replace(forecasts[0], notices=tuple(notices)), *forecasts[1:]]


@cache
def _libraries() -> ThreadpoolController:
    """Those with threads of their own; to look for them takes longer than a naive forecast."""
    return ThreadpoolController()


def _forecast_chain(
    name: str, model: Any, series: Labelled, chain: Sequence[Fold], probabilities: FloatArray
) -> list[Forecast]:
    forecasts: list[Forecast] = []
    for place, fold in enumerate(chain):
        try:
            start = perf_counter()
            if place == 0:
                model.fit(series.exog.iloc[fold.known], series.y.iloc[fold.known])
            fitted = perf_counter()
            if place > 0:
                new = slice(chain[place - 1].origin + 1, fold.origin + 1)
                model.update(series.exog.iloc[new], series.y.iloc[new])
            forecast = _forecast(model, series, fold, probabilities)
        except Exception as error:  # noqa: BLE001 - whose it is to raise or to keep is decided above
            error.add_note(f"while {name} forecast from the origin {series.y.index[fold.origin]}")
            # The state that the later ones need is not there.
            return forecasts + [Forecast(error=error)] * (len(chain) - place)
        forecasts.append(
            replace(
                forecast,
                fit_seconds=fitted - start if place == 0 else np.nan,
                predict_seconds=perf_counter() - fitted,
            )
        )
    return forecasts


def _forecast(model: Any, series: Labelled, fold: Fold, probabilities: FloatArray) -> Forecast:
    asked = series.exog.iloc[fold.asked]
    values = np.asarray(model.predict(asked), dtype=float)
    quantiles = _quantiles(model, asked, probabilities) if len(probabilities) else None
    return Forecast(
        values.reshape(len(asked))[fold.n_skipped :],
        None if quantiles is None else quantiles[fold.n_skipped :],
        # A search or a pipeline does not say.
        season_length=getattr(model, "season_length_", 1),
    )


def _quantiles(model: Any, X: Any, probabilities: FloatArray) -> FloatArray | None:
    """Of shape (n_rows, n_probabilities); None if the model gives none."""
    if isinstance(model, Pipeline):
        return _quantiles(
            model[-1], model[:-1].transform(X) if len(model) > 1 else X, probabilities
        )
    if hasattr(model, "best_estimator_"):
        return _quantiles(model.best_estimator_, X, probabilities)
    if not hasattr(model, "predict_quantiles"):
        return None
    try:
        # Intervals are read off them as well: whatever they rest on is computed once.
        table = model.predict_quantiles(X, probabilities)
    except NotImplementedError:
        return None
    return np.asarray(table, dtype=float)
