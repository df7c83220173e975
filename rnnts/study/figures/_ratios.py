"""Ratios of mean squared errors and their intervals."""

from collections.abc import Sequence

import numpy as np

from rnnts.study._evidence import Figure, Row
from rnnts.study.figures._canvas import ARMA_COLOR, BAND, NETWORK, as_svg, canvas


def ratio_figure(rows: Sequence[Row]) -> Figure:
    """Monte Carlo ratios with their intervals, a panel a length, against the margin."""
    lengths = list(dict.fromkeys(row["T"] for row in rows))
    processes = list(dict.fromkeys(row["process"] for row in rows))
    reach = 0.12
    height = 0.9 + 0.3 * len(processes)
    with canvas(7.2, height, n_columns=len(lengths), sharey=True) as (figure, grid):
        for axes, n_steps in zip(np.atleast_1d(grid), lengths, strict=True):
            chosen = [row for row in rows if row["T"] == n_steps]
            axes.axvspan(0.99, 1.01, color=BAND, alpha=0.25, linewidth=0)
            axes.axvline(1, color=BAND, linewidth=0.8)
            for row in chosen:
                place = processes.index(row["process"])
                color = NETWORK if row["outcome"] == "equivalent" else ARMA_COLOR
                axes.plot([row["from"], row["to"]], [place, place], color=color)
                shown = float(np.clip(row["MSE ratio"], 1 - reach, 1 + reach))
                is_outside = shown != row["MSE ratio"]
                marker = (">" if shown > 1 else "<") if is_outside else "o"
                axes.plot(shown, place, marker, color=color, markersize=5, clip_on=False)
            axes.set_xlim(1 - reach, 1 + reach)
            axes.set_title(f"T = {n_steps}")
            axes.set_xticks([0.9, 1.0, 1.1], ["0.9", "1", "1.1"])
            axes.set_yticks(range(len(processes)), processes)
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
        np.atleast_1d(grid)[0].invert_yaxis()
        figure.supxlabel("mean squared error of the RNN / of the ARMA model", fontsize=9.5)
        n_per_length = ", ".join(
            f"{min(row['n'] for row in rows if row['T'] == n_steps)} at T = {n_steps}"
            for n_steps in lengths
        )
        caption = (
            "Ratio of exact out-of-sample mean squared errors with its 90 % interval, against the "
            "band of ±1 %: blue where shown equivalent, orange otherwise; arrows stand for "
            f"ratios beyond the panel. Series per process: {n_per_length}."
        )
        return Figure(caption, as_svg(figure, caption))
