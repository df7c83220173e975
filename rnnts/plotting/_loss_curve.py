"""How the loss fell while networks were trained."""

from typing import Any

import numpy as np
import pandas as pd

from rnnts.plotting._inputs import attribute, fitted
from rnnts.plotting._labels import write_labels
from rnnts.plotting._style import BLUE, SERIES_COLORS, number_values, sheet

# Above this ratio of the largest loss to the smallest, the last iterations would look the same.
_WIDE = 5
# Lines that colours can still be told apart by.
_N_NAMED = 8


def plot_loss_curve(forecaster: Any, *, ax: Any = None) -> Any:
    """Draw the loss of every network after each iteration of its solver.

    Parameters
    ----------
    forecaster : RNNForecaster, RNNRegressor, RNNClassifier or RNNTranslator
        Fitted: anything with `loss_curve_`, or several of them as `loss_curves_`.
    ax : matplotlib Axes, optional
        Where to draw; a new figure unless given.

    Returns
    -------
    matplotlib Axes
        Iterations on its x axis, counted from 1; the loss on its y axis, on a logarithmic scale
        where it fell far.  Up to eight networks are numbered as in `weights_`.

    Raises
    ------
    NotFittedError
        If the forecaster is not fitted.
    TypeError
        If it has no loss curve: nothing was trained.
    ModuleNotFoundError
        If matplotlib is missing.

    Notes
    -----
    Losses are of scaled rows: those of networks that read different preparations of a series are
    not comparable with each other.

    Examples
    --------
    >>> from rnnts import RNNForecaster, datasets
    >>> from rnnts.plotting import plot_loss_curve
    >>> model = RNNForecaster(cell="linear", hidden_size=2).fit(datasets.load("sunspots"))
    >>> ax = plot_loss_curve(model)
    >>> ax.lines[0].get_ydata().tolist() == model.loss_curve_
    True
    """
    fitted(forecaster)
    curves = getattr(forecaster, "loss_curves_", None)
    if curves is None:
        curves = [attribute(forecaster, "loss_curve_", "plot_loss_curve")]
    is_named = 1 < len(curves) <= _N_NAMED
    colors = SERIES_COLORS[: len(curves)] if is_named else [BLUE] * len(curves)
    losses = np.concatenate(curves)
    with sheet(ax) as ax:
        for number, (curve, color) in enumerate(zip(curves, colors, strict=True), start=1):
            iterations = np.arange(1, len(curve) + 1)
            ax.plot(iterations, curve, color=color, label=f"network {number}")
            ax.plot(iterations[-1], curve[-1], "o", color=color, markersize=4)
        if losses.min() > 0 and losses.max() > _WIDE * losses.min():
            ax.set_yscale("log")
        number_values(ax.yaxis)
        write_labels(ax.xaxis, pd.RangeIndex(len(losses)))
        solver = getattr(forecaster, "solver_", None)
        by = "" if solver is None else f" ({type(solver).__name__})"
        ax.set(title=f"Loss in training{by}", xlabel="iteration", ylabel="loss")
        if is_named:
            # A loss falls, so that this corner is free.
            ax.legend(loc="upper right")
    return ax
