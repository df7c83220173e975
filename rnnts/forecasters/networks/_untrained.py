"""A member whose network has no weights yet."""

from dataclasses import replace

import numpy as np

from rnnts._network import Network
from rnnts._types import FloatArray
from rnnts.forecasters.networks._effects import effects_of
from rnnts.forecasters.networks._lesson import Rows
from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._outputs import Outputs
from rnnts.forecasters.networks._plan import Plan, Variant
from rnnts.forecasters.networks._recurrence import Recurrence, State, at_first_row, at_rest
from rnnts.transforms import SCALINGS, Level, Scaling

# Share of the size of a series that never moved, by which its forecasts may.
_HARDLY = 1e-9


def untrained(
    plan: Plan, variant: Variant, hidden_size: int | tuple[int, ...], rows: Rows
) -> Member:
    """Fit the preparations to the rows, and lay out the network behind them."""
    y, exog, season_length = rows.y, rows.exog, rows.season_length
    power = variant.preparation.power.fit(y, season_length)
    n_targets, n_exog = y.shape[1], exog.shape[1]
    after_power, effects = power.transform_next(y), np.zeros((n_exog, n_targets))
    if plan.is_direct and n_exog:
        # A head that looks ahead needs exogenous values ahead, which no input of one row holds.
        effects = effects_of(after_power, exog, season_length)
    brought = exog @ effects
    steps = variant.preparation.after(power, season_length)
    preparation = steps.fit(after_power - brought, season_length)
    z = preparation.transform(power.transform_next(rows.filled) - brought)[preparation.n_lost :]
    read = exog[:, :0] if plan.is_direct else exog
    n_beside = read.shape[1] + len(rows.static)
    network = network_of(plan, variant, hidden_size, n_targets, n_beside)
    y_scaling = _scaling_of(z, plan.scale)
    recurrence = Recurrence(
        network,
        np.zeros(network.n_params),
        y_scaling,
        SCALINGS["standard" if plan.scale else None](read),
        _start(network, variant, y_scaling.transform(z), season_length),
        plan.horizon,
        Outputs(plan.loss),
        rows.static,
    )
    start, mean = recurrence.start, np.nanmean(y, axis=0)
    return Member(power, effects, preparation, recurrence, start, mean)


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


def _start(network: Network, variant: Variant, scaled: FloatArray, season_length: int) -> State:
    if variant.level is None:
        return at_rest(network, variant.input_size, scaled.shape[1])
    level = Level(variant.level).fit(scaled, season_length).start.running
    return at_first_row(network, variant.input_size, scaled[:1], level)
