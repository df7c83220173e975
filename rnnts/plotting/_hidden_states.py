"""What hidden units hold while a network reads a series."""

from typing import Any

import numpy as np

from rnnts.plotting._inputs import as_frame, attribute, fitted, title_of
from rnnts.plotting._labels import number_places, write_labels
from rnnts.plotting._style import (
    BLUE,
    INK,
    ORANGE,
    SERIES_COLORS,
    dress,
    number_values,
    sheet,
    split_off,
)


def plot_hidden_states(forecaster: Any, *, ax: Any = None) -> Any:
    """Draw the hidden state at each row as a heat map, under the series that was read.

    Parameters
    ----------
    forecaster : RNNForecaster
        Fitted: anything with `hidden_states_` and `observed_`.
    ax : matplotlib Axes, optional
        Where to draw; a new figure unless given.

    Returns
    -------
    matplotlib Axes
        Of the heat map: rows on its x axis, units on its y axis, networks one above the other;
        blue is negative, orange positive.  The series stands above it, in Axes of its own.

    Raises
    ------
    NotFittedError
        If the forecaster is not fitted.
    TypeError
        If it has no hidden states.
    ModuleNotFoundError
        If matplotlib is missing.

    References
    ----------
    Karpathy, Johnson and Fei-Fei (2016), *Visualizing and Understanding Recurrent Networks*,
    ICLR workshop track.

    Examples
    --------
    >>> from rnnts import RNNForecaster, datasets
    >>> from rnnts.plotting import plot_hidden_states
    >>> model = RNNForecaster(cell="linear", hidden_size=2).fit(datasets.load("sunspots"))
    >>> plot_hidden_states(model).collections[0].get_array().shape
    (2, 309)
    """
    fitted(forecaster)
    states = as_frame(attribute(forecaster, "hidden_states_", "plot_hidden_states"))
    observed = attribute(forecaster, "observed_", "plot_hidden_states")
    series = as_frame(observed)
    with sheet(ax, height=4.4) as ax:
        from matplotlib.colors import LinearSegmentedColormap

        places, units = number_places(states.index), np.arange(1, states.shape[1] + 1)
        values = states.to_numpy().T
        largest = np.abs(values).max() or 1.0
        mesh = ax.pcolormesh(
            places,
            units,
            values,
            cmap=LinearSegmentedColormap.from_list("hidden", [BLUE, "white", ORANGE]),
            vmin=-largest,
            vmax=largest,
            shading="nearest",
            rasterized=True,
        )
        _part_networks(ax, forecaster)
        ax.grid(visible=False)
        ax.invert_yaxis()
        write_labels(ax.xaxis, states.index)
        ax.set_ylabel("hidden unit")
        ax.yaxis.get_major_locator().set_params(integer=True)
        beside = ax.inset_axes((1.015, 0.0, 0.02, 1.0))
        bar = ax.figure.colorbar(mesh, cax=beside)
        bar.outline.set_visible(False)
        number_values(beside.yaxis)
        dress(beside)
        beside.grid(visible=False)
        above = split_off(ax, 0.3, below=False)
        colors = (INK,) if series.shape[1] == 1 else SERIES_COLORS
        for column, color in zip(range(series.shape[1]), colors, strict=False):
            above.plot(number_places(series.index), series.iloc[:, column], color=color, lw=1)
        above.yaxis.get_major_locator().set_params(nbins=4)
        number_values(above.yaxis)
        above.set_title(title_of(observed, "Series and hidden states"))
    return ax


def _part_networks(ax: Any, forecaster: Any) -> None:
    """A line between the units of one network and those of the next."""
    states = getattr(forecaster, "state_", None)
    if isinstance(states, list):
        sizes = [state.hidden.shape[1] for state in states]
        for n_above in np.cumsum(sizes)[:-1]:
            ax.axhline(n_above + 0.5, color=INK, linewidth=0.8)
