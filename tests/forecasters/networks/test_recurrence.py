"""A network reading a series, against loops by hand."""

import numpy as np
import pytest

from rnnts.cells import CELLS
from rnnts.losses import Pinball
from rnnts.transforms._level import LEVELS
from tests.forecasters.networks.by_hand import RUNNING, Reading, recurrence_of

N_ROWS = 9

CASES = {
    "one row": {},
    "several lags": {"n_lags": 4},
    "a head": {"horizon": 3},
    "a head less the last row": {"horizon": 4, "level": "last"},
    "a head less a smoothed level": {"horizon": 3, "level": "ses", "n_lags": 3},
    "a head less a season": {"horizon": 5, "level": "season", "skip": True},
    "one row less a smoothed level": {"level": "ses"},
    "two targets": {"n_targets": 2, "horizon": 3, "level": "ses", "skip": True},
    "exogenous columns": {"n_exog": 2, "n_targets": 2, "skip": True},
    "quantiles": {"horizon": 2, "n_targets": 2, "level": "last", "loss": Pinball((0.1, 0.5, 0.9))},
}


def arrange(case, cell="tanh"):
    """A recurrence, the same by hand, its rows, scaled and not, and exogenous rows."""
    params = CASES[case]
    rng = np.random.default_rng(1)
    n_targets, n_exog = params.get("n_targets", 1), params.get("n_exog", 0)
    scaled, exog = rng.standard_normal((N_ROWS, n_targets)), rng.standard_normal((40, n_exog))
    recurrence = recurrence_of(cell, first=rng.standard_normal(n_targets), **params)
    by_hand = Reading(
        recurrence, cell, params.get("level"), recurrence.exog_scaling.transform(exog)
    )
    y = recurrence.y_scaling.inverse_transform(scaled)
    return recurrence, by_hand, scaled, y, exog[:N_ROWS], exog[N_ROWS : N_ROWS + 12]


def central(case):
    """The place of the point forecast among the outputs of a target."""
    return 1 if case == "quantiles" else 0


@pytest.mark.parametrize("case", CASES)
def test_the_network_reads_lags_less_the_level_and_exogenous_values(case):
    recurrence, by_hand, scaled, y, exog, _ = arrange(case)

    x, levels, _ = recurrence.inputs(y, exog, recurrence.start)

    by_hand_x, by_hand_levels = by_hand.inputs(scaled)
    np.testing.assert_allclose(x[:, 0], by_hand_x[:-1], atol=1e-12)
    np.testing.assert_allclose(levels, by_hand_levels[:-1], atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_targets_are_the_rows_ahead_less_the_level_and_count_where_they_are_known(case):
    recurrence, by_hand, scaled, y, _, _ = arrange(case)
    _, levels = by_hand.inputs(scaled)
    is_known = np.random.default_rng(2).random(y.shape) > 0.3

    targets, weights = recurrence.targets(y, levels[:-1], is_known)

    n_each, horizon, n_targets = recurrence.outputs.n_per_target, recurrence.horizon, y.shape[1]
    by_output = targets.reshape(N_ROWS, horizon, n_targets, n_each)
    by_target = weights.reshape(N_ROWS, horizon, n_targets)
    for t, ahead, target in np.ndindex(N_ROWS, horizon, n_targets):
        is_there = t + ahead < N_ROWS and is_known[t + ahead, target]
        assert by_target[t, ahead, target] == is_there
        if is_there:
            expected = scaled[t + ahead, target] - levels[t, target]
            np.testing.assert_allclose(by_output[t, ahead, target], expected, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("case", CASES)
def test_one_step_predictions_and_forecasts_are_those_of_a_loop(case, cell):
    recurrence, by_hand, scaled, y, exog, future = arrange(case, cell)

    predicted, state = recurrence.run(y, exog, recurrence.start)
    forecasts = [recurrence.forecast(future[:n_steps], state) for n_steps in (1, 2, 12)]

    unscale = recurrence.y_scaling.inverse_transform
    one_step = unscale(by_hand.one_step(scaled, central(case)))
    expected = unscale(by_hand.forecast(scaled, 12, central(case)))
    np.testing.assert_allclose(predicted, one_step[:-1], rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(forecasts[0], one_step[-1:], rtol=1e-10, atol=1e-10)
    for forecast in forecasts:
        np.testing.assert_allclose(forecast, expected[: len(forecast)], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("case", CASES)
def test_rows_read_in_pieces_lead_to_the_same_state(case, cell):
    recurrence, _, _, y, exog, future = arrange(case, cell)
    predicted, state = recurrence.run(y, exog, recurrence.start)

    pieces, walked = [], recurrence.start
    for start, stop in [(0, 1), (1, 1), (1, 5), (5, 9)]:
        piece, walked = recurrence.run(y[start:stop], exog[start:stop], walked)
        pieces.append(piece)

    np.testing.assert_allclose(np.vstack(pieces), predicted, rtol=1e-12)
    np.testing.assert_allclose(
        recurrence.forecast(future, walked), recurrence.forecast(future, state), rtol=1e-12
    )


@pytest.mark.parametrize("cell", CELLS)
def test_hidden_states_are_those_after_each_input(cell):
    recurrence, by_hand, scaled, y, exog, _ = arrange("two targets", cell)

    states = recurrence.hidden_states(y, exog, recurrence.start)

    expected = [by_hand.heads(scaled[:n_rows])[2] for n_rows in range(N_ROWS)]
    np.testing.assert_allclose(states, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_paths_without_errors_are_the_forecast(case):
    recurrence, _, _, y, exog, future = arrange(case)
    _, state = recurrence.run(y, exog, recurrence.start)

    paths = recurrence.paths(future, state, 3, lambda step, raw: recurrence.outputs.central(raw))

    expected = np.stack([recurrence.forecast(future, state)] * 3)
    np.testing.assert_allclose(paths, expected, rtol=1e-12)


@pytest.mark.parametrize("case", ["one row less a smoothed level", "exogenous columns"])
def test_a_path_reads_what_was_drawn_for_it(case):
    recurrence, by_hand, scaled, y, exog, future = arrange(case)
    _, state = recurrence.run(y, exog, recurrence.start)
    errors = np.random.default_rng(3).standard_normal((2, 12, y.shape[1]))

    paths = recurrence.paths(future, state, 2, lambda step, raw: raw[..., 0] + errors[:, step])

    for path, error in zip(paths, errors, strict=True):
        rows = list(scaled)
        for step in range(12):
            rows.append(by_hand.one_step(rows)[-1] + error[step])
        expected = recurrence.y_scaling.inverse_transform(np.array(rows[N_ROWS:]))
        np.testing.assert_allclose(path, expected, rtol=1e-10, atol=1e-10)


def test_the_quantiles_of_a_head_are_its_outputs_in_the_units_of_the_series():
    recurrence, by_hand, scaled, y, exog, future = arrange("quantiles")
    _, state = recurrence.run(y, exog, recurrence.start)

    quantiles = recurrence.quantiles(future[:2], state, np.array([0.1, 0.5, 0.9]))

    said, levels, _ = by_hand.heads(scaled)
    expected = np.moveaxis(levels[-1][None, :, None] + np.sort(said[-1]), -1, 0)
    expected = np.moveaxis(recurrence.y_scaling.inverse_transform(expected), 0, -1)
    np.testing.assert_allclose(quantiles, expected, rtol=1e-10)


def test_every_kind_of_level_is_tried():
    assert sorted(RUNNING) == sorted(LEVELS)
    assert {case.get("level") for case in CASES.values()} >= set(LEVELS)
