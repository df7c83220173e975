"""What the words among the arguments of a network come to, on a given series.

"auto" stands for one of three recipes:

- a *direct head* (the default of nonlinear cells): networks on several preparations forecast a
  whole horizon at once, relative to the level of the series, and are combined;
- *recursive*: one network, trained on the one-step errors of the prepared series;
- *linear*: recursive, on the series as it is, so that the network is an ARMA model of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from rnnts._validation import check_between, check_choice, check_count, is_integer
from rnnts.cells import CELLS, Cell
from rnnts.forecasters._arguments import loss_of, sizes_of, solver_of
from rnnts.losses import LOSSES, Loss
from rnnts.solvers import Adam, Solver
from rnnts.transforms import SCALINGS, Preparation
from rnnts.transforms._level import LEVELS

STRATEGIES = ["auto", "direct", "recursive"]
STARTS = ["random", "arma"]

# Measured on windows cut from the training parts of M1, M3 and M4.  Few steps and a penalty that
# fades with the number of rows keep so small a sample from being learned by heart.
_DIRECT_ADAM = Adam(learning_rate=5e-3, max_iter=150, schedule="cosine")
_DIRECT_L2_TIMES_ROWS = 4.0


@dataclass(frozen=True)
class Variant:
    """One preparation, and what a network reads of it."""

    preparation: Preparation
    level: str | None
    input_size: int


@dataclass(frozen=True)
class Plan:
    """What to train: every variant from every seed, at every hidden size that is to be compared."""

    cell: Cell
    hidden_sizes: tuple[int | tuple[int, ...], ...]
    skip: bool
    horizon: int
    variants: tuple[Variant, ...]
    scale: str | None
    loss: Loss
    solver: Solver
    l2: float
    n_init: int
    init: str
    validation_fraction: float  # 0 without early stopping
    n_iter_no_change: int

    @property
    def is_direct(self) -> bool:
        """Whether several rows are predicted at once."""
        return self.horizon > 1


def plan_of(forecaster: Any, n_rows: int, n_targets: int, n_exog: int, season_length: int) -> Plan:
    """Read the arguments, and raise where one makes no sense."""
    f = forecaster
    check_choice("cell", f.cell, CELLS)
    check_choice("init", f.init, STARTS)
    is_linear = f.cell == "linear" or f.init == "arma"
    horizon = _horizon_of(f.horizon, f.strategy, is_linear, season_length, n_rows)
    is_direct = horizon > 1
    variants = _variants_of(f, is_direct, n_rows, season_length)
    n_scored = n_rows - max(variant.input_size for variant in variants)
    hidden_sizes = tuple(sizes_of(f.hidden_size, f.cell, n_scored))
    skip = is_direct if f.skip == "auto" else bool(f.skip)
    loss = loss_of(
        ("absolute_error" if is_direct else "squared_error") if f.loss == "auto" else f.loss
    )
    scale = ("steps" if is_direct else "standard") if f.scale == "auto" else f.scale
    if scale is not None:
        check_choice("scale", scale, [name for name in SCALINGS if name])
    suits_lm = (
        f.cell == "linear"
        and n_scored > 2 * hidden_sizes[-1]
        and loss == LOSSES["squared_error"]
        and (n_targets, n_exog, horizon, skip) == (1, 0, 1, False)
        and [(variant.input_size, variant.level) for variant in variants] == [(1, None)]
    )
    best = _DIRECT_ADAM if is_direct else "lm" if suits_lm else "lbfgs"
    return Plan(
        CELLS[f.cell],
        hidden_sizes,
        skip,
        horizon,
        variants,
        scale,
        loss,
        solver_of(f.solver, best, max_iter=f.max_iter, tol=f.tol),
        _penalty_of(f.l2, is_direct, n_rows),
        check_count("n_init", f.n_init),
        f.init,
        _validation_of(f),
        check_count("n_iter_no_change", f.n_iter_no_change),
    )


def _validation_of(f: Any) -> float:
    fraction = check_between("validation_fraction", f.validation_fraction, 0, 1)
    return fraction if f.early_stopping else 0.0


def _horizon_of(
    horizon: Any, strategy: str, is_linear: bool, season_length: int, n_rows: int
) -> int:
    """Rows predicted at once."""
    check_choice("strategy", strategy, STRATEGIES)
    if is_integer(horizon):
        horizon = check_count("horizon", horizon)
        if strategy == "recursive" and horizon > 1:
            raise ValueError(
                f"horizon={horizon} is the length of a direct head, but strategy='recursive' has "
                "none; leave one of them out (any horizon may be asked of predict)"
            )
        return int(horizon)
    if horizon is not None:
        check_choice("horizon", horizon, ["auto"])
    is_recursive = horizon is None or is_linear
    if strategy == "recursive" or (strategy == "auto" and is_recursive):
        return 1
    wanted = season_length if 1 < season_length <= 24 else 12
    # At least three times as many rows as are predicted, or there is nothing to learn from.
    return max(min(wanted, n_rows // 3), 1)


def _variants_of(
    f: Any, is_direct: bool, n_rows: int, season_length: int
) -> tuple[Variant, ...]:
    """Every combination of the choices given."""
    is_left = f.cell == "linear" and not is_direct
    transform = None if is_left and f.transform == "auto" else f.transform
    seasons: Any = f.deseasonalize
    if seasons == "auto" and is_left:
        seasons = None
    elif seasons == "auto" and is_direct:
        # The two err in different ways, and their mean is better than both.
        seasons = ("classical", None) if 2 <= season_length < n_rows / 2 else None
    diff = f.diff
    if diff == "auto" and (is_direct or is_left):
        diff = 0
    levels = _each(("ses" if is_direct else None) if f.level == "auto" else f.level)
    for level in levels:
        if level is not None:
            check_choice("level", level, LEVELS)
    variants = []
    for power, season, level in product(_each(transform), _each(seasons), levels):
        n_lags = f.input_size
        if n_lags == "auto":
            n_lags = _lags_of(season, season_length, n_rows) if is_direct else 1
        preparation = Preparation(power, season, diff, None, None)
        variants.append(Variant(preparation, level, check_count("input_size", n_lags)))
    return tuple(variants)


def _lags_of(season: Any, season_length: int, n_rows: int) -> int:
    """Rows a direct head reads: a season and one more, if the season is not taken out."""
    return 2 if season is not None or season_length < 2 else min(season_length + 1, n_rows // 3)


def _each(choices: Any) -> Sequence[Any]:
    """The choices, where there are several."""
    return choices if isinstance(choices, tuple | list) else (choices,)


def _penalty_of(l2: Any, is_direct: bool, n_rows: int) -> float:
    if l2 == "auto":
        return _DIRECT_L2_TIMES_ROWS / n_rows if is_direct else 0.0
    return 0.0 if l2 == 0 else check_between("l2", l2, 0, float("inf"))
