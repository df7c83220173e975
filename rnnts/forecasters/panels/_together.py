"""One set of networks for all series of a season length."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from sklearn.base import clone

from rnnts._types import FloatArray
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters.networks._lesson import Rows, interpolated
from rnnts.forecasters.networks._plan import plan_of
from rnnts.forecasters.networks._pooled_recipe import pooled_recipe
from rnnts.forecasters.networks._pooling import Pooled, train_together
from rnnts.forecasters.panels._separate import Outcome, attempt, rows_of
from rnnts.panel import OneSeries

# Season length and number of exogenous columns: what series must share to share networks.
Kind = tuple[int, int]


def fit_together(
    estimator: RNNForecaster,
    series: Sequence[OneSeries],
    known: Sequence[Any],
) -> list[Outcome]:
    """A forecaster for each series, or the reason why there is none.

    Networks are trained on all series of a kind at once, unless one of `known` has some for it.
    """
    read = [attempt(_read, estimator, one) for one in series]
    pooled: dict[Kind, Pooled] = {_kind(each._rows): each._pooled for each in known}
    for kind in dict.fromkeys(_kind(each._rows) for each in read if not isinstance(each, str)):
        if kind not in pooled:
            alike = [
                each._rows
                for each in read
                if not isinstance(each, str) and _kind(each._rows) == kind
            ]
            pooled[kind] = _trained(estimator, alike, kind)
    return [
        each if isinstance(each, str) else attempt(_joined, each, pooled[_kind(each._rows)])
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


def _trained(estimator: RNNForecaster, series: Sequence[Rows], kind: Kind) -> Pooled:
    season_length, n_exog = kind
    n_rows = sum(len(rows.y) for rows in series)
    given = estimator.horizon
    horizon = given if isinstance(given, int) else None
    recipe = pooled_recipe(n_rows, season_length, horizon)
    words = SimpleNamespace(**estimator.get_params(deep=False))
    longest = max(series, key=lambda rows: len(rows.y))
    n_known = int((~np.isnan(longest.y)).sum())
    plan = plan_of(words, longest.filled, n_known, n_exog, season_length, recipe)
    seeds = estimator._draw_seeds()[: plan.n_init]
    return train_together(plan, series, seeds)


def _joined(forecaster: RNNForecaster, pooled: Pooled) -> RNNForecaster:
    rows = forecaster._rows
    forecaster._join(pooled, rows.y, rows.exog, rows.season_length)
    return forecaster
