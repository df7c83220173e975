"""Series with networks of their own, fitted side by side in blocks of one length."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.utils.parallel import Parallel, delayed

from rnnts._progress import Advance
from rnnts._types import BoolArray, FloatArray, IntArray
from rnnts.exceptions import TimeIndexError
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters.networks._held_out import n_trained_on
from rnnts.forecasters.networks._plan import Plan
from rnnts.forecasters.networks._training_apart import can_train_apart
from rnnts.forecasters.networks._uncertainty import METHODS
from rnnts.forecasters.panels._bank import Bank, is_odd, numbers_in, numbers_of
from rnnts.forecasters.panels._block import Block, plan_for
from rnnts.forecasters.panels._files import Kept, keep, kept_at, path_in
from rnnts.kernels.lanes.arrays import AnyFloatArray
from rnnts.panel import Panel, TimeAxis, time_axis
from rnnts.saving import Checkpoint
from rnnts.transforms._stationarity import is_level_stationary

# Networks of fewer series are trained one by one before a kernel of their shape is compiled.
_FEWEST = 32

# Series in a block, at most: what is computed on the way takes room.
_MOST = 512

# A loss that is as good as none, in the units of scaled series.
_NEXT_TO_NOTHING = 1e-6

# Partners of the networks that are fitted to many series at once.
_PARTNERS = (None, "auto", "theta", "seasonal_naive")


class Kind(NamedTuple):
    """What series have in common whose networks are trained side by side."""

    n_rows: int
    season_length: int
    # Whether the level stays, which decides on the networks where there is no season: in all rows,
    # and in those before the ones that may be held out.
    stays: tuple[bool, bool]


class Group(NamedTuple):
    """Series of one kind."""

    kind: Kind
    y: FloatArray
    labels: list[Hashable]
    axes: list[TimeAxis]

    def take(self, columns: Sequence[int] | IntArray) -> "Group":
        """Some of them."""
        return Group(
            self.kind,
            self.y[:, np.asarray(columns)],
            [self.labels[at] for at in columns],
            [self.axes[at] for at in columns],
        )


def fit_side_by_side(
    estimator: RNNForecaster,
    panel: Panel,
    n_jobs: int | None,
    on_step: Advance,
    checkpoint: Checkpoint | None = None,
) -> Bank:
    """A bank of those series of a panel that suit it.

    Which ones suit depends on all series given, but what becomes of a series does not depend on
    their order, nor on how they are divided among processes.  With a checkpoint, blocks that it has
    are not trained again, and the bank leaves all blocks on disk.
    """
    bank = Bank()
    if not _suits(estimator):
        return bank
    waiting: list[tuple[Group, Path | None]] = []
    for group in _shared_shapes(estimator, _groups(estimator, panel)):
        for start in range(0, len(group.labels), _MOST):
            part = group.take(range(start, min(start + _MOST, len(group.labels))))
            path, kept = None, None
            if checkpoint is not None:
                season_length = part.kind.season_length
                path = path_in(checkpoint, estimator, part.labels, season_length, part.y)
                kept = kept_at(checkpoint, path)
            if path is not None and kept is not None:
                bank.add(path, kept.labels, kept.axes)
                on_step(len(kept.labels))
            else:
                waiting.append((part, path))
    running = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_fitted_and_kept)(estimator, group, checkpoint, path) for group, path in waiting
    )
    for (group, path), (columns, block, is_kept) in zip(waiting, running, strict=True):
        if block is not None:
            own = group.take(columns)
            # A worker may have written it to a disk that is not seen from here.
            found = path if is_kept and path is not None and path.exists() else block
            bank.add(found, own.labels, own.axes)
            on_step(len(columns))
    return bank


def _suits(estimator: RNNForecaster) -> bool:
    """Whether blocks do all that an estimator asks; what makes no sense is told of one by one."""
    return (
        estimator.fallback is None
        and estimator.partner in _PARTNERS
        and estimator.interval_method in ("auto", *METHODS)
        and estimator.exog_gap in ("error", "hold")
    )


def _groups(estimator: RNNForecaster, panel: Panel) -> list[Group]:
    """Series without gaps or exogenous columns, by what makes them alike."""
    values = None if panel.exog is not None else numbers_of(panel.y)
    if values is None:
        return []
    lengths = np.diff(panel.indptr)
    n_odd = np.diff(np.r_[0, np.cumsum(is_odd(values))][panel.indptr])
    suits = (n_odd == 0) & (lengths >= estimator._min_rows())
    times, axes = numbers_in(panel.index), {}
    alike: dict[tuple[int, int], list[tuple[int, TimeAxis]]] = {}
    for place in np.flatnonzero(suits).tolist():
        part = panel.part(place)
        key = times[part].tobytes()
        if key not in axes:
            axes[key] = _axis_of(panel.index[part], estimator)
        axis, season_length = axes[key]
        if axis is not None:
            alike.setdefault((lengths[place], season_length), []).append((place, axis))
    groups = []
    for (n_rows, season_length), found in alike.items():
        places = np.array([place for place, _ in found])
        y = values[panel.indptr[places] + np.arange(n_rows)[:, None]]
        labels = panel.labels[places].tolist()
        axes_found = [axis for _, axis in found]
        for stays, columns in _by_level(estimator, season_length, y):
            kind = Kind(n_rows, season_length, stays)
            groups.append(Group(kind, y, labels, axes_found).take(columns))
    return groups


def _by_level(
    estimator: RNNForecaster, season_length: int, y: FloatArray
) -> Iterator[tuple[tuple[bool, bool], IntArray]]:
    """Columns by whether their level stays."""
    n_first = n_trained_on(y, season_length, estimator._min_rows())
    stays = np.zeros((y.shape[1], 2), dtype=bool)
    if season_length == 1:
        for place, n_rows in enumerate((len(y), n_first or len(y))):
            stays[:, place] = is_level_stationary(y[:n_rows])
    for flags in np.unique(stays, axis=0):
        yield tuple(flags.tolist()), np.flatnonzero((stays == flags).all(axis=1))


def _shared_shapes(estimator: RNNForecaster, groups: Sequence[Group]) -> list[Group]:
    """Those groups whose networks the lanes hold, in a shape that enough series have."""
    shapes: list[Hashable] = []
    for group in groups:
        try:
            plan = plan_for(estimator, group.kind.season_length, group.y[:, :1])
        except (ValueError, TypeError):
            # Told of when the series are fitted one by one.
            return []
        shapes.append(_shape_of(plan) if can_train_apart(plan) else None)
    counts: Counter[Hashable] = Counter()
    for shape, group in zip(shapes, groups, strict=True):
        counts[shape] += len(group.labels)
    return [
        group
        for shape, group in zip(shapes, groups, strict=True)
        if shape is not None and counts[shape] >= _FEWEST
    ]


def _shape_of(plan: Plan) -> Hashable:
    inputs = tuple(sorted({variant.input_size for variant in plan.variants}))
    return plan.hidden_sizes, plan.horizon, inputs


def _fitted_and_kept(
    estimator: RNNForecaster, group: Group, checkpoint: Checkpoint | None, path: Path | None
) -> tuple[IntArray, Block | None, bool]:
    """The same as `_fitted`, and whether the worker has written it, who would lose no other."""
    columns, block = _fitted(estimator, group.kind.season_length, group.y)
    if block is None or checkpoint is None or path is None:
        return columns, block, False
    own = group.take(columns)
    return columns, block, keep(checkpoint, path, Kept(block, own.labels, own.axes))


def _fitted(
    estimator: RNNForecaster, season_length: int, y: FloatArray
) -> tuple[IntArray, Block | None]:
    """A block of the columns that can be fitted, and which ones these are."""

    def fitted(columns: IntArray) -> list[tuple[IntArray, Block]]:
        try:
            block = Block.fitted(estimator, season_length, y[:, columns])
            is_well = np.isfinite(block.forecast(block.plan.horizon)).all(axis=0)
            is_well &= _has_learned(block.losses).all(axis=0)
        except (ValueError, TypeError, ArithmeticError):
            # Halves, until those that cannot be fitted stand alone.
            halves = np.array_split(columns, 2) if len(columns) > 1 else []
            return [pair for half in halves for pair in fitted(half)]
        if is_well.all():
            return [(columns, block)]
        return [(columns[is_well], block.take(np.flatnonzero(is_well)))] if is_well.any() else []

    found = fitted(np.arange(y.shape[1]))
    if not found:
        return np.empty(0, dtype=int), None
    columns, blocks = zip(*found, strict=True)
    return np.concatenate(columns), Block.joined(blocks)


def _has_learned(losses: AnyFloatArray) -> BoolArray:
    """Which trainings (n_networks, n_iter, n_series) ended no worse than they began.

    By itself, a series whose training diverges gets the best weights on the way, and a warning.
    """
    first, last = losses[:, 0], losses[:, -1]
    learned: BoolArray = last <= np.maximum(first, _NEXT_TO_NOTHING)
    return learned


def _axis_of(index: pd.Index, estimator: RNNForecaster) -> tuple[TimeAxis | None, int]:
    """The time axis, if there is one, and its season."""
    try:
        axis = time_axis(index, estimator.freq)
        return axis, estimator._resolve_season(axis)
    except (TimeIndexError, TypeError, ValueError):
        return None, 0
