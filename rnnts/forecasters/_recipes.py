"""What "auto" stands for, on a given series.

Constants of the direct recipes were found on windows cut from the training parts of M1, M3 and M4.
What they share: few steps of Adam and a penalty that fades with the number of rows, which keep so
small a sample from being learned by heart.
"""

from dataclasses import dataclass, field

import numpy as np

from rnnts._types import FloatArray
from rnnts.solvers import Adam, Solver
from rnnts.transforms._stationarity import is_level_stationary

# Rows that a cyclic network reads, and that it needs in all to find a cycle.
_CYCLE_LAGS, _CYCLE_ROWS = 12, 40

# Fewer say nothing about the parameters of a theta model.
_PARTNER_ROWS = 8


@dataclass(frozen=True)
class Recipe:
    """Values of the arguments that are "auto".

    Attributes
    ----------
    deseasonalize : tuple
        Several are trained side by side, and averaged.
    input_size : dict
        By what is done about the season.
    partner : float
        Weight of the theta method in the average.
    shares : dict
        Relative weight of the networks, by what is done about the season; 1 unless given.
    """

    horizon: int
    transform: str | None
    deseasonalize: tuple[str | None, ...]
    diff: str | int
    level: str | None
    scale: str | None
    input_size: dict[str | None, int]
    skip: bool
    loss: str
    solver: str | Solver
    l2: float
    partner: float
    shares: dict[str | None, float] = field(default_factory=dict)


def recipe_for(y: FloatArray, season_length: int, *, is_direct: bool, is_linear: bool) -> Recipe:
    """The recipe for a series of shape (n_rows, n_targets), gaps filled."""
    if not is_direct:
        return _AS_IT_IS if is_linear else _RECURSIVE
    n_rows = len(y)
    is_long = season_length == 1 and n_rows >= _CYCLE_ROWS
    if is_long and all(is_level_stationary(column) for column in y.T):
        return _cyclic(n_rows)
    return _seasonal(n_rows, season_length) if season_length > 1 else _plain(n_rows)


# A linear network on the series as it is, which is an ARMA model of it.
_AS_IT_IS = Recipe(
    horizon=1,
    transform=None,
    deseasonalize=(None,),
    diff=0,
    level=None,
    scale="standard",
    input_size={None: 1},
    skip=False,
    loss="squared_error",
    solver="lm",
    l2=0.0,
    partner=0.0,
)

# One network, trained on the one-step errors of the prepared series.
_RECURSIVE = Recipe(
    horizon=1,
    transform="auto",
    deseasonalize=("auto",),
    diff="auto",
    level=None,
    scale="standard",
    input_size={None: 1},
    skip=False,
    loss="squared_error",
    solver="lbfgs",
    l2=0.0,
    partner=0.0,
)


def _plain(n_rows: int) -> Recipe:
    """Rows measured from their level, a short horizon at once."""
    return Recipe(
        horizon=_head(3, n_rows),
        transform="auto",
        deseasonalize=(None,),
        diff=0,
        level="ses",
        scale="steps",
        input_size={None: 2},
        skip=True,
        loss="absolute_error",
        solver=Adam(learning_rate=5e-3, max_iter=150, schedule="cosine"),
        l2=2 / n_rows,
        partner=1 / 2 if n_rows >= _PARTNER_ROWS else 0.0,
    )


def _seasonal(n_rows: int, season_length: int) -> Recipe:
    """The same, once without the season and once reading all of it.

    The two err in different ways, and so does the theta method.
    """
    is_seen_twice = n_rows > 2 * season_length
    n_ahead = season_length if season_length >= 8 else 2 * season_length
    n_lags = min(season_length + 1, n_rows // 3)
    return Recipe(
        horizon=_head(min(n_ahead, 24), n_rows),
        transform="auto",
        deseasonalize=("classical", None) if is_seen_twice else (None,),
        diff=0,
        level="ses",
        scale="steps",
        input_size={"classical": 2, None: max(n_lags, 2)},
        skip=True,
        loss="absolute_error",
        solver=Adam(learning_rate=5e-3, max_iter=150, schedule="cosine"),
        l2=(12 / n_rows) ** 2,
        partner=1 / 4 if n_rows >= _PARTNER_ROWS else 0.0,
        shares={"classical": 2.0},
    )


def _cyclic(n_rows: int) -> Recipe:
    """A level that stays and no season: what moves the series is its own past."""
    return Recipe(
        horizon=_head(6, n_rows),
        transform="auto",
        deseasonalize=(None,),
        diff=0,
        level=None,
        scale="standard",
        input_size={None: _CYCLE_LAGS},
        skip=True,
        loss="absolute_error",
        solver=Adam(learning_rate=5e-3, max_iter=300, schedule="cosine"),
        l2=1 / n_rows,
        partner=0.0,
    )


def _head(n_ahead: int, n_rows: int) -> int:
    # Three times as many rows as are predicted, or there is nothing to learn from.
    return int(np.clip(n_rows // 3, 2, n_ahead))
