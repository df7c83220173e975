import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from rnnts import RNNForecaster
from rnnts.study import Verdict
from rnnts.study._settings import Settings
from rnnts.study.claims import _b1_beyond_the_optimum as b1
from rnnts.study.claims import _b2_hidden_size as b2
from rnnts.study.claims import _b3_impulse_responses as b3
from rnnts.study.claims import _b4_truncated_gradients as b4
from rnnts.study.claims import _b5_exact_likelihood as b5
from rnnts.study.experiments._floors import risk_floor, theta_of
from rnnts.study.experiments._monte_carlo import ARMA_MLE, RNN, Cell
from rnnts.study.experiments._processes import PROCESSES, arma
from rnnts.study.experiments._risk import network_predictor, one_step_risk
from rnnts.study.experiments._truncated import (
    derivatives_of,
    descent,
    states_of,
    train_unit,
    truncated,
)


def tiny(**changes):
    sizes = {
        "protocol": "quick",
        "n_replications": {60: 4},
        "n_compared": {60: 1},
        "n_nonlinear": 8,
        "n_tests": 40,
        "n_networks": 32,
        "n_long": 20_000,
        "n_jobs": 1,
    }
    return Settings(**(sizes | changes))


# B1


def starts(init):
    """A cell whose units may be dead from the start, on moving averages."""
    process = PROCESSES["MA(1)"]
    return [
        b1.compare(b1.Start("simulated", process.simulate(120, random_state=seed), "relu", 1, init))
        for seed in range(4)
    ]


def test_b1_holds_where_training_starts_from_the_arma_optimum():
    assert b1.judge(starts("arma")).verdict is Verdict.HOLDS


def test_b1_is_refuted_where_training_starts_at_random():
    assert b1.judge(starts("random")).verdict is Verdict.REFUTED


def test_b1_ratio_is_that_of_the_sums_of_squares():
    y = PROCESSES["ARMA(1,1)"].simulate(90, random_state=3)
    row = b1.compare(b1.Start("simulated", y, "tanh", 1))

    errors = {
        cell: y[:60] - np.asarray(b1.train_plainly(y[:60], cell, 1, init="arma").fittedvalues_)
        for cell in ("tanh", "linear")
    }

    counted = slice(1, None)  # the first row has no lag
    expected = np.mean(errors["tanh"][counted] ** 2) / np.mean(errors["linear"][counted] ** 2)
    assert row["in-sample ratio"] == pytest.approx(expected, rel=1e-10)
    assert row["n"] == 30


def test_b1_says_where_a_cell_is_better_or_worse_beyond_chance():
    def row(cell, ratio, p_value):
        columns = {"series": "nile", "cell": cell, "in-sample ratio": 0.9}
        for name in ("out-of-sample", "stopped early"):
            columns |= {f"{name} ratio": ratio, f"{name}, p (different, DM)": p_value}
        return columns

    finding = b1.judge([row("tanh", 0.5, 1e-4), row("gru", 2.0, 1e-4), row("lstm", 0.7, 0.04)])

    assert "1 of 3 are better (tanh on nile 0.50) and 1 worse" in finding.summary


def test_series_of_b1_are_finite_and_long_enough():
    for read, n_units in b1.SERIES.values():
        values = read()
        assert np.isfinite(values).all()
        assert len(values) >= 20 * n_units


# B2


@pytest.mark.parametrize(
    ("name", "floors"),
    [
        ("MA(1)", [1.36, 1, 1]),
        ("AR(1)", [1.9608, 1, 1]),
        ("ARMA(1,1)", [1.4444, 1, 1]),
        ("MA(2)", [1.8, 1.0417, 1]),
        ("MA(4)", [1.86, 1.0535, 1.0339]),
        ("AR(2)", [3.5714, 1.1570, 1]),
        ("ARMA(2,2)", [8.9107, 1.5691, 1]),
    ],
)
def test_risk_floors_are_those_of_the_table_of_the_theory(name, floors):
    found = [risk_floor(PROCESSES[name], size) for size in range(3)]

    np.testing.assert_allclose(found, floors, atol=5e-5)


def test_partial_correlations_give_invertible_polynomials():
    rng = np.random.default_rng(1)
    for _ in range(50):
        theta = theta_of(rng.uniform(-0.99, 0.99, 4))
        assert arma(ma=theta).is_invertible
    np.testing.assert_allclose(theta_of(np.array([0.5, 0.3])), [0.65, 0.3])


@pytest.mark.parametrize(
    ("ma", "verdict"),
    # The second is so close to an MA(1) that one unit loses next to nothing.
    [([0.8, 0.4], "holds"), ([0.6, 0.02], "refuted")],
)
def test_b2_follows_the_process(ma, verdict):
    finding = b2.examine_processes({"MA(2)": arma(ma=ma)}, tiny())

    assert finding.verdict == verdict


def test_b2_is_refuted_if_q_units_are_too_few():
    def row(units, floor):
        return {
            "process": "MA(2)",
            "moving average": True,
            "units": units,
            "units needed": 2,
            "floor": floor,
        }

    assert b2.judge([row(1, 1.04), row(2, 1.01)], []).verdict is Verdict.REFUTED
    assert b2.judge([row(1, 1.04), row(2, 1.0)], []).verdict is Verdict.HOLDS


# B3


def test_b3_holds_for_enough_units():
    finding = b3.examine_sizes({"MA(2)": 2, "ARMA(2,2)": 2}, tiny(n_nonlinear=12, n_tests=10))

    assert finding.verdict is Verdict.HOLDS


def test_b3_is_refuted_where_one_unit_is_too_few():
    finding = b3.examine_sizes({"ARMA(2,2)": 1}, tiny(n_nonlinear=8, n_tests=10))

    assert finding.verdict is Verdict.REFUTED


def test_b3_distance_of_the_process_to_itself_is_nothing():
    psi = PROCESSES["AR(2)"].psi_weights(10)
    shifted = psi + np.eye(10)[3]

    distances = b3.distance(np.stack([psi, shifted]), psi)

    assert distances[0] < 1e-300
    assert distances[1] == pytest.approx(1 / (psi @ psi))


def test_slope_is_that_of_a_regression_with_dummies_and_hc3_errors():
    from statsmodels.regression.linear_model import OLS

    rng = np.random.default_rng(2)
    by_place = {
        (name, n_steps): np.exp(shift - np.log(n_steps) + rng.standard_normal(7))
        for name, shift in (("a", 0.0), ("b", 2.0))
        for n_steps in (100, 300, 1000)
    }
    slope = b3.slope_of(by_place)

    y = np.log(np.concatenate(list(by_place.values())))
    x = np.repeat([np.log(n_steps) for _, n_steps in by_place], 7)
    is_second = np.repeat([float(name == "b") for name, _ in by_place], 7)
    design = np.column_stack([x, 1 - is_second, is_second])
    reference = OLS(y, design).fit(cov_type="HC3", use_t=True)
    assert slope.value == pytest.approx(reference.params[0])
    np.testing.assert_allclose(slope.interval, reference.conf_int()[0])


# B4


@pytest.mark.parametrize("decay", [-0.7, 0.4, 0.95])
def test_derivative_of_the_states_matches_central_differences(decay):
    x = np.random.default_rng(3).standard_normal(60)

    found = derivatives_of(states_of(x, decay), decay)

    step = 1e-6
    expected = (states_of(x, decay + step) - states_of(x, decay - step)) / (2 * step)
    np.testing.assert_allclose(found, expected, atol=1e-7)


@pytest.mark.parametrize("n_back", [1, 3, 10])
def test_truncated_derivative_is_that_of_an_unrolled_loop(n_back):
    x, decay = np.random.default_rng(4).standard_normal(40), 0.8
    states = states_of(x, decay)

    found = truncated(derivatives_of(states, decay), decay, n_back)

    for t in range(len(x)):
        past = [decay**j * states[t - 1 - j] for j in range(n_back) if t - 1 - j >= 0]
        assert found[t] == pytest.approx(sum(past), abs=1e-12)


def mean_square(x, decay):
    """Half the mean squared error with the best read-out."""
    states = states_of(x, decay)[:-1]
    design = np.column_stack([states, np.ones_like(states)])
    errors = x[1:] - design @ np.linalg.lstsq(design, x[1:], rcond=None)[0]
    return np.mean(errors**2) / 2


def test_whole_gradient_matches_central_differences():
    y = PROCESSES["AR(2)"].simulate(200, random_state=5)
    x = y - y.mean()

    [found] = descent(x, 0.3, [None])

    step = 1e-6
    expected = -(mean_square(x, 0.3 + step) - mean_square(x, 0.3 - step)) / (2 * step)
    assert found == pytest.approx(expected, rel=1e-6)


def test_unit_trained_by_the_whole_gradient_has_the_least_squared_error():
    y = PROCESSES["MA(1)"].simulate(300, random_state=6)
    x = y - y.mean()

    [unit] = train_unit(y, [None])

    best = minimize_scalar(lambda decay: mean_square(x, decay), bounds=(-0.98, 0), method="bounded")
    assert unit.A[0, 0] == pytest.approx(best.x, abs=1e-4)
    errors = (y - unit.run(y, start=np.zeros(1))[0])[1:]
    assert np.mean(errors**2) / 2 == pytest.approx(best.fun, rel=1e-3)


def test_truncation_biases_a_wrong_model_and_not_a_right_one():
    risks = {}
    for name in ("ARMA(1,1)", "AR(2)"):
        process = PROCESSES[name]
        y = process.simulate(20_000, random_state=7)
        short, whole = (
            one_step_risk(network_predictor(unit, 400, 0.0), process)
            for unit in train_unit(y, [1, None])
        )
        risks[name] = short / whole

    assert risks["ARMA(1,1)"] == pytest.approx(1, abs=1e-3)
    assert risks["AR(2)"] > 1.02


def test_b4_holds_at_the_effective_order_of_one_per_cent():
    processes = {name: PROCESSES[name] for name in ("ARMA(1,1)", "MA(2)")}

    assert b4.examine_processes(processes, tiny()).verdict is Verdict.HOLDS


def test_b4_is_refuted_where_the_gradient_is_cut_too_early():
    finding = b4.examine_processes({"AR(2)": PROCESSES["AR(2)"]}, tiny(), share=0.9)

    assert finding.verdict is Verdict.REFUTED


# B5


@pytest.fixture(scope="module")
def gaps():
    """Where the likelihood gains most, and where it gains next to nothing."""
    process = arma(ar=[1.8, -0.85], ma=[0.8, 0.6])
    large = b5.short_gaps({"ARMA(2,2)": process}, 30, tiny(n_replications={30: 36}))
    small = b5.short_gaps({"AR(1)": PROCESSES["AR(1)"]}, 100, tiny(n_replications={100: 16}))
    return large, small


def test_b5_holds_where_the_gain_fades(gaps):
    large, small = gaps

    finding = b5.found({30: large, 100: small}, tiny())

    assert finding.verdict is Verdict.HOLDS
    assert finding.value > 1.1


def test_b5_is_refuted_where_the_gain_grows(gaps):
    large, small = gaps

    assert b5.found({50: small, 100: large}, tiny()).verdict is Verdict.REFUTED


def test_b5_is_not_decided_where_there_is_nothing_to_see(gaps):
    _, small = gaps

    assert b5.found({50: small, 100: small}, tiny()).verdict is Verdict.NOT_DECIDED


def test_b5_reads_the_longer_series_from_the_shared_trials(monkeypatch):
    cell = Cell(
        "AR(1)", 300, {RNN: np.array([1.02, 1.01, 9.0]), ARMA_MLE: np.array([1.0, 1.0, 1.0])}
    )
    few = {"AR(1)": np.array([0.1, 0.2, 0.3])}
    monkeypatch.setattr(b5, "run_trials", lambda settings: [cell])
    monkeypatch.setattr(b5, "short_gaps", lambda *arguments: few)

    finding = b5.examine(tiny())

    by_length = {row["T"]: row for row in finding.table if "statistic" in row}
    assert by_length[50]["risk ratio"] == pytest.approx(np.exp(0.2))
    # No risk counts for more than the variance of the process.
    variance = 1 / (1 - 0.7**2)
    assert by_length[300]["risk ratio"] == pytest.approx((1.02 * 1.01 * variance) ** (1 / 3))


def test_both_risks_are_those_of_the_fitted_models():
    process = PROCESSES["AR(1)"]
    seed = np.random.SeedSequence(3)
    network_risk, likelihood_risk = b5.both_risks(b5.ShortSeries(process, 50, seed))

    y = process.simulate(50, random_state=np.random.default_rng(seed))
    network = RNNForecaster(cell="linear", hidden_size=1, solver="lm").fit(y).to_state_space()
    expected = one_step_risk(network_predictor(network, 50, 0.0), process)
    assert network_risk == pytest.approx(expected)
    assert 1 < likelihood_risk < 1.5
