"""The drawings of the report, as SVG that takes its ink from the page around it."""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnts._types import FloatArray
from rnnts.linear import ARMA, StateSpace
from rnnts.study._evidence import Figure, Row

# A colour no one would choose, replaced by the page's own: figures follow light and dark.
_INK = "#010203"
_NETWORK, _ARMA = "#2a7f9e", "#d9822b"
_BAND = "#7f8c8d"
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
} | dict.fromkeys(["text.color", "axes.labelcolor", "axes.edgecolor"], _INK)
_STYLE |= dict.fromkeys(["xtick.color", "ytick.color"], _INK)


@dataclass(frozen=True)
class ForecastPanel:
    """One series, and the forecasts of both models that follow it."""

    label: str
    y: FloatArray
    network_mean: FloatArray
    network_sd: FloatArray
    arma_mean: FloatArray
    arma_sd: FloatArray


def share_figure(rows: Sequence[Row]) -> Figure:
    """Measured share of the remainder against the number of inputs kept."""
    with _canvas(6.4, 3.4) as (figure, axes):
        decays = list(dict.fromkeys(row["a"] for row in rows))
        shades = np.linspace(0.35, 1.0, len(decays))
        for decay, shade in zip(decays, shades, strict=True):
            last = max(row["p(ε)"] for row in rows if row["a"] == decay)
            kept = np.geomspace(1, last, 100)
            axes.plot(kept, decay ** (2 * kept), color=_NETWORK, alpha=shade, zorder=1)
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
                color=_ARMA,
                markersize=4.5,
                markerfacecolor=_ARMA if is_simulated else "none",
                label=f"measured, {label}",
            )
        axes.plot([], [], color=_NETWORK, label="a²ᵖ, a below the curve")
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
        return Figure(caption, _as_svg(figure, caption))


def ratio_figure(rows: Sequence[Row]) -> Figure:
    """Monte Carlo ratios with their intervals, a panel a length, against the margin."""
    lengths = list(dict.fromkeys(row["T"] for row in rows))
    processes = list(dict.fromkeys(row["process"] for row in rows))
    reach = 0.12
    height = 0.9 + 0.3 * len(processes)
    with _canvas(7.2, height, n_columns=len(lengths), sharey=True) as (figure, grid):
        for axes, n_steps in zip(np.atleast_1d(grid), lengths, strict=True):
            chosen = [row for row in rows if row["T"] == n_steps]
            axes.axvspan(0.99, 1.01, color=_BAND, alpha=0.25, linewidth=0)
            axes.axvline(1, color=_BAND, linewidth=0.8)
            for row in chosen:
                place = processes.index(row["process"])
                color = _NETWORK if row["outcome"] == "equivalent" else _ARMA
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
        return Figure(caption, _as_svg(figure, caption))


def weights_figure(network: StateSpace, arma_results: Any, n_weights: int = 15) -> Figure:
    """Weights of past observations in the prediction, for both models."""
    lags = np.arange(1, n_weights + 1)
    with _canvas(6.4, 3.0) as (figure, axes):
        axes.axhline(0, color=_BAND, linewidth=0.8)
        axes.vlines(lags, 0, network.pi_weights(n_weights), color=_NETWORK, linewidth=4, alpha=0.75)
        arma = ARMA.from_statsmodels(arma_results)
        axes.plot(lags, arma.pi_weights(n_weights), "o", color=_ARMA, markersize=4.5)
        axes.plot([], [], color=_NETWORK, linewidth=4, alpha=0.75, label="RNN, trained")
        axes.plot([], [], "o", color=_ARMA, markersize=4.5, label="ARMA, maximum likelihood")
        axes.set(xlabel="lag of the observation", ylabel="weight in the prediction")
        axes.set_xticks([1, 5, 10, 15])
        axes.legend(loc="upper right")
        p, q = arma.order
        caption = (
            f"Yearly sunspots: weight of each past observation in the one-step prediction, of a "
            f"trained linear RNN with {network.hidden_size} units and of statsmodels' "
            f"ARMA({p},{q})."
        )
        return Figure(caption, _as_svg(figure, caption))


def forecast_figure(panels: Sequence[ForecastPanel], n_shown: int = 60) -> Figure:
    """The end of each series, forecasts and intervals of both models."""
    with _canvas(7.2, 2.7 * len(panels), n_rows=len(panels)) as (figure, grid):
        for axes, panel in zip(np.atleast_1d(grid), panels, strict=True):
            past = panel.y[-n_shown:]
            ahead = np.arange(len(panel.network_mean)) + 1
            axes.plot(np.arange(-len(past) + 1, 1), past, color=_INK, linewidth=1)
            for quantile, alpha in ((1.2816, 0.30), (1.96, 0.18)):
                axes.fill_between(
                    ahead,
                    panel.network_mean - quantile * panel.network_sd,
                    panel.network_mean + quantile * panel.network_sd,
                    color=_NETWORK,
                    alpha=alpha,
                    linewidth=0,
                )
                for side in (-1, 1):
                    edge = panel.arma_mean + side * quantile * panel.arma_sd
                    axes.plot(ahead, edge, ":", color=_ARMA, linewidth=1)
            axes.plot(ahead, panel.network_mean, color=_NETWORK, label="RNN, 80 and 95 %")
            axes.plot(ahead, panel.arma_mean, "--", color=_ARMA, label="ARMA, 80 and 95 %")
            axes.set_title(panel.label)
        handles, labels = np.atleast_1d(grid)[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper right", ncols=2)
        np.atleast_1d(grid)[-1].set_xlabel("years from the last observation")
        caption = (
            "Forecasts with 80 and 95 % intervals: shaded the trained linear RNN, from its "
            "weights; dashed and dotted statsmodels' ARMA model of the same order."
        )
        return Figure(caption, _as_svg(figure, caption))


@contextmanager
def _canvas(
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


def _as_svg(figure: Any, title: str) -> str:
    """The drawing alone: no prologue, no metadata, no fixed size, the page's ink."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = svg.replace(_INK, "currentColor")
    label = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return re.sub(r'^<svg([^>]*?) width="[^"]*"', rf'<svg\1 role="img" aria-label="{label}"', svg)
