"""Forecasts from rolling origins, each made from what was known at its origin only."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from rnnts._progress import progress
from rnnts._types import FloatArray
from rnnts.evaluation._collecting import Collection
from rnnts.evaluation._folds import Origins, Splits, Windows, chains, read_refit
from rnnts.evaluation._kept import KeptForecasts, found_or_forecast
from rnnts.evaluation._models import named_models
from rnnts.evaluation._results import Backtest
from rnnts.evaluation._scoring import PROBABILITIES
from rnnts.evaluation._series import read_series
from rnnts.forecasters import BaseForecaster
from rnnts.forecasters._levels import interval_probabilities, read_levels
from rnnts.forecasters.panels._notices import Notice, give_first
from rnnts.panel import Columns


def backtest(
    models: BaseForecaster | Mapping[str, BaseForecaster] | Iterable[BaseForecaster],
    y: Any,
    X: Any = None,
    *,
    horizon: int = 12,
    n_windows: int = 8,
    step_size: int | None = None,
    gap: int = 0,
    window: int | None = None,
    cv: Any = None,
    refit: bool | int = True,
    level: Any = (80, 95),
    n_jobs: int | None = None,
    verbose: int = 0,
    checkpoint: str | Path | None = None,
    id_col: str = "unique_id",
    time_col: str = "ds",
    target_col: str = "y",
) -> Backtest:
    """Forecast from rolling origins and compare with what happened.

    Parameters
    ----------
    models : forecaster, list or dict of forecasters
        Names are the keys, or the class names, with what sets two of a class apart.  The models
        themselves stay as they are.
    y : Series or array-like of shape (n_rows,), or a panel
        One series; or many, as a dictionary of Series, a frame with an (id, time) index, or a
        long frame (pandas, polars or pyarrow), whose further columns are exogenous.
    X : DataFrame or array-like of shape (n_rows, n_exog), optional
        Exogenous columns of one series, aligned with `y`; at each origin the rows of the horizon
        are known.
    horizon : int
        Rows forecast from each origin.
    n_windows : int
        Number of origins; the last one lies `gap` and `horizon` rows before the end.
    step_size : int, optional
        Rows from one origin to the next; `horizon` unless given.
    gap : int
        Rows between the last one known and the first one scored; they are forecast too.
    window : int, optional
        How many rows, the last ones, a model is trained on; all of them unless given.
    cv : splitter, optional
        Such as scikit-learn's ``TimeSeriesSplit``, instead of the five above.
    refit : bool or int
        Train anew at each origin (True), at the first one only (False), or at every so many; in
        between a model is rolled forward by `update`, with the weights that it has.
    level : number or sequence of numbers, optional
        Of the intervals, in per cent; None leaves them out, and CRPS.  Models that give none (a
        ``TransformedTargetRegressor``, say) are scored by their forecasts alone.
    n_jobs : int, optional
        Processes, or workers of joblib's current backend, that origins (those that one fit
        serves), models and series are spread over.  No forecast depends on it, to the last bit:
        each is made on one thread.  Seconds do, where cores are shared.
    verbose : int
        With 1, a progress bar on a terminal or in a notebook.
    checkpoint : path, optional
        A folder that forecasts are kept in as they are made, with the seconds they took.  The same
        backtest, interrupted, goes on from there; a longer one finds those of origins that both
        have only if the series are the same.  Models that words do not describe (pipelines,
        searches, own classes and functions, generators of random numbers) are run anew each time,
        with a warning.
    id_col, time_col, target_col : str
        Names of the columns of a long frame.

    Returns
    -------
    Backtest

    Raises
    ------
    ValueError, TypeError
        If one series is too short for the origins asked for, a model fails on it, or an argument
        makes no sense.  In a panel, what fails stands in `errors` with its reason, and the others
        go on, unless everything fails.

    References
    ----------
    Tashman (2000), *Out-of-sample tests of forecasting accuracy: an analysis and review*.

    Examples
    --------
    >>> from rnnts import NaiveForecaster, SeasonalNaiveForecaster, backtest, datasets
    >>> y = datasets.load("air_passengers")
    >>> result = backtest([NaiveForecaster(), SeasonalNaiveForecaster()], y, n_windows=4)
    >>> result.table()[["mase", "smape", "owa", "coverage-95", "msis-95", "crps"]].round(2)
                             mase  smape   owa  coverage-95  msis-95   crps
    model
    SeasonalNaiveForecaster  1.25   9.23  1.07         0.96     4.71  25.36
    NaiveForecaster          2.39  17.47  2.04         0.81    18.04  52.44
    """
    levels = np.empty(0) if level is None else read_levels(level)
    columns = ["unique_id", "ds", "cutoff", "y"]
    named = named_models(models, columns)
    origins = _origins(cv, horizon, n_windows, step_size, gap, window)
    every = read_refit(refit)
    if every != 1:
        _check_updatable(named)
    series, is_panel = read_series(y, X, Columns(id_col, time_col, target_col))
    probabilities = _probabilities(levels)

    kept = None
    if checkpoint is not None:
        kept = KeptForecasts(Path(checkpoint), named, series, probabilities)
    collection = Collection(list(named), series, levels, probabilities, is_panel)
    collection.lay_out(origins)
    tasks = [
        (place, name, chain)
        for place, folds in collection.folds.items()
        for name in named
        for chain in chains(folds, every)
    ]
    notices: dict[str, list[Sequence[Notice]]] = {name: [] for name in named}
    with (
        progress(sum(len(task[2]) for task in tasks), "forecasts", is_shown=verbose > 0) as advance,
        threadpool_limits(1),
    ):
        running = Parallel(n_jobs=n_jobs, return_as="generator")(
            delayed(found_or_forecast)(
                kept and kept.place_of(name, place, chain),
                name,
                named[name],
                series[place],
                chain,
                probabilities,
            )
            for place, name, chain in tasks
        )
        try:
            for (place, name, chain), forecasts in zip(tasks, running, strict=True):
                collection.take(place, name, chain, forecasts)
                notices[name].append(forecasts[0].notices)
                advance(len(chain))
        finally:
            with warnings.catch_warnings():
                # joblib's, of results that nobody takes after an error.
                warnings.simplefilter("ignore")
                running.close()
    for name, own in notices.items():
        give_first([name] * len(own), own, "fits")
    return collection.result()


def _origins(
    cv: Any, horizon: Any, n_windows: Any, step_size: Any, gap: Any, window: Any
) -> Origins:
    windows = Windows.of(horizon, n_windows, step_size, gap, window)
    if cv is None:
        return windows
    if windows.gap or windows.window:
        raise ValueError("cv sets the origins; leave out gap and window, or set them in cv")
    return Splits(cv)


def _check_updatable(models: Mapping[str, Any]) -> None:
    for name, model in models.items():
        if not hasattr(model, "update"):
            raise ValueError(
                f"{name} cannot be rolled on between fits, because it has no `update`; use "
                "refit=True"
            )


def _probabilities(levels: FloatArray) -> FloatArray:
    """Of the quantiles asked of each model: the ends of its intervals, and those of CRPS."""
    if not len(levels):
        return np.empty(0)
    return np.union1d(interval_probabilities(levels), PROBABILITIES)
