"""How much of a state its last inputs leave open."""

from collections.abc import Sequence

import numpy as np

from rnnts.study._evidence import Figure, Row
from rnnts.study.figures._canvas import ARMA_COLOR, NETWORK, as_svg, canvas


def share_figure(rows: Sequence[Row]) -> Figure:
    """Measured share of the remainder against the number of inputs kept."""
    with canvas(6.4, 3.4) as (figure, axes):
        decays = list(dict.fromkeys(row["a"] for row in rows))
        shades = np.linspace(0.35, 1.0, len(decays))
        for decay, shade in zip(decays, shades, strict=True):
            last = max(row["p(ε)"] for row in rows if row["a"] == decay)
            kept = np.geomspace(1, last, 100)
            axes.plot(kept, decay ** (2 * kept), color=NETWORK, alpha=shade, zorder=1)
            axes.annotate(
                f"{decay:g}",
                (last, decay ** (2 * last)),
                xytext=(0, -11),
                textcoords="offset points",
                ha="center",
                fontsize=8.5,
            )
        for is_simulated, marker, label in ((True, "o", "simulated"), (False, "^", "real series")):
            chosen = [row for row in rows if row["simulated"] == is_simulated]
            axes.plot(
                [row["p(ε)"] for row in chosen],
                [row["share of the remainder"] for row in chosen],
                marker,
                color=ARMA_COLOR,
                markersize=4.5,
                markerfacecolor=ARMA_COLOR if is_simulated else "none",
                label=f"measured, {label}",
            )
        axes.plot([], [], color=NETWORK, label="a²ᵖ, a below the curve")
        axes.set(xscale="log", yscale="log", xlabel="inputs kept, p", ylabel="share left open")
        axes.set_xlim(left=0.9)
        axes.set_ylim(bottom=axes.get_ylim()[0] / 3)
        ticks = [1, 3, 10, 30, 100, 300]
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.minorticks_off()
        figure.legend(loc="outside upper right", ncols=3)
        caption = (
            "Share of the variance of h that the last p inputs leave open, measured at p(ε) for "
            "ε = 5 %, 1 % and 0.01 %, on the curve a²ᵖ."
        )
        return Figure(caption, as_svg(figure, caption))
