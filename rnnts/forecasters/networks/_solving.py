"""Weights for one network: where they start, and where its solver takes them."""

from dataclasses import replace

import numpy as np

from rnnts._progress import Advance
from rnnts._types import FloatArray
from rnnts.forecasters.networks._arma_start import REACHES, linear_twin, name_of, started_at
from rnnts.forecasters.networks._lesson import Lesson, Rows
from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._plan import Plan
from rnnts.forecasters.networks._recurrence import Recurrence
from rnnts.losses import Gaussian, StudentT
from rnnts.solvers import Solution
from rnnts.solvers._early_stopping import EarlyStopping, solve_watched
from rnnts.solvers._reporting import reporting

# How much of its random weights a direct head starts with: it says next to nothing.
_QUIET = 0.3

# Share of rows that have to agree before a direct head starts with a drift.  Few steps of training
# would not find it: a trend adds up over the horizon.
_NEARLY_ALL = 0.96


def solved(
    plan: Plan,
    member: Member,
    params: FloatArray | None,
    seed: int,
    rows: Rows,
    on_iteration: Advance,
) -> tuple[Member, Solution]:
    """The member with weights trained from `params`, or else from fresh ones."""
    recurrence, lesson = member.recurrence, Lesson.of(member, rows)
    if params is None and plan.init == "arma":
        recurrence, solution = _beyond_arma(plan, recurrence, lesson, on_iteration)
    else:
        if params is None:
            params = _first_params(plan, recurrence, seed, lesson)
        solution = _minimised(plan, recurrence, params, lesson, on_iteration)
    trained = recurrence.with_params(solution.params)
    return replace(member, recurrence=trained, state=trained.start), solution


def most_iterations(plan: Plan) -> int:
    """How many a network may take that starts from fresh weights."""
    if plan.init == "arma":
        return plan.linear_solver.max_iter + len(REACHES) * plan.solver.max_iter
    return plan.solver.max_iter


def _first_params(plan: Plan, recurrence: Recurrence, seed: int, lesson: Lesson) -> FloatArray:
    """Random weights; those of a direct head say that the series stays where it is, or drifts."""
    params = random_params(plan, recurrence, seed)
    recurrence.network.unpack(params)["b_output"][:] = first_bias(plan, recurrence, lesson)
    return params


def first_bias(plan: Plan, recurrence: Recurrence, lesson: Lesson) -> FloatArray:
    """Output biases that say that a series drifts, or stays where it is."""
    n_alike = recurrence.outputs.n_per_target
    targets = lesson.targets[:, 0, ::n_alike]
    if not plan.is_direct or isinstance(plan.loss, Gaussian | StudentT):
        # Of a likelihood every other output is a scale.
        return np.zeros(targets.shape[1] * n_alike)
    known = np.where(lesson.weights[:, 0] > 0, targets, np.nan)
    return np.repeat(_drift_of(known), n_alike)


def random_params(plan: Plan, recurrence: Recurrence, seed: int) -> FloatArray:
    """Random weights; those of a direct head say that a series stays where it is."""
    network = recurrence.network
    params = network.init_params(np.random.default_rng(seed))
    if plan.is_direct:
        weights_of = network.unpack(params)
        weights_of["w_output"][:] *= _QUIET
        if network.cell.n_gates == 1:
            # Units that remember from the start learn it in few steps.
            for name, recurrent in weights_of.items():
                if name.startswith("w_hidden"):
                    recurrent[:] = 0.5 * recurrent + 0.3 * np.eye(len(recurrent))
    return params


def _drift_of(known: FloatArray) -> FloatArray:
    """Median of each column where nearly all rows agree on its sign, else zero."""
    n_known = np.maximum((~np.isnan(known)).sum(axis=0), 1)
    n_up, n_down = (known > 0).sum(axis=0), (known < 0).sum(axis=0)
    is_sure = np.maximum(n_up, n_down) >= _NEARLY_ALL * n_known
    drift = np.zeros(known.shape[1])
    drift[is_sure] = np.nanmedian(known[:, is_sure], axis=0)
    return drift


def _minimised(
    plan: Plan, recurrence: Recurrence, params: FloatArray, lesson: Lesson, on_iteration: Advance
) -> Solution:
    """The weights that the solver of the plan finds."""
    solver = reporting(plan.solver, on_iteration)
    if not plan.validation_fraction:
        return solver.solve(lesson.objective(recurrence, plan.loss, plan.l2), params)
    # A row belongs to those held out if anything predicted there does.
    n_rows = len(lesson.x)
    n_first = round(n_rows * (1 - plan.validation_fraction))
    is_late = (np.arange(n_rows) + plan.horizon > n_first)[:, None, None]
    early, late = lesson.weights * ~is_late, lesson.weights * is_late
    counted = slice(recurrence.n_warmup, None)
    if not (early[counted].any() and late[counted].any()):
        raise ValueError(
            f"validation_fraction={plan.validation_fraction:g} of {n_rows} rows leaves nothing to "
            "train on, or nothing to hold out; bring it nearer to 0.2, or set early_stopping=False"
        )
    stopping = EarlyStopping(
        lesson.objective(recurrence, plan.loss, 0.0, late), plan.n_iter_no_change
    )
    objective = lesson.objective(recurrence, plan.loss, plan.l2, early)
    return solve_watched(solver, objective, params, stopping)


def _beyond_arma(
    plan: Plan, recurrence: Recurrence, lesson: Lesson, on_iteration: Advance
) -> tuple[Recurrence, Solution]:
    """Train from the ARMA model of the same rows, and end no worse than it."""
    linear = linear_twin(recurrence)
    network = linear.network
    first = network.init_params(np.random.default_rng(0))
    by_linear = replace(plan, solver=plan.linear_solver)
    goal = _minimised(by_linear, linear, first, lesson, on_iteration)
    linear = linear.with_params(goal.params)
    tried: list[tuple[Recurrence, Solution]] = []
    for reach in REACHES:
        started = started_at(recurrence, name_of(plan.cell), linear, lesson.x, reach)
        solution = _minimised(plan, started, started.params, lesson, on_iteration)
        tried.append((started, solution))
        if solution.value <= goal.value:
            break
    n_spared = len(REACHES) - len(tried)
    on_iteration(0, spared=n_spared * plan.solver.max_iter)
    return min(tried, key=lambda trial: trial[1].value)
