from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from rnnts.study._settings import Settings
from rnnts.study.claims import _h06_trained_rnn, _h07_one_unit, _h08_over_specification
from rnnts.study.experiments import _monte_carlo, _one_unit
from rnnts.study.experiments._fits import train_network
from rnnts.study.experiments._fitted_risks import arma_risk, network_risk
from rnnts.study.experiments._monte_carlo import (
    ARMA_MLE,
    RNN,
    RNN_BIC,
    RNN_LARGE,
    RNN_ONE_UNIT,
    Cell,
    Trial,
    cells_of,
    trial_risks,
)
from rnnts.study.experiments._one_unit import NestedTrial, geometric_p_value, nested_p_values
from rnnts.study.experiments._processes import PROCESSES, arma
from rnnts.study.experiments._risk_tables import comparison_rows, excess_rows

SETTINGS = replace(
    Settings.quick(n_jobs=1, with_figures=True),
    n_replications=MappingProxyType({300: 10}),
    n_tests=100,
)
_SIZES = {RNN_ONE_UNIT: 1, RNN_LARGE: 4}


def cell_of(process, n_steps, n_series, models):
    """The cell of a Monte Carlo experiment with these models only."""
    risks = []
    for seed in SETTINGS.seeds(f"test {process} {n_steps}", n_series):
        trial = Trial(process, n_steps, seed)
        truth, y = _monte_carlo.PROCESSES[process], trial.simulate()
        found = {}
        for model in models:
            if model == ARMA_MLE:
                order = (trial.n_units, trial.n_units)
                found[model] = arma_risk(y, order, truth)
            else:
                size = _SIZES.get(model, trial.n_units)
                found[model] = network_risk(y, size, truth)
        risks.append(found)
    return Cell(
        process, n_steps, {model: np.array([row[model] for row in risks]) for model in models}
    )


def test_h6_holds_for_a_process_that_both_find():
    finding = _h06_trained_rnn.assess([cell_of("AR(1)", 300, 12, (RNN, ARMA_MLE))], [], SETTINGS)

    assert finding.verdict == "holds"
    (rates,) = finding.error_rates
    assert rates.size.value < rates.power.value
    assert rates.power.value > 0.9


def test_h6_is_refuted_where_the_network_may_not_come_close_enough(monkeypatch):
    # The solver keeps |theta| at or below 0.95: over-differenced data ask for 1.
    processes = {**PROCESSES, "differenced": arma(ma=[-1.0])}
    monkeypatch.setattr(_monte_carlo, "PROCESSES", processes)
    cell = cell_of("differenced", 300, 10, (RNN, ARMA_MLE))

    finding = _h06_trained_rnn.assess([cell], [], SETTINGS)

    assert finding.verdict == "refuted"
    assert "differenced" in finding.qualification


def h7_finding(processes, n_series=10):
    cells = [cell_of(process, 300, n_series, (RNN, RNN_ONE_UNIT)) for process in processes]
    trials = _h07_one_unit.nested_trials(SETTINGS, (*processes, "AR(1)", "MA(1)"))
    found = [nested_p_values(trial) for trial in trials]
    return _h07_one_unit.assess(cells, trials, found, SETTINGS)


def test_h7_holds_for_a_process_of_two_units():
    finding = h7_finding(["ARMA(2,2)"])

    assert finding.verdict == "holds"
    assert finding.value == pytest.approx(1.5691, rel=0.03)
    assert "currentColor" in finding.figures[0].svg


def test_h7_is_refuted_by_a_process_of_one_unit():
    assert h7_finding(["ARMA(1,1)"]).verdict == "refuted"


def h7_row(ratio, p_value, p_equivalent=1.0):
    return {
        "process": "MA(2)",
        "T": 300,
        "n": 20,
        "MSE ratio": ratio,
        "from": ratio,
        "to": ratio,
        "population": 1.04,
        "p (ratio 1)": p_value,
        "p (equivalent)": p_equivalent,
    }


def h7_tests(power_from):
    row = {"process": "MA(2)", "T": 300, "score: rejected": 0.5, "score: to": 0.2}
    power = {"one unit is enough": False, "score: from": power_from}
    return [row | power, row | {"one unit is enough": True, "score: from": 0.01}]


@pytest.mark.parametrize(
    ("row", "power_from", "verdict"),
    [
        (h7_row(1.04, 1e-6), 0.5, "holds"),
        # The forecasts are worse, but the errors do not show why.
        (h7_row(1.04, 1e-6), 0.1, "not decided"),
        (h7_row(1.04, 0.3), 0.5, "not decided"),
        (h7_row(1.002, 0.3, 1e-6), 0.5, "refuted"),
        (h7_row(0.9, 1e-6), 0.5, "refuted"),
    ],
)
def test_h7_can_come_out_each_way(row, power_from, verdict):
    assert _h07_one_unit.judge([row], h7_tests(power_from)).verdict == verdict


def test_h8_holds_where_four_units_are_the_matched_number():
    finding = _h08_over_specification.assess(
        [cell_of("MA(4)", 100, 10, (RNN, RNN_LARGE))], SETTINGS
    )

    assert finding.verdict == "holds"
    assert finding.value == 1.0


def test_h8_is_refuted_by_a_short_series_of_one_unit():
    finding = _h08_over_specification.assess(
        [cell_of("AR(1)", 100, 30, (RNN, RNN_LARGE))], SETTINGS
    )

    assert finding.verdict == "refuted"
    assert finding.interval[0] > 1.01
    assert "currentColor" in finding.figures[0].svg


@pytest.mark.parametrize(
    ("p_value", "to", "verdict"),
    [(1e-4, 1.2, "refuted"), (0.04, 1.2, "not decided"), (0.5, 1.005, "holds")],
)
def test_h8_can_come_out_each_way(p_value, to, verdict):
    row = {"process": "AR(1)", "T": 100, "n": 20, "ratio": 1.0, "from": 0.99, "to": to}
    row |= {"p (above the limit)": p_value, "damage by the worst 5 %": 0.3}

    assert _h08_over_specification.judge([row] * 2).verdict == verdict


# The smallest risks over all ARMA(1,1) predictors, found by minimising over phi and theta.
def test_gradient_of_the_errors_matches_central_differences(monkeypatch):
    y = PROCESSES["AR(2)"].simulate(60, random_state=3)
    seen = {}
    monkeypatch.setattr(
        _one_unit, "score_test", lambda *arrays: seen.update(arrays=arrays) or SCORE
    )
    network = train_network(y, 1).to_state_space()
    decay, step = float(network.A[0, 0]), 1e-5

    geometric_p_value(network, y)

    _, gradient, lags = seen["arrays"]
    centred = y - y.mean()
    states = []
    for weight in (decay - step, decay, decay + step):
        state = [0.0]
        for value in centred[:-1]:
            state.append(weight * state[-1] + value)
        states.append(np.array(state))
    np.testing.assert_allclose(gradient[:, 0], states[1])
    np.testing.assert_allclose(
        gradient[:, 1], (states[2] - states[0]) / (2 * step), rtol=1e-6, atol=1e-8
    )
    np.testing.assert_array_equal(lags[3], centred[2::-1])


class SCORE:
    p_value = 1.0


def test_score_test_of_one_unit_has_its_nominal_size():
    p_values = []
    for seed in SETTINGS.seeds("size", 150):
        y = NestedTrial("MA(1)", 300, seed).simulate()
        p_values.append(geometric_p_value(train_network(y, 1).to_state_space(), y))

    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.055)  # three errors


def test_longer_series_of_a_trial_begins_like_the_shorter_one():
    (seed,) = SETTINGS.seeds("length", 1)
    trial = Trial("ARMA(2,2)", 50, seed)

    np.testing.assert_array_equal(trial.simulate(80)[:50], trial.simulate())


def test_expensive_models_are_fitted_to_the_compared_series_alone():
    first, second = SETTINGS.seeds("compared", 2)
    trials = [Trial("MA(1)", 40, first, is_compared=True), Trial("MA(1)", 40, second)]

    (cell,) = cells_of(trials, [trial_risks(trial) for trial in trials])

    assert len(cell.known(RNN)) == 2
    assert len(cell.known(RNN_BIC)) == 1
    assert cell.known("no such model").size == 0


def test_tables_leave_out_what_too_few_series_have():
    risks = {
        "first": np.array([1.1, 1.2, 1.3, np.inf]),
        "second": np.array([1.0, 1.1, 1.2, 1.0]),
        "third": np.array([1.0, np.nan, np.nan, 1.0]),
    }
    cell = Cell("MA(1)", 100, risks)

    (row,) = comparison_rows(cell, "first", ("second", "third", "fourth"))
    averages = list(excess_rows(cell, ("first", "fourth")))

    assert (row["compared with"], row["n"]) == ("second", 3)
    assert row["MSE ratio"] == pytest.approx(3.6 / 3.3)
    assert [each["n"] for each in averages] == [3]
    assert averages[0]["mean of the excess risk, %"] == pytest.approx(20)
