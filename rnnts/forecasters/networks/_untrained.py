"""A member whose network has no weights yet."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnnts._network import Network
from rnnts._types import FloatArray
from rnnts.forecasters.networks._effects import effects_of
from rnnts.forecasters.networks._lesson import Rows
from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._outputs import Outputs
from rnnts.forecasters.networks._plan import Plan, Variant
from rnnts.forecasters.networks._recurrence import Recurrence, State, at_first_row, at_rest
from rnnts.forecasters.networks._side_by_side import SideBySide
from rnnts.transforms import SCALINGS, Fitted, Level, Preparation, Scaling

# Share of the size of a series that never moved, by which its forecasts may.
_HARDLY = 1e-9


class Prepared(NamedTuple):
    """What is done to a series before a network reads it, and the rows that are left.

    Attributes
    ----------
    power, preparation : Fitted
    effects : ndarray of shape (n_exog, n_targets)
    z : ndarray of shape (n_rows - n_lost, n_targets)
    """

    power: Fitted
    effects: FloatArray
    preparation: Fitted
    z: FloatArray


def untrained(
    plan: Plan,
    variant: Variant,
    hidden_size: int | tuple[int, ...],
    rows: Rows,
    *,
    are_apart: bool = False,
) -> Member:
    """Fit the preparations to the rows, and lay out the network behind them.

    If the targets `are_apart`, each has a network of its own.
    """
    prepared = _prepared(plan, variant.preparation, rows)
    return _laid_out(plan, variant, hidden_size, rows, prepared, are_apart=are_apart)


def untrained_all(plan: Plan, rows: Rows, *, are_apart: bool = False) -> tuple[Member, ...]:
    """The same for each variant, of the first size; those that prepare alike do so once."""
    known: list[tuple[Preparation, Prepared]] = []
    members = []
    for variant in plan.variants:
        found = [prepared for asked, prepared in known if asked == variant.preparation]
        if not found:
            found = [_prepared(plan, variant.preparation, rows)]
            known.append((variant.preparation, found[0]))
        size = plan.hidden_sizes[0]
        members.append(_laid_out(plan, variant, size, rows, found[0], are_apart=are_apart))
    return tuple(members)


def _prepared(plan: Plan, asked: Preparation, rows: Rows) -> Prepared:
    y, exog, season_length = rows.y, rows.exog, rows.season_length
    power = asked.power.fit(y, season_length)
    after_power, effects = power.transform_next(y), np.zeros((exog.shape[1], y.shape[1]))
    if plan.is_direct and exog.shape[1]:
        # A head that looks ahead needs exogenous values ahead, which no input of one row holds.
        effects = effects_of(after_power, exog, season_length)
    brought = exog @ effects
    steps = asked.after(power, season_length)
    preparation = steps.fit(after_power - brought, season_length)
    z = preparation.transform(power.transform_next(rows.filled) - brought)[preparation.n_lost :]
    return Prepared(power, effects, preparation, z)


def _laid_out(
    plan: Plan,
    variant: Variant,
    hidden_size: int | tuple[int, ...],
    rows: Rows,
    prepared: Prepared,
    *,
    are_apart: bool,
) -> Member:
    read = rows.exog[:, :0] if plan.is_direct else rows.exog
    y_scaling, n_targets = _scaling_of(prepared.z, plan.scale), rows.y.shape[1]
    n_networks, n_beside = n_targets if are_apart else 1, read.shape[1] + len(rows.static)
    network = network_of(plan, variant, hidden_size, n_targets // n_networks, n_beside)
    state_size = n_networks * network.state_size
    recurrence = (SideBySide if are_apart else Recurrence)(
        network,
        np.zeros((n_targets, network.n_params) if are_apart else network.n_params),
        y_scaling,
        SCALINGS["standard" if plan.scale else None](read),
        _start(state_size, variant, y_scaling.transform(prepared.z), rows.season_length),
        plan.horizon,
        Outputs(plan.loss),
        rows.static,
    )
    power, effects, preparation, _ = prepared
    start, mean = recurrence.start, np.nanmean(rows.y, axis=0)
    member = Member(power, effects, preparation, recurrence, start, mean)
    member.check_learns_from(len(rows.y))
    return member


def network_of(
    plan: Plan,
    variant: Variant,
    hidden_size: int | tuple[int, ...],
    n_targets: int,
    n_beside: int,
) -> Network:
    """The network of a plan that reads so many columns beside its lags."""
    return Network(
        plan.cell,
        n_targets * variant.input_size + n_beside,
        hidden_size,
        plan.horizon * n_targets * Outputs(plan.loss).n_per_target,
        dilation=plan.dilation,
        residual=plan.residual,
        skip=plan.skip,
    )


def knows_scale(member: Member) -> bool:
    """Whether the rows that a member was fitted to moved."""
    scaling = member.recurrence.y_scaling
    size = np.abs(scaling.center)
    return bool((scaling.spread > 2 * _HARDLY * np.where(size > 0, size, 1.0)).all())


def _scaling_of(z: FloatArray, scale: str | None) -> Scaling:
    """Scaling of prepared rows, in which a constant is its centre whatever the network says."""
    scaling = SCALINGS[scale](z)
    if scale is None:
        return scaling
    is_constant = (np.abs(z - scaling.center) <= 1e-12 * np.abs(scaling.center)).all(axis=0)
    return replace(scaling, spread=np.where(is_constant, _HARDLY, 1.0) * scaling.spread)


def _start(state_size: int, variant: Variant, scaled: FloatArray, season_length: int) -> State:
    if variant.level is None:
        return at_rest(state_size, variant.input_size, scaled.shape[1])
    level = Level(variant.level).fit(scaled, season_length).start.running
    return at_first_row(state_size, variant.input_size, scaled[:1], level)
