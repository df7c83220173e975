"""Forecasts from rolling origins, each made from what was known at its origin only.

.. code-block:: text

    |----- training -----|-- horizon --|
    |----- training --------|-- horizon --|      (step_size rows later)
    |----- training -----------|-- horizon --|
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from rnnts._types import FloatArray, IntArray
from rnnts._validation import check_count
from rnnts.forecasters import BaseForecaster
from rnnts.metrics import mae, mase, rmse, smape


@dataclass(frozen=True)
class Backtest:
    """Forecasts of several models from the same origins.

    Attributes
    ----------
    predictions : DataFrame
        One row per origin and forecast row: `unique_id`, `ds` (the row forecast), `cutoff` (the
        last row known), `y`, and a column of forecasts for each model.
    models : list of str
    training : list of ndarray
        The rows known at each origin, in the order of the origins.
    season_length : int
        Used to scale MASE.
    """

    predictions: pd.DataFrame
    models: list[str]
    training: list[FloatArray]
    season_length: int

    def table(self) -> pd.DataFrame:
        """MAE, RMSE, MASE and sMAPE of each model: the mean over origins, best MASE first.

        Returns
        -------
        DataFrame of shape (n_models, 4)
        """
        return (
            self.by_cutoff()
            .groupby("model", sort=False)
            .mean(numeric_only=True)
            .sort_values("mase")
        )

    def by_cutoff(self) -> pd.DataFrame:
        """The same measures for each model and origin, in columns `model` and `cutoff`."""
        rows = []
        folds = self.predictions.groupby("cutoff", sort=False)
        for (cutoff, fold), known in zip(folds, self.training, strict=True):
            for model in self.models:
                y, predicted = fold["y"].to_numpy(), fold[model].to_numpy()
                rows.append(
                    {
                        "model": model,
                        "cutoff": cutoff,
                        "mae": mae(y, predicted),
                        "rmse": rmse(y, predicted),
                        "mase": mase(y, predicted, y_train=known, season_length=self.season_length),
                        "smape": smape(y, predicted),
                    }
                )
        return pd.DataFrame(rows)


def backtest(
    models: BaseForecaster | Mapping[str, BaseForecaster] | Iterable[BaseForecaster],
    y: Any,
    X: Any = None,
    *,
    horizon: int = 12,
    n_windows: int = 8,
    step_size: int | None = None,
    cv: Any = None,
    refit: bool = True,
) -> Backtest:
    """Forecast from rolling origins and compare with what happened.

    Parameters
    ----------
    models : forecaster, list or dict of forecasters
        Names are the keys, or the class names.  The models themselves stay as they are.
    y : Series or array-like of shape (n_rows,)
    X : DataFrame or array-like of shape (n_rows, n_exog), optional
        Exogenous columns, aligned with `y`; at each origin the rows of the horizon are known.
    horizon : int
        Rows forecast from each origin.
    n_windows : int
        Number of origins; the last one lies `horizon` rows before the end.
    step_size : int, optional
        Rows from one origin to the next; `horizon` unless given.
    cv : splitter, optional
        Such as scikit-learn's ``TimeSeriesSplit``, instead of the three above.
    refit : bool
        Train anew at each origin, or only roll the first fit forward by `update`.

    Returns
    -------
    Backtest

    Raises
    ------
    ValueError
        If the series is too short for the origins asked for.

    References
    ----------
    Tashman (2000), *Out-of-sample tests of forecasting accuracy: an analysis and review*.

    Examples
    --------
    >>> from rnnts import NaiveForecaster, SeasonalNaiveForecaster, backtest, datasets
    >>> y = datasets.load("air_passengers")
    >>> result = backtest([NaiveForecaster(), SeasonalNaiveForecaster()], y, n_windows=4)
    >>> result.table().round(2)
                               mae   rmse  mase  smape
    model
    SeasonalNaiveForecaster  32.79  35.74  1.17   9.34
    NaiveForecaster          70.02  87.04  2.48  18.87
    """
    named = _named(models)
    series = y if isinstance(y, pd.Series) else pd.Series(np.asarray(y), name="y")
    folds = _windows(len(series), horizon, n_windows, step_size) if cv is None else cv.split(series)
    labels = pd.DataFrame(index=series.index)
    exog = labels if X is None else X
    frames, training = [], []
    fitted = {name: clone(model) for name, model in named.items()}
    season_length = 1
    for fold, (known, ahead) in enumerate(folds):
        y_known, y_ahead = series.iloc[known], series.iloc[ahead]
        columns: dict[str, Any] = {
            "unique_id": series.name if series.name is not None else "y",
            "ds": y_ahead.index,
            "cutoff": y_known.index[-1],
            "y": y_ahead.to_numpy(dtype=float),
        }
        for name, model in fitted.items():
            try:
                learn: Callable[..., BaseForecaster]
                learn = model.fit if refit or fold == 0 else model.update
                learn(_rows(exog, known), y_known)
                columns[name] = np.asarray(model.predict(_rows(exog, ahead)))
            except Exception as error:
                error.add_note(f"while {name} forecast from the origin {y_known.index[-1]}")
                raise
            season_length = model.season_length_
        frames.append(pd.DataFrame(columns))
        training.append(y_known.to_numpy(dtype=float))
    predictions = pd.concat(frames, ignore_index=True)
    return Backtest(predictions, list(named), training, season_length)


def _named(models: Any) -> dict[str, BaseForecaster]:
    if isinstance(models, BaseForecaster):
        models = [models]
    if isinstance(models, Mapping):
        named = dict(models)
    else:
        models = list(models)
        named = {type(model).__name__: model for model in models}
        if len(named) < len(models):
            raise ValueError(
                "two models have the same class; give them names: backtest({'small': ..., "
                "'large': ...}, y)"
            )
    if not named:
        raise ValueError("backtest needs at least one model, got none")
    return named


def _windows(
    n_rows: int, horizon: int, n_windows: int, step_size: int | None
) -> list[tuple[IntArray, IntArray]]:
    """Row numbers known and forecast at each origin, the earliest first."""
    horizon = check_count("horizon", horizon)
    n_windows = check_count("n_windows", n_windows)
    step_size = horizon if step_size is None else check_count("step_size", step_size)
    first = n_rows - horizon - (n_windows - 1) * step_size
    if first < 1:
        raise ValueError(
            f"y has {n_rows} rows, but horizon={horizon}, n_windows={n_windows} and "
            f"step_size={step_size} need at least {n_rows - first + 1}; ask for fewer windows"
        )
    origins = [first + step_size * window for window in range(n_windows)]
    return [(np.arange(origin), np.arange(origin, origin + horizon)) for origin in origins]


def _rows(data: Any, positions: IntArray) -> Any:
    return data.iloc[positions] if hasattr(data, "iloc") else np.asarray(data)[positions]
