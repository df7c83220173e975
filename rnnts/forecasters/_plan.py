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

# Measured on windows cut from the training parts of M1, M3 and M4 (see benchmarks/accuracy).
_DIRECT_ADAM = Adam(learning_rate=5e-3, max_iter=300, schedule="cosine")
_DIRECT_L2, _DIRECT_LEVELS, _DIRECT_SEEDS = 0.1, ("ses", "last"), 3


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
    variants = _variants_of(f, is_direct)
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
        _penalty_of(f.l2, is_direct),
        check_count(
            "n_init", (_DIRECT_SEEDS if is_direct else 1) if f.n_init == "auto" else f.n_init
        ),
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


def _variants_of(f: Any, is_direct: bool) -> tuple[Variant, ...]:
    is_left = f.cell == "linear" and not is_direct

    def chosen(value: Any, direct: Any, recursive: Any) -> Any:
        return value if value != "auto" else direct if is_direct else recursive

    transform = None if is_left and f.transform == "auto" else f.transform
    deseasonalize = None if is_left and f.deseasonalize == "auto" else f.deseasonalize
    diff = chosen(f.diff, 0, 0 if is_left else "auto")
    levels = _each(chosen(f.level, _DIRECT_LEVELS, None))
    for level in levels:
        if level is not None:
            check_choice("level", level, LEVELS)
    input_size = check_count("input_size", chosen(f.input_size, 2, 1))
    return tuple(
        Variant(Preparation(power, season, diff, None, None), level, input_size)
        for power, season, level in product(_each(transform), _each(deseasonalize), levels)
    )


def _each(choices: Any) -> Sequence[Any]:
    """The choices, where there are several."""
    return choices if isinstance(choices, tuple | list) else (choices,)


def _penalty_of(l2: Any, is_direct: bool) -> float:
    if l2 == "auto":
        return _DIRECT_L2 if is_direct else 0.0
    return 0.0 if l2 == 0 else check_between("l2", l2, 0, float("inf"))
