"""What "auto" stands for, on a given series.

Constants of the direct recipes were found on windows cut from the training parts of M1, M3 and M4.
What they share: few steps of Adam and a penalty that fades with the number of rows, which keep so
small a sample from being learned by heart.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnnts._types import FloatArray
from rnnts.solvers import Adam, Solver
from rnnts.transforms._stationarity import is_level_stationary

# Rows that a cyclic network reads, and that it needs in all to find a cycle.
_CYCLE_LAGS, _CYCLE_ROWS = 12, 40

# Fewer say nothing about the parameters of a theta model.
_PARTNER_ROWS = 8


class Reading(NamedTuple):
    """What one network does about the season and the level, and how many lags it reads."""

    season: str | None
    level: str | None
    input_size: int


@dataclass(frozen=True)
class Recipe:
    """Values of the arguments that are "auto".

    Attributes
    ----------
    readings : tuple of Reading
        One network each, trained side by side and averaged.
    partner : float
        Weight of the theta method in the average.
    cell, hidden_size, dilation, residual, n_init
        Small and single for one series; many series feed more.
    """

    horizon: int
    transform: str | None
    readings: tuple[Reading, ...]
    diff: str | int
    scale: str | None
    skip: bool
    loss: str
    solver: str | Solver
    l2: float
    partner: float
    cell: str = "tanh"
    hidden_size: int | tuple[int, ...] = 8
    dilation: int | tuple[int, ...] = 1
    residual: bool = False
    n_init: int = 1


def recipe_for(
    y: FloatArray, n_rows: int, season_length: int, *, is_direct: bool, is_linear: bool
) -> Recipe:
    """The recipe for a series with gaps filled, of which so many rows were observed."""
    if not is_direct:
        return _AS_IT_IS if is_linear else _recursive(n_rows)
    is_long = season_length == 1 and n_rows >= _CYCLE_ROWS
    if is_long and is_level_stationary(y).all():
        return _cyclic(n_rows)
    return _seasonal(n_rows, season_length) if season_length > 1 else _plain(n_rows)


# A linear network on the series as it is, which is an ARMA model of it.
_AS_IT_IS = Recipe(
    horizon=1,
    transform=None,
    readings=(Reading(None, None, 1),),
    diff=0,
    scale="standard",
    skip=False,
    loss="squared_error",
    solver="lm",
    l2=0.0,
    partner=0.0,
)


def _recursive(n_rows: int) -> Recipe:
    """One network, trained on the one-step errors of the prepared series.

    Without the penalty, eight units learn 300 rows by heart: one-step errors of new rows were 1.2
    (tanh) and 2.1 (gru) times the least possible on an ARMA(1, 1), 1.8 and 3.4 times on a bilinear
    process; with it 1.01, 1.03, 1.15 and 1.26.
    """
    return Recipe(
        horizon=1,
        transform="auto",
        readings=(Reading("auto", None, 1),),
        diff="auto",
        scale="standard",
        skip=False,
        loss="squared_error",
        solver="lbfgs",
        l2=3 / n_rows,
        partner=0.0,
    )


def _plain(n_rows: int) -> Recipe:
    """Rows measured from their level, a short horizon at once."""
    return _direct(3, n_rows, (Reading(None, "ses", 2),), l2=2 / n_rows, partner=1 / 2)


def _seasonal(n_rows: int, season_length: int) -> Recipe:
    """The same without the season, old or recent, and once more reading all of it.

    They err in different ways, and so does the theta method: their mean is better than each.
    """
    n_ahead = season_length if season_length >= 8 else 2 * season_length
    whole = Reading(None, "last", max(min(season_length + 1, n_rows // 3), 2))
    without = Reading("classical", "ses", 2), Reading("recent", "ses", 2)
    readings = (*without, whole) if n_rows > 2 * season_length else (whole,)
    return _direct(min(n_ahead, 24), n_rows, readings, l2=(12 / n_rows) ** 2, partner=1 / 4)


def _cyclic(n_rows: int) -> Recipe:
    """A level that stays and no season: what moves the series is its own past."""
    own_past = (Reading(None, None, _CYCLE_LAGS),)
    return _direct(6, n_rows, own_past, l2=1 / n_rows, scale="standard", max_iter=300)


def _direct(
    n_ahead: int,
    n_rows: int,
    readings: tuple[Reading, ...],
    *,
    l2: float,
    scale: str = "steps",
    max_iter: int = 150,
    partner: float = 0.0,
) -> Recipe:
    """Several rows predicted at once, by few steps of Adam on absolute errors."""
    return Recipe(
        # Three times as many rows as are predicted, or there is nothing to learn from.
        horizon=int(np.clip(n_rows // 3, 2, n_ahead)),
        transform="auto",
        readings=readings,
        diff=0,
        scale=scale,
        skip=True,
        loss="absolute_error",
        solver=Adam(learning_rate=5e-3, max_iter=max_iter, schedule="cosine"),
        l2=l2,
        partner=partner if n_rows >= _PARTNER_ROWS else 0.0,
    )
