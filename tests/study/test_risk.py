import numpy as np
import pytest
from scipy.signal import lfilter

from rnnts.linear import ARMA
from rnnts.study.experiments._fits import arma_mle, at_steady_state, quiet, train_network
from rnnts.study.experiments._processes import PROCESSES
from rnnts.study.experiments._risk import (
    Predictor,
    kalman_predictor,
    network_predictor,
    one_step_risk,
)


def simulated(process, shape, seed):
    """Paths along the last axis, the first steps dropped."""
    shape = np.atleast_1d(shape)
    shocks = np.random.default_rng(seed).standard_normal((*shape[:-1], shape[-1] + 100))
    paths = lfilter(process.ma_polynomial, process.ar_polynomial, shocks)[..., 100:]
    return process.mean + np.sqrt(process.sigma2) * paths


def test_true_predictor_has_the_variance_of_the_errors():
    process = ARMA(ar=[0.8], ma=[-0.4], const=1.0, sigma2=2.5)

    predictor = network_predictor(process.to_state_space(), 200, process.mean)

    assert one_step_risk(predictor, process) == pytest.approx(2.5, rel=1e-12)


def test_long_memory_gives_the_closed_form_of_the_polynomials():
    process, fitted = PROCESSES["ARMA(2,2)"], ARMA(ar=[0.9, -0.2], ma=[0.6, 0.1])
    predictor = network_predictor(fitted.to_state_space(), 300, process.mean)

    risk = one_step_risk(predictor, process)

    numerator = np.convolve(fitted.ar_polynomial, process.ma_polynomial)
    denominator = np.convolve(fitted.ma_polynomial, process.ar_polynomial)
    response = lfilter(numerator, denominator, np.eye(1, 1000)[0])
    assert risk == pytest.approx(response @ response, rel=1e-12)


@pytest.mark.parametrize("name", ["MA(2)", "ARMA(2,2)"])
def test_risk_of_a_trained_network_is_its_error_on_a_long_simulation(name):
    zero_mean = PROCESSES[name]
    process = ARMA(zero_mean.ar, zero_mean.ma, const=0.7, sigma2=1.5)
    network = train_network(process.simulate(100, random_state=7), 2).to_state_space()

    risk = one_step_risk(network_predictor(network, 100, process.mean), process)

    y = simulated(process, 40_000, seed=2)
    errors = (y - network.run(y)[0])[100:]
    assert risk == pytest.approx(np.mean(errors**2), rel=0.03)  # four standard errors


def test_risk_of_a_kalman_filter_is_its_error_on_many_short_paths():
    process = ARMA(ar=[], ma=[0.8, 0.4], const=0.5)
    results = arma_mle(process.simulate(40, random_state=3), 1, 2)

    risk = one_step_risk(kalman_predictor(results, process.mean), process)

    paths = simulated(process, (20_000, 41), seed=4)
    predictor = kalman_predictor(results, 0.0)
    predictions = predictor.at_mean + paths[:, -2::-1] @ predictor.weights
    assert risk == pytest.approx(np.mean((paths[:, -1] - predictions) ** 2), rel=0.04)


def test_kalman_predictor_makes_the_forecast_of_statsmodels():
    y = PROCESSES["ARMA(2,2)"].simulate(60, random_state=5) + 3
    results = arma_mle(y, 2, 2)

    predictor = kalman_predictor(results, 3.0)

    forecast = predictor.at_mean + predictor.weights @ (y[::-1] - 3.0)
    assert forecast == pytest.approx(results.forecast(1)[0], rel=1e-10)


def test_bias_adds_its_square():
    white_noise = ARMA(ar=[], ma=[], const=1.0)

    assert one_step_risk(Predictor(np.zeros(5), at_mean=3.0), white_noise) == pytest.approx(5.0)


def test_steady_state_start_keeps_the_gain_constant():
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    y = PROCESSES["MA(2)"].simulate(50, random_state=6)
    with quiet():
        results = SARIMAX(y, order=(0, 0, 2)).smooth([0.8, 0.4, 1.0])

    gains = at_steady_state(results).filter_results.kalman_gain[:, 0, :]

    assert np.ptp(gains, axis=1).max() < 1e-14
