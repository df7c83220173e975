"""Models compared on the same origins of the same series."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from rnnts.evaluation._backtest import backtest
from rnnts.evaluation._comparison import Comparison
from rnnts.forecasters import BaseForecaster


def compare(
    models: BaseForecaster | Mapping[str, BaseForecaster] | Iterable[BaseForecaster],
    data: Any,
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
) -> Comparison:
    """Compare models on one series or many, from rolling origins, with tests between them.

    Parameters
    ----------
    models : forecaster, list or dict of forecasters
    data : Series, array-like or panel
        What is to be forecast: one series, a dictionary of Series, a frame with an (id, time)
        index, or a long frame of pandas, polars or pyarrow.
    X : DataFrame or array-like, optional
        Exogenous columns of one series.
    horizon, n_windows, step_size, gap, window, cv, refit, level, n_jobs, verbose, checkpoint
        As in `backtest`.
    id_col, time_col, target_col : str
        Names of the columns of a long frame.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError, TypeError
        As in `backtest`.

    Examples
    --------
    >>> from rnnts import NaiveForecaster, SeasonalNaiveForecaster, ThetaForecaster
    >>> from rnnts import compare, datasets
    >>> models = [NaiveForecaster(), SeasonalNaiveForecaster(), ThetaForecaster()]
    >>> result = compare(models, datasets.load("air_passengers"))
    >>> result.table()[["rank", "p_value", "mase", "owa"]].round(3)
                              rank  p_value   mase    owa
    model
    ThetaForecaster          1.625      NaN  0.958  0.770
    SeasonalNaiveForecaster  1.625    0.233  1.313  1.046
    NaiveForecaster          2.750    0.007  2.119  1.661
    >>> round(result.critical_difference(), 2)
    1.17
    """
    result = backtest(
        models,
        data,
        X,
        horizon=horizon,
        n_windows=n_windows,
        step_size=step_size,
        gap=gap,
        window=window,
        cv=cv,
        refit=refit,
        level=level,
        n_jobs=n_jobs,
        verbose=verbose,
        checkpoint=checkpoint,
        id_col=id_col,
        time_col=time_col,
        target_col=target_col,
    )
    return Comparison(**{field.name: getattr(result, field.name) for field in fields(result)})
