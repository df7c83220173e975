"""How often intervals held what they promised to hold."""

from typing import Any

import numpy as np
import pandas as pd

from rnnts._types import FloatArray
from rnnts.plotting._inputs import attribute
from rnnts.plotting._style import GREY, SERIES_COLORS, sheet, tint

# Levels that can be written beside each other.
_N_TICKS = 12


def plot_calibration(backtest: Any, *, ax: Any = None) -> Any:
    """Draw the share of observations that intervals held, against the share they promised.

    Parameters
    ----------
    backtest : Backtest
        Anything with `models` and `predictions`, whose columns such as `Model-lo-80` and
        `Model-hi-80` are ends of intervals; of up to eight models.
    ax : matplotlib Axes, optional
        Where to draw; a new figure unless given.

    Returns
    -------
    matplotlib Axes
        Levels on its x axis, shares on its y axis, both in per cent.  A line above the diagonal
        is that of intervals that are too wide, one below it of those too narrow.  The band holds
        95 % of the shares of right intervals.

    Raises
    ------
    ValueError, TypeError
        If no model has intervals, or more than eight have.
    ModuleNotFoundError
        If matplotlib is missing.

    Notes
    -----
    The band is that of a binomial count of as many rows.  Rows forecast from one origin miss
    together, so that it is too narrow where horizons are long.

    References
    ----------
    Gneiting, Balabdaoui and Raftery (2007), *Probabilistic forecasts, calibration and sharpness*,
    Journal of the Royal Statistical Society B 69.

    Examples
    --------
    >>> from rnnts import SeasonalNaiveForecaster, backtest, datasets
    >>> from rnnts.plotting import plot_calibration
    >>> y = datasets.load("air_passengers")
    >>> ax = plot_calibration(backtest(SeasonalNaiveForecaster(), y, n_windows=4, level=(50, 80)))
    >>> ax.lines[-1].get_ydata().round(1).tolist()
    [22.9, 54.2]
    """
    models = attribute(backtest, "models", "plot_calibration")
    predictions = attribute(backtest, "predictions", "plot_calibration")
    shares = {model: _shares(predictions, model) for model in models}
    shares = {model: found for model, found in shares.items() if len(found)}
    if not 1 <= len(shares) <= len(SERIES_COLORS):
        raise ValueError(
            f"plot_calibration draws the intervals of one to {len(SERIES_COLORS)} models, got "
            f"{len(shares)} that have any; backtest them with level=(50, 80, 95)"
        )
    levels = np.unique(np.concatenate([found.index for found in shares.values()]))
    n_rows = int(predictions["y"].notna().sum())
    with sheet(ax, width=4.9, height=4.4) as ax:
        low, high = _binomial_band(levels, n_rows)
        ax.plot(levels, levels, color=GREY, linewidth=1)
        ax.fill_between(
            levels,
            low,
            high,
            color=tint(GREY, 0.75),
            linewidth=0,
            zorder=1,
            label="what chance allows (95 %)",
        )
        for (model, found), color in zip(shares.items(), SERIES_COLORS, strict=False):
            ax.plot(found.index, found, "o-", color=color, markersize=4.5, label=model)
        ax.set(
            title=f"Calibration over {n_rows:,} rows",
            xlabel="level of the interval, %",
            ylabel="observations held, %",
        )
        if len(levels) <= _N_TICKS:
            ax.set_xticks(levels, [f"{level:g}" for level in levels])
        ax.legend(loc="best")
    return ax


def _shares(predictions: pd.DataFrame, model: str) -> pd.Series:
    """Per cent of the rows observed that the intervals of a model hold, by level."""
    start = f"{model}-lo-"
    y, held = predictions["y"], {}
    for column in predictions.columns:
        if column.startswith(start):
            label = column.removeprefix(start)
            low, high = predictions[column], predictions[f"{model}-hi-{label}"]
            is_known = y.notna() & low.notna() & high.notna()
            held[float(label)] = 100 * y.between(low, high)[is_known].mean()
    return pd.Series(held, dtype=float).sort_index()


def _binomial_band(levels: FloatArray, n_rows: int) -> tuple[FloatArray, FloatArray]:
    """Per cent that 95 % of binomial shares lie between."""
    from scipy.stats import binom

    low, high = binom.interval(0.95, n_rows, levels / 100)
    return 100 * low / n_rows, 100 * high / n_rows
