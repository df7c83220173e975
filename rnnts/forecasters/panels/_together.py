"""One set of networks for all series of a season length."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone

from rnnts._progress import progress
from rnnts._types import FloatArray
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters.networks import _kept_networks
from rnnts.forecasters.networks._kept_networks import KeptNetworks
from rnnts.forecasters.networks._lesson import Rows, interpolated
from rnnts.forecasters.networks._model import Companion
from rnnts.forecasters.networks._plan import Plan, plan_of
from rnnts.forecasters.networks._pooled_errors import PooledErrors
from rnnts.forecasters.networks._pooled_recipe import pooled_recipe
from rnnts.forecasters.networks._pooling import Pooled, Pupil, train_together
from rnnts.forecasters.panels._files import KIND, settings_of
from rnnts.forecasters.panels._notices import Notice, give_first, noted
from rnnts.forecasters.panels._separate import Outcome, attempt, rows_of
from rnnts.forecasters.panels._side_by_side import fit_side_by_side
from rnnts.panel import OneSeries, Panel
from rnnts.saving import Checkpoint

# Season length and number of exogenous columns: what series must share to share networks.
Kind = tuple[int, int]

# Left of a series that rows are held out of; series from which errors say something about others.
_FEWEST_ROWS, _FEWEST_SERIES = 6, 4

# Horizons held out: the series of a panel share good years and bad ones, and one window may be all
# the one or all the other.  Intervals of 95 % held 87 % of the last rows of M1 quarterly by one
# window before them, and 90 % by two; elsewhere nothing changed.
_WINDOWS = 2


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
    *,
    is_shown: bool,
    folder: Path | None = None,
) -> list[Outcome]:
    """A forecaster for each series, or the reason why there is none.

    Networks are trained on all series of a kind at once, unless one of `known` has some for it.
    Bars count what is trained, one after the other, where they are shown.  With a folder, what it
    has is not trained again, and all that is trained is written to it.
    """
    kept = None if folder is None else _kept_in(folder, estimator)
    found = [attempt(_read, estimator, one, static_of) for one in series]
    by_kind: dict[Kind, list[int]] = {}
    for place, read in enumerate(found):
        if not isinstance(read, str):
            by_kind.setdefault(_kind(read.forecaster), []).append(place)
    pooled = {_kind(forecaster): forecaster._pooled for forecaster in known}
    outcomes: list[Outcome] = list(found)
    notices: list[list[Notice]] = [[] for _ in found]
    for kind, places in by_kind.items():
        # However they came, in one order: sums over them are rounded alike then.
        places.sort(key=lambda place: _content(found[place]))
        alike = [found[place] for place in places]
        plan = pooled[kind].plan if kind in pooled else _plan_for(estimator, alike, kind)
        pupils = [attempt(Pupil.of, plan, read.rows) for read in alike]
        partners = _partners(estimator, [read.rows for read in alike], n_jobs, is_shown, folder)
        taught = [
            (read, pupil)
            for read, pupil in zip(alike, pupils, strict=True)
            if not isinstance(pupil, str)
        ]
        if kind not in pooled and taught:
            pooled[kind] = _trained(estimator, plan, taught, n_jobs, is_shown, kept)
        for place, read, pupil, partner in zip(places, alike, pupils, partners, strict=True):
            with noted() as notices[place]:
                outcomes[place] = (
                    pupil
                    if isinstance(pupil, str)
                    else attempt(_joined, read.forecaster, pooled[kind], pupil, partner)
                )
    give_first([one.label for one in series], notices)
    return outcomes


def _kept_in(folder: Path, estimator: RNNForecaster) -> KeptNetworks:
    # Neither partner nor what is shown, nor how many work at it, changes anything.
    alone = clone(estimator).set_params(partner=None, verbose=0, n_jobs=None)
    return KeptNetworks(Checkpoint(folder, _kept_networks.KIND), settings_of(alone))


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
    """What tells series apart, whatever they are called."""
    return len(read.rows.y), blake2b(read.rows.y.tobytes()).digest()


def _trained(
    estimator: RNNForecaster,
    plan: Plan,
    taught: Sequence[tuple[Read, Pupil]],
    n_jobs: int | None,
    is_shown: bool,
    kept: KeptNetworks | None,
) -> Pooled:
    """Networks trained on all rows, and how those trained on all but the last ones erred there."""
    seeds = estimator._draw_seeds()[: plan.n_init]
    pupils = [pupil for _, pupil in taught]
    pooled = train_together(plan, pupils, seeds, n_jobs, is_shown=is_shown, kept=kept)
    cut = [
        (read, pupil)
        for read, _ in taught
        if (rows := _first_rows(read.rows, plan.horizon)) is not None
        # Its first rows may be odder than all of them.
        and not isinstance(pupil := attempt(Pupil.of, plan, rows), str)
    ]
    if len(cut) < _FEWEST_SERIES:
        return pooled
    # One seed: its errors are a little larger, as those of rows further away are as well.
    pupils = [pupil for _, pupil in cut]
    earlier = train_together(plan, pupils, seeds[:1], n_jobs, is_shown=is_shown, kept=kept)
    folder = None if kept is None else kept.checkpoint.folder
    partners = _partners(estimator, [pupil.rows for pupil in pupils], n_jobs, is_shown, folder)
    # What they warn of, those of all rows will say.
    with noted():
        seen = [
            window
            for (read, pupil), partner in zip(cut, partners, strict=True)
            for window in _errors_after(read, pupil, earlier, partner)
            # What exploded is no measure of how far the others err.
            if not np.isinf(window[0]).any() and np.isfinite(window[1]).all()
        ]
    if len(seen) < _FEWEST_SERIES:
        return pooled
    errors, sizes = zip(*seen, strict=True)
    return replace(pooled, errors=PooledErrors.like(np.stack(errors), np.stack(sizes)))


def _first_rows(rows: Rows, horizon: int) -> Rows | None:
    """All but the last windows, or None if the series is too short to lack one."""
    n_needed = max(_FEWEST_ROWS, rows.season_length + 2)
    n_held_out = min((len(rows.y) - n_needed) // horizon, _WINDOWS) * horizon
    first = rows.y[: len(rows.y) - n_held_out]
    if n_held_out < horizon or np.isnan(first).all():
        return None
    exog = rows.exog[: len(first)]
    return replace(rows, y=first, filled=interpolated(first), exog=exog)


def _plan_for(estimator: RNNForecaster, alike: Sequence[Read], kind: Kind) -> Plan:
    season_length, n_exog = kind
    series = [read.rows for read in alike]
    n_rows = sum(len(rows.y) for rows in series)
    horizon = estimator.horizon if isinstance(estimator.horizon, int) else None
    recipe = pooled_recipe(n_rows, len(series), season_length, horizon)
    words = SimpleNamespace(**estimator.get_params(deep=False))
    longest = max(series, key=lambda rows: len(rows.y))
    n_known = int((~np.isnan(longest.y)).sum())
    return plan_of(words, longest.filled, n_known, n_exog, season_length, recipe)


def _errors_after(
    read: Read, pupil: Pupil, pooled: Pooled, partner: Companion | None
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Errors of forecasts of each window that `pupil` lacks, and the size of steps before all."""
    before = _joined(clone(read.forecaster), pooled, pupil, partner)
    horizon, n_first = pooled.plan.horizon, len(pupil.rows.y)
    later, exog = read.rows.y[n_first:], read.rows.exog[n_first:]
    for start in range(0, len(later), horizon):
        window = slice(start, start + horizon)
        yield before._errors_after(pupil.rows.y, later[window], exog[window]), before._step_size
        before._advance(later[window], exog[window])


def _partners(
    estimator: RNNForecaster,
    series: Sequence[Rows],
    n_jobs: int | None,
    is_shown: bool,
    folder: Path | None,
) -> list[Companion | None]:
    """Local networks that those in common are averaged with, where these are trained side by side.

    The partners of other series are fitted one by one, when they are needed.
    """
    if not isinstance(estimator.partner, RNNForecaster):
        return [None] * len(series)
    local = clone(estimator.partner).set_params(season_length=series[0].season_length)
    with progress(len(series), "series", is_shown=is_shown) as on_step:
        checkpoint = None if folder is None else Checkpoint(folder, KIND)
        bank = fit_side_by_side(local, _panel_of(series), n_jobs, on_step, checkpoint)
    # Asked for one series after the other: a file would be read for each.
    bank.blocks = {number: bank.block(number) for number in bank.blocks}
    return [
        Companion(bank.forecaster(place)) if place in bank else None for place in range(len(series))
    ]


def _panel_of(series: Sequence[Rows]) -> Panel:
    """Series that are numbered, as are their rows."""
    numbers = [np.arange(len(rows.y)) for rows in series]
    ids = np.repeat(np.arange(len(series)), [len(rows.y) for rows in series])
    y = pd.Series(np.concatenate([rows.y[:, 0] for rows in series]))
    exog = pd.DataFrame(np.concatenate([rows.exog for rows in series]))
    return Panel.of(ids, pd.Index(np.concatenate(numbers)), y.array, None if exog.empty else exog)


def _joined(
    forecaster: RNNForecaster, pooled: Pooled, pupil: Pupil, partner: Companion | None
) -> RNNForecaster:
    forecaster._join(pooled, pupil, partner)
    return forecaster
