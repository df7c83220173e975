"""One set of networks for all series of a season length."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

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


def fit_together(
    estimator: RNNForecaster,
    series: Sequence[OneSeries],
    known: Sequence[Any],
    n_jobs: int | None,
) -> list[Outcome]:
    """A forecaster for each series, or the reason why there is none.

    Networks are trained on all series of a kind at once, unless one of `known` has some for it.
    """
    read = [attempt(_read, estimator, one) for one in series]
    pooled: dict[Kind, Pooled] = {_kind(each._rows): each._pooled for each in known}
    for kind in dict.fromkeys(_kind(each._rows) for each in read if not isinstance(each, str)):
        if kind not in pooled:
            alike = [each for each in read if not isinstance(each, str)]
            alike = [each for each in alike if _kind(each._rows) == kind]
            pooled[kind] = _trained(estimator, alike, kind, n_jobs)
    return [
        each
        if isinstance(each, str)
        else attempt(_joined, each, each._rows, pooled[_kind(each._rows)])
        for each in read
    ]


def _read(estimator: RNNForecaster, one: OneSeries) -> RNNForecaster:
    """A forecaster that has seen the rows of a series and learned nothing from them."""
    forecaster: RNNForecaster = clone(estimator)

    def keep(y: FloatArray, exog: FloatArray, season_length: int) -> None:
        forecaster._rows = Rows(y, interpolated(y), exog, season_length)

    forecaster._learn(*rows_of(one), keep)
    return forecaster


def _kind(rows: Rows) -> Kind:
    return rows.season_length, rows.exog.shape[1]


def _trained(
    estimator: RNNForecaster, read: Sequence[RNNForecaster], kind: Kind, n_jobs: int | None
) -> Pooled:
    """Networks trained on all rows, and how those trained on all but the last ones erred there."""
    series = [forecaster._rows for forecaster in read]
    plan = _plan_for(estimator, series, kind)
    seeds = estimator._draw_seeds()[: plan.n_init]
    pooled = train_together(plan, series, seeds, n_jobs)
    first = {
        place: _without_last(rows, plan.horizon)
        for place, rows in enumerate(series)
        if len(rows.y) >= plan.horizon + max(_FEWEST_ROWS, rows.season_length + 2)
        and not np.isnan(rows.y[: -plan.horizon]).all()
    }
    if len(first) < _FEWEST_SERIES:
        return pooled
    # One seed: its errors are a little larger, as those of rows further away are as well.
    earlier = train_together(plan, list(first.values()), seeds[:1], n_jobs)
    relative = [
        _errors_after(read[place], rows, series[place], earlier) for place, rows in first.items()
    ]
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
    return Rows(y, interpolated(y), rows.exog[:-n_last], rows.season_length)


def _errors_after(forecaster: RNNForecaster, first: Rows, rows: Rows, pooled: Pooled) -> FloatArray:
    """Relative errors of forecasts of the rows that `first` lacks."""
    before: RNNForecaster = clone(forecaster)
    n_first = len(first.y)
    before._history = replace(forecaster._history, y=first.y, exog=first.exog)
    _joined(before, first, pooled)
    return before._relative_errors(rows.y[n_first:], rows.exog[n_first:])


def _joined(forecaster: RNNForecaster, rows: Rows, pooled: Pooled) -> RNNForecaster:
    forecaster._join(pooled, rows)
    return forecaster
