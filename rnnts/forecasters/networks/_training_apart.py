"""Training of one set of networks for each of many series of one length, side by side.

What is trained is what `RNNForecaster` would train on each series by itself, with two differences:
the lanes compute in float32, and every step of the solver is taken, the last one kept.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from rnnts.forecasters.networks._ensemble import Ensemble
from rnnts.forecasters.networks._lesson import Lesson, Rows
from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._plan import Plan
from rnnts.forecasters.networks._side_by_side import SideBySide
from rnnts.forecasters.networks._solving import first_bias, random_params
from rnnts.forecasters.networks._training import Trained
from rnnts.forecasters.networks._untrained import untrained_all
from rnnts.kernels.lanes.arrays import AnyFloatArray
from rnnts.losses import fused
from rnnts.solvers import Adam, Solution

# Code of the lanes is written out for each unit, input and output: more would take minutes to
# compile.
_MOST_UNITS, _MOST_NUMBERS = 8, 128

# Parameters of every network of every series: (n_series, n_params) for each seed of each variant.
Weights = tuple[tuple[AnyFloatArray, ...], ...]


def can_train_apart(plan: Plan) -> bool:
    """Whether the lanes hold the networks of a plan, and train them as it says."""
    size, *others = plan.hidden_sizes
    n_units = size[0] if isinstance(size, tuple) and len(size) == 1 else size
    n_lags = max(variant.input_size for variant in plan.variants)
    n_outputs = plan.horizon * getattr(plan.loss, "n_per_target", 1)
    return (
        not others
        and isinstance(n_units, int)
        and n_units <= _MOST_UNITS
        and n_lags + n_outputs <= _MOST_NUMBERS
        and plan.dilation in (1, (1,))
        and not plan.residual
        and isinstance(plan.solver, Adam)
        and plan.init == "random"
        and not plan.validation_fraction
        and fused(plan.loss, n_outputs) is not None
    )


def train_apart(plan: Plan, rows: Rows, seeds: list[int]) -> tuple[Ensemble, AnyFloatArray]:
    """Networks for every column of the rows, after these, and the losses on the way.

    Returns
    -------
    networks : Ensemble
    losses : ndarray of float32 of shape (n_networks, n_iter, n_series)
    """
    members, losses = [], []
    for member in untrained_all(plan, rows, are_apart=True):
        lesson, alike = Lesson.of(member, rows), []
        for seed in seeds:
            params, curves = _trained(plan, member, lesson, seed)
            alike.append(member.with_params(params.astype(float)))
            losses.append(curves.astype(np.float32))
        members.append(tuple(alike))
    return _after(members, rows), np.stack(losses)


def ensemble_of(plan: Plan, rows: Rows, weights: Weights) -> Ensemble:
    """Networks that were trained before, after the rows they were trained on."""
    members = untrained_all(plan, rows, are_apart=True)
    return _after(
        [
            tuple(member.with_params(params.astype(float)) for params in alike)
            for member, alike in zip(members, weights, strict=True)
        ],
        rows,
    )


def train_one_apart(plan: Plan, rows: Rows, seeds: list[int]) -> Trained:
    """The networks of a single series, as they would be trained among those of others."""
    networks, losses = train_apart(plan, rows, seeds)
    solutions = solutions_of(weights_of(networks), losses, 0)
    return Trained(plan, networks, rows.y, tuple(chain.from_iterable(solutions)))


def solutions_of(
    weights: Weights, losses: AnyFloatArray, column: int
) -> tuple[tuple[Solution, ...], ...]:
    """How the networks of one series were trained, by variant and seed."""
    curves = iter(losses[..., column].tolist())
    return tuple(
        tuple(_solution(params[column], next(curves)) for params in alike) for alike in weights
    )


def weights_of(networks: Ensemble) -> Weights:
    """What networks have learned, in the float32 of the lanes."""
    return tuple(
        tuple(member.recurrence.params.astype(np.float32) for member in alike)
        for alike in networks.members
    )


def _after(members: Sequence[tuple[Member, ...]], rows: Rows) -> Ensemble:
    return Ensemble(tuple(members)).map(lambda member: member.restarted(rows.y, rows.exog))


def _trained(
    plan: Plan, member: Member, lesson: Lesson, seed: int
) -> tuple[AnyFloatArray, AnyFloatArray]:
    recurrence, solver = member.recurrence, plan.solver
    assert isinstance(recurrence, SideBySide)
    assert isinstance(solver, Adam)
    first = random_params(plan, recurrence, seed)
    started = recurrence.starting_at(first, first_bias(plan, recurrence, lesson))
    run = started.adam(lesson, plan.loss, solver, recurrence.network.costs(plan.l2))
    losses = run.run(solver.max_iter, solver.rates())
    return run.params, losses


def _solution(params: AnyFloatArray, curve: list[float]) -> Solution:
    message = "every step of the solver was taken"
    return Solution(params.astype(float), curve[-1], True, message, tuple(curve))
