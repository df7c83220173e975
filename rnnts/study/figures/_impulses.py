"""Impulse responses of trained networks over those of the process."""

from collections.abc import Mapping

import numpy as np

from rnnts._types import FloatArray
from rnnts.study._evidence import Figure
from rnnts.study.figures._canvas import ARMA_COLOR, INK, NETWORK, as_svg, canvas

_COLORS = (NETWORK, ARMA_COLOR)


def impulse_figure(
    truth: Mapping[str, FloatArray],
    found: Mapping[tuple[str, str], FloatArray],
    n_steps: int,
) -> Figure:
    """A panel a process: true weights, and the middle of those of the trained networks.

    Parameters
    ----------
    truth : mapping of process to ndarray of shape (n_weights,)
    found : mapping of (process, cell) to ndarray of shape (n_series, n_weights)
    n_steps : int
        Observations trained on.
    """
    with canvas(7.2, 4.4, -(-len(truth) // 2), 2, sharex=True) as (figure, grid):
        for axes, (name, psi) in zip(np.ravel(grid), truth.items(), strict=False):
            steps = np.arange(len(psi))
            cells = [cell for process, cell in found if process == name]
            for color, cell in zip(_COLORS, cells, strict=False):
                low, middle, high = np.quantile(found[name, cell], [0.1, 0.5, 0.9], axis=0)
                axes.fill_between(steps, low, high, color=color, alpha=0.25, linewidth=0)
                axes.plot(steps, middle, color=color, label=cell)
            axes.plot(steps, psi, "o", color=INK, markersize=3.2, label="process")
            axes.set_title(name)
        figure.supxlabel("steps after the shock", fontsize=9.5)
        figure.supylabel("response", fontsize=9.5)
        handles, labels = np.ravel(grid)[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper right", ncols=3)
        caption = (
            f"Responses to a unit shock: the process (dots) and networks trained on {n_steps} "
            "observations of it, their median and the band of the middle 80 %."
        )
        return Figure(caption, as_svg(figure, caption))
