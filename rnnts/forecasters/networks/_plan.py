"""What the arguments of a network come to, on a given series."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_between, check_choice, check_count, is_integer
from rnnts.cells import CELLS, Cell
from rnnts.forecasters.networks._arguments import FORECAST_LOSSES, sizes_of
from rnnts.forecasters.networks._recipes import Recipe, recipe_for
from rnnts.losses import LOSSES, Loss, loss_of
from rnnts.solvers import SOLVERS, Solver, solver_of
from rnnts.transforms import SCALINGS, Preparation
from rnnts.transforms._level import LEVELS

STRATEGIES = ["auto", "direct", "recursive"]
STARTS = ["auto", "random", "arma"]


@dataclass(frozen=True)
class Variant:
    """One preparation, and what a network reads of it."""

    preparation: Preparation
    level: str | None
    input_size: int


@dataclass(frozen=True)
class Plan:
    """What to train: every variant from every seed, at every hidden size that is to be compared.

    Attributes
    ----------
    validation_fraction : float
        Held out for early stopping; 0 without it.
    partner : float
        Weight of the theta method, where none is named.
    linear_solver : Solver
        The best one for a linear network.
    """

    cell: Cell
    hidden_sizes: tuple[int | tuple[int, ...], ...]
    dilation: int | tuple[int, ...]
    residual: bool
    skip: bool
    horizon: int
    variants: tuple[Variant, ...]
    scale: str | None
    loss: Loss
    solver: Solver
    l2: float
    n_init: int
    init: str
    validation_fraction: float
    n_iter_no_change: int
    partner: float
    linear_solver: Solver

    @property
    def is_direct(self) -> bool:
        """Whether several rows are predicted at once."""
        return self.horizon > 1


def plan_of(
    arguments: Any,
    y: FloatArray,
    n_known: int,
    n_exog: int,
    season_length: int,
    recipe: Recipe | None = None,
) -> Plan:
    """Read the arguments of a forecaster, and raise where one makes no sense.

    Parameters
    ----------
    arguments : object with an attribute for each
    y : ndarray of shape (n_rows, n_targets)
        Gaps filled.
    n_known : int
        Rows that were observed.
    n_exog, season_length : int
    recipe : Recipe, optional
        What "auto" stands for, if not what suits this one series.
    """
    given = arguments
    check_choice("cell", given.cell, ["auto", *CELLS])
    check_choice("init", given.init, STARTS)
    is_linear = given.cell == "linear" or given.init == "arma"
    horizon = _horizon_of(given.horizon, given.strategy, is_linear)
    is_direct = horizon != 1
    auto = recipe or recipe_for(
        y, n_known, season_length, is_direct=is_direct, is_linear=given.cell == "linear"
    )
    if not _is_auto(given.hidden_size):
        # Those of the recipe suit its own layers.
        auto = replace(auto, dilation=1, residual=False)

    def chosen(name: str) -> Any:
        value = getattr(given, name)
        return getattr(auto, name) if _is_auto(value) else value

    variants = _variants_of(given, auto, chosen)
    n_scored = len(y) - max(variant.input_size for variant in variants)
    hidden_sizes = tuple(sizes_of(chosen("hidden_size"), chosen("cell"), n_scored))
    dilation = chosen("dilation")
    scale, skip = chosen("scale"), bool(chosen("skip"))
    loss = loss_of(chosen("loss"), FORECAST_LOSSES)
    if scale is not None:
        check_choice("scale", scale, [name for name in SCALINGS if name])
    # With a penalty, training from the ARMA model could end with a larger loss than it began with.
    is_free = given.init == "arma" and _is_auto(given.l2)
    l2 = 0.0 if is_free else _penalty_of(chosen("l2"))
    validation_fraction = _validation_of(given)
    suits_lm = (
        not (l2 or validation_fraction)
        and isinstance(largest := hidden_sizes[-1], int)
        and n_scored > 2 * largest
        and dilation == 1
        and loss == LOSSES["squared_error"]
        and (y.shape[1], n_exog, horizon, skip) == (1, 0, 1, False)
        and [(variant.input_size, variant.level) for variant in variants] == [(1, None)]
    )
    linear_solver = SOLVERS["lm" if suits_lm else "lbfgs"]()
    return Plan(
        cell=CELLS[chosen("cell")],
        hidden_sizes=hidden_sizes,
        dilation=dilation,
        residual=bool(chosen("residual")),
        skip=skip,
        horizon=auto.horizon if horizon is None else horizon,
        variants=variants,
        scale=scale,
        loss=loss,
        solver=solver_of(
            given.solver,
            linear_solver if given.cell == "linear" and not is_direct else auto.solver,
            max_iter=given.max_iter,
            tol=given.tol,
            clip_norm=given.clip_norm,
        ),
        l2=l2,
        n_init=check_count("n_init", chosen("n_init")),
        init=_start_of(given),
        validation_fraction=validation_fraction,
        n_iter_no_change=check_count("n_iter_no_change", given.n_iter_no_change),
        partner=auto.partner if n_exog == 0 else 0.0,
        linear_solver=linear_solver,
    )


def _start_of(given: Any) -> str:
    """What training starts from; a linear network is an ARMA model wherever it starts."""
    if given.init == "arma" and np.size(given.hidden_size) > 1:
        raise ValueError(
            f"init='arma' needs one layer, got hidden_size={given.hidden_size!r}; give one number "
            "of units, or init='random'"
        )
    return "arma" if given.init == "arma" and given.cell != "linear" else "random"


def _horizon_of(horizon: Any, strategy: str, is_linear: bool) -> int | None:
    """Rows predicted at once; None where the recipe says how many."""
    check_choice("strategy", strategy, STRATEGIES)
    if is_integer(horizon):
        horizon = check_count("horizon", horizon)
        if strategy == "recursive" and horizon > 1:
            raise ValueError(
                f"horizon={horizon} is the length of a direct head, but strategy='recursive' has "
                "none; leave one of them out (any horizon may be asked of predict)"
            )
        return int(horizon)
    if horizon is not None and horizon != "auto":
        check_count("horizon", horizon)
    is_recursive = strategy == "auto" and (horizon is None or is_linear)
    return 1 if strategy == "recursive" or is_recursive else None


def _variants_of(given: Any, auto: Recipe, chosen: Callable[[str], Any]) -> tuple[Variant, ...]:
    """Every combination of the choices."""
    readings = auto.readings
    if not _is_auto(given.deseasonalize):
        # What the recipe knows of this season, or else of its first one.
        by_season = {reading.season: reading for reading in readings}
        readings = tuple(
            by_season.get(season if isinstance(season, str) else None, readings[0])._replace(
                season=season
            )
            for season in _each(given.deseasonalize)
        )
    variants = []
    for power, reading in product(_each(chosen("transform")), readings):
        levels = (reading.level,) if _is_auto(given.level) else _each(given.level)
        n_lags = reading.input_size if _is_auto(given.input_size) else given.input_size
        for level in levels:
            if level is not None:
                check_choice("level", level, LEVELS)
            preparation = Preparation(power, reading.season, chosen("diff"), None, None)
            variants.append(Variant(preparation, level, check_count("input_size", n_lags)))
    return tuple(variants)


def _is_auto(value: Any) -> bool:
    return isinstance(value, str) and value == "auto"


def _each(choices: Any) -> Sequence[Any]:
    """The choices, where there are several."""
    if not isinstance(choices, tuple | list):
        return (choices,)
    if not choices:
        raise ValueError(
            "transform, deseasonalize and level take one choice or several, got an empty "
            f"{type(choices).__name__}; None leaves a step out"
        )
    return choices


def _penalty_of(l2: Any) -> float:
    return 0.0 if l2 == 0 else check_between("l2", l2, 0, float("inf"))


def _validation_of(given: Any) -> float:
    fraction = check_between("validation_fraction", given.validation_fraction, 0, 1)
    return fraction if given.early_stopping else 0.0
