"""What a nonlinear cell adds to the linear one, series by series."""

from collections.abc import Sequence

from rnnts.study._evidence import Figure, Row
from rnnts.study.figures._canvas import ARMA_COLOR, BAND, NETWORK, THIRD, as_svg, canvas

_COLORS = (NETWORK, ARMA_COLOR, THIRD)


def gain_figure(rows: Sequence[Row]) -> Figure:
    """Ratios of squared errors to those of the linear network, in and out of sample."""
    names = list(dict.fromkeys(row["series"] for row in rows))
    cells = list(dict.fromkeys(row["cell"] for row in rows))
    with canvas(7.2, 1.2 + 0.36 * len(names), n_columns=2, sharey=True) as (figure, (left, right)):
        for column, cell in enumerate(cells):
            color = _COLORS[column % len(_COLORS)]
            chosen = [row for row in rows if row["cell"] == cell]
            places = [names.index(row["series"]) + 0.24 * (column - 1) for row in chosen]
            left.plot(
                [row["in-sample ratio"] for row in chosen],
                places,
                "o",
                color=color,
                markersize=4,
                label=cell,
            )
            for place, row in zip(places, chosen, strict=True):
                right.plot(
                    [row["stopped early, from"], row["stopped early, to"]],
                    [place, place],
                    color=color,
                )
                right.plot(row["stopped early ratio"], place, "o", color=color, markersize=4)
        for axes, title in ((left, "in sample"), (right, "out of sample, stopped early")):
            axes.axvline(1, color=BAND, linewidth=0.8)
            axes.set_title(title)
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
        left.set_xlim(0, 1.1)
        right.set_xscale("log")
        right.set_xlim(0.1, 14)
        right.set_xticks([0.1, 0.3, 1, 3, 10], ["0.1", "0.3", "1", "3", "10"])
        right.minorticks_off()
        left.set_yticks(range(len(names)), names)
        left.invert_yaxis()
        figure.supxlabel("squared errors relative to the linear network", fontsize=9.5)
        figure.legend(*left.get_legend_handles_labels(), loc="outside upper right", ncols=3)
        caption = (
            "Sum of squared one-step errors of nonlinear networks trained from the linear optimum, "
            "relative to the linear network: trained to the end, on the two thirds trained on; and "
            "stopped early, on the last third, with 90 % intervals."
        )
        return Figure(caption, as_svg(figure, caption))
