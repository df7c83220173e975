import numpy as np
import pytest
from statsmodels.tsa.arima_process import ArmaProcess, arma2ar, arma2ma

from rnnts.linear import ARMA

MODELS = {
    "white noise": ARMA([], [], const=0.7),
    "AR(1)": ARMA([0.7], [], const=1.0),
    "AR(2)": ARMA([1.2, -0.6], [], const=1.0),
    "MA(1)": ARMA([], [0.6], const=-2.0),
    "MA(2)": ARMA([], [0.8, 0.4], const=0.5),
    "MA(4)": ARMA([], [0.6, 0.5, 0.4, 0.3], const=0.5),
    "ARMA(1, 1)": ARMA([0.8], [-0.4], const=2.0, sigma2=3.0),
    "ARMA(2, 2)": ARMA([1.2, -0.6], [0.5, 0.3], const=1.0),
    "ARMA(2, 1)": ARMA([1.47, -0.76], [-0.15], const=14.0),
    "ARMA(1, 2)": ARMA([0.5], [0.4, 0.2], const=1.0),
    "ARMA(3, 3)": ARMA([0.5, 0.2, -0.3], [0.4, 0.3, 0.2], const=1.0),
    "AR(9)": ARMA([0.3, 0.1, 0.0, 0.05, 0.1, -0.1, 0.05, 0.0, 0.2], [], const=1.0),
}


@pytest.fixture(params=MODELS)
def arma(request):
    return MODELS[request.param]


def test_psi_weights_are_those_of_statsmodels(arma):
    expected = arma2ma(arma.ar_polynomial, arma.ma_polynomial, 40)

    np.testing.assert_allclose(arma.psi_weights(40), expected, atol=1e-12)


def test_pi_weights_are_those_of_statsmodels(arma):
    expected = -arma2ar(arma.ar_polynomial, arma.ma_polynomial, 41)[1:]

    np.testing.assert_allclose(arma.pi_weights(40), expected, atol=1e-12)


def test_network_responds_as_the_model(arma):
    network = arma.to_state_space()

    assert network.hidden_size == max(arma.order)
    np.testing.assert_allclose(network.pi_weights(60), arma.pi_weights(60), atol=1e-12)
    np.testing.assert_allclose(network.psi_weights(60), arma.psi_weights(60), atol=1e-12)
    np.testing.assert_allclose(network.forecast_variance(9), arma.forecast_variance(9), rtol=1e-12)


def test_network_leads_back_to_the_coefficients(arma):
    back = arma.to_state_space().to_arma()

    p, q = arma.order
    np.testing.assert_allclose(back.ar[:p], arma.ar, atol=1e-12)
    np.testing.assert_allclose(back.ma[:q], arma.ma, atol=1e-12)
    np.testing.assert_allclose([*back.ar[p:], *back.ma[q:]], 0, atol=1e-12)
    assert back.const == pytest.approx(arma.const, abs=1e-12)
    assert back.sigma2 == arma.sigma2
    assert back.minimal().order == arma.order


def test_forecasts_of_the_network_settle_at_the_mean(arma):
    network = arma.to_state_space()

    _, state = network.run(np.array([3.0, 1.0, 4.0]))

    assert network.forecast(900, state)[-1] == pytest.approx(arma.mean, abs=1e-9)


@pytest.mark.parametrize("theta_root", [0.0, 1.0, 0.9999])
@pytest.mark.parametrize("phi_root", [0.0, 1.0, -1.0])
def test_constant_holds_on_every_path_with_unit_roots_on_either_side(phi_root, theta_root):
    phi = np.convolve([1.0, -0.5], [1.0, -phi_root])
    theta = np.convolve([1.0, 0.3], [1.0, -theta_root])
    arma = ARMA(-phi[1:], theta[1:], const=2.0)
    y = np.random.default_rng(0).standard_normal(60).cumsum()

    predictions, _ = arma.to_state_space().run(y, start=np.zeros(2))

    errors = y - predictions
    right = 2.0 + np.convolve(errors, theta, mode="valid")
    np.testing.assert_allclose(np.convolve(y, phi, mode="valid"), right, atol=1e-10)


def test_first_prediction_of_a_stationary_model_is_its_mean():
    for ma in ([-0.4], [-1.0]):
        predictions, _ = ARMA([0.8], ma, const=2.0).to_state_space().run([5.0])

        assert predictions[0] == pytest.approx(10.0)


def test_log_likelihood_is_that_of_the_joint_normal_distribution(arma):
    y = arma.simulate(50, random_state=1)

    value = arma.log_likelihood(y)

    process = ArmaProcess(arma.ar_polynomial, arma.ma_polynomial)
    lags = np.abs(np.subtract.outer(np.arange(50), np.arange(50)))
    cov = arma.sigma2 * process.acovf(50)[lags]
    centred = y - arma.mean
    expected = -0.5 * (
        50 * np.log(2 * np.pi) + np.linalg.slogdet(cov)[1] + centred @ np.linalg.solve(cov, centred)
    )
    assert value == pytest.approx(expected, abs=1e-9)


def test_log_likelihood_holds_at_an_ma_unit_root():
    arma = ARMA([], [-1.0])
    y = np.array([0.5, -1.0, 0.3])

    cov = np.array([[2.0, -1.0, 0.0], [-1.0, 2.0, -1.0], [0.0, -1.0, 2.0]])
    expected = -0.5 * (3 * np.log(2 * np.pi) + np.log(4.0) + y @ np.linalg.solve(cov, y))

    assert arma.log_likelihood(y) == pytest.approx(expected, abs=1e-12)


def test_simulated_paths_have_the_moments_of_the_process():
    arma = MODELS["ARMA(1, 1)"]

    y = arma.simulate(40_000, random_state=0)

    centred = y - y.mean()
    sample = np.array([centred[lag:] @ centred[: len(y) - lag] / len(y) for lag in range(5)])
    expected = 3.0 * ArmaProcess(arma.ar_polynomial, arma.ma_polynomial).acovf(5)
    # About three standard errors of 40,000 steps that forget at the rate 0.8.
    np.testing.assert_allclose(sample, expected, rtol=0.06)
    assert y.mean() == pytest.approx(arma.mean, abs=0.1)


def test_simulation_starts_in_the_stationary_distribution():
    arma = ARMA([0.95], [], const=0.5)
    rng = np.random.default_rng(0)

    firsts = np.array([arma.simulate(1, random_state=rng)[0] for _ in range(3000)])

    assert firsts.mean() == pytest.approx(10.0, abs=0.2)
    assert firsts.var() == pytest.approx(1 / (1 - 0.95**2), rel=0.08)


def test_simulation_repeats_with_its_seed():
    arma = MODELS["ARMA(2, 2)"]

    np.testing.assert_array_equal(
        arma.simulate(5, random_state=3, burn_in=4),
        arma.simulate(5, random_state=np.random.default_rng(3), burn_in=4),
    )


@pytest.mark.parametrize(
    ("ar", "is_stationary"),
    [
        ([], True),
        ([0.999999], True),
        ([1.0], False),
        ([-1.0], False),
        ([2.0, -1.0], False),
        ([1.2, -0.6], True),
        ([0.5, 0.7], False),
        ([1.0, *[0.0] * 10, 1.0, -1.0], False),
        ([2.5, -2.0, 0.5], False),
    ],
    ids=str,
)
def test_stationarity_and_invertibility_are_strict(ar, is_stationary):
    assert ARMA(ar, []).is_stationary is is_stationary
    assert ARMA([], -np.array(ar)).is_invertible is is_stationary
    assert ARMA(ar, []).to_state_space().is_stationary is is_stationary


def test_minimal_keeps_weights_and_mean():
    phi = np.convolve([1.0, -0.9], np.convolve([1.0, 0.6], [1.0, -0.5]))
    theta = np.convolve([1.0, -0.9], np.convolve([1.0, 0.6], [1.0, 0.2]))
    arma = ARMA(-phi[1:], theta[1:], const=0.4, sigma2=2.0)

    minimal = arma.minimal()

    assert minimal.order == (1, 1)
    np.testing.assert_allclose(minimal.psi_weights(30), arma.psi_weights(30), atol=1e-12)
    assert minimal.mean == pytest.approx(arma.mean)
    assert minimal.sigma2 == 2.0


def test_arrays_of_a_model_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        MODELS["AR(1)"].ar[0] = 2.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ARMA([[0.5]], []), r"ar must have one axis, got shape \(1, 1\)"),
        (lambda: ARMA([], [np.nan]), "ma must be finite, got nan at position 0"),
        (lambda: ARMA([], [], const=np.inf), "const must be finite, got inf"),
        (lambda: ARMA([], [], sigma2=0.0), "sigma2 must be a finite number above 0"),
        (lambda: ARMA([1.0], []).mean, r"phi has a unit root; difference the series"),
        (lambda: ARMA([1.0], []).simulate(5), "simulate needs a stationary model"),
        (lambda: ARMA([1.1], []).log_likelihood([1.0]), "log_likelihood needs a stationary"),
        (lambda: ARMA([0.5], []).log_likelihood([1.0, np.nan]), "y must be finite, got nan"),
        (lambda: ARMA([0.5], []).psi_weights(0), "n_weights must be at least 1, got 0"),
        (lambda: ARMA([0.5], []).minimal(tol=0.0), "tol must be a finite number above 0"),
        (
            lambda: ARMA([1.0], [-1.0], const=1.0).minimal(),
            "const must be 0 where phi and theta share a unit root, got 1",
        ),
    ],
    ids=range(11),
)
def test_errors_say_what_was_needed(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: ARMA([1e100], []).psi_weights(5),
        lambda: ARMA([], [1e100]).pi_weights(5),
        lambda: ARMA([1e100], []).forecast_variance(3),
        lambda: ARMA([1e100], []).to_state_space().psi_weights(5),
        lambda: ARMA([1e100], []).to_state_space().forecast_variance(3),
        lambda: ARMA([1e100], []).to_state_space().forecast(6, [1.0]),
        lambda: ARMA([1e100], []).to_state_space().simulate(6, start=[1.0]),
    ],
    ids=range(7),
)
def test_what_explodes_is_refused_where_it_stops_being_a_number(ask):
    with pytest.raises(OverflowError, match=r"leaves the floating-point range at step \d of \d"):
        ask()


def test_a_series_in_other_units_than_its_model_has_no_likelihood():
    with pytest.raises(OverflowError, match="give both in the same units"):
        ARMA([0.5], []).log_likelihood([1e200, 0.0])


def test_a_variance_beyond_all_numbers_is_no_start():
    with pytest.raises(OverflowError, match="stationary distribution leaves"):
        ARMA([0.5], [1e160]).simulate(3)

    assert np.isfinite(ARMA([0.5], [1e100]).simulate(3, random_state=0)).all()


def test_a_series_that_overflows_the_state_is_refused():
    with pytest.raises(ValueError, match="the state must stay finite"):
        ARMA([1e200], []).to_state_space().run([1e200, 1.0])


def test_more_steps_than_memory_holds_are_refused():
    with pytest.raises(MemoryError, match="simulate fewer steps"):
        ARMA([0.5], []).simulate(10**15)


def test_large_coefficients_make_no_roots_common():
    arma = ARMA(ar=[-4e149, -9e149], ma=[1.5], const=1e100)

    assert arma.minimal().order == (2, 1)
    shared = ARMA(ar=[1e6 + 0.5, -0.5e6], ma=[-1e6]).minimal()
    np.testing.assert_allclose([*shared.ar, *shared.ma], [0.5], rtol=1e-9)


def test_a_likelihood_beyond_all_numbers_is_an_error():
    for sigma2, largest in [(1e-200, 1e300), (1.0, 1.7e308)]:
        model = ARMA(ar=[0.5], ma=[], sigma2=sigma2)

        with pytest.raises(OverflowError, match="more than 1e150 standard deviations of the err"):
            model.log_likelihood([0.0, largest, -largest])
