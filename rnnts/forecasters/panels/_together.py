"""One set of networks for all series of a season length."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import blake2b
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone

from rnnts._types import FloatArray
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters.networks._lesson import Rows, interpolated
from rnnts.forecasters.networks._plan import Plan, plan_of
from rnnts.forecasters.networks._pooled_recipe import pooled_recipe
from rnnts.forecasters.networks._pooling import Pooled, train_together
from rnnts.forecasters.panels._separate import Outcome, attempt, rows_of
from rnnts.intervals import ConformalErrors
from rnnts.panel import OneSeries

# Season length and number of exogenous columns: what series must share to share networks.
Kind = tuple[int, int]

# Of a series that rows are held out of, and series from which errors say something about others.
_FEWEST_ROWS, _FEWEST_SERIES = 6, 4


class Read(NamedTuple):
    """A forecaster that has seen a series and learned nothing from it, and what it saw."""

    forecaster: RNNForecaster
    rows: Rows


def fit_together(
    estimator: RNNForecaster,
    series: Sequence[OneSeries],
    known: Sequence[Any],
    n_jobs: int | None,
    static_of: Callable[[OneSeries], FloatArray],
) -> list[Outcome]:
    """A forecaster for each series, or the reason why there is none.

    Networks are trained on all series of a kind at once, unless one of `known` has some for it.
    """
    found = [attempt(_read, estimator, one, static_of) for one in series]
    by_kind: dict[Kind, list[Read]] = {}
    for read in found:
        if not isinstance(read, str):
            by_kind.setdefault(_kind(read.forecaster), []).append(read)
    pooled = {_kind(forecaster): forecaster._pooled for forecaster in known}
    for kind, alike in by_kind.items():
        if kind not in pooled:
            pooled[kind] = _trained(estimator, sorted(alike, key=_content), kind, n_jobs)
    return [
        read if isinstance(read, str) else attempt(_joined, *read, pooled[_kind(read.forecaster)])
        for read in found
    ]


def _read(
    estimator: RNNForecaster, one: OneSeries, static_of: Callable[[OneSeries], FloatArray]
) -> Read:
    static = static_of(one)
    forecaster: RNNForecaster = clone(estimator)
    kept: list[Rows] = []

    def keep(y: FloatArray, exog: FloatArray, season_length: int) -> None:
        kept.append(Rows(y, interpolated(y), exog, season_length, static))

    forecaster._learn(*rows_of(one), keep)
    return Read(forecaster, kept[0])


def _kind(forecaster: RNNForecaster) -> Kind:
    return forecaster.season_length_, forecaster.n_features_in_


def _content(read: Read) -> tuple[int, bytes]:
    """What puts series in one order, however they came: sums over them are rounded alike then."""
    return len(read.rows.y), blake2b(read.rows.y.tobytes()).digest()


def _trained(
    estimator: RNNForecaster, alike: Sequence[Read], kind: Kind, n_jobs: int | None
) -> Pooled:
    """Networks trained on all rows, and how those trained on all but the last ones erred there."""
    plan = _plan_for(estimator, [read.rows for read in alike], kind)
    seeds = estimator._draw_seeds()[: plan.n_init]
    pooled = train_together(plan, [read.rows for read in alike], seeds, n_jobs)
    n_needed = plan.horizon + max(_FEWEST_ROWS, kind[0] + 2)
    long = [
        read
        for read in alike
        if len(read.rows.y) >= n_needed and not np.isnan(read.rows.y[: -plan.horizon]).all()
    ]
    if len(long) < _FEWEST_SERIES:
        return pooled
    first = [_without_last(read.rows, plan.horizon) for read in long]
    # One seed: its errors are a little larger, as those of rows further away are as well.
    earlier = train_together(plan, first, seeds[:1], n_jobs)
    relative = [_errors_after(read, rows, earlier) for read, rows in zip(long, first, strict=True)]
    return replace(pooled, errors=ConformalErrors.like(np.stack(relative)))


def _plan_for(estimator: RNNForecaster, series: Sequence[Rows], kind: Kind) -> Plan:
    season_length, n_exog = kind
    n_rows = sum(len(rows.y) for rows in series)
    horizon = estimator.horizon if isinstance(estimator.horizon, int) else None
    recipe = pooled_recipe(n_rows, season_length, horizon)
    words = SimpleNamespace(**estimator.get_params(deep=False))
    longest = max(series, key=lambda rows: len(rows.y))
    n_known = int((~np.isnan(longest.y)).sum())
    return plan_of(words, longest.filled, n_known, n_exog, season_length, recipe)


def _without_last(rows: Rows, n_last: int) -> Rows:
    y = rows.y[:-n_last]
    return replace(rows, y=y, filled=interpolated(y), exog=rows.exog[:-n_last])


def _errors_after(read: Read, first: Rows, pooled: Pooled) -> FloatArray:
    """Relative errors of forecasts of the rows that `first` lacks."""
    before: RNNForecaster = clone(read.forecaster)
    before._history = replace(read.forecaster._history, y=first.y, exog=first.exog)
    before._join(pooled, first)
    n_first = len(first.y)
    return before._relative_errors(read.rows.y[n_first:], read.rows.exog[n_first:])


def _joined(forecaster: RNNForecaster, rows: Rows, pooled: Pooled) -> RNNForecaster:
    forecaster._join(pooled, rows)
    return forecaster
