"""Forecasts from rolling origins, over what came."""

from typing import Any

import numpy as np
import pandas as pd

from rnnts._validation import check_choice
from rnnts.plotting._inputs import attribute
from rnnts.plotting._labels import number_places, places_of, write_labels
from rnnts.plotting._style import BLUE, INK, number_values, sheet, split_off, tint, title_and_legend


def plot_backtest(
    backtest: Any, *, model: str | None = None, unique_id: Any = None, ax: Any = None
) -> Any:
    """Draw the forecasts of one model from every origin, and under them how far they missed.

    Parameters
    ----------
    backtest : Backtest
        Anything with `models` and `predictions`, as `backtest` and `compare` return it.
    model : str, optional
        The one with the smallest mean absolute error unless given.
    unique_id : optional
        Which series, where there are several.
    ax : matplotlib Axes, optional
        Where to draw; a new figure unless given.

    Returns
    -------
    matplotlib Axes
        Rows on its x axis, values in the units of the series on its y axis; forecasts the fainter
        the older.  Beneath, in Axes of its own, the mean absolute error from each origin, as wide
        as the time until the next.

    Raises
    ------
    ValueError, TypeError
        If there is no such model or series, or it is not said which of several series.
    ModuleNotFoundError
        If matplotlib is missing.

    References
    ----------
    Tashman (2000), *Out-of-sample tests of forecasting accuracy: an analysis and review*,
    International Journal of Forecasting 16.

    Examples
    --------
    >>> from rnnts import SeasonalNaiveForecaster, backtest, datasets
    >>> from rnnts.plotting import plot_backtest
    >>> result = backtest(SeasonalNaiveForecaster(), datasets.load("air_passengers"), n_windows=4)
    >>> plot_backtest(result).get_title()
    'air_passengers: forecasts from 4 origins'
    """
    models = attribute(backtest, "models", "plot_backtest")
    everything = attribute(backtest, "predictions", "plot_backtest")
    rows = _rows_of(everything, unique_id)
    if model is None:
        model = rows[models].sub(rows["y"], axis=0).abs().mean().idxmin()
    check_choice("model", model, models)
    observed = rows.drop_duplicates("ds").set_index("ds")["y"].sort_index()
    origins = [(cutoff, fold.set_index("ds")) for cutoff, fold in rows.groupby("cutoff")]
    with sheet(ax, height=4.2) as ax:
        ax.plot(places_of(observed.index), observed, color=INK, linewidth=1.2, label="observed")
        for age, (cutoff, fold) in enumerate(reversed(origins)):
            line = fold[model]
            if cutoff in observed.index:
                # From what was last known, where that is among the rows scored.
                line = pd.concat([observed.loc[[cutoff]], line])
            color = tint(BLUE, 0.65 * age / max(len(origins) - 1, 1))
            ax.plot(
                places_of(line.index),
                line,
                color=color,
                linewidth=1.6,
                zorder=3 - age / 100,
                label="_older" if age else model,
            )
        number_values(ax.yaxis)
        many = "1 origin" if len(origins) == 1 else f"{len(origins)} origins"
        title_and_legend(ax, f"{rows['unique_id'].iloc[0]}: forecasts from {many}")
        _strip_of_errors(ax, origins, model, observed.index)
    return ax


def _rows_of(predictions: pd.DataFrame, unique_id: Any) -> pd.DataFrame:
    """Predictions of one series."""
    names = predictions["unique_id"].unique().tolist()
    if unique_id is None:
        if len(names) > 1:
            shown = ", ".join(map(repr, names[:5])) + (", ..." if len(names) > 5 else "")
            raise ValueError(
                f"plot_backtest draws one series, got {len(names)}; pass unique_id= one of {shown}"
            )
        return predictions
    if unique_id not in names:
        raise ValueError(f"there is no series {unique_id!r} in this backtest; it has {names[:5]}")
    return predictions[predictions["unique_id"] == unique_id]


def _strip_of_errors(
    ax: Any, origins: list[tuple[Any, pd.DataFrame]], model: str, index: pd.Index
) -> None:
    """Mean absolute errors by origin, in Axes of their own that carry the labels of the rows."""
    strip = split_off(ax, 0.25, below=True)
    starts = number_places(pd.Index([cutoff for cutoff, _ in origins]))
    widths = np.diff(starts)
    # The last reaches as far as the others, and the only one over its rows.
    whole = number_places(origins[-1][1].index)[-1] - starts[-1]
    widths = np.append(widths, np.median(widths) if len(widths) else whole)
    errors = [float((fold["y"] - fold[model]).abs().mean()) for _, fold in origins]
    strip.bar(starts, errors, widths, align="edge", color=tint(BLUE, 0.45), edgecolor="white")
    strip.set_ylabel("MAE")
    number_values(strip.yaxis)
    strip.yaxis.get_major_locator().set_params(nbins=3)
    write_labels(strip.xaxis, index)
