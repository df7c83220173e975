"""Losses as functions of predictions, against densities of SciPy and central differences."""

import numpy as np
import pytest
from scipy import stats

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.kernels.lanes.rows import RowsObjective
from rnnts.losses import LOSSES, Gaussian, Pinball, StudentT, location_and_scale
from rnnts.solvers import LBFGS, Adam
from tests import naive

DENSITIES = {Gaussian(): stats.norm, StudentT(): stats.t(5), StudentT(df=2.5): stats.t(2.5)}
likelihoods = pytest.mark.parametrize("loss", DENSITIES)


def log_density(loss, y, location, scale):
    """Logarithm of the density that the loss is named after."""
    return DENSITIES[loss].logpdf((y - location) / scale) - np.log(scale)


@likelihoods
def test_a_likelihood_is_that_of_scipy(loss):
    rng = np.random.default_rng(0)
    outputs, targets = 2 * rng.standard_normal((50, 3, 4)), 5 * rng.standard_normal((50, 3, 2))

    value, gradient = loss(np.repeat(targets, 2, axis=-1), outputs)

    location, scale = location_and_scale(outputs)
    np.testing.assert_array_equal(location, outputs[..., ::2])
    np.testing.assert_allclose(scale, 0.001 + np.exp(outputs[..., 1::2]))
    expected = -np.mean(log_density(loss, targets, location, scale))
    assert value == pytest.approx(expected, rel=1e-13)
    assert gradient.shape == outputs.shape


@pytest.mark.parametrize("loss", [*LOSSES.values(), *DENSITIES, Pinball((0.1, 0.9))])
def test_the_slope_is_that_of_the_loss(loss):
    rng = np.random.default_rng(0)
    outputs, targets = rng.standard_normal((2, 5, 4))

    _, gradient = loss(targets, outputs)

    expected = naive.gradient(lambda p: loss(targets, p.reshape(5, 4))[0], outputs.ravel())
    np.testing.assert_allclose(gradient.ravel(), expected, rtol=0, atol=1e-9)


@likelihoods
@pytest.mark.parametrize("n_sequences", [3, 40])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_perfect_fit_does_not_explode(loss, n_sequences, dtype):
    network = Network(CELLS["tanh"], 1, 2, 2, dtype=dtype)
    params = np.zeros(network.n_params)
    network.unpack(params)["b_output"][:] = 0.0, -200.0
    nothing = np.zeros((9, n_sequences, 1))
    objective = Objective(network, loss, nothing, nothing)

    value, gradient = objective.value_and_gradient(params)

    assert isinstance(objective._work, RowsObjective) == (n_sequences == 40)
    assert value == pytest.approx(-log_density(loss, 0.0, 0.0, 0.001), rel=1e-5)
    assert np.abs(gradient).max() < 1e-6


@likelihoods
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_infinite_scale_gives_an_infinite_loss_and_no_gradient(loss, dtype):
    network = Network(CELLS["tanh"], 1, 2, 2, dtype=dtype)
    params = np.zeros(network.n_params)
    network.unpack(params)["b_output"][1] = 1e4
    x = np.ones((9, 3, 1))

    value, gradient = Objective(network, loss, x, x).value_and_gradient(params)

    assert value == np.inf
    np.testing.assert_array_equal(gradient, 0.0)


@likelihoods
@pytest.mark.parametrize("solver", [LBFGS(tol=1e-10), Adam(max_iter=3000)])
def test_training_finds_location_and_scale(loss, solver):
    draws = DENSITIES[loss].rvs(size=(4000, 1, 1), random_state=1)
    # A network that sees nothing learns its biases alone.
    network = Network(CELLS["linear"], 1, 1, 2)
    x, y = np.zeros_like(draws), 3.0 + 0.02 * draws
    start = np.zeros(network.n_params)

    solution = solver.solve(Objective(network, loss, x, y), start)

    location, scale = location_and_scale(network.unpack(solution.params)["b_output"])
    assert location[0] == pytest.approx(3.0, abs=0.002)
    assert scale[0] == pytest.approx(0.02, rel=0.05)
    assert solution.value < 0


def test_training_goes_on_from_a_loss_below_zero():
    rng = np.random.default_rng(0)
    network = Network(CELLS["linear"], 1, 1, 2)
    x = np.zeros((500, 1, 1))
    y = 0.01 * rng.standard_normal(x.shape)
    objective = Objective(network, Gaussian(), x, y)
    start = np.zeros(network.n_params)
    network.unpack(start)["b_output"][:] = 0.01, -4.0

    solution = LBFGS(tol=1e-10).solve(objective, start)

    before, _ = objective.value_and_gradient(start)
    assert before < -1
    assert solution.value < before - 0.3
    _, scale = location_and_scale(network.unpack(solution.params)["b_output"])
    assert scale[0] == pytest.approx(y.std(), rel=1e-3)


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.inf, np.nan])
def test_degrees_of_freedom_are_a_finite_number_above_zero(wrong):
    with pytest.raises(ValueError, match="df must be a finite number above 0"):
        StudentT(df=wrong)


@likelihoods
def test_a_likelihood_takes_two_outputs_for_each_target(loss):
    x = np.zeros((9, 3, 1))

    with pytest.raises(ValueError, match=r"needs 2 outputs for each target, got 3 outputs"):
        Objective(Network(CELLS["tanh"], 1, 2, 3), loss, x, x)
