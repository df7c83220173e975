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
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline

from rnnts._types import FloatArray, IntArray
from rnnts._validation import check_count
from rnnts.forecasters import BaseForecaster
from rnnts.forecasters._levels import interval_columns, interval_probabilities, read_levels
from rnnts.metrics import coverage, mae, mase, msis, pinball, rmse, smape

_COLUMNS = ["unique_id", "ds", "cutoff", "y"]


@dataclass(frozen=True)
class Backtest:
    """Forecasts of several models from the same origins.

    Attributes
    ----------
    predictions : DataFrame
        One row per origin and forecast row: `unique_id`, `ds` (the row forecast), `cutoff` (the
        last row known), `y`, and a column of forecasts for each model, followed by the ends of its
        intervals, such as `Model-lo-80` and `Model-hi-80`.
    models : list of str
    training : list of ndarray
        The rows known at each origin, in the order of the origins.
    season_length : int
        Used to scale MASE and MSIS: the longest that a model uses.
    level : tuple of float
        Of the intervals, in per cent.
    """

    predictions: pd.DataFrame
    models: list[str]
    training: list[FloatArray]
    season_length: int
    level: tuple[float, ...] = ()

    def table(self) -> pd.DataFrame:
        """Measures of each model: the mean over origins, best MASE first.

        Returns
        -------
        DataFrame
            A row for each model, and columns `mae`, `rmse`, `mase` and `smape`.  With intervals,
            also their `coverage-80` (the share of rows that they hold) and `msis-80`, and so on
            for each level, and `pinball`, the mean loss of all their ends as quantiles.  A model
            without intervals has NaN there.
        """
        return (
            self.by_cutoff()
            .groupby("model", sort=False)
            .mean(numeric_only=True)
            .sort_values("mase")
        )

    def by_cutoff(self) -> pd.DataFrame:
        """The same measures for each model and origin, in columns `model` and `cutoff`.

        Rows whose `y` is missing are left out, and origins of which none is left.
        """
        rows = []
        folds = self.predictions.groupby("cutoff", sort=False)
        for (cutoff, every_row), known in zip(folds, self.training, strict=True):
            fold = every_row.dropna(subset="y")
            if fold.empty:
                continue
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
                        **self._of_intervals(fold, model, known),
                    }
                )
        return pd.DataFrame(rows)

    def _of_intervals(self, fold: pd.DataFrame, model: str, known: FloatArray) -> dict[str, float]:
        """Measures of a model's intervals from one origin; none if it has none."""
        levels = np.array(self.level)
        columns = interval_columns(levels)[1:]
        ends = [fold[f"{model}-{end}"] for end in columns if f"{model}-{end}" in fold]
        if not ends:
            return {}
        y = fold["y"].to_numpy()
        measures = {}
        for level, name, low, high in zip(
            self.level, columns[::2], ends[::2], ends[1::2], strict=True
        ):
            label = name.removeprefix("lo-")
            measures[f"coverage-{label}"] = coverage(y, low, high)
            measures[f"msis-{label}"] = msis(
                y, low, high, y_train=known, season_length=self.season_length, level=level
            )
        losses = [
            pinball(y, end, probability)
            for end, probability in zip(ends, interval_probabilities(levels), strict=True)
        ]
        return {**measures, "pinball": float(np.mean(losses))}


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
    level: Any = (80, 95),
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
    level : number or sequence of numbers, optional
        Of the intervals, in per cent; None leaves them out.  Models that give none (a
        ``TransformedTargetRegressor``, say) are scored by their forecasts alone.

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
    >>> result.table()[["mase", "smape", "coverage-95", "msis-95"]].round(2)
                             mase  smape  coverage-95  msis-95
    model
    SeasonalNaiveForecaster  1.25   9.23         0.96     4.71
    NaiveForecaster          2.39  17.47         0.81    18.04
    """
    named = _named(models)
    levels = np.empty(0) if level is None else read_levels(level)
    series = _series(y)
    exog = _exog(X, series.index)
    if cv is None:
        folds = _windows(len(series), horizon, n_windows, step_size)
    else:
        folds = _splits(cv, series)
    frames, training = [], []
    fitted = {name: clone(model) for name, model in named.items()}
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
                learn(exog.iloc[known], y_known)
                columns[name] = np.asarray(model.predict(exog.iloc[ahead]))
                if len(levels):
                    ends = _interval_ends(model, exog.iloc[ahead], levels)
                    columns |= {f"{name}-{end}": values for end, values in ends.items()}
            except Exception as error:
                error.add_note(f"while {name} forecast from the origin {y_known.index[-1]}")
                raise
        frames.append(pd.DataFrame(columns))
        training.append(y_known.to_numpy(dtype=float))
    predictions = pd.concat(frames, ignore_index=True)
    # A search or a pipeline does not say; the longest season is what a naive forecast must beat.
    season_length = max(getattr(model, "season_length_", 1) for model in fitted.values())
    return Backtest(predictions, list(named), training, season_length, tuple(levels.tolist()))


def _interval_ends(model: Any, X: Any, levels: FloatArray) -> dict[str, FloatArray]:
    """Ends of the intervals by the names of their columns; nothing if the model gives none."""
    if isinstance(model, Pipeline):
        return _interval_ends(model[-1], model[:-1].transform(X) if len(model) > 1 else X, levels)
    if hasattr(model, "best_estimator_"):
        return _interval_ends(model.best_estimator_, X, levels)
    if not hasattr(model, "predict_interval"):
        return {}
    try:
        table = model.predict_interval(X, level=levels)
    except NotImplementedError:
        return {}
    return {column: table[column].to_numpy() for column in table.columns[1:]}


def _named(models: Any) -> dict[str, BaseForecaster]:
    if isinstance(models, BaseEstimator):
        models = [models]
    if isinstance(models, str) or not isinstance(models, Iterable):
        raise TypeError(
            "backtest needs a forecaster, or a list or dict of them, as its first argument, got "
            f"{models!r}"
        )
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
    taken = [name for name in named if name in _COLUMNS]
    if taken:
        raise ValueError(
            f"a model cannot be named {taken[0]!r}, which is a column of the predictions; give it "
            "another name"
        )
    return named


def _series(y: Any) -> pd.Series:
    """The series to be forecast, labelled."""
    if isinstance(y, pd.DataFrame) and y.shape[1] == 1:
        y = y.iloc[:, 0]
    if isinstance(y, pd.Series):
        return y
    values = np.asarray(y)
    if values.ndim != 1:
        raise ValueError(
            f"backtest scores one series, got y of shape {values.shape}; call it once per column"
        )
    return pd.Series(values, name="y")


def _exog(X: Any, index: pd.Index) -> pd.DataFrame:
    """The exogenous columns, labelled like the series; without columns where there are none."""
    if X is None:
        return pd.DataFrame(index=index)
    if isinstance(X, pd.Series):
        X = X.to_frame()
    if len(X) != len(index):
        raise ValueError(
            f"X has {len(X)} rows, y has {len(index)}; they must be aligned row by row"
        )
    return X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X), index=index)


def _splits(cv: Any, series: pd.Series) -> list[tuple[IntArray, IntArray]]:
    """Row numbers of each split of a splitter, or as given."""
    if not hasattr(cv, "split") and not isinstance(cv, Iterable):
        raise TypeError(
            f"cv must be a splitter such as TimeSeriesSplit(n_splits=4), or its splits, got {cv!r}"
        )
    splits = list(cv.split(series) if hasattr(cv, "split") else cv)
    if any(max(known, default=-1) >= min(ahead, default=0) for known, ahead in splits):
        raise ValueError(
            "a split of cv knows rows that are not before those to be forecast; use "
            "TimeSeriesSplit (KFold trains on the future)"
        )
    if len({known[-1] for known, _ in splits}) < len(splits):
        raise ValueError("two splits of cv have the same last known row; give each its own origin")
    return splits


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
