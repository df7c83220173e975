"""Weights of past observations in the prediction."""

from typing import Any

import numpy as np

from rnnts.linear import ARMA, StateSpace
from rnnts.study._evidence import Figure
from rnnts.study.figures._canvas import ARMA_COLOR, BAND, NETWORK, as_svg, canvas


def weights_figure(network: StateSpace, arma_results: Any, n_weights: int = 15) -> Figure:
    """Weights of past observations in the prediction, for both models."""
    lags = np.arange(1, n_weights + 1)
    with canvas(6.4, 3.0) as (figure, axes):
        axes.axhline(0, color=BAND, linewidth=0.8)
        axes.vlines(lags, 0, network.pi_weights(n_weights), color=NETWORK, linewidth=4, alpha=0.75)
        arma = ARMA.from_statsmodels(arma_results)
        axes.plot(lags, arma.pi_weights(n_weights), "o", color=ARMA_COLOR, markersize=4.5)
        axes.plot([], [], color=NETWORK, linewidth=4, alpha=0.75, label="RNN, trained")
        axes.plot([], [], "o", color=ARMA_COLOR, markersize=4.5, label="ARMA, maximum likelihood")
        axes.set(xlabel="lag of the observation", ylabel="weight in the prediction")
        axes.set_xticks([1, 5, 10, 15])
        axes.legend(loc="upper right")
        p, q = arma.order
        caption = (
            f"Yearly sunspots: weight of each past observation in the one-step prediction, of a "
            f"trained linear RNN with {network.hidden_size} units and of statsmodels' "
            f"ARMA({p},{q})."
        )
        return Figure(caption, as_svg(figure, caption))
