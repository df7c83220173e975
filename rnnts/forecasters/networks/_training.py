"""From a plan and rows to a trained ensemble."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from threadpoolctl import ThreadpoolController

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts._types import FloatArray
from rnnts.cells import CELLS
from rnnts.forecasters.networks._arma_start import REACHES, linear_twin, name_of, started_at
from rnnts.forecasters.networks._effects import effects_of
from rnnts.forecasters.networks._ensemble import Ensemble
from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._model import bridged
from rnnts.forecasters.networks._outputs import Outputs
from rnnts.forecasters.networks._plan import Plan, Variant
from rnnts.forecasters.networks._recurrence import Recurrence, State, at_first_row, at_rest
from rnnts.losses import LOSSES, Gaussian, StudentT
from rnnts.solvers import LBFGS, LevenbergMarquardt, Solution, Solver
from rnnts.solvers._early_stopping import EarlyStopping, solve_watched
from rnnts.transforms import SCALINGS, Level

# Trainings on a series with gaps; each fills them with what the one before it predicts there.
_ROUNDS = 3

# How much of its random weights a direct head starts with: it says next to nothing.
_QUIET = 0.3

# Share of rows that have to agree before a direct head starts with a drift.  Few steps of training
# would not find it: a trend adds up over the horizon.
_NEARLY_ALL = 0.96


@dataclass(frozen=True)
class Trained:
    """An ensemble, the series without gaps, and how each of its members was trained."""

    ensemble: Ensemble
    y: FloatArray
    solutions: tuple[Solution, ...]
    solver: Solver


def train(
    plan: Plan,
    y: FloatArray,
    exog: FloatArray,
    season_length: int,
    seeds: Sequence[int],
    n_jobs: int | None = None,
    earlier: Ensemble | None = None,
) -> Trained:
    """Train every member on rows of shape (n_rows, n_targets), NaN where a value is missing.

    With `earlier` training goes on from its weights, behind its preparations.
    """
    has_gaps = bool(np.isnan(y).any())
    filled = interpolated(y)
    for _ in range(_ROUNDS if has_gaps else 1):
        ensemble, solutions = _train_all(
            plan, y, filled, exog, season_length, seeds, n_jobs, earlier
        )
        filled, ensemble = read_all(ensemble, y, exog)
        earlier = ensemble
    return Trained(ensemble, filled, solutions, plan.solver)


def read_all(ensemble: Ensemble, y: FloatArray, exog: FloatArray) -> tuple[FloatArray, Ensemble]:
    """A series from its first row on, its gaps bridged, and the ensemble after it."""
    if not np.isnan(y).any():
        return y, ensemble.map(lambda member: member.restarted(y, exog))
    # Before the first prediction there is none to take.
    n_first = max(member.n_unknown for member in ensemble) + 1
    first = interpolated(y)[:n_first]
    begun = ensemble.map(lambda member: member.restarted(first, exog[:n_first]))
    rest = bridged(begun, y[n_first:], exog[n_first:])
    return np.vstack([first, rest]), begun.advanced(rest, exog[n_first:])


def _train_all(
    plan: Plan,
    y: FloatArray,
    filled: FloatArray,
    exog: FloatArray,
    season_length: int,
    seeds: Sequence[int],
    n_jobs: int | None,
    earlier: Ensemble | None,
) -> tuple[Ensemble, tuple[Solution, ...]]:
    def train_one(variant: Variant, seed: int, start: Member | None) -> tuple[Member, Solution]:
        if start is not None:
            return _solved(plan, start, start.recurrence.params, seed, y, filled, exog)
        fits = []
        for hidden_size in plan.hidden_sizes:
            member = _untrained(plan, variant, hidden_size, y, filled, exog, season_length)
            fits.append(_solved(plan, member, None, seed, y, filled, exog))
        n_scored = len(y) - variant.input_size
        return fits[0] if len(fits) == 1 else min(fits, key=lambda fit: _bic(fit, n_scored))

    starts = [None] * (len(plan.variants) * len(seeds)) if earlier is None else list(earlier)
    tasks = zip(product(plan.variants, seeds), starts, strict=True)
    with _products().limit(limits=1, user_api="blas"):
        fits = Parallel(n_jobs, prefer="threads")(
            delayed(train_one)(variant, seed, start) for (variant, seed), start in tasks
        )
    members = [member for member, _ in fits]
    n_alike = len(seeds)
    alike = [tuple(members[i : i + n_alike]) for i in range(0, len(members), n_alike)]
    return Ensemble(tuple(alike)), tuple(solution for _, solution in fits)


@cache
def _products() -> ThreadpoolController:
    """What says how many threads a matrix product takes.

    Those of a solver are tiny, and threads that wait for each other's share of one cost several
    times as much, most of all on a machine that has other things to do.
    """
    return ThreadpoolController()


def _untrained(
    plan: Plan,
    variant: Variant,
    hidden_size: int | tuple[int, ...],
    y: FloatArray,
    filled: FloatArray,
    exog: FloatArray,
    season_length: int,
) -> Member:
    """A member whose network has no weights yet, before the first row."""
    power = variant.preparation.power.fit(y, season_length)
    n_targets, n_exog = y.shape[1], exog.shape[1]
    effects = np.zeros((n_exog, n_targets))
    if plan.is_direct and n_exog:
        # A head that looks ahead needs exogenous values ahead, which no input of one row holds.
        effects = effects_of(power.transform_next(y), exog, season_length)
    plain = power.transform_next(y) - exog @ effects
    preparation = variant.preparation.after(power, season_length).fit(plain, season_length)
    z = preparation.transform(power.transform_next(filled) - exog @ effects)[preparation.n_lost :]
    read = exog[:, :0] if plan.is_direct else exog
    n_inputs = n_targets * variant.input_size + read.shape[1]
    outputs = Outputs(plan.loss)
    n_outputs = plan.horizon * n_targets * outputs.n_per_target
    network = Network(
        plan.cell,
        n_inputs,
        hidden_size,
        n_outputs,
        dilation=plan.dilation,
        residual=plan.residual,
        skip=plan.skip,
    )
    y_scaling = SCALINGS[plan.scale](z)
    recurrence = Recurrence(
        network,
        np.zeros(network.n_params),
        y_scaling,
        SCALINGS["standard" if plan.scale else None](read),
        _start(network, variant, y_scaling.transform(z), season_length),
        plan.horizon,
        outputs,
    )
    start, mean = recurrence.start, np.nanmean(y, axis=0)
    return Member(power, effects, preparation, recurrence, start, mean)


def _first_params(
    plan: Plan, recurrence: Recurrence, seed: int, targets: FloatArray, weights: FloatArray
) -> FloatArray:
    """Random weights; those of a direct head say that the series stays where it is, or drifts."""
    network = recurrence.network
    params = network.init_params(np.random.default_rng(seed))
    if plan.is_direct:
        weights_of = network.unpack(params)
        weights_of["w_output"][:] *= _QUIET
        if network.cell.n_gates == 1:
            # Units that remember from the start learn it in few steps.
            recurrent = weights_of["w_hidden"]
            recurrent[:] = 0.5 * recurrent + 0.3 * np.eye(len(recurrent))
        n_alike = recurrence.outputs.n_per_target
        known = np.where(weights[:, 0] > 0, targets[:, 0, ::n_alike], np.nan)
        if not isinstance(plan.loss, Gaussian | StudentT):
            # Of which every other output is a scale.
            weights_of["b_output"][:] = np.repeat(_drift_of(known), n_alike)
    return params


def _drift_of(known: FloatArray) -> FloatArray:
    """Median of each column where nearly all rows agree on its sign, else zero."""
    n_known = np.maximum((~np.isnan(known)).sum(axis=0), 1)
    n_up, n_down = (known > 0).sum(axis=0), (known < 0).sum(axis=0)
    is_sure = np.maximum(n_up, n_down) >= _NEARLY_ALL * n_known
    middle = np.array([np.median(column[~np.isnan(column)]) for column in known[:, is_sure].T])
    drift = np.zeros(known.shape[1])
    drift[is_sure] = middle
    return drift


def _start(network: Network, variant: Variant, scaled: FloatArray, season_length: int) -> State:
    if variant.level is None:
        return at_rest(network, variant.input_size, scaled.shape[1])
    level = Level(variant.level).fit(scaled, season_length).start.running
    return at_first_row(network, variant.input_size, scaled[:1], level)


def _solved(
    plan: Plan,
    member: Member,
    params: FloatArray | None,
    seed: int,
    y: FloatArray,
    filled: FloatArray,
    exog: FloatArray,
) -> tuple[Member, Solution]:
    """The member with weights trained from `params`, or else from fresh ones."""
    recurrence = member.recurrence
    x, targets, weights = lesson(member, y, filled, exog)
    if params is None and plan.init == "arma":
        recurrence, solution = _beyond_arma(plan, recurrence, x, targets, weights)
    else:
        if params is None:
            params = _first_params(plan, recurrence, seed, targets, weights)
        solution = _minimised(plan, recurrence, params, x, targets, weights)
    trained = recurrence.with_params(solution.params)
    return replace(member, recurrence=trained, state=trained.start), solution


def lesson(
    member: Member, y: FloatArray, filled: FloatArray, exog: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """What the network reads, what it should say, and how much that counts."""
    z, read = member.prepared(filled, exog)
    is_known = ~np.isnan(member.prepared(y, exog)[0])
    x, levels, _ = member.recurrence.inputs(z, read, member.recurrence.start)
    return x, *member.recurrence.targets(z, levels, is_known)


def _beyond_arma(
    plan: Plan, recurrence: Recurrence, x: FloatArray, targets: FloatArray, weights: FloatArray
) -> tuple[Recurrence, Solution]:
    """Train from the ARMA model of the same rows, and end no worse than it."""
    linear = linear_twin(recurrence)
    network = linear.network
    solver: Solver = LevenbergMarquardt() if suits_lm(plan, linear, weights) else LBFGS()
    first = network.init_params(np.random.default_rng(0))
    goal = _minimised(replace(plan, solver=solver), linear, first, x, targets, weights)
    linear = linear.with_params(goal.params)
    for reach in REACHES:
        started = started_at(recurrence, name_of(plan.cell), linear, x, reach)
        solution = _minimised(plan, started, started.params, x, targets, weights)
        if solution.value <= goal.value:
            break
    return started, solution


def _minimised(
    plan: Plan,
    recurrence: Recurrence,
    params: FloatArray,
    x: FloatArray,
    targets: FloatArray,
    weights: FloatArray,
) -> Solution:
    """The weights that the solver of the plan finds."""

    def objective(weights: FloatArray, l2: float) -> Objective:
        return Objective(
            recurrence.network,
            plan.loss,
            x,
            targets,
            # The first rows lack some of their lags: they bring the state up, and do not count.
            n_warmup=len(recurrence.start.lags) if recurrence.start.level is None else 0,
            weights=None if weights.all() else weights,
            start=recurrence.start.hidden if recurrence.start.hidden.any() else None,
            l2=l2,
        )

    if not plan.validation_fraction:
        return plan.solver.solve(objective(weights, plan.l2), params)
    # A row belongs to those held out if anything predicted there does.
    n_first = round(len(x) * (1 - plan.validation_fraction))
    is_late = (np.arange(len(x)) + plan.horizon > n_first)[:, None, None]
    stopping = EarlyStopping(objective(weights * is_late, 0.0), plan.n_iter_no_change)
    return solve_watched(plan.solver, objective(weights * ~is_late, plan.l2), params, stopping)


def suits_lm(plan: Plan, recurrence: Recurrence, weights: FloatArray) -> bool:
    """Whether Levenberg-Marquardt can train this recurrence."""
    network = recurrence.network
    return (
        network.cell is CELLS["linear"]
        and (len(network.hidden_sizes), network.dilations) == (1, (1,))
        and len(weights) - 1 > 2 * network.hidden_sizes[0]
        and plan.loss == LOSSES["squared_error"]
        and (network.n_inputs, network.n_outputs, network.skip) == (1, 1, False)
        and bool(weights.all())
        and not plan.l2
        and not plan.validation_fraction
    )


def _bic(fit: tuple[Member, Solution], n_scored: int) -> float:
    member, solution = fit
    mean_square = max(2 * solution.value, np.finfo(float).tiny)
    n_free = 2 * member.recurrence.network.state_size + 1
    return float(n_scored * np.log(mean_square) + n_free * np.log(n_scored))


def interpolated(y: FloatArray) -> FloatArray:
    """Gaps bridged by straight lines, the ends by the nearest known value."""
    if not np.isnan(y).any():
        return y
    filled: FloatArray = pd.DataFrame(y).interpolate(limit_direction="both").to_numpy(dtype=float)
    return filled
