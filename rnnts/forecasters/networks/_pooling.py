"""Networks trained on many series at once: one set of weights, and a member for each series."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import chain
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed

from rnnts._descent import Descent
from rnnts._objective import Objective
from rnnts._progress import Advance, progress
from rnnts._types import FloatArray
from rnnts.forecasters.networks._ensemble import Ensemble
from rnnts.forecasters.networks._kept_networks import KeptNetworks
from rnnts.forecasters.networks._lesson import Lesson, Rows
from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._plan import Plan
from rnnts.forecasters.networks._pooled_errors import PooledErrors
from rnnts.forecasters.networks._solving import random_params
from rnnts.forecasters.networks._untrained import untrained_all
from rnnts.kernels.descent import EXPLODED
from rnnts.solvers import Adam, Solution

# Pieces of series in a batch, and rows of a piece at most.  By pieces of 250 rows the networks have
# a MASE of 1.025 on M4 hourly and one window earlier of .980, of .752 and 1.451 on NN5; by the last
# 500 rows of each series, in twice the time, 1.128 and .913 on M4 hourly, one window earlier on NN5
# 1.442; by pieces of 125 rows .759 on NN5.
_BATCH, _ROWS = 64, 250

# What networks are trained in.
_DTYPE = np.float32

_EXPLODED = "the loss of the networks in common exploded; lower the solver's learning_rate"
_NOTHING_TO_LEARN = (
    "differenced and lagged, no series has an observed row left that networks in common could "
    "learn from; give longer series, or set diff=0"
)

# Steps in which the learning rate rises to its full height.
_WARM_UP = 10


class Pupil(NamedTuple):
    """A series, and in front of it a member for each variant that has no weights yet."""

    rows: Rows
    members: tuple[Member, ...]

    @classmethod
    def of(cls, plan: Plan, rows: Rows) -> "Pupil":
        """With preparations fitted to the rows."""
        pupil = cls(rows, untrained_all(plan, rows))
        for member in pupil.members:
            _check_readable(member.prepared(rows.filled, rows.exog)[0])
        return pupil


@dataclass(frozen=True)
class Pooled:
    """Trained networks of all variants, those of one variant from several seeds.

    Attributes
    ----------
    errors : PooledErrors, optional
        Of rows held out of all series.
    """

    plan: Plan
    by_variant: tuple[tuple[Solution, ...], ...]
    errors: PooledErrors | None = None

    @property
    def solutions(self) -> tuple[Solution, ...]:
        """How each of them was trained."""
        return tuple(chain.from_iterable(self.by_variant))

    def ensemble(self, pupil: Pupil) -> Ensemble:
        """The networks in front of a series, of which they have read nothing as yet."""
        return Ensemble(
            tuple(
                tuple(member.with_params(solution.params) for solution in alike)
                for member, alike in zip(pupil.members, self.by_variant, strict=True)
            )
        )


def train_together(
    plan: Plan,
    pupils: Sequence[Pupil],
    seeds: Sequence[int],
    n_jobs: int | None = None,
    *,
    is_shown: bool = False,
    kept: KeptNetworks | None = None,
) -> Pooled:
    """Train the networks of a plan on all series, but for those that were kept.

    The result depends neither on the order in which the series stand nor on `n_jobs`, the number
    of threads that train the networks of one variant each.  A bar counts steps of the solver where
    it `is_shown`.
    """
    n_steps = len(plan.variants) * len(seeds) * plan.solver.max_iter
    # As many at once as there are threads: what a network reads of long series takes room.
    # Threads whatever the backend: the data are large, and a cluster would have them sent.
    with progress(n_steps, "iterations", is_shown=is_shown) as on_step:
        by_variant = Parallel(n_jobs, require="sharedmem")(
            delayed(_taught)(plan, place, pupils, seeds, on_step, kept)
            for place in range(len(plan.variants))
        )
    return Pooled(plan, tuple(by_variant))


def _taught(
    plan: Plan,
    place: int,
    pupils: Sequence[Pupil],
    seeds: Sequence[int],
    on_step: Advance,
    kept: KeptNetworks | None,
) -> tuple[Solution, ...]:
    """Networks of one variant, each kept as soon as it is trained."""
    member = pupils[0].members[place]
    batches: list[Objective] = []
    solutions = []
    for seed in seeds:
        path = kept and kept.path_of(place, seed, [pupil.rows for pupil in pupils])
        solution = kept.read(path) if kept and path else None
        if solution is None:
            batches = batches or list(_batches(plan, member, _pieces(place, pupils)))
            if not batches:
                raise ValueError(_NOTHING_TO_LEARN)
            solution = _descended(plan, member, batches, seed, on_step)
            if kept and path:
                kept.write(path, solution)
        else:
            on_step(0, spared=plan.solver.max_iter)
        solutions.append(solution)
    return tuple(solutions)


def _pieces(place: int, pupils: Sequence[Pupil]) -> list[Lesson]:
    """Lessons of one variant, a long one as several of about one length that begin at rest."""
    pieces: list[Lesson] = []
    for pupil in pupils:
        lesson = Lesson.of(pupil.members[place], pupil.rows)
        # Lags are the series many times over, which takes room: as few digits as will be read.
        parts = [part.astype(_DTYPE) for part in (lesson.x, lesson.targets, lesson.weights)]
        n_pieces = max(-(-len(lesson.x) // _ROWS), 1)
        pieces += map(Lesson, *(np.array_split(part, n_pieces) for part in parts))
    return pieces


def _check_readable(values: FloatArray) -> None:
    largest = np.nanmax(np.abs(values), initial=0.0)
    if largest > np.finfo(_DTYPE).max:
        raise ValueError(
            f"prepared for networks in common, the series has values up to {largest:.3g}, and they "
            f"read none beyond {np.finfo(_DTYPE).max:.3g}; set scale='standard', or divide it by a "
            "constant"
        )


def _batches(plan: Plan, member: Member, lessons: Sequence[Lesson]) -> Iterator[Objective]:
    """The loss on groups of series of about the same length."""
    order = sorted(range(len(lessons)), key=lambda place: _key(lessons[place]))
    n_batches = -(-len(order) // _BATCH)
    network = replace(member.recurrence.network, dtype=_DTYPE)
    for places in np.array_split(order, n_batches):
        alike = [lessons[place] for place in places]
        x, targets, weights = (
            _side_by_side([getattr(lesson, name) for lesson in alike])
            for name in ("x", "targets", "weights")
        )
        if not weights.any():
            continue
        yield Objective(
            network,
            plan.loss,
            x,
            targets,
            n_warmup=member.recurrence.n_warmup,
            weights=weights,
            l2=plan.l2,
        )


def _key(lesson: Lesson) -> tuple[int, bytes]:
    """Length, and something that tells series of one length apart whatever their order."""
    return len(lesson.x), blake2b(lesson.targets.tobytes()).digest()


def _side_by_side(arrays: Sequence[FloatArray]) -> FloatArray:
    """Of shape (longest, n_arrays, n); shorter ones are followed by zeros."""
    n_rows = max(map(len, arrays))
    joined = np.zeros((n_rows, len(arrays), arrays[0].shape[-1]), arrays[0].dtype)
    for place, values in enumerate(arrays):
        joined[: len(values), place] = values[:, 0]
    return joined


def _descended(
    plan: Plan, member: Member, objectives: Sequence[Objective], seed: int, on_step: Advance
) -> Solution:
    """Weights after steps of Adam on one batch after the other, in random order."""
    solver = plan.solver
    if not isinstance(solver, Adam):
        raise TypeError(
            f"networks of many series are trained by Adam, got solver={solver!r}; leave "
            "solver='auto' and horizon above 1"
        )
    rng = np.random.default_rng(seed)
    params = random_params(plan, member.recurrence, seed)
    descent = Descent(
        objectives[0],
        params,
        solver.learning_rate,
        (solver.beta_1, solver.beta_2),
        solver.epsilon,
        solver.clip_norm,
    )
    n_epochs = max(1, round(solver.max_iter / len(objectives)))
    n_steps = n_epochs * len(objectives)
    on_step(0, spared=solver.max_iter - n_steps)
    rates = replace(solver, max_iter=n_steps).rates()
    rates[:_WARM_UP] *= np.linspace(0.1, 1.0, _WARM_UP)[: len(rates)]
    order = np.concatenate([rng.permutation(len(objectives)) for _ in range(n_epochs)])
    losses = np.empty(n_steps)
    for step, (place, rate) in enumerate(zip(order, rates, strict=True)):
        descent.objective = objectives[place]
        losses[step : step + 1] = descent.run(1, np.array([rate]))
        if descent.status == EXPLODED:
            raise ValueError(_EXPLODED)
        on_step()
    curve = losses.reshape(n_epochs, -1).mean(axis=1)
    # Finite, and yet beyond what any batch that is harder than the first one would explain.
    if curve[-1] > 10 * abs(losses[0]) + 1:
        raise ValueError(_EXPLODED)
    message = "the learning rate has come down to zero"
    return Solution(descent.params, float(curve[-1]), True, message, tuple(curve.tolist()))
