"""What units too many cost, by process and length."""

from collections.abc import Mapping, Sequence

import numpy as np

from rnnts.study._evidence import Figure, Row
from rnnts.study.figures._canvas import ARMA_COLOR, BAND, NETWORK, THIRD, as_svg, canvas

_SHOWN = (0.5, 3.0)


def over_specification_figure(groups: Mapping[str, Sequence[Row]]) -> Figure:
    """Ratios with their intervals, a panel a length; up to three models, by name."""
    everywhere = [row for rows in groups.values() for row in rows]
    lengths = sorted({row["T"] for row in everywhere})
    processes = list(dict.fromkeys(row["process"] for row in everywhere))
    with canvas(7.2, 0.9 + 0.42 * len(processes), n_columns=len(lengths), sharey=True) as (
        figure,
        grid,
    ):
        for axes, length in zip(np.atleast_1d(grid), lengths, strict=True):
            axes.axvspan(0.99, 1.01, color=BAND, alpha=0.25, linewidth=0)
            axes.axvline(1, color=BAND, linewidth=0.8)
            colors = (NETWORK, ARMA_COLOR, THIRD)
            for shift, color, rows in zip((-0.2, 0.0, 0.2), colors, groups.values(), strict=False):
                for row in rows:
                    if row["T"] == length:
                        place = processes.index(row["process"]) + shift
                        axes.plot([row["from"], row["to"]], [place, place], color=color)
                        axes.plot(row["ratio"], place, "o", color=color, markersize=3.5)
            axes.set_xscale("log")
            axes.set_xlim(*_SHOWN)
            axes.set_xticks([0.5, 1, 2, 3], ["0.5", "1", "2", "3"])
            axes.minorticks_off()
            axes.set_title(f"T = {length}")
            axes.set_yticks(range(len(processes)), processes)
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
        last = np.atleast_1d(grid)[-1]
        for color, label in zip((NETWORK, ARMA_COLOR, THIRD), groups, strict=False):
            last.plot([], [], "o-", color=color, markersize=3.5, label=label)
        figure.legend(loc="outside upper right", ncols=3)
        np.atleast_1d(grid)[0].invert_yaxis()
        figure.supxlabel("mean squared error / that of the matched model", fontsize=9.5)
        caption = (
            "Mean squared error of models that are too large, or whose size BIC chose, relative to "
            "the matched model of the same kind: geometric means of the ratio over the series, "
            f"with 90 % intervals; the axis runs from {_SHOWN[0]:g} to {_SHOWN[1]:g}."
        )
        return Figure(caption, as_svg(figure, caption))
