"""Mean ranks of models, and which of them chance alone could have parted."""

from typing import Any

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_between
from rnnts.plotting._inputs import attribute
from rnnts.plotting._style import BLUE, GREY, INK, ORANGE, sheet


def plot_comparison(comparison: Any, *, level: float = 95, ax: Any = None) -> Any:
    """Draw the critical-difference diagram of several models.

    Parameters
    ----------
    comparison : Comparison
        Anything with `ranks`, which returns a Series of mean ranks by model, and
        `critical_difference`, which takes a level in per cent.
    level : float
        Per cent.
    ax : matplotlib Axes, optional
        Where to draw; a new figure unless given.

    Returns
    -------
    matplotlib Axes
        Mean ranks on its x axis, the best on the left; bars join models whose mean ranks differ
        by less than the critical difference, which no test at this level would part.

    Raises
    ------
    ValueError, TypeError
        If there are fewer than two models, or the level is not a number between 0 and 100.
    ModuleNotFoundError
        If matplotlib is missing.

    References
    ----------
    Demšar (2006), *Statistical Comparisons of Classifiers over Multiple Data Sets*, Journal of
    Machine Learning Research 7, figure 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> from rnnts.plotting import plot_comparison
    >>> comparison = SimpleNamespace(
    ...     ranks=lambda: pd.Series({"Theta": 1.4, "ETS": 1.9, "Naive": 2.7}),
    ...     critical_difference=lambda level: 0.6,
    ... )
    >>> ax = plot_comparison(comparison)
    >>> [text.get_text() for text in ax.texts][-3:]
    ['Theta  1.40', 'ETS  1.90', '2.70  Naive']
    """
    level = check_between("level", level, 0, 100)
    ranks = attribute(comparison, "ranks", "plot_comparison")().sort_values()
    difference = float(attribute(comparison, "critical_difference", "plot_comparison")(level))
    n_models = len(ranks)
    if n_models < 2:
        raise ValueError(f"plot_comparison needs at least two models, got {n_models}")
    places = ranks.to_numpy(dtype=float)
    groups = _groups(places, difference)
    n_left = -(-n_models // 2)
    first_row = 0.55 + 0.28 * len(groups)
    depth = first_row + 0.55 * (n_left - 1) + 0.35
    with sheet(ax, height=0.6 + 0.5 * (depth + 1.5)) as ax:
        ax.set_axis_off()
        # Names need a third of the width on either side.
        margin = 0.55 * (n_models - 1) + 0.25
        ax.set(xlim=(1 - margin, n_models + margin), ylim=(-depth, 1.5))
        _draw_scale(ax, n_models)
        _draw_ruler(ax, difference, level)
        for row, (first, last) in enumerate(groups):
            height = -0.35 - 0.28 * row
            ax.plot(places[[first, last]], [height, height], color=ORANGE, linewidth=4,
                    solid_capstyle="round")  # fmt: skip
        for place, (name, rank) in enumerate(ranks.items()):
            is_left = place < n_left
            row = place if is_left else n_models - 1 - place
            height = -first_row - 0.55 * row
            side = 0.85 if is_left else n_models + 0.15
            ax.plot([rank, rank, side], [0, height, height], color=GREY, linewidth=1, zorder=1)
            ax.plot(rank, 0, "o", color=BLUE, markersize=6, zorder=5, clip_on=False)
            words = f"{name}  {rank:.2f}" if is_left else f"{rank:.2f}  {name}"
            ax.annotate(
                words,
                (side, height),
                xytext=(-4 if is_left else 4, 0),
                textcoords="offset points",
                ha="right" if is_left else "left",
                va="center",
                color=INK,
                fontweight="bold" if place == 0 else "normal",
            )
        ax.set_title("Mean rank, 1 is best")
    return ax


def _groups(places: FloatArray, difference: float) -> list[tuple[int, int]]:
    """First and last of each largest run of models that differ by no more than the difference."""
    lasts = np.searchsorted(places, places + difference, side="right") - 1
    groups: list[tuple[int, int]] = []
    for first, last in enumerate(lasts.tolist()):
        if last > first and (not groups or last > groups[-1][1]):
            groups.append((first, last))
    return groups


def _draw_scale(ax: Any, n_models: int) -> None:
    ax.plot([1, n_models], [0, 0], color=INK, linewidth=1)
    for rank in range(1, n_models + 1):
        ax.plot([rank, rank], [0, 0.12], color=INK, linewidth=1)
        ax.text(rank, 0.22, str(rank), ha="center", va="bottom", fontsize=9)


def _draw_ruler(ax: Any, difference: float, level: float) -> None:
    """The critical difference, as long as it is on the scale."""
    ax.plot([1, 1 + difference], [1.0, 1.0], color=ORANGE, linewidth=2, clip_on=False)
    for end in (1, 1 + difference):
        ax.plot([end, end], [0.9, 1.1], color=ORANGE, linewidth=2, clip_on=False)
    words = f"critical difference {difference:.2f} ({level:g} %)"
    ax.annotate(
        words,
        (1 + difference, 1.0),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
    )
