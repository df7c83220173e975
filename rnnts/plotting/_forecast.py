"""A forecast as a fan over what came before it."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from rnnts._validation import check_count
from rnnts.plotting._inputs import as_frame, attribute, fitted, title_of
from rnnts.plotting._labels import places_of, write_labels
from rnnts.plotting._style import (
    INK,
    SERIES_COLORS,
    label_ends,
    number_values,
    sheet,
    tint,
    title_and_legend,
)


def plot_forecast(
    forecaster: Any,
    horizon: Any = 12,
    *,
    level: Any = (80, 95),
    n_history: int | None = None,
    actual: Any = None,
    ax: Any = None,
) -> Any:
    """Draw the last rows of a series, their forecast, and its intervals as a fan.

    Parameters
    ----------
    forecaster : forecaster
        Fitted.  Of several series each is drawn in a colour of its own, up to eight.
    horizon : int, array-like, DataFrame, Series or Index
        As in `predict`; every row must lie after the last known one.
    level : number, sequence of numbers or None
        Of the intervals, in per cent; None leaves them out.
    n_history : int, optional
        How many of the last rows to show; four times those forecast unless given, and at least
        three seasons.
    actual : array-like, Series or DataFrame, optional
        What was observed afterwards: rows labelled as those forecast, or, without labels, the
        first of them.
    ax : matplotlib Axes, optional
        Where to draw; a new figure unless given.

    Returns
    -------
    matplotlib Axes
        Rows are on its x axis (those with a time zone in it), values in the units of the series on
        its y axis.

    Raises
    ------
    NotFittedError
        If the forecaster is not fitted.
    ValueError, TypeError
        If there are more than eight series, `actual` shares no row with the forecast, or as
        `predict_interval` says.
    ModuleNotFoundError
        If matplotlib is missing.

    References
    ----------
    Britton, Fisher and Whitley (1998), *The Inflation Report projections: understanding the fan
    chart*, Bank of England Quarterly Bulletin 38.

    Examples
    --------
    >>> from rnnts import ThetaForecaster, datasets
    >>> from rnnts.plotting import plot_forecast
    >>> y = datasets.load("air_passengers")
    >>> ax = plot_forecast(ThetaForecaster().fit(y[:-12]), 12, actual=y[-12:])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['observed', 'ThetaForecaster', '80 %', '95 %', 'actual']
    """
    fitted(forecaster)
    observed = attribute(forecaster, "observed_", "plot_forecast")
    history = as_frame(observed)
    n_series = history.shape[1]
    if n_series > len(SERIES_COLORS):
        raise ValueError(
            f"plot_forecast draws up to {len(SERIES_COLORS)} series, got {n_series}; fit a "
            "forecaster to some of the columns"
        )
    mean, intervals = _forecasts(forecaster, horizon, level)
    history = history.tail(_n_shown(n_history, len(mean), getattr(forecaster, "season_length_", 1)))
    came = None if actual is None else _what_came(actual, mean)
    colors = SERIES_COLORS[:n_series]
    with sheet(ax) as ax:
        for column, color in enumerate(colors):
            past = history.iloc[:, column]
            ink = INK if n_series == 1 else color
            ax.plot(places_of(past.index), past, color=ink, linewidth=1.2, label="observed")
            ahead = pd.concat([past.tail(1).dropna(), mean.iloc[:, column]])
            places = places_of(ahead.index)
            name = type(forecaster).__name__
            ax.plot(places, ahead, color=color, linewidth=1.8, label=name, zorder=4)
            _fan(ax, past.tail(1).dropna(), intervals[column], color)
            if came is not None:
                row = came.iloc[:, column]
                ax.plot(
                    places_of(row.index), row, "o-", color=ink, markersize=3.2, linewidth=0.8,
                    label="actual", zorder=5,
                )  # fmt: skip
        ax.margins(x=0.01)
        write_labels(ax.xaxis, history.index)
        number_values(ax.yaxis)
        if n_series == 1:
            title_and_legend(ax, title_of(observed, "Forecast"))
        else:
            shown = " and ".join(_level_of(interval) for interval in intervals[0])
            ax.set_title(f"Forecasts with intervals of {shown} %" if shown else "Forecasts")
            ends = mean.iloc[-1]
            words = [(float(ends.iloc[k]), str(ends.index[k]), c) for k, c in enumerate(colors)]
            label_ends(ax, words)
    return ax


def _n_shown(n_history: int | None, n_ahead: int, season_length: int) -> int:
    if n_history is not None:
        return check_count("n_history", n_history)
    return max(4 * n_ahead, 3 * season_length)


def _forecasts(
    forecaster: Any, horizon: Any, level: Any
) -> tuple[pd.DataFrame, list[list[pd.DataFrame]]]:
    """Means, a column a series; and of each series its intervals (lo, hi), narrow ones first."""
    if level is None:
        mean = forecaster.predict(horizon)
        if not isinstance(mean, pd.Series | pd.DataFrame):
            mean = as_frame(mean).set_index(forecaster.future_index(len(mean)))
        mean = as_frame(mean)
        return mean, [[] for _ in range(mean.shape[1])]
    said = attribute(forecaster, "predict_interval", "plot_forecast")(horizon, level=level)
    if said.columns.nlevels == 1:
        return said[["mean"]], [_by_level(said)]
    series = said.columns.droplevel(-1).unique()
    each = [said[name] for name in series]
    mean = pd.concat([one["mean"] for one in each], axis=1).set_axis(series, axis=1)
    return mean, [_by_level(one) for one in each]


def _by_level(said: pd.DataFrame) -> list[pd.DataFrame]:
    names = [name.removeprefix("lo-") for name in said.columns if name.startswith("lo-")]
    return [said[[f"lo-{name}", f"hi-{name}"]] for name in sorted(names, key=float)]


def _level_of(interval: pd.DataFrame) -> str:
    name: str = interval.columns[0]
    return name.removeprefix("lo-")


def _fan(ax: Any, last: pd.Series, intervals: Sequence[pd.DataFrame], color: str) -> None:
    """Nested bands that start at the last observation, the narrower the darker."""
    for rank, interval in enumerate(intervals):
        low, high = (pd.concat([last, interval[end]]) for end in interval.columns)
        ax.fill_between(
            places_of(low.index),
            low,
            high,
            color=tint(color, 0.45 + 0.37 * (rank + 1) / len(intervals)),
            linewidth=0,
            label=f"{_level_of(interval)} %",
            zorder=2 - 0.1 * rank,
        )


def _what_came(actual: Any, mean: pd.DataFrame) -> pd.DataFrame:
    """Rows observed afterwards, labelled."""
    rows = as_frame(actual)
    if rows.shape[1] != mean.shape[1]:
        raise ValueError(
            f"actual holds {rows.shape[1]} series, the forecast {mean.shape[1]}; pass the same ones"
        )
    if not isinstance(actual, pd.Series | pd.DataFrame):
        if len(rows) > len(mean):
            raise ValueError(
                f"actual has {len(rows)} rows without labels, the forecast {len(mean)}; pass no "
                "more than these, or a Series"
            )
        return rows.set_axis(mean.index[: len(rows)])
    if not rows.index.isin(mean.index).any():
        raise ValueError(
            f"actual has no row of the forecast: it runs from {rows.index[0]} to "
            f"{rows.index[-1]}, the forecast from {mean.index[0]} to {mean.index[-1]}; pass the "
            "rows after the last one learned from"
        )
    return rows
