"""From a plan and rows to a trained ensemble."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from joblib import Parallel, delayed

from rnnts._progress import Advance, progress
from rnnts._types import FloatArray
from rnnts.forecasters.networks._ensemble import Ensemble
from rnnts.forecasters.networks._lesson import Rows, interpolated
from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._model import bridged
from rnnts.forecasters.networks._plan import Plan, Variant
from rnnts.forecasters.networks._solving import most_iterations, solved
from rnnts.forecasters.networks._untrained import knows_scale, network_of, untrained
from rnnts.kernels.threads import tiny_products
from rnnts.solvers import LevenbergMarquardt, Solution

# Trainings on a series with gaps; each fills them with what the one before it predicts there.
_ROUNDS = 3


@dataclass(frozen=True)
class Trained:
    """An ensemble, the series without gaps, and how each of its members was trained."""

    plan: Plan
    ensemble: Ensemble
    y: FloatArray
    solutions: tuple[Solution, ...]


def train(
    plan: Plan,
    y: FloatArray,
    exog: FloatArray,
    season_length: int,
    seeds: Sequence[int],
    n_jobs: int | None = None,
    earlier: Ensemble | None = None,
    *,
    is_shown: bool = False,
) -> Trained:
    """Train every member on rows of shape (n_rows, n_targets), NaN where a value is missing.

    With `earlier` training goes on from its weights, behind its preparations, unless the plan asks
    for other networks by now or they have only seen a constant.  A bar counts iterations where it
    `is_shown`.
    """
    if earlier is not None and not _suits(earlier, plan, y.shape[1], exog.shape[1], len(seeds)):
        earlier = None
    filled = interpolated(y)
    n_rounds = _ROUNDS if np.isnan(y).any() else 1
    n_first = plan.solver.max_iter
    if earlier is None:
        n_first = len(plan.hidden_sizes) * most_iterations(plan)
    n_iter = n_first + (n_rounds - 1) * plan.solver.max_iter
    n_networks = len(plan.variants) * len(seeds)
    with progress(n_networks * n_iter, "iterations", is_shown=is_shown) as on_iteration:
        for _ in range(n_rounds):
            rows = Rows(y, filled, exog, season_length)
            ensemble, solutions = _train_all(plan, rows, seeds, n_jobs, earlier, on_iteration)
            filled, ensemble = read_all(ensemble, y, exog)
            earlier = ensemble
    return Trained(plan, ensemble, filled, solutions)


def _suits(ensemble: Ensemble, plan: Plan, n_targets: int, n_exog: int, n_seeds: int) -> bool:
    """Whether the networks are those that the plan asks for, and what they know is of use."""
    if [len(alike) for alike in ensemble.members] != [n_seeds] * len(plan.variants):
        return False
    # A converted ARMA model starts elsewhere than at rest, which this solver has no place for.
    is_lm = isinstance(plan.solver, LevenbergMarquardt)
    if is_lm and any(member.recurrence.start.hidden.any() for member in ensemble):
        return False
    n_read = 0 if plan.is_direct else n_exog
    return all(knows_scale(member) for member in ensemble) and all(
        member.recurrence.network
        in [network_of(plan, variant, size, n_targets, n_read) for size in plan.hidden_sizes]
        for variant, alike in zip(plan.variants, ensemble.members, strict=True)
        for member in alike
    )


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


def filled_by(ensemble: Ensemble, y: FloatArray, exog: FloatArray) -> FloatArray:
    """A series from its first row on, its gaps bridged."""
    return read_all(ensemble, y, exog)[0] if np.isnan(y).any() else y


def _train_all(
    plan: Plan,
    rows: Rows,
    seeds: Sequence[int],
    n_jobs: int | None,
    earlier: Ensemble | None,
    on_iteration: Advance,
) -> tuple[Ensemble, tuple[Solution, ...]]:
    def train_one(variant: Variant, seed: int, start: Member | None) -> tuple[Member, Solution]:
        if start is not None:
            start.check_learns_from(len(rows.y))
            return solved(plan, start, start.recurrence.params, seed, rows, on_iteration)
        fits = []
        for hidden_size in plan.hidden_sizes:
            member = untrained(plan, variant, hidden_size, rows)
            fits.append(solved(plan, member, None, seed, rows, on_iteration))
        n_scored = len(rows.y) - variant.input_size
        return fits[0] if len(fits) == 1 else min(fits, key=lambda fit: _bic(fit, n_scored))

    starts = [None] * (len(plan.variants) * len(seeds)) if earlier is None else list(earlier)
    tasks = zip(product(plan.variants, seeds), starts, strict=True)
    with tiny_products():
        fits = Parallel(n_jobs, prefer="threads")(
            delayed(train_one)(variant, seed, start) for (variant, seed), start in tasks
        )
    members = [member for member, _ in fits]
    n_alike = len(seeds)
    alike = [tuple(members[i : i + n_alike]) for i in range(0, len(members), n_alike)]
    return Ensemble(tuple(alike)), tuple(solution for _, solution in fits)


def _bic(fit: tuple[Member, Solution], n_scored: int) -> float:
    member, solution = fit
    mean_square = max(2 * solution.value, np.finfo(float).tiny)
    n_free = 2 * member.recurrence.network.state_size + 1
    return float(n_scored * np.log(mean_square) + n_free * np.log(n_scored))
