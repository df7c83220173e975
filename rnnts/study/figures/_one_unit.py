"""What one unit costs, by the length of the series."""

from collections.abc import Sequence

import numpy as np

from rnnts.study._evidence import Figure, Row
from rnnts.study.figures._canvas import ARMA_COLOR, BAND, NETWORK, as_svg, canvas


def one_unit_figure(rows: Sequence[Row]) -> Figure:
    """Ratios of mean squared errors against the population's, a panel a process."""
    processes = list(dict.fromkeys(row["process"] for row in rows))
    with canvas(7.2, 2.6, n_columns=len(processes)) as (figure, grid):
        for axes, process in zip(np.atleast_1d(grid), processes, strict=True):
            chosen = [row for row in rows if row["process"] == process]
            lengths = [row["T"] for row in chosen]
            ratios = np.array([row["MSE ratio"] for row in chosen])
            ends = np.array([[row["from"], row["to"]] for row in chosen]).T
            axes.axhline(1, color=BAND, linewidth=0.8)
            axes.axhline(chosen[0]["population"], color=ARMA_COLOR, linestyle="--")
            axes.vlines(lengths, *ends, color=NETWORK)
            axes.plot(lengths, ratios, "o-", color=NETWORK, markersize=4.5, linewidth=0.8)
            axes.set_title(process)
            axes.set_xscale("log")
            axes.set_xticks(lengths, [str(length) for length in lengths])
            axes.minorticks_off()
            axes.margins(x=0.2)
        axes.plot([], [], "o-", color=NETWORK, markersize=4.5, label="measured, 90 %")
        axes.plot([], [], "--", color=ARMA_COLOR, label="limit of long series")
        figure.legend(loc="outside upper right", ncols=2)
        np.atleast_1d(grid)[0].set_ylabel("error, 1 unit / matched")
        figure.supxlabel("length of the series, T", fontsize=9.5)
        caption = (
            "Mean squared error of a network with one unit relative to one with as many units as "
            "the process needs, with 90 % intervals, and the ratio that no longer series would "
            "change: the smallest error that geometric weights allow."
        )
        return Figure(caption, as_svg(figure, caption))
