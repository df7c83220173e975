import numpy as np
import pytest

from rnnts.linear import ARMA, Start, StateSpace

SMOOTHER = StateSpace(A=[[0.7]], B=[0.3], C=[1.0])


def dense_network(rng, hidden_size, radius=0.9):
    """Matrices A, B, C of a random network whose open loop has the given spectral radius."""
    A = rng.standard_normal((hidden_size, hidden_size))
    A *= radius / np.abs(np.linalg.eigvals(A)).max()
    B, C = rng.standard_normal((2, hidden_size)) / hidden_size
    return A, B, C


@pytest.mark.parametrize("has_skip", [False, True], ids=["plain", "skip"])
@pytest.mark.parametrize("hidden_size", [1, 2, 3, 4, 8])
def test_every_network_is_an_arma_filter(hidden_size, has_skip):
    rng = np.random.default_rng(hidden_size)
    for _ in range(30):
        A, B, C = dense_network(rng, hidden_size)
        bias = {"b_hidden": rng.standard_normal(hidden_size), "b_output": rng.standard_normal(1)}
        D = rng.standard_normal() if has_skip else None
        network = StateSpace.from_lags(A, B, C, D, **bias)
        y = rng.standard_normal(60)

        arma = network.to_arma()

        # The filter: 1 - phi / theta.
        np.testing.assert_allclose(network.pi_weights(40), arma.pi_weights(40), atol=1e-10)
        # The difference equation on data: n steps after any start.
        predictions, _ = network.run(y, start=rng.standard_normal(network.hidden_size))
        left = np.convolve(y, arma.ar_polynomial, mode="valid")
        right = arma.const + np.convolve(y - predictions, arma.ma_polynomial, mode="valid")
        np.testing.assert_allclose(left, right, atol=1e-10)


def test_a_skip_adds_one_autoregressive_lag():
    A, B, C = dense_network(np.random.default_rng(0), 3)

    arma = StateSpace.from_lags(A, B, C, D=0.4).to_arma().minimal()

    assert arma.order == (4, 3)


def test_lags_are_read_newest_first():
    rng = np.random.default_rng(1)
    A, _, C = dense_network(rng, 2)
    B, D, y = rng.standard_normal((2, 3)), rng.standard_normal(2), rng.standard_normal(30)
    bias = rng.standard_normal(2)

    predictions, _ = StateSpace.from_lags(A, B, C, D, b_hidden=bias).run(y, start=np.zeros(4))

    state, expected = np.zeros(2), []
    padded = np.concatenate([np.zeros(3), y])
    for t in range(len(y)):
        newest_first = padded[t : t + 3][::-1]
        expected.append(C @ state + D @ newest_first[:2])
        newest_first = padded[t + 1 : t + 4][::-1]
        state = A @ state + B @ newest_first + bias
    np.testing.assert_allclose(predictions, expected, atol=1e-12)


def test_lags_of_several_series_come_in_blocks():
    rng = np.random.default_rng(2)
    A, B = 0.3 * np.eye(2), rng.standard_normal((2, 4))
    C, D = rng.standard_normal((2, 2)), rng.standard_normal((2, 4))
    y = rng.standard_normal((20, 2))

    predictions, _ = StateSpace.from_lags(A, B, C, D).run(y, start=np.zeros(6))

    state, before = np.zeros(2), np.zeros(2)
    expected = [C @ state]
    for t in range(19):
        newest_first = np.concatenate([y[t], before])
        state, before = A @ state + B @ newest_first, y[t]
        expected.append(C @ state + D @ newest_first)
    np.testing.assert_allclose(predictions, expected, atol=1e-12)


def test_constant_of_a_network_with_an_open_loop_unit_root():
    rng = np.random.default_rng(3)
    A = np.array([[1.0, 0.3], [0.0, 0.5]])
    network = StateSpace(A, rng.standard_normal(2), rng.standard_normal(2), b_hidden=[0.4, -0.2])
    y = rng.standard_normal(30)

    arma = network.to_arma()

    predictions, _ = network.run(y, start=np.zeros(2))
    right = arma.const + np.convolve(y - predictions, arma.ma_polynomial, mode="valid")
    np.testing.assert_allclose(np.convolve(y, arma.ar_polynomial, "valid"), right, atol=1e-12)


def test_constant_scales_with_an_output_however_large():
    A, bias = [[0.5, 0.1, 0.0], [0.1, 0.4, 0.2], [0.0, 0.3, 0.6]], [1.0, 2.0, 3.0]
    size = 2.0**500

    one = StateSpace(A, np.zeros(3), np.ones(3), b_hidden=bias).to_arma()
    large = StateSpace(A, np.zeros(3), np.full(3, size), b_hidden=bias).to_arma()

    expected = np.ones(3) @ np.linalg.inv(np.eye(3) - A) @ bias * np.linalg.det(np.eye(3) - A)
    assert one.const == pytest.approx(expected, rel=1e-12)
    assert large.const == size * one.const


def test_forecasts_continue_the_run_with_predictions_for_data():
    rng = np.random.default_rng(4)
    A, B, C = dense_network(rng, 3)
    network = StateSpace(A, B, C, exog_hidden=rng.standard_normal((3, 2)), exog_output=[1.0, -1.0])
    X, y = rng.standard_normal((12, 2)), rng.standard_normal(8)

    _, state = network.run(y, X[:8])
    forecasts = network.forecast(4, state, X[8:])

    predictions, _ = network.run(np.concatenate([y, forecasts]), X)
    np.testing.assert_allclose(predictions[8:], forecasts, atol=1e-12)


def test_shape_of_y_is_the_shape_of_its_predictions():
    y = np.arange(4.0)

    assert SMOOTHER.run(y)[0].shape == (4,)
    assert SMOOTHER.run(y[:, None])[0].shape == (4, 1)


def test_simulation_continues_from_a_state_as_the_forecast_does():
    rng = np.random.default_rng(5)
    state = [2.0]

    paths = np.array([SMOOTHER.simulate(3, start=state, random_state=rng) for _ in range(4000)])

    np.testing.assert_allclose(paths.mean(axis=0), SMOOTHER.forecast(3, state), atol=0.07)
    np.testing.assert_allclose(paths.var(axis=0), SMOOTHER.forecast_variance(3), rtol=0.08)


def test_simulated_errors_have_covariance_sigma():
    sigma = np.array([[2.0, 0.6], [0.6, 1.0]])
    network = StateSpace(0.2 * np.eye(2), 0.3 * np.eye(2), np.eye(2), sigma=sigma)

    y = network.simulate(20_000, random_state=0)
    predictions, _ = network.run(y)

    np.testing.assert_allclose(np.cov((y - predictions).T), sigma, atol=0.06)


def test_burn_in_is_dropped():
    whole = SMOOTHER.simulate(10, start=[0.0], random_state=1)

    np.testing.assert_array_equal(
        SMOOTHER.simulate(6, start=[0.0], random_state=1, burn_in=4), whole[4:]
    )


def test_log_likelihood_of_a_start_is_that_of_the_joint_normal_distribution():
    rng = np.random.default_rng(6)
    factor = rng.standard_normal((3, 3))
    start = Start(rng.standard_normal(3), factor @ factor.T)
    A, B, C = dense_network(rng, 3)
    network = StateSpace(A, B, C, b_output=[0.5], sigma=2.0, start=start)
    y = rng.standard_normal(15)

    value, mean = network.log_likelihood(y), network.smoothed_start(y)

    # y = offset + effects h_0 + shocks e: read off the network by linearity.
    zero = StateSpace(A, B, C, b_output=[0.5])
    offset = zero.forecast(15, np.zeros(3))
    effects = np.array([zero.forecast(15, unit) - offset for unit in np.eye(3)]).T
    psi = zero.psi_weights(15)
    shocks = np.array([[psi[i - j] if i >= j else 0.0 for j in range(15)] for i in range(15)])
    cov = effects @ start.cov @ effects.T + 2.0 * shocks @ shocks.T
    centred = y - offset - effects @ start.mean
    expected = -0.5 * (
        15 * np.log(2 * np.pi) + np.linalg.slogdet(cov)[1] + centred @ np.linalg.solve(cov, centred)
    )
    posterior = start.mean + start.cov @ effects.T @ np.linalg.solve(cov, centred)
    assert value == pytest.approx(expected, abs=1e-10)
    np.testing.assert_allclose(mean, posterior, atol=1e-10)


def test_burn_makes_the_likelihood_conditional():
    rng = np.random.default_rng(7)
    y = rng.standard_normal(12).cumsum()
    start = Start([0.0], [[4.0]])
    whole = StateSpace([[0.7]], [0.3], [1.0], start=start)
    burnt = StateSpace([[0.7]], [0.3], [1.0], start=start, n_burn=3)

    difference = whole.log_likelihood(y) - whole.log_likelihood(y[:3])

    assert burnt.log_likelihood(y) == pytest.approx(difference)


def test_small_variances_beside_a_diffuse_one_are_kept():
    cov = np.diag([1e6, 1e-10, 0.0])

    factor = Start(np.zeros(3), cov).factor

    np.testing.assert_allclose(factor @ factor.T, cov, rtol=1e-12)
    assert factor.shape == (3, 2)


def test_default_start_is_the_stationary_mean_or_zeros():
    stationary = ARMA([0.5], [0.2], const=1.0).to_state_space()
    integrated = ARMA([1.0], [0.2], const=1.2).to_state_space()

    assert stationary.run([0.0])[0][0] == pytest.approx(2.0)
    assert integrated.run([0.0])[0][0] == pytest.approx(1.0)
    assert StateSpace([[0.7]], [0.3], [1.0], start=Start([4.0], [[1.0]])).run([0.0])[0][0] == 4.0


ERRORS = {
    "A": (lambda: StateSpace([1.0], [1.0], [1.0]), r"A must have two axes, got shape \(1,\)"),
    "A square": (lambda: StateSpace([[1.0, 2.0]], [1.0], [1.0]), r"A must have shape \(1, 1\)"),
    "B": (lambda: StateSpace([[1.0]], [1.0, 2.0], [1.0]), r"B must have shape \(1, 1\) in a"),
    "C": (lambda: StateSpace([[1.0]], [1.0], [1.0, 2.0]), r"C must have shape \(1, 1\) in a"),
    "exog": (
        lambda: StateSpace([[1.0]], [1.0], [1.0], exog_hidden=[1.0], exog_output=[1.0, 2.0]),
        r"exog_hidden must have shape \(1, 2\)",
    ),
    "finite": (
        lambda: StateSpace([[np.nan]], [1.0], [1.0]),
        r"A must be finite, got nan at position \(0, 0\)",
    ),
    "sigma": (
        lambda: StateSpace([[1.0]], [1.0], [1.0], sigma=0.0),
        "sigma must be symmetric and positive definite",
    ),
    "n_burn": (
        lambda: StateSpace([[1.0]], [1.0], [1.0], n_burn=-1),
        "n_burn must be at least 0, got -1",
    ),
    "start": (
        lambda: StateSpace([[1.0]], [1.0], [1.0], start=Start([0, 0], np.eye(2))),
        "start must describe 1 hidden units, got 2",
    ),
    "start shape": (lambda: Start([0.0], np.eye(2)), r"cov must have shape \(1, 1\)"),
    "start finite": (lambda: Start([np.inf], [[1.0]]), "mean must be finite, got inf"),
    "start cov": (lambda: Start([0.0], [[-1.0]]), "cov must be symmetric and positive semi"),
    "start symmetry": (
        lambda: Start([0.0, 0.0], [[1.0, 0.5], [0.0, 1.0]]),
        "cov must be symmetric and positive semi",
    ),
    "y shape": (lambda: SMOOTHER.run(np.ones((3, 2))), r"y must have shape \(T,\) .* got \(3, 2\)"),
    "y finite": (
        lambda: SMOOTHER.run([1.0, np.nan]),
        r"y must be finite, got nan at position \(1, 0\); fill or drop",
    ),
    "X missing": (
        lambda: StateSpace([[0.5]], [1.0], [1.0], exog_output=[1.0]).run([1.0]),
        r"X must have 1 exogenous columns for this model, got None",
    ),
    "X shape": (
        lambda: SMOOTHER.run([1.0], X=[[1.0]]),
        r"X must have shape \(1, 0\), .* got \(1, 1\)",
    ),
    "state": (
        lambda: SMOOTHER.forecast(1, [1.0, 2.0]),
        "the start state must have length 1, got 2; pass the state that run returned",
    ),
    "horizon": (lambda: SMOOTHER.forecast(0, [1.0]), "horizon must be at least 1, got 0"),
    "overflow": (
        lambda: StateSpace([[9.0]], [1.0], [1.0]).run(np.ones(500)),
        "overflowed within 500 steps: A has spectral radius 9; use",
    ),
    "no start": (
        lambda: SMOOTHER.log_likelihood([1.0]),
        "not stationary needs a start, but it has none and A . B C has spectral radius 1; give",
    ),
    "growth": (
        lambda: StateSpace([[2.0]], [-1.5], [1.0]).log_likelihood(np.ones(50)),
        "likelihood of 50 observations needs an invertible network, but A has spectral radius 2",
    ),
    "burn": (
        lambda: StateSpace([[0.5]], [0.1], [1.0], n_burn=2).log_likelihood([1.0, 2.0]),
        "y must have more than n_burn=2 rows, got 2",
    ),
    "outputs": (
        lambda: StateSpace(np.eye(2), np.eye(2), np.eye(2)).to_arma(),
        "one output and no exogenous input, but this network has 2 and 0",
    ),
    "exogenous": (
        lambda: StateSpace([[0.5]], [1.0], [1.0], exog_output=[1.0]).to_arma(),
        "one output and no exogenous input, but this network has 1 and 1",
    ),
    "lags": (
        lambda: StateSpace.from_lags(np.eye(2), np.ones((2, 3)), np.eye(2)),
        r"B must have 2 rows and a multiple of 2 columns, .* got shape \(2, 3\)",
    ),
    "tol": (lambda: SMOOTHER.minimal(tol=-1.0), "tol must be a finite number above 0, got -1.0"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_say_what_was_needed(name):
    make, message = ERRORS[name]

    with pytest.raises(ValueError, match=message):
        make()
