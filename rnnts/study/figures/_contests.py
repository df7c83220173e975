"""Ratios of errors of several models on several series."""

from collections.abc import Sequence

import numpy as np

from rnnts.study._evidence import Figure, Row
from rnnts.study.figures._canvas import ARMA_COLOR, BAND, INK, NETWORK, THIRD, as_svg, canvas

_COLORS = (NETWORK, ARMA_COLOR, THIRD, BAND)


def contest_figure(
    rows: Sequence[Row],
    *,
    place: str,
    value: str,
    axis: str,
    caption: str,
    color: str = "model",
    is_log: bool = False,
    margin: float = 0.0,
    is_ringed: str = "",
) -> Figure:
    """A line for each place, a dot with its interval for each model.

    Parameters
    ----------
    rows : sequence of mappings
        With the columns "from" and "to" besides those named by `place`, `value` and `color`.
    place, value, color : str
        Columns of the lines, of the dots, and of what tells them apart.
    axis, caption : str
    is_log : bool
    margin : float
        Half the width of the band around 1 that counts as none.
    is_ringed : str
        Column that says which dots are ringed; none by default.
    """
    places = list(dict.fromkeys(row[place] for row in rows))
    kinds = list(dict.fromkeys(row[color] for row in rows))
    offsets = np.linspace(-0.24, 0.24, len(kinds)) if len(kinds) > 1 else [0.0]
    with canvas(7.2, 1.1 + 0.42 * len(places)) as (figure, axes):
        if margin:
            axes.axvspan(1 - margin, 1 + margin, color=BAND, alpha=0.25, linewidth=0)
        axes.axvline(1, color=BAND, linewidth=0.8)
        for kind, offset, shade in zip(kinds, offsets, _COLORS, strict=False):
            for row in (each for each in rows if each[color] == kind):
                height = places.index(row[place]) + offset
                # An interval without a bound would not be drawn at all.
                reach = np.clip([row["from"], row["to"]], row[value] / 20, row[value] * 20)
                axes.plot(reach, [height, height], color=shade)
                axes.plot(row[value], height, "o", color=shade, markersize=4.5)
                if is_ringed and row[is_ringed]:
                    axes.plot(
                        row[value], height, "o", color=INK, markersize=9, markerfacecolor="none"
                    )
            axes.plot([], [], "-o", color=shade, markersize=4.5, label=kind)
        if is_log:
            axes.set_xscale("log")
            low, high = axes.get_xlim()
            ticks = [
                tick for tick in (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if low < tick < high
            ]
            axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
            axes.minorticks_off()
        axes.set_yticks(range(len(places)), places)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.invert_yaxis()
        axes.set_xlabel(axis)
        figure.legend(loc="outside upper right", ncols=len(kinds))
        return Figure(caption, as_svg(figure, caption))
