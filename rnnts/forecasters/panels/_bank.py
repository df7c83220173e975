"""The networks of very many series: arrays, of which forecasters are made on request."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from rnnts._types import BoolArray, FloatArray, IntArray
from rnnts._validation import LARGEST
from rnnts.exceptions import ForecastWarning, TimeIndexError
from rnnts.forecasters._doubts import doubt_of_growth, is_far
from rnnts.forecasters._history import MOST_SKIPPED, n_skipped
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters.networks._lesson import Rows
from rnnts.forecasters.networks._pooling import Pupil
from rnnts.forecasters.networks._untrained import untrained_all
from rnnts.forecasters.panels._block import Block
from rnnts.forecasters.panels._files import Kept, read_block
from rnnts.forecasters.panels._notices import Notice, give_first
from rnnts.forecasters.panels._outlook import outlook_of
from rnnts.panel import OneSeries, TimeAxis


class Place(NamedTuple):
    """Where a series is in a bank."""

    block: int
    column: int


@dataclass
class Bank:
    """Blocks of series, and where each series is.

    Attributes
    ----------
    blocks : dict of int to Block or Path
        One that is a file is read whenever it is needed.
    places : dict of hashable to Place
        By the id of the series.
    axes : dict of hashable to TimeAxis
        Series with the same rows share one.
    """

    blocks: dict[int, Block | Path] = field(default_factory=dict)
    places: dict[Hashable, Place] = field(default_factory=dict)
    axes: dict[Hashable, TimeAxis] = field(default_factory=dict)

    def __contains__(self, label: object) -> bool:
        return label in self.places

    def block(self, number: int) -> Block:
        """A block, read from its file if it is there."""
        block = self.blocks[number]
        return block if isinstance(block, Block) else read_block(block).block

    def add(
        self, block: Block | Path, labels: Sequence[Hashable], axes: Sequence[TimeAxis]
    ) -> None:
        """Take up a block, with the id and the time axis of each column."""
        number = max(self.blocks, default=-1) + 1
        self.blocks[number] = block
        for column, (label, axis) in enumerate(zip(labels, axes, strict=True)):
            self.places[label] = Place(number, column)
            self.axes[label] = axis

    def join(self, other: "Bank") -> None:
        """Take up all that another bank has."""
        first = max(self.blocks, default=-1) + 1
        self.blocks |= {first + number: block for number, block in other.blocks.items()}
        for label, (number, column) in other.places.items():
            self.places[label] = Place(first + number, column)
        self.axes |= other.axes

    def kept(self, labels: Iterable[Hashable] | None = None) -> Iterator[Kept]:
        """Every block, or what it has of some series, with what these are called."""
        columns: dict[int, dict[int, Hashable]] = {number: {} for number in self.blocks}
        for label in self.places if labels is None else labels:
            number, column = self.places[label]
            columns[number][column] = label
        for number, own in columns.items():
            if own:
                block, places = self.block(number), sorted(own)
                names = [own[column] for column in places]
                kept = block if len(places) == len(block) else block.take(places)
                yield Kept(kept, names, [self.axes[name] for name in names])

    def forecasts(
        self, n_steps: int, labels: Iterable[Hashable] | None = None
    ) -> dict[Hashable, tuple[pd.Index, FloatArray]]:
        """Labels and values of the next rows of every series, or of some."""
        places = {
            label: self.places[label] for label in (self.places if labels is None else labels)
        }
        numbers = {place.block for place in places.values()}
        values, far = {}, {}
        for number in numbers:
            block = self.block(number)
            values[number] = block.forecast(n_steps)
            far[number] = is_far(values[number], block.y)
        doubts: dict[Hashable, list[Notice]] = {
            label: [(ForecastWarning, doubt_of_growth(far[number][:, column]))]
            for label, (number, column) in places.items()
            if far[number][:, column].any()
        }
        give_first(list(doubts), list(doubts.values()))
        return self._labelled(
            {label: values[number][:, column] for label, (number, column) in places.items()}
        )

    def outlooks(
        self,
        n_steps: int,
        probabilities: FloatArray,
        labels: Iterable[Hashable] | None = None,
        n_jobs: int | None = None,
    ) -> dict[Hashable, tuple[pd.Index, FloatArray]]:
        """The same with quantiles beside each forecast: (n_steps, 1 + n_probabilities).

        Series that have to be asked one by one are left out.
        """
        running = Parallel(n_jobs=n_jobs, return_as="generator")(
            delayed(_outlooks_in)(kept.block, kept.labels, n_steps, probabilities)
            for kept in self.kept(labels)
        )
        return self._labelled({label: said for found in running for label, said in found.items()})

    def _labelled(
        self, values: Mapping[Hashable, FloatArray]
    ) -> dict[Hashable, tuple[pd.Index, FloatArray]]:
        """What is said of the next rows of series, with their labels."""
        futures: dict[int, pd.Index] = {}
        found = {}
        for label, said in values.items():
            axis = self.axes[label]
            if id(axis) not in futures:
                futures[id(axis)] = axis.labels(axis.n_steps, axis.n_steps + len(said))
            found[label] = futures[id(axis)], said
        return found

    def ahead(self, series: Sequence[OneSeries]) -> dict[Hashable, IntArray]:
        """Steps ahead, from 0, of rows that all lie in the future; other series are left out."""
        steps: dict[Any, IntArray | None] = {}
        found = {}
        for one in series:
            if one.label in self and one.exog is None:
                axis = self.axes[one.label]
                key = id(axis), bytes_of(one.index)
                if key not in steps:
                    steps[key] = _steps_ahead(axis, one.index)
                ahead = steps[key]
                if ahead is not None:
                    found[one.label] = ahead
        return found

    def forecaster(self, label: Hashable) -> RNNForecaster:
        """A forecaster of one series by itself, with the weights that the bank has for it."""
        number, column = self.places[label]
        block, axis = self.block(number), self.axes[label]
        y = pd.Series(block.y[:, column], index=axis.labels(0, axis.n_steps), name=label)
        own: RNNForecaster = clone(block.estimator)

        def take_up(y: FloatArray, exog: FloatArray, season_length: int) -> None:
            rows = Rows(y, y, exog, season_length)
            pupil = Pupil(rows, untrained_all(block.plan, rows))
            own._join(block.pooled(column), pupil, is_apart=True)

        own._learn(y.index[: block.n_trained], y[: block.n_trained], take_up)
        return own.update(y[block.n_trained :]) if len(y) > block.n_trained else own

    def forget(self, label: Hashable) -> None:
        """Have a series no more."""
        self.places.pop(label, None)
        self.axes.pop(label, None)

    def update(self, series: Sequence[OneSeries]) -> list[OneSeries]:
        """Append new rows; returns the series whose rows do not simply continue, untouched."""
        others: list[OneSeries] = []
        following: dict[tuple[int, int], list[tuple[Hashable, FloatArray]]] = {}
        known: dict[Any, int | None] = {}
        for one in series:
            axis = self.axes[one.label]
            key = id(axis), bytes_of(one.index)
            if key not in known:
                known[key] = _n_known(axis, one.index)
            start = known[key]
            values = None if one.exog is not None else numbers_of(one.values)
            if start is None or values is None or is_odd(values[start:]).any():
                others.append(one)
            elif len(values) > start:
                number, new = self.places[one.label].block, values[start:]
                following.setdefault((number, len(new)), []).append((one.label, new))
        for (number, _), parts in following.items():
            self._extend(number, [label for label, _ in parts], [new for _, new in parts])
        in_use = {place.block for place in self.places.values()}
        self.blocks = {number: self.blocks[number] for number in self.blocks if number in in_use}
        return others

    def _extend(self, number: int, labels: list[Hashable], rows: list[FloatArray]) -> None:
        """Append rows of one length to some series of a block, which become another block."""
        block = self.block(number)
        columns = [self.places[label].column for label in labels]
        order = np.argsort(columns)
        if len(columns) != len(block):
            block = block.take(np.sort(columns))
        block = block.extended(np.stack([rows[at] for at in order], axis=1))
        longer: dict[int, TimeAxis] = {}
        for label in labels:
            axis = self.axes[label]
            longer.setdefault(id(axis), axis.extended(len(rows[0])))
        axes = [longer[id(self.axes[labels[at]])] for at in order]
        self.add(block, [labels[at] for at in order], axes)


def _outlooks_in(
    block: Block, labels: Sequence[Hashable], n_steps: int, probabilities: FloatArray
) -> dict[Hashable, FloatArray]:
    """What a block says of its series, where all of it is a number."""
    try:
        said = outlook_of(block, n_steps, probabilities)
    except (ValueError, TypeError, ArithmeticError):
        # Told of when the series are asked one by one.
        said = None
    if said is None:
        return {}
    by_series = np.ascontiguousarray(said.swapaxes(0, 1))
    return {
        label: own for label, own in zip(labels, by_series, strict=True) if np.isfinite(own).all()
    }


def _n_known(axis: TimeAxis, index: pd.Index) -> int | None:
    """How many first rows were seen before; None unless the others follow on them."""
    try:
        positions = axis.positions(index)
    except (TimeIndexError, TypeError, ValueError):
        return None
    n_known = int((positions < axis.n_steps).sum())
    expected = axis.n_steps + np.arange(len(positions) - n_known)
    return n_known if np.array_equal(positions[n_known:], expected) else None


def _steps_ahead(axis: TimeAxis, index: pd.Index) -> IntArray | None:
    """How far after the last row each label is, from 0; None unless all are, and can be reached."""
    try:
        steps: IntArray = axis.positions(index) - axis.n_steps
    except (TimeIndexError, TypeError, ValueError):
        return None
    is_ahead = len(steps) and steps.min() >= 0 and n_skipped(steps) <= MOST_SKIPPED
    return steps if is_ahead else None


def is_odd(values: FloatArray) -> BoolArray:
    """What is missing, or so large that a sum of its squares is no float."""
    odd: BoolArray = ~(np.abs(values) <= LARGEST)
    return odd


def numbers_of(values: Any) -> FloatArray | None:
    """The values of a series, if they are numbers."""
    if not pd.api.types.is_numeric_dtype(values.dtype) or values.dtype.kind == "c":
        return None
    return np.asarray(values.to_numpy(dtype=float, na_value=np.nan))


def bytes_of(index: pd.Index) -> bytes:
    """What tells one index of a panel from another."""
    return numbers_in(index).tobytes()


def numbers_in(index: pd.Index) -> np.ndarray:
    """Labels as numbers, where they are time stamps or periods."""
    return np.asarray(getattr(index, "asi8", index))
