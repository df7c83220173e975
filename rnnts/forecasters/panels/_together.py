"""One set of networks for all series of a season length."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone

from rnnts._types import FloatArray
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters.networks._lesson import Rows, interpolated
from rnnts.forecasters.networks._plan import Plan, plan_of
from rnnts.forecasters.networks._pooled_errors import PooledErrors
from rnnts.forecasters.networks._pooled_recipe import pooled_recipe
from rnnts.forecasters.networks._pooling import Pooled, Pupil, train_together
from rnnts.forecasters.panels._separate import Outcome, attempt, rows_of
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
) -> list[Outcome]:
    """A forecaster for each series, or the reason why there is none.

    Networks are trained on all series of a kind at once, unless one of `known` has some for it.
    """
    found = [attempt(_read, estimator, one) for one in series]
    by_kind: dict[Kind, list[int]] = {}
    for place, read in enumerate(found):
        if not isinstance(read, str):
            by_kind.setdefault(_kind(read.forecaster), []).append(place)
    pooled = {_kind(forecaster): forecaster._pooled for forecaster in known}
    outcomes: list[Outcome] = list(found)
    for kind, places in by_kind.items():
        alike = [found[place] for place in places]
        plan = pooled[kind].plan if kind in pooled else _plan_for(estimator, alike, kind)
        pupils = [attempt(Pupil.of, plan, read.rows) for read in alike]
        taught = [
            (read, pupil)
            for read, pupil in zip(alike, pupils, strict=True)
            if not isinstance(pupil, str)
        ]
        if kind not in pooled and taught:
            pooled[kind] = _trained(estimator, plan, taught, n_jobs)
        for place, read, pupil in zip(places, alike, pupils, strict=True):
            outcomes[place] = (
                pupil
                if isinstance(pupil, str)
                else attempt(_joined, read.forecaster, pooled[kind], pupil)
            )
    return outcomes


def _read(estimator: RNNForecaster, one: OneSeries) -> Read:
    forecaster: RNNForecaster = clone(estimator)
    kept: list[Rows] = []

    def keep(y: FloatArray, exog: FloatArray, season_length: int) -> None:
        kept.append(Rows(y, interpolated(y), exog, season_length))

    forecaster._learn(*rows_of(one), keep)
    return Read(forecaster, kept[0])


def _kind(forecaster: RNNForecaster) -> Kind:
    return forecaster.season_length_, forecaster.n_features_in_


def _trained(
    estimator: RNNForecaster,
    plan: Plan,
    taught: Sequence[tuple[Read, Pupil]],
    n_jobs: int | None,
) -> Pooled:
    """Networks trained on all rows, and how those trained on all but the last ones erred there."""
    seeds = estimator._draw_seeds()[: plan.n_init]
    pooled = train_together(plan, [pupil for _, pupil in taught], seeds, n_jobs)
    season_length = taught[0][1].rows.season_length
    n_needed = plan.horizon + max(_FEWEST_ROWS, season_length + 2)
    long = [
        read
        for read, _ in taught
        if len(read.rows.y) >= n_needed and not np.isnan(read.rows.y[: -plan.horizon]).all()
    ]
    if len(long) < _FEWEST_SERIES:
        return pooled
    first = [Pupil.of(plan, _without_last(read.rows, plan.horizon)) for read in long]
    # One seed: its errors are a little larger, as those of rows further away are as well.
    earlier = train_together(plan, first, seeds[:1], n_jobs)
    errors, sizes = zip(
        *[_errors_after(read, pupil, earlier) for read, pupil in zip(long, first, strict=True)],
        strict=True,
    )
    return replace(pooled, errors=PooledErrors.like(np.stack(errors), np.stack(sizes)))


def _plan_for(estimator: RNNForecaster, alike: Sequence[Read], kind: Kind) -> Plan:
    season_length, n_exog = kind
    series = [read.rows for read in alike]
    n_rows = sum(len(rows.y) for rows in series)
    horizon = estimator.horizon if isinstance(estimator.horizon, int) else None
    recipe = pooled_recipe(n_rows, season_length, horizon)
    words = SimpleNamespace(**estimator.get_params(deep=False))
    longest = max(series, key=lambda rows: len(rows.y))
    n_known = int((~np.isnan(longest.y)).sum())
    return plan_of(words, longest.filled, n_known, n_exog, season_length, recipe)


def _without_last(rows: Rows, n_last: int) -> Rows:
    y = rows.y[:-n_last]
    return Rows(y, interpolated(y), rows.exog[:-n_last], rows.season_length)


def _errors_after(read: Read, pupil: Pupil, pooled: Pooled) -> tuple[FloatArray, FloatArray]:
    """Errors of forecasts of the rows that `pupil` lacks, and the size of one-step ones before."""
    before = _joined(clone(read.forecaster), pooled, pupil)
    n_first = len(pupil.rows.y)
    y, exog = read.rows.y[n_first:], read.rows.exog[n_first:]
    return before._errors_after(y, exog, pupil.rows.y), before._step_size


def _joined(forecaster: RNNForecaster, pooled: Pooled, pupil: Pupil) -> RNNForecaster:
    forecaster._join(pooled, pupil)
    return forecaster
