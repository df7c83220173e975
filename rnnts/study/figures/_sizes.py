"""Excess risk against the number of hidden units."""

from collections.abc import Sequence

import numpy as np

from rnnts.study._evidence import Figure, Row
from rnnts.study.figures._canvas import ARMA_COLOR, BAND, NETWORK, as_svg, canvas

_N_COLUMNS = 4


def size_figure(floors: Sequence[Row], trained: Sequence[Row], n_steps: int) -> Figure:
    """A panel a process: what trained networks lose, and what no training can avoid."""
    names = list(dict.fromkeys(row["process"] for row in trained))
    n_rows = -(-len(names) // _N_COLUMNS)
    n_columns = min(len(names), _N_COLUMNS)
    with canvas(7.2, 0.8 + 2.0 * n_rows, n_rows, n_columns, sharex=True, sharey=True) as (
        figure,
        grid,
    ):
        panels = np.atleast_1d(grid).ravel()
        for axes, name in zip(panels, names, strict=False):
            rows = [row for row in trained if row["process"] == name]
            sizes = [row["units"] for row in rows]
            axes.vlines(sizes, [row["from"] for row in rows], [row["to"] for row in rows], NETWORK)
            means = [row["excess risk, %"] for row in rows]
            axes.plot(sizes, means, "o-", color=NETWORK, markersize=4, label="trained")
            least = [row for row in floors if row["process"] == name and row["units"]]
            axes.plot(
                [row["units"] for row in least],
                [100 * (row["floor"] - 1) for row in least],
                "_",
                color=ARMA_COLOR,
                markersize=11,
                markeredgewidth=2,
                label="best possible",
            )
            axes.axvline(least[0]["units needed"], color=BAND, linewidth=0.8, linestyle=":")
            axes.set_title(name)
            axes.set_yscale("log")
        panels[0].set_ylim(0.1, 100)
        panels[0].set_yticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
        panels[0].set_xticks(sorted({row["units"] for row in trained}))
        for axes in panels[len(names) :]:
            axes.set_visible(False)
        figure.supxlabel("hidden units", fontsize=9.5)
        figure.supylabel("excess risk, %", fontsize=9.5)
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
        caption = (
            f"Excess of the exact one-step risk over the best predictor: geometric mean over "
            f"networks trained on {n_steps} observations with its 95 % interval, and the least "
            "that any linear network of that size can have; not drawn where that is 0. Dotted: "
            "max(p, q) units."
        )
        return Figure(caption, as_svg(figure, caption))
