"""The seam: what holds for every network, whatever computes it."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.losses import LOSSES, Huber, SquaredError, fused
from tests import naive


@dataclass(frozen=True)
class LogCosh:
    """A user's own loss."""

    def __call__(self, y_true, y_pred):
        error = y_pred - y_true
        return float(np.mean(np.log(np.cosh(error)))), np.tanh(error) / error.size


class DoubledError(SquaredError):
    """A subclass that computes something else than its base."""

    def __call__(self, y_true, y_pred):
        value, slope = super().__call__(y_true, y_pred)
        return 2 * value, 2 * slope


def make_objective(cell, loss, every_step=True, n_warmup=0, dtype=np.float64):
    rng = np.random.default_rng(0)
    network = Network(CELLS[cell], 2, 5, 2, every_step, skip=True, dtype=dtype)
    x = rng.standard_normal((11, 7, 2))
    y = rng.standard_normal((11, 7, 2) if every_step else (7, 2))
    return Objective(network, loss, x, y, n_warmup), rng.uniform(-0.5, 0.5, network.n_params)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("every_step", "n_warmup"), [(True, 0), (True, 4), (False, 0)])
def test_a_loss_that_no_kernel_knows_is_trained_all_the_same(cell, every_step, n_warmup):
    objective, params = make_objective(cell, LogCosh(), every_step, n_warmup)

    value, gradient = objective.value_and_gradient(params)

    prediction, _ = objective.network.predict(params, objective.x)
    assert value == LogCosh()(objective.y[n_warmup:], prediction[n_warmup:])[0]
    expected = naive.gradient(lambda p: objective.value_and_gradient(p)[0], params)
    assert np.linalg.norm(gradient - expected) <= 1e-7 * np.linalg.norm(expected)


@pytest.mark.parametrize("loss", [*LOSSES.values(), Huber(0.3)])
@pytest.mark.parametrize(("every_step", "n_warmup"), [(True, 0), (True, 4), (False, 0)])
def test_a_fused_loss_is_the_loss(loss, every_step, n_warmup):
    objective, params = make_objective("lstm", loss, every_step, n_warmup)

    class Unknown:
        def __call__(self, y_true, y_pred):
            return loss(y_true, y_pred)

    other, _ = make_objective("lstm", Unknown(), every_step, n_warmup)

    value, gradient = objective.value_and_gradient(params)

    expected_value, expected = other.value_and_gradient(params)
    assert value == pytest.approx(expected_value, rel=1e-14)
    np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-15)


def test_a_subclass_of_a_loss_is_not_taken_for_its_base():
    known, params = make_objective("tanh", SquaredError())
    doubled, _ = make_objective("tanh", DoubledError())

    value, gradient = doubled.value_and_gradient(params)

    base_value, base_gradient = known.value_and_gradient(params)
    assert fused(DoubledError(), 2) is None
    assert value == pytest.approx(2 * base_value)
    np.testing.assert_allclose(gradient, 2 * base_gradient, rtol=1e-12)


def test_threads_share_an_objective():
    objective, params = make_objective("gru", LOSSES["squared_error"])
    points = [params * scale for scale in np.linspace(0.1, 1.5, 64)]
    alone = [objective.value_and_gradient(point) for point in points]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(objective.value_and_gradient, points))

    for (value, gradient), (expected_value, expected) in zip(together, alone, strict=True):
        assert value == expected_value
        np.testing.assert_array_equal(gradient, expected)


def test_each_call_returns_a_gradient_of_its_own():
    objective, params = make_objective("tanh", LOSSES["squared_error"])

    _, first = objective.value_and_gradient(params)
    kept = first.copy()
    objective.value_and_gradient(2 * params)

    np.testing.assert_array_equal(first, kept)


def test_a_used_objective_survives_pickling():
    objective, params = make_objective("lstm", LOSSES["huber"])
    value, gradient = objective.value_and_gradient(params)

    copy = pickle.loads(pickle.dumps(objective))

    assert copy.value_and_gradient(params)[0] == value
    np.testing.assert_array_equal(copy.value_and_gradient(params)[1], gradient)


@pytest.mark.parametrize("every_step", [True, False])
def test_float32_stays_below_the_seam(every_step):
    objective, params = make_objective("gru", LOSSES["huber"], every_step, dtype=np.float32)

    _, gradient = objective.value_and_gradient(params)
    prediction, end = objective.network.predict(params, objective.x)

    assert gradient.dtype == prediction.dtype == end.dtype == np.float64


def test_an_explosive_recurrence_gives_an_infinite_loss_and_no_gradient():
    objective, params = make_objective("linear", LOSSES["squared_error"])

    value, gradient = objective.value_and_gradient(1e60 * params)

    assert not np.isfinite(value)
    np.testing.assert_array_equal(gradient, 0.0)


def test_shapes_that_do_not_fit_are_refused_before_a_kernel_runs():
    objective, params = make_objective("gru", LOSSES["squared_error"])
    network, x, y = objective.network, objective.x, objective.y

    with pytest.raises(ValueError, match="needs x of shape"):
        Objective(network, LOSSES["squared_error"], x, y[1:])
    with pytest.raises(ValueError, match="needs x of shape"):
        Objective(network, LOSSES["squared_error"], x[:, :, :1], y)
    with pytest.raises(ValueError, match="n_warmup must be less than the 11 steps"):
        Objective(network, LOSSES["squared_error"], x, y, n_warmup=11)
    with pytest.raises(ValueError, match="params must have shape"):
        objective.value_and_gradient(params[1:])
    with pytest.raises(ValueError, match="params must have shape"):
        network.predict(np.append(params, 0.0), x)
    with pytest.raises(ValueError, match="x must have shape"):
        network.predict(params, x[:, :, :1])
    with pytest.raises(ValueError, match="start must have shape"):
        network.predict(params, x, np.zeros((1, network.state_size)))
