"""What a shock changes in the forecasts, and what it would in a linear model."""

from typing import Any

import numpy as np
import pandas as pd

from rnnts._types import FloatArray
from rnnts.plotting._inputs import attribute, fitted, single, title_of
from rnnts.plotting._labels import write_labels
from rnnts.plotting._style import BLUE, GREY, INK, ORANGE, number_values, sheet, title_and_legend

# Small enough for the response to be proportional, large enough for its rounding to be.
_SMALL = 1e-3


def plot_impulse_response(forecaster: Any, n_steps: int = 24, *, ax: Any = None) -> Any:
    """Draw what a shock to the next row changes in the forecasts from there on.

    Of a linear network on the series as it is: its response to a shock of one unit, and on top of
    it the psi weights of the ARMA model that it is.  Of any other: its responses to a shock of one
    standard deviation of its one-step errors upwards and, mirrored, downwards, and that of its
    linearisation at the present end of the series, from which they differ by as much as the network
    is nonlinear.

    Parameters
    ----------
    forecaster : RNNForecaster
        Fitted, of one series: anything with `impulse_response`.
    n_steps : int
        How many, counting step 0, which is the shock itself.
    ax : matplotlib Axes, optional
        Where to draw; a new figure unless given.

    Returns
    -------
    matplotlib Axes
        Steps after the shock on its x axis, responses in the units of the series on its y axis.

    Raises
    ------
    NotFittedError
        If the forecaster is not fitted.
    ValueError, TypeError
        If there are several series, `n_steps` is not at least 1, or the forecaster knows no
        responses.
    ModuleNotFoundError
        If matplotlib is missing.

    Notes
    -----
    The linearisation is the response to a thousandth of the shock, times a thousand.

    References
    ----------
    Koop, Pesaran and Potter (1996), *Impulse Response Analysis in Nonlinear Multivariate Models*,
    Journal of Econometrics 74.

    Examples
    --------
    >>> from rnnts import RNNForecaster, datasets
    >>> from rnnts.plotting import plot_impulse_response
    >>> model = RNNForecaster(cell="linear", hidden_size=2).fit(datasets.load("sunspots"))
    >>> ax = plot_impulse_response(model, 4)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['network', 'ψ weights of its ARMA(2, 2)']
    """
    fitted(forecaster)
    respond = attribute(forecaster, "impulse_response", "plot_impulse_response")
    response = single(respond(n_steps), "plot_impulse_response")
    arma = _arma_of(forecaster)
    lines: list[tuple[FloatArray, str, dict[str, Any]]] = []
    if arma is not None:
        p, q = arma.order
        what = "response to a shock of 1"
        lines += [
            (response.to_numpy(), "network", {"color": BLUE, "linewidth": 2}),
            (
                arma.psi_weights(n_steps),
                f"ψ weights of its ARMA({p}, {q})",
                {"color": ORANGE, "marker": "o", "markersize": 4, "linestyle": ""},
            ),
        ]
    else:
        shock = float(response.iloc[0])
        down = -single(respond(n_steps, shock=-shock), "").to_numpy()
        small = single(respond(n_steps, shock=_SMALL * shock), "").to_numpy() / _SMALL
        what = f"response to a shock of ±{shock:,.3g}"
        lines += [
            (response.to_numpy(), "upwards", {"color": BLUE, "linewidth": 2}),
            (down, "downwards, mirrored", {"color": ORANGE, "linestyle": "--"}),
            (
                small,
                "linearised",
                {"color": INK, "marker": "o", "markersize": 3.2, "linestyle": ""},
            ),
        ]
    with sheet(ax) as ax:
        ax.axhline(0, color=GREY, linewidth=0.8)
        for values, label, look in lines:
            ax.plot(np.arange(len(values)), values, label=label, **look)
        write_labels(ax.xaxis, pd.RangeIndex(n_steps))
        number_values(ax.yaxis)
        ax.set(xlabel="steps after the shock", ylabel=what)
        title_and_legend(ax, title_of(response, "Impulse response"))
    return ax


def _arma_of(forecaster: Any) -> Any:
    """The ARMA model that a linear network is; None where it is none."""
    try:
        return forecaster.to_arma()
    except (AttributeError, ValueError):
        return None
