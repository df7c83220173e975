"""What the exact likelihood gains over conditional least squares, by length."""

from collections.abc import Sequence

import numpy as np

from rnnts.study._evidence import Figure, Row
from rnnts.study.figures._canvas import BAND, INK, NETWORK, as_svg, canvas


def likelihood_figure(rows: Sequence[Row], pooled: Sequence[Row]) -> Figure:
    """Ratios of risks by process, a panel a length, the pooled one in the ink of the page."""
    lengths = [row["T"] for row in pooled]
    names = list(dict.fromkeys(row["process"] for row in rows))
    with canvas(7.2, 1.2 + 0.3 * len(names), n_columns=len(lengths), sharey=True) as (figure, grid):
        for axes, whole in zip(np.atleast_1d(grid), pooled, strict=True):
            axes.axvline(1, color=BAND, linewidth=0.8)
            chosen = [row for row in rows if row["T"] == whole["T"]]
            for row in [*chosen, whole]:
                is_pooled = row is whole
                place = len(names) if is_pooled else names.index(row["process"])
                color = INK if is_pooled else NETWORK
                axes.plot([row["from"], row["to"]], [place, place], color=color)
                axes.plot(row["risk ratio"], place, "o", color=color, markersize=4.5)
            axes.set_title(f"T = {whole['T']}")
            axes.set_xscale("log")
            axes.set_xlim(0.8, 2.0)
            axes.set_xticks([0.8, 1, 1.4, 2], ["0.8", "1", "1.4", "2"])
            axes.minorticks_off()
            axes.set_yticks(range(len(names) + 1), [*names, "all"])
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
        np.atleast_1d(grid)[0].invert_yaxis()
        figure.supxlabel("risk, conditional least squares / exact likelihood", fontsize=9.5)
        caption = (
            "Geometric mean over series of the ratio of exact one-step risks: the network trained "
            "on its squared errors over the same model fitted by exact likelihood, with 95 % "
            "intervals."
        )
        return Figure(caption, as_svg(figure, caption))
