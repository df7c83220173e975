"""The gallery: every plot on real data, with its code and its caption.

Each file in the folder `gallery` draws one figure; its docstring is title and caption.
"""

import ast
import base64
import io
import runpy
from pathlib import Path
from typing import Any

from jinja2 import Environment

# In the order of the page.
EXAMPLES = [
    "forecast",
    "forecast_several",
    "residuals",
    "loss_curve",
    "impulse_response_linear",
    "impulse_response_nonlinear",
    "hidden_states",
    "backtest",
    "comparison",
    "calibration",
]
_HERE = Path(__file__).parent


def write_gallery(folder: Path) -> Path:
    """Write `gallery.html`, which needs no other file."""
    template = Environment(autoescape=True).from_string((_HERE / "gallery.html").read_text())
    page = folder / "gallery.html"
    page.write_text(template.render(examples=[shown(name) for name in EXAMPLES]))
    return page


def shown(name: str) -> dict[str, str]:
    """Title, caption, code and picture of one example."""
    source = (_HERE / "gallery" / f"{name}.py").read_text()
    title, caption = (ast.get_docstring(ast.parse(source)) or "").split("\n\n", 1)
    code = source.split('"""\n\n', 1)[1].strip()
    picture = io.BytesIO()
    drawn(name).savefig(picture, format="svg")
    inline = base64.b64encode(picture.getvalue()).decode()
    return {"name": name, "title": title, "caption": caption, "code": code, "picture": inline}


def drawn(name: str) -> Any:
    """The figure that an example draws."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    runpy.run_path(str(_HERE / "gallery" / f"{name}.py"))
    figure = plt.gcf()
    plt.close(figure)
    return figure
