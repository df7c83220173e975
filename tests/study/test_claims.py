from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from rnnts.linear import StateSpace
from rnnts.study import CLAIMS, Verdict
from rnnts.study._replications import replicate
from rnnts.study._results import Results
from rnnts.study._settings import Settings
from rnnts.study.claims import (
    _h01_printed_recursion,
    _h02_effective_order,
    _h04_arma_is_rnn,
    _h05_rnn_is_arma,
    _h06_trained_rnn,
    _h12_intervals,
)
from rnnts.study.experiments._monte_carlo import RNN, Trial, run_trials, trial_risks
from rnnts.study.experiments._processes import PROCESSES
from rnnts.study.experiments._unit import effective_order, n_to_forget

TINY = Settings(
    protocol="quick",
    n_replications=MappingProxyType({60: 4}),
    n_compared=MappingProxyType({60: 1}),
    n_nonlinear=3,
    n_tests=50,
    n_networks=32,
    n_long=2000,
    n_jobs=1,
)


@pytest.mark.parametrize("key", CLAIMS)
def test_key_of_the_table_is_the_key_of_the_claim(key):
    assert CLAIMS[key].key == key
    assert set(CLAIMS[key].answers) == set(Verdict)


@pytest.mark.parametrize(
    ("printed", "remainder", "verdict"),
    [(0.1, 0.2, "refuted"), (0, 0.2, "refuted"), (0, 0, "holds")],
)
def test_h1_holds_only_if_both_sides_agree_and_the_remainder_is_constant(
    printed, remainder, verdict
):
    numbers = [np.array([value], dtype=float) for value in (printed, 0, remainder)]

    assert _h01_printed_recursion.judge(*numbers, []).verdict == verdict


def test_h1_measures_the_term_too_many_of_the_printed_sum():
    evidence = CLAIMS["H1"](TINY)

    assert evidence.verdict == "refuted"
    errors = [row["error of the sum to p−1 (sd of h)"] for row in evidence.table]
    assert max(errors) < 1e-13
    assert evidence.value > 1


def test_unit_and_its_unrolled_form_follow_the_recursion():
    x, decay = np.array([1.0, -2.0, 0.5, 3.0]), 0.5
    states = _h01_printed_recursion.unit(x, decay)

    expected, state = [], 0.0
    for value in x:
        state = decay * state + 0.4 * value
        expected.append(state)
    np.testing.assert_allclose(states, expected)
    unrolled = _h01_printed_recursion.unrolled(x, states, decay, lag=2, n_terms=2)
    np.testing.assert_allclose(unrolled, expected[2:])


@pytest.mark.parametrize(("decay", "share", "order"), [(0.5, 0.05, 3), (0.9, 0.01, 22)])
def test_effective_order_is_the_smallest_that_leaves_the_share_open(decay, share, order):
    assert effective_order(decay, share) == order
    assert decay ** (2 * order) <= share < decay ** (2 * order - 2)


def test_what_a_state_once_was_fades_in_just_so_many_steps():
    n_steps = n_to_forget(0.9, 1e-3)

    assert 0.9**n_steps <= 1e-3 < 0.9 ** (n_steps - 1)


@pytest.mark.parametrize(
    ("simulated", "real_interval", "verdict"),
    [(0.9, (0.5, 1.5), "holds"), (1.2, (0.5, 1.5), "not decided"), (0.9, (1.2, 1.5), "refuted")],
)
def test_h2_can_come_out_each_way(simulated, real_interval, verdict):
    rows = [
        {"simulated": True, "ε": 0.1, "from": 0.0, "to": 1.0, "share / ε": simulated},
        {
            "simulated": False,
            "ε": 0.1,
            "from": 0.1 * real_interval[0],
            "to": 0.1 * real_interval[1],
            "share / ε": 1.0,
        },
    ]

    assert _h02_effective_order.judge(rows, 100).verdict == verdict


def test_h2_holds_for_a_unit_of_short_memory():
    evidence = CLAIMS["H2"](replace(TINY, n_long=20_000))

    assert evidence.verdict == "holds"
    for row in evidence.table:
        if row["simulated"]:
            assert row["share of the remainder"] == pytest.approx(row["a²ᵖ"], rel=0.05)


@pytest.mark.parametrize(("gap", "verdict"), [(1e-14, "holds"), (1e-9, "refuted")])
@pytest.mark.parametrize(
    ("judge", "column"),
    [
        (_h04_arma_is_rnn.judge, "12 steps ahead (sd of y)"),
        (_h05_rnn_is_arma.judge, "difference equation"),
        (_h12_intervals.judge, "relative gap of the variance"),
    ],
)
def test_one_gap_above_the_tolerance_refutes_an_identity(judge, column, gap, verdict):
    row = {
        "networks": "random",
        "n": 1,
        "one step, every t (sd of y)": 0.0,
        "12 steps ahead (sd of y)": 0.0,
        "filter weights": 0.0,
        "difference equation": 0.0,
        "relative gap of the variance": 0.0,
    }

    assert judge([row, row | {column: gap}]).verdict == verdict


def test_h4_holds_with_no_more_than_max_p_q_units():
    evidence = CLAIMS["H4"](TINY)

    needed = {row["model"]: row["units needed"] for row in evidence.table}
    assert evidence.verdict == "holds"
    assert evidence.n_replications >= 15
    assert needed["simulated MA(4)"] == 4
    assert needed["Nile ARIMA(0,1,1)"] == 1
    assert needed["CO₂ (0,1,1)(0,1,1)₁₂"] == 13


def test_h12_holds_for_the_models_of_statsmodels():
    evidence = CLAIMS["H12"](TINY)

    assert evidence.verdict == "holds"
    assert evidence.n_replications >= 6


def test_h5_holds_and_covers_both_kinds_of_network():
    evidence = CLAIMS["H5"](TINY)

    assert evidence.verdict == "holds"
    assert {row["skip"] for row in evidence.table} == {True, False}


def test_h5_notices_a_network_that_is_not_the_arma_model(monkeypatch):
    network = _h05_rnn_is_arma.random_network(np.random.default_rng(0), 2, has_skip=False)
    y = np.random.default_rng(1).standard_normal(50)
    other = StateSpace(A=[[0.5]], B=[0.4], C=[1.0]).to_arma()
    monkeypatch.setattr(StateSpace, "to_arma", lambda self: other)

    assert min(_h05_rnn_is_arma.compare(network, y)) > 1e-3


def h6_row(outcome, p_different=1.0, length=100):
    return {
        "process": "MA(1)",
        "T": length,
        "n": 40,
        "MSE ratio": 1.0,
        "from": 0.99,
        "to": 1.01,
        "p (equivalent)": 0.01 if outcome == "equivalent" else 0.5,
        "p (different)": p_different,
        "outcome": outcome,
    }


REAL_ROW = {**h6_row("undecided"), "series": "nile"}


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([h6_row("equivalent")] * 3, "holds"),
        ([h6_row("equivalent"), h6_row("undecided")], "not decided"),
        ([h6_row("equivalent"), h6_row("different", 1e-4)], "refuted"),
        # One cell in many is different by chance.
        ([h6_row("equivalent")] * 20 + [h6_row("different", 0.04)], "not decided"),
    ],
)
def test_h6_can_come_out_each_way(rows, verdict):
    assert _h06_trained_rnn.judge(rows, [REAL_ROW]).verdict == verdict


def test_h6_is_refuted_by_a_real_series_that_differs():
    differs = {**REAL_ROW, "p (different)": 1e-6, "outcome": "different"}
    del differs["process"]

    finding = _h06_trained_rnn.judge([h6_row("equivalent")], [differs])

    assert finding.verdict == "refuted"
    assert "nile" in finding.qualification


def test_h6_says_at_which_lengths_it_is_shown():
    rows = [h6_row("equivalent", length=300), h6_row("undecided", length=100)]

    finding = _h06_trained_rnn.judge(rows, [REAL_ROW])

    assert "1 of 2" in finding.qualification
    assert "T = 300" in finding.qualification


def test_numbers_do_not_depend_on_the_number_of_processes():
    def risks(**changes):
        settings = replace(TINY, **changes)
        trials = [
            Trial(process, 60, seed)
            for process in ("AR(1)", "MA(2)")
            for seed in settings.seeds("test", 2)
        ]
        return replicate("test", trial_risks, trials, replace(settings, results=Results()))

    alone = risks(n_jobs=1)

    assert risks(n_jobs=2) == alone
    assert risks(n_jobs=1, seed=1) != alone


def test_cells_collect_the_trials_of_their_process_and_length():
    settings = replace(
        TINY, n_replications=MappingProxyType({40: 1, 60: 2}), n_compared={40: 0, 60: 1}
    )

    with_one, with_two = run_trials(settings)[:: len(PROCESSES)]

    assert (with_one.process, with_one.n_steps, len(with_one.risks[RNN])) == ("MA(1)", 40, 1)
    assert (with_two.process, with_two.n_steps, len(with_two.risks[RNN])) == ("MA(1)", 60, 2)
    seeds = settings.seeds("matched MA(1) 60", 2)
    assert with_two.risks[RNN][0] == trial_risks(Trial("MA(1)", 60, seeds[0]))[RNN]
