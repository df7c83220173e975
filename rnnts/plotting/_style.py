"""One look for every picture: colours, the sheet they are drawn on, and words at the end of lines.

A style file would change every picture of its user; these settings hold while one is drawn.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from rnnts._types import FloatArray

BLUE, ORANGE, PURPLE, GREY = "#2a7f9e", "#d9822b", "#7a5195", "#7f8c8d"
INK, GRID = "#26323a", "#e4e8ea"
# For several things side by side, in this order.
SERIES_COLORS = (BLUE, ORANGE, PURPLE, "#4c9f70", "#c2476f", "#8a7a2b", "#5b6fb8", "#8c5a3c")

_SETTINGS: dict[Any, Any] = {
    "font.size": 9.5,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.labelsize": 9.5,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.5,
    **dict.fromkeys(["text.color", "axes.labelcolor", "axes.edgecolor"], INK),
}


@contextmanager
def sheet(ax: Any = None, *, width: float = 7.2, height: float = 3.6) -> Iterator[Any]:
    """The Axes to draw on: those given, or those of a new figure, which a notebook shows."""
    check_matplotlib()
    import matplotlib as mpl

    if ax is None:
        # Loaded before the settings, which would else take a notebook's own back with them.
        from matplotlib import pyplot as plt

        with mpl.rc_context(_SETTINGS):
            _, ax = plt.subplots(figsize=(width, height), layout="constrained")
    _check_axes(ax)
    with mpl.rc_context(_SETTINGS):
        dress(ax)
        yield ax


@contextmanager
def sheets(axes: Any, n_rows: int, n_columns: int, *, height: float) -> Iterator[Any]:
    """The same for several Axes at once, as an array of shape (n_rows * n_columns,)."""
    check_matplotlib()
    import matplotlib as mpl

    if axes is None:
        from matplotlib import pyplot as plt

        with mpl.rc_context(_SETTINGS):
            figure, axes = plt.subplots(n_rows, n_columns, figsize=(7.2, height))
            figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.08)
    panels = np.ravel(np.asarray(axes, dtype=object))
    if len(panels) != n_rows * n_columns:
        raise ValueError(
            f"axes must hold {n_rows * n_columns} Axes, got {len(panels)}; pass those of "
            f"plt.subplots({n_rows}, {n_columns})"
        )
    for ax in panels:
        _check_axes(ax)
    with mpl.rc_context(_SETTINGS):
        for ax in panels:
            dress(ax)
        yield panels


def check_matplotlib() -> None:
    """Raise, in one sentence, if there is nothing to draw with."""
    try:
        import matplotlib as mpl  # noqa: F401
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "plots need matplotlib, which cannot be imported; pip install 'rnnts[plot]'",
            name="matplotlib",
        ) from error


def _check_axes(ax: Any) -> None:
    from matplotlib.axes import Axes

    if not isinstance(ax, Axes):
        raise TypeError(
            f"plots are drawn on matplotlib Axes, got {type(ax).__name__}; pass one of those that "
            "plt.subplots returns"
        )


def dress(ax: Any) -> None:
    """Take away what no one reads; said to the Axes, because ticks are made after the drawing."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(INK)
    for words in (ax.title, ax.xaxis.label, ax.yaxis.label):
        words.set_color(INK)
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.tick_params(color=INK, labelcolor=INK, labelsize=9)


def title_and_legend(ax: Any, title: str) -> None:
    """A title, and beneath it what is what, in as few lines as the Axes are wide enough for."""
    place = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0), "borderaxespad": 0.2}
    look = {"handlelength": 1.6, "columnspacing": 1.2, "handletextpad": 0.5}
    available = ax.get_window_extent().width
    for n_columns in range(len(ax.get_legend_handles_labels()[0]), 0, -1):
        legend = ax.legend(ncols=n_columns, **place, **look)
        extent = legend.get_window_extent()
        if extent.width <= available:
            break
    ax.set_title(title, pad=8 + _points(ax, extent.height))


def split_off(ax: Any, share: float, *, below: bool) -> Any:
    """New Axes with the same x axis, which take that share of the height of others.

    Rows are labelled below the lower ones only.  Axes in a grid are split within it, so that a
    layout engine knows of both.
    """
    shares = [1 - share, share] if below else [share, 1 - share]
    old, new = (0, 1) if below else (1, 0)
    spec = ax.get_subplotspec()
    if spec is not None:
        grid = spec.subgridspec(2, 1, height_ratios=shares, hspace=0.08)
        ax.set_subplotspec(grid[old])
        other = ax.figure.add_subplot(grid[new], sharex=ax)
    else:
        box = ax.get_position()
        gap = 0.03 * box.height
        bottoms = [box.y0 + shares[1] * box.height + gap, box.y0]
        heights = [shares[0] * box.height - gap, shares[1] * box.height - gap]
        ax.set_position([box.x0, bottoms[old], box.width, heights[old]])
        other = ax.figure.add_axes((box.x0, bottoms[new], box.width, heights[new]), sharex=ax)
    dress(other)
    (ax if below else other).tick_params(axis="x", length=0, labelbottom=False)
    return other


def number_values(axis: Any) -> None:
    """Write 12,500 and −3, without an exponent as long as one can be read without."""
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}".replace("-", "−")))


def label_ends(ax: Any, ends: Sequence[tuple[float, str, str]]) -> None:
    """Words at the right edge, beside the lines that end at the heights given, none over another.

    `ends` are heights in units of the data, words and colours; call it when all is drawn.
    """
    heights = np.array([height for height, _, _ in ends], dtype=float)
    on_screen = ax.transData.transform(np.column_stack([np.zeros_like(heights), heights]))
    places = ax.transAxes.inverted().transform(on_screen)[:, 1]
    gap = 11 / _points(ax, ax.get_window_extent().height)
    for place, (_, words, color) in zip(_spread(places, gap), ends, strict=True):
        ax.annotate(
            words,
            (1.0, place),
            xycoords="axes fraction",
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=color,
            fontsize=9,
            annotation_clip=False,
        )


def _points(ax: Any, n_pixels: float) -> float:
    return 72 * n_pixels / float(ax.figure.dpi)


def _spread(places: FloatArray, gap: float) -> FloatArray:
    """The places, moved apart as little as it takes for the gap between neighbours.

    Each run of crowded ones is centred on its mean: the least-squares solution, by pooling
    neighbours until none are too close (Barlow et al., 1972, isotonic regression).
    """
    order = np.argsort(places, kind="stable")
    # With the gaps taken out, moving apart is making the sequence increase.
    free = places[order] - gap * np.arange(len(places))
    blocks: list[list[float]] = []
    for place in free.tolist():
        blocks.append([place])
        while len(blocks) > 1 and np.mean(blocks[-2]) > np.mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    increasing = np.concatenate([np.full(len(block), np.mean(block)) for block in blocks])
    spread = np.empty_like(places)
    spread[order] = increasing + gap * np.arange(len(places))
    return spread


def tint(color: str, share: float) -> Any:
    """A colour mixed with white: 0 is the colour, 1 is white."""
    from matplotlib.colors import to_rgb

    rgb = np.array(to_rgb(color))
    return tuple((rgb + share * (1 - rgb)).tolist())
