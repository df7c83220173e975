"""Solvers on real objectives, against optima found by other means."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.signal import lfilter

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.linear import ARMA
from rnnts.linear._polynomial import step_down
from rnnts.losses import LOSSES
from rnnts.solvers import LBFGS, SOLVERS, Adam, LevenbergMarquardt
from rnnts.solvers._adam import SCHEDULES
from rnnts.solvers._early_stopping import EarlyStopping, solve_watched

every_solver = pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)


def one_step_objective(series, hidden_size, cell="linear", loss="squared_error"):
    """Predict each row of a scaled series from the rows before it."""
    scaled = (series - series.mean()) / series.std()
    x = np.concatenate([[0.0], scaled[:-1]])[:, None, None]
    network = Network(CELLS[cell], 1, hidden_size, 1)
    return Objective(network, LOSSES[loss], x, scaled[:, None, None], n_warmup=1)


def arma_11(seed, n_steps=1000):
    return ARMA([0.8], [-0.4]).simulate(n_steps, random_state=seed, burn_in=200)


def least_squares_of_an_arma_11(scaled):
    """The conditional sum of squares, minimised in the textbook's own parameters.

    The recursion e_t = x_t - phi x_{t-1} - c - theta e_{t-1} starts at the mean c / (1 - phi)
    with no error before it, as a network at rest does; the first error is not counted.
    """

    def sum_of_squares(parameters):
        phi, theta, level = parameters
        if abs(theta) >= 1:
            return np.inf
        drive = np.concatenate([[scaled[0]], scaled[1:] - phi * scaled[:-1]])
        drive -= level * np.concatenate([[1.0], np.full(len(scaled) - 1, 1.0 + theta)])
        errors = lfilter([1.0], [1.0, theta], drive)
        return float(errors[1:] @ errors[1:])

    options = {"xatol": 1e-9, "fatol": 1e-10, "maxfev": 20_000}
    starts = [(0.8, -0.4, 0.0), (0.2, 0.2, 0.0)]
    return min(
        minimize(sum_of_squares, start, method="Nelder-Mead", options=options).fun
        for start in starts
    )


def excess(objective, solution):
    """How far above the optimum of the sum of squares a solution lies, as a share of it."""
    scaled = objective.y[:, 0, 0]
    found = 2 * solution.value * (len(scaled) - 1)
    return found / least_squares_of_an_arma_11(scaled) - 1


def test_full_bptt_from_random_weights_reaches_the_conditional_least_squares_optimum():
    for seed in range(10):
        objective = one_step_objective(arma_11(seed), hidden_size=1)
        start = objective.network.init_params(np.random.default_rng(seed))

        solution = LBFGS().solve(objective, start)

        assert solution.converged
        assert excess(objective, solution) < 1e-6


def test_levenberg_marquardt_reaches_it_in_every_one_of_100_seeds():
    for seed in range(100):
        objective = one_step_objective(arma_11(seed), hidden_size=1)
        start = objective.network.init_params(np.random.default_rng(seed))

        solution = LevenbergMarquardt().solve(objective, start)

        assert excess(objective, solution) < 1e-6


@pytest.mark.parametrize("hidden_size", [2, 3])
def test_levenberg_marquardt_is_never_beaten_by_bptt(hidden_size):
    process = ARMA([1.2, -0.6], [0.5, 0.3])
    for seed in range(5):
        series = process.simulate(300, random_state=seed, burn_in=200)
        objective = one_step_objective(series, hidden_size)
        start = objective.network.init_params(np.random.default_rng(seed))

        companion = LevenbergMarquardt(pacf_bound=0.999).solve(objective, start)

        dense = LBFGS().solve(objective, start)
        assert companion.value <= dense.value * (1 + 1e-6)


def test_levenberg_marquardt_value_is_the_objective_at_its_weights():
    objective = one_step_objective(arma_11(0), hidden_size=3)
    start = objective.network.init_params(np.random.default_rng(0))

    solution = LevenbergMarquardt().solve(objective, start)

    assert solution.value == pytest.approx(objective.value_and_gradient(solution.params)[0])
    assert solution.value == pytest.approx(solution.loss_curve[-1], rel=1e-9)


@pytest.mark.parametrize("bound", [0.5, 0.8, 0.95])
def test_the_bound_holds_the_partial_autocorrelations(bound):
    series = ARMA([0.5], [-0.97]).simulate(200, random_state=3, burn_in=200)
    objective = one_step_objective(series, hidden_size=2)
    start = objective.network.init_params(np.random.default_rng(3))

    solution = LevenbergMarquardt(pacf_bound=bound).solve(objective, start)

    recurrence = objective.network.unpack(solution.params)["w_hidden"]
    theta = np.poly(recurrence).real[1:]
    assert np.abs(step_down(theta)).max() < bound


@pytest.mark.parametrize(
    ("cell", "loss"), [("tanh", "squared_error"), ("linear", "absolute_error")]
)
def test_levenberg_marquardt_says_what_it_can_train(cell, loss):
    objective = one_step_objective(arma_11(0, 50), 2, cell, loss)

    with pytest.raises(ValueError, match=r"needs the linear cell.*use solver='lbfgs'"):
        LevenbergMarquardt().solve(objective, np.zeros(objective.network.n_params))


def test_levenberg_marquardt_refuses_a_penalty():
    objective = replace(one_step_objective(arma_11(0, 50), 2), l2=0.1)

    with pytest.raises(
        ValueError, match=r"l2, lengths, start or truncation, got .*l2=0.1; use solver='lbfgs'"
    ):
        LevenbergMarquardt().solve(objective, np.zeros(objective.network.n_params))


@pytest.mark.parametrize(
    "setting", [{"lengths": np.array([50])}, {"start": np.zeros((1, 2))}, {"truncation": 5}]
)
def test_levenberg_marquardt_refuses_what_it_does_not_look_at(setting):
    objective = replace(one_step_objective(arma_11(0, 50), 2), **setting)

    with pytest.raises(ValueError, match=r"start or truncation, got"):
        LevenbergMarquardt().solve(objective, np.zeros(objective.network.n_params))


@pytest.mark.parametrize("by_target", [(), (1,)])
def test_levenberg_marquardt_weighs_steps_as_bptt_does(by_target):
    objective = one_step_objective(arma_11(0, 300), 2)
    weights = np.maximum(np.random.default_rng(0).uniform(-0.3, 2.0, (300, 1, *by_target)), 0.0)
    objective.y[weights.reshape(objective.y.shape) == 0] = np.nan
    weighted = replace(objective, weights=weights)
    start = objective.network.init_params(np.random.default_rng(0))

    companion = LevenbergMarquardt(pacf_bound=0.999).solve(weighted, start)

    dense = LBFGS(tol=1e-12).solve(weighted, start)
    assert companion.value <= dense.value * (1 + 1e-6)
    assert companion.value == pytest.approx(companion.loss_curve[-1], rel=1e-9)
    _, slope = weighted.value_and_gradient(companion.params)
    assert np.abs(slope).max() < 1e-4


@pytest.mark.parametrize("solver", [LBFGS(), Adam()])
def test_l2_shrinks_the_weights(solver):
    free = one_step_objective(arma_11(0, 200), 2)
    start = free.network.init_params(np.random.default_rng(0))

    costs = 0.0, 0.01, 0.1
    solutions = [solver.solve(replace(free, l2=l2), start) for l2 in costs]

    # The linear cell has one bias, the last of its parameters.
    sizes = [float(np.sum(solution.params[:-1] ** 2)) for solution in solutions]
    assert sizes[0] > 1.2 * sizes[1] > 1.44 * sizes[2]
    for l2, size, solution in zip(costs, sizes, solutions, strict=True):
        loss, _ = free.value_and_gradient(solution.params)
        assert solution.value == pytest.approx(loss + l2 * size)


@every_solver
def test_solving_is_deterministic_and_leaves_the_start_alone(solver):
    objective = one_step_objective(arma_11(1, 200), hidden_size=2)
    start = objective.network.init_params(np.random.default_rng(1))
    before = start.copy()

    first, second = solver().solve(objective, start), solver().solve(objective, start)

    np.testing.assert_array_equal(first.params, second.params)
    np.testing.assert_array_equal(start, before)


@every_solver
def test_reported_value_is_the_least_on_its_curve(solver):
    objective = one_step_objective(arma_11(2, 200), hidden_size=2)
    start = objective.network.init_params(np.random.default_rng(2))

    solution = solver().solve(objective, start)

    assert solution.value == pytest.approx(min(solution.loss_curve), rel=1e-9)
    assert solution.n_iter == len(solution.loss_curve)
    assert np.all(np.diff(solution.loss_curve) <= 1e-12)


@every_solver
def test_one_iteration_is_reported_as_not_converged(solver):
    objective = one_step_objective(arma_11(3, 200), hidden_size=2)
    start = objective.network.init_params(np.random.default_rng(3))

    solution = solver(max_iter=1).solve(objective, start)

    assert not solution.converged
    assert "max_iter" in solution.message


@pytest.mark.parametrize("solver", [LBFGS(), Adam()], ids=["lbfgs", "adam"])
def test_an_explosive_start_gives_finite_weights_and_a_sentence(solver):
    objective = one_step_objective(arma_11(4, 1000), hidden_size=2)
    start = 30 * objective.network.init_params(np.random.default_rng(4))

    solution = solver.solve(objective, start)

    assert not solution.converged
    assert np.isfinite(solution.params).all()
    assert "start" in solution.message or "exploded" in solution.message


def test_a_learning_rate_that_explodes_keeps_the_best_point():
    objective = one_step_objective(arma_11(5), hidden_size=2)
    start = objective.network.init_params(np.random.default_rng(5))

    solution = Adam(learning_rate=10.0).solve(objective, start)

    assert np.isfinite(solution.params).all()
    assert solution.value == pytest.approx(objective.value_and_gradient(solution.params)[0])


def test_a_lower_curve_is_not_mistaken_for_the_wall():
    # From weights of order one the first line search of L-BFGS runs into the explosive region.
    explored = [
        LBFGS().solve(objective, objective.network.init_params(np.random.default_rng(seed))).value
        for seed in range(100)
        for objective in [one_step_objective(arma_11(0, 300), hidden_size=1)]
    ]

    assert max(explored) <= min(explored) * (1 + 1e-6)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: LBFGS(max_iter=0), "max_iter must be at least 1, got 0"),
        (lambda: Adam(learning_rate=-1.0), "learning_rate must be a finite number above 0"),
        (lambda: Adam(n_iter_no_change=2.5), "n_iter_no_change must be an integer, got 2.5"),
        (lambda: LevenbergMarquardt(pacf_bound=1.0), "pacf_bound must lie between 0 and 1"),
    ],
)
def test_a_solver_checks_its_settings(make, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        make()


def test_levenberg_marquardt_survives_more_units_than_rows():
    objective = one_step_objective(arma_11(0, 6), hidden_size=9)

    solution = LevenbergMarquardt().solve(objective, np.zeros(objective.network.n_params))

    assert np.isfinite(solution.params).all()


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_adam_knows_the_rates_of_some_iterations_without_those_of_all(schedule):
    short, endless = (Adam(max_iter=n, schedule=schedule) for n in (100, 10**12))

    np.testing.assert_array_equal(short.rates(90, 120), short.rates()[90:])
    assert endless.rates(10**12 - 2, 10**12 + 5).shape == (2,)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_adam_that_only_made_it_worse_says_so(schedule):
    objective = one_step_objective(arma_11(seed=0, n_steps=100), 2, "tanh")
    start = objective.network.init_params(np.random.default_rng(0))
    solver = Adam(learning_rate=1e3, max_iter=60, schedule=schedule)

    solution = solver.solve(objective, start)

    assert not solution.converged
    assert solution.message.startswith("no step of adam lowered the loss")
    np.testing.assert_array_equal(solution.params, start)
    gentle = replace(solver, learning_rate=1e-2).solve(objective, start)
    assert gentle.value < solution.value == objective.value_and_gradient(start)[0]


def test_early_stopping_does_not_hide_that_nothing_was_learned():
    objective = one_step_objective(arma_11(seed=0, n_steps=100), 2, "tanh")
    start = objective.network.init_params(np.random.default_rng(0))

    wild, gentle = (
        solve_watched(Adam(learning_rate=rate), objective, start, EarlyStopping(objective, 20))
        for rate in (1e3, 1e-2)
    )

    assert "lower learning_rate" in wild.message
    assert (wild.converged, gentle.converged) == (False, True)


def test_levenberg_marquardt_says_what_is_too_large_to_square():
    objective, start = one_step_objective(arma_11(0), 1), np.zeros(4)

    solution = LevenbergMarquardt().solve(replace(objective, x=1e150 * objective.x), start)

    assert not solution.converged
    assert "too much to square; scale the series" in solution.message
    np.testing.assert_array_equal(solution.params, start)
