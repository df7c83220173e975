"""Risk of units trained by gradients that reach back only some steps."""

from collections.abc import Sequence

import numpy as np

from rnnts.study._evidence import Figure, Row
from rnnts.study.figures._canvas import ARMA_COLOR, BAND, NETWORK, as_svg, canvas


def truncation_figure(tests: Sequence[Row], by_depth: Sequence[Row], share: float) -> Figure:
    """A panel a process: excess risk against depth, and the effective order."""
    n_columns = min(3, len(tests))
    n_rows = -(-len(tests) // n_columns)
    with canvas(7.2, 0.8 + 2.0 * n_rows, n_rows, n_columns, sharex=True) as (figure, grid):
        panels = np.atleast_1d(grid).ravel()
        for axes, test in zip(panels, tests, strict=False):
            rows = [row for row in by_depth if row["process"] == test["process"]]
            depths = [row["steps back"] for row in rows]
            # The gradient without an end, a step beyond the others.
            shown = [depth if np.isfinite(depth) else 2 * depths[-2] for depth in depths]
            axes.vlines(
                shown,
                [row["from"] for row in rows],
                [row["to"] for row in rows],
                color=NETWORK,
                linewidth=1,
            )
            means = [row["excess risk, %"] for row in rows]
            axes.plot(shown, means, "o-", color=NETWORK, markersize=4, label="trained unit")
            axes.axhline(means[-1], color=BAND, linewidth=0.8)
            axes.axvline(test["p(ε)"], color=ARMA_COLOR, linestyle="--", linewidth=1, label="p(ε)")
            axes.set_title(test["process"])
            axes.set_xscale("log")
            axes.set_ylim(bottom=0)
            labels = [f"{depth:g}" if np.isfinite(depth) else "all" for depth in depths]
            axes.set_xticks(shown, labels)
            axes.minorticks_off()
        for axes in panels[len(tests) :]:
            axes.set_visible(False)
        figure.supxlabel("steps that the gradient reaches back", fontsize=9.5)
        figure.supylabel("excess risk, %", fontsize=9.5)
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
        caption = (
            "Mean excess of the exact one-step risk of one linear unit over the best predictor, "
            "with 95 % intervals over series, by the steps that its gradient reached back; the "
            f"dashed line is the median of the effective order p(ε) at ε = {100 * share:g} %."
        )
        return Figure(caption, as_svg(figure, caption))
