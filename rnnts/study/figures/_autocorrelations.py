"""Autocorrelations of a state next to those that a moving average allows."""

from collections.abc import Mapping

import numpy as np

from rnnts._types import FloatArray
from rnnts.study._evidence import Figure
from rnnts.study.figures._canvas import ARMA_COLOR, BAND, NETWORK, as_svg, canvas
from rnnts.study.inference import autocorrelations, bartlett_covariance


def autocorrelation_figure(
    states: Mapping[float, FloatArray], order: int, n_lags: int = 20
) -> Figure:
    """One simulated state a panel, by recurrent weight, and the band of an MA of that order."""
    lags = np.arange(1, n_lags + 1)
    beyond = lags[order:]
    lengths = {len(state) for state in states.values()}
    with canvas(7.2, 2.7, n_columns=len(states), sharey=True) as (figure, grid):
        for axes, (decay, state) in zip(np.atleast_1d(grid), states.items(), strict=True):
            acf = autocorrelations(state[None], n_lags)[0]
            variances = np.diag(bartlett_covariance(acf[: order + 1], beyond))
            band = 1.96 * np.sqrt(variances / len(state))
            axes.fill_between(beyond, -band, band, color=BAND, alpha=0.3, linewidth=0)
            axes.axhline(0, color=BAND, linewidth=0.8)
            axes.vlines(lags, 0, acf[1:], color=NETWORK, linewidth=4, alpha=0.75)
            axes.plot(lags, decay**lags, color=ARMA_COLOR)
            axes.set_title(f"a = {decay:g}")
            axes.set_xticks([1, 5, 10, 15, 20])
        axes.plot([], [], color=NETWORK, linewidth=4, alpha=0.75, label="state, measured")
        axes.plot([], [], color=ARMA_COLOR, label="aᵏ")
        axes.fill_between([], [], color=BAND, alpha=0.3, label=f"MA({order}), 95 %")
        figure.legend(loc="outside upper right", ncols=3)
        np.atleast_1d(grid)[0].set_ylabel("autocorrelation")
        figure.supxlabel("lag", fontsize=9.5)
        caption = (
            "Autocorrelations of the state of a linear unit fed with white noise "
            f"({', '.join(map(str, sorted(lengths)))} steps), the powers aᵏ, and the band in which "
            f"95 % of those of an MA({order}) would lie beyond its order."
        )
        return Figure(caption, as_svg(figure, caption))
