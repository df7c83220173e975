import numpy as np
import pytest

from rnnts.gallery import ScalarWeights, bptt_by_hand
from tests import naive

WEIGHTS = {
    "the default": ScalarWeights(),
    "saturated": ScalarWeights(u=3.0, w=2.0, b=-1.0, v=0.5, c=1.0),
    "no memory": ScalarWeights(w=0.0),
}


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_every_formula_is_the_central_difference(weights):
    table = bptt_by_hand(weights=weights)

    np.testing.assert_allclose(table["by hand"], table["difference"], atol=1e-8)


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_every_gradient_is_the_kernels(weights):
    table = bptt_by_hand(weights=weights)

    # Five weights, for the error of each step and for their sum.
    known = table.dropna()
    assert len(known) == 20
    np.testing.assert_allclose(known["by hand"], known["kernel"], rtol=1e-12, atol=1e-15)


def test_the_whole_gradient_is_that_of_a_naive_loop():
    x, y = (1.0, 0.3, -2.0), (0.2, -0.7, 0.1)
    u, w, b, v, c = 0.4, 0.9, -0.2, 1.1, 0.3

    table = bptt_by_hand(x, y, ScalarWeights(u, w, b, v, c))

    def error(params):
        u, w, b, v, c = params
        state, total = 0.0, 0.0
        for value, target in zip(x, y, strict=True):
            state = np.tanh(u * value + w * state + b)
            total += 0.5 * (v * state + c - target) ** 2
        return total

    expected = naive.gradient(error, np.array([u, w, b, v, c]))
    gradient = table["by hand"][["∂E/∂u", "∂E/∂w", "∂E/∂b", "∂E/∂v", "∂E/∂c"]]
    np.testing.assert_allclose(gradient, expected, atol=1e-8)


def test_the_errors_of_the_steps_add_up():
    by_hand = bptt_by_hand()["by hand"]

    for weight in "uwbvc":
        steps = [by_hand[f"∂E{t}/∂{weight}"] for t in (1, 2, 3)]
        assert by_hand[f"∂E/∂{weight}"] == pytest.approx(sum(steps), rel=1e-13)


@pytest.mark.parametrize(("x", "y"), [((1.0, 2.0), (1.0, 2.0)), ((1.0, 2.0, 3.0), (1.0, 2.0))])
def test_other_lengths_than_three_are_refused(x, y):
    with pytest.raises(ValueError, match="derives 3 steps and needs as many x and y, got"):
        bptt_by_hand(x, y)
