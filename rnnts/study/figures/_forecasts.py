"""Forecasts with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.study._evidence import Figure
from rnnts.study.figures._canvas import ARMA_COLOR, INK, NETWORK, as_svg, canvas


@dataclass(frozen=True)
class ForecastPanel:
    """One series, and the forecasts of both models that follow it."""

    label: str
    y: FloatArray
    network_mean: FloatArray
    network_sd: FloatArray
    arma_mean: FloatArray
    arma_sd: FloatArray


def forecast_figure(panels: Sequence[ForecastPanel], n_shown: int = 60) -> Figure:
    """The end of each series, forecasts and intervals of both models."""
    with canvas(7.2, 2.7 * len(panels), n_rows=len(panels)) as (figure, grid):
        for axes, panel in zip(np.atleast_1d(grid), panels, strict=True):
            past = panel.y[-n_shown:]
            ahead = np.arange(len(panel.network_mean)) + 1
            axes.plot(np.arange(-len(past) + 1, 1), past, color=INK, linewidth=1)
            for quantile, alpha in ((1.2816, 0.30), (1.96, 0.18)):
                axes.fill_between(
                    ahead,
                    panel.network_mean - quantile * panel.network_sd,
                    panel.network_mean + quantile * panel.network_sd,
                    color=NETWORK,
                    alpha=alpha,
                    linewidth=0,
                )
                for side in (-1, 1):
                    edge = panel.arma_mean + side * quantile * panel.arma_sd
                    axes.plot(ahead, edge, ":", color=ARMA_COLOR, linewidth=1)
            axes.plot(ahead, panel.network_mean, color=NETWORK, label="RNN, 80 and 95 %")
            axes.plot(ahead, panel.arma_mean, "--", color=ARMA_COLOR, label="ARMA, 80 and 95 %")
            axes.set_title(panel.label)
        handles, labels = np.atleast_1d(grid)[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper right", ncols=2)
        np.atleast_1d(grid)[-1].set_xlabel("years from the last observation")
        caption = (
            "Forecasts with 80 and 95 % intervals: shaded the trained linear RNN, from its "
            "weights; dashed and dotted statsmodels' ARMA model of the same order."
        )
        return Figure(caption, as_svg(figure, caption))
