"""The sheet of every drawing of the report: SVG that takes its ink from the page around it."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rnnts.plotting._style import BLUE, GREY, ORANGE, PURPLE

# A colour no one would choose, replaced by the page's own: figures follow light and dark.
INK = "#010203"
NETWORK, ARMA_COLOR, THIRD, BAND = BLUE, ORANGE, PURPLE, GREY
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "rnnts",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.labelsize": 9.5,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "savefig.transparent": True,
} | dict.fromkeys(["text.color", "axes.labelcolor", "axes.edgecolor"], INK)
_STYLE |= dict.fromkeys(["xtick.color", "ytick.color"], INK)


@contextmanager
def canvas(
    width: float, height: float, n_rows: int = 1, n_columns: int = 1, **options: Any
) -> Iterator[tuple[Any, Any]]:
    """A figure outside pyplot, so that no window and no global state is touched."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    with mpl.rc_context(_STYLE):
        figure = Canvas(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        yield figure, figure.subplots(n_rows, n_columns, **options)


def as_svg(figure: Any, title: str) -> str:
    """The drawing alone: no prologue, no metadata, no fixed size, the page's ink."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = svg.replace(INK, "currentColor")
    label = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return re.sub(r'^<svg([^>]*?) width="[^"]*"', rf'<svg\1 role="img" aria-label="{label}"', svg)
