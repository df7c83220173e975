import numpy as np
import pytest

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.gallery import softmax_example
from rnnts.losses import CrossEntropy


def test_the_printed_probabilities():
    probabilities = softmax_example([2.0, 1.0, 0.1]).probabilities

    assert probabilities.round(3).tolist() == [0.659, 0.242, 0.099]
    assert probabilities.round(1).tolist() == [0.7, 0.2, 0.1]


@pytest.mark.parametrize("true_class", [0, 1, 2])
def test_the_gradient_is_probabilities_less_one_hot_and_the_slope_of_the_loss(true_class):
    logits, nudge = np.array([2.0, 1.0, 0.1]), 1e-6

    example = softmax_example(logits, true_class)

    def loss(point):
        return -np.log(np.exp(point[true_class]) / np.exp(point).sum())

    slopes = [
        (loss(logits + unit) - loss(logits - unit)) / (2 * nudge) for unit in nudge * np.eye(3)
    ]
    assert example.loss == pytest.approx(loss(logits), rel=1e-14)
    np.testing.assert_allclose(example.gradient, slopes, atol=1e-9)
    np.testing.assert_allclose(example.gradient, example.probabilities - np.eye(3)[true_class])


def test_it_is_what_a_network_is_trained_with():
    network = Network(CELLS["tanh"], n_inputs=1, hidden_size=2, n_outputs=3)
    params = np.zeros(network.n_params)
    network.unpack(params)["b_output"][:] = 2.0, 1.0, 0.1
    objective = Objective(network, CrossEntropy(), np.ones((1, 1, 1)), np.array([[[1.0, 0, 0]]]))

    loss, gradient = objective.value_and_gradient(params)

    example = softmax_example()
    assert loss == pytest.approx(example.loss, rel=1e-14)
    np.testing.assert_allclose(network.unpack(gradient)["b_output"], example.gradient, rtol=1e-13)
