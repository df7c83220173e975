import numpy as np
import pytest

from rnnts.gallery import (
    AdderWeights,
    addition_by_hand,
    addition_gradient,
    addition_pairs,
    binary_addition,
    bits_of_sums,
)
from tests import naive


def test_a_network_adds_all_pairs_it_was_never_shown():
    for random_state in range(3):
        adder = binary_addition(random_state=random_state)

        assert (adder.n_train, adder.n_test) == (256, 32_896 - 256)
        assert adder.accuracy == 1
        assert adder.wrong.shape == (0, 2)


def test_the_same_seed_gives_the_same_adder():
    first, again = (binary_addition(n_train=4, random_state=0) for _ in range(2))

    np.testing.assert_array_equal(first.wrong, again.wrong)
    assert first.accuracy == again.accuracy < 1


def test_pairs_are_all_whose_sum_has_eight_bits():
    pairs = addition_pairs()

    assert len({tuple(pair) for pair in pairs.tolist()}) == 32_896
    assert pairs.min() == 0
    assert pairs.sum(axis=1).max() == 255


def test_bits_come_lowest_first():
    bits, sums = bits_of_sums(np.array([[3, 6]]))

    assert bits[0, :, 0].tolist() == [1, 1, 0, 0, 0, 0, 0, 0]
    assert bits[0, :, 1].tolist() == [0, 1, 1, 0, 0, 0, 0, 0]
    assert sums[0].tolist() == [1, 0, 0, 1, 0, 0, 0, 0]


def one_pair():
    rng = np.random.default_rng(0)
    weights = AdderWeights(*(rng.uniform(-1, 1, shape) for shape in ((2, 16), (16, 16), (16,))))
    bits, sums = bits_of_sums(np.array([[103, 87]]))
    return weights, bits[0], sums[0]


def cosine(first, second):
    return np.vdot(first, second) / np.linalg.norm(first) / np.linalg.norm(second)


def test_the_correct_gradient_is_that_of_central_differences():
    weights, bits, sums = one_pair()
    shapes = [value.shape for value in vars(weights).values()]
    places = np.cumsum([value.size for value in vars(weights).values()])[:-1]

    def loss(params):
        parts = np.split(params, places)
        w_input, w_hidden, w_output = (p.reshape(s) for p, s in zip(parts, shapes, strict=True))
        hidden, total = np.zeros(16), 0.0
        for pair, bit in zip(bits, sums, strict=True):
            hidden = naive.sigmoid(pair @ w_input + hidden @ w_hidden)
            total += (naive.sigmoid(hidden @ w_output) - bit) ** 2
        return total

    params = np.concatenate([value.ravel() for value in vars(weights).values()])
    gradient = addition_gradient(weights, bits, sums)
    flat = np.concatenate([value.ravel() for value in vars(gradient).values()])
    np.testing.assert_allclose(flat, naive.gradient(loss, params), atol=1e-8)


def test_the_printed_step_has_two_slips():
    weights, bits, sums = one_pair()

    printed = addition_gradient(weights, bits, sums, "printed")
    correct = addition_gradient(weights, bits, sums, "correct")

    np.testing.assert_array_equal(printed.w_output, correct.w_output)
    assert np.linalg.matrix_rank(printed.w_hidden) == 1
    assert np.linalg.matrix_rank(correct.w_hidden) > 1
    for name in ("w_input", "w_hidden"):
        wrong, right = getattr(printed, name), getattr(correct, name)
        assert np.linalg.norm(wrong) < 0.25 * np.linalg.norm(right)
        # Downhill, all the same.
        assert 0.9 < cosine(wrong, right) < 0.99


def test_the_correct_step_needs_fewer_pairs_than_the_printed_one():
    # On these paths a rounding grows, so that counts may differ from machine to machine.
    for random_state in range(3):
        correct = addition_by_hand("correct", random_state=random_state)
        allowed = 2 * correct.n_iter
        printed = addition_by_hand("printed", max_iter=allowed, random_state=random_state)

        assert correct.accuracy[-1] == 1
        assert correct.n_iter <= 10_000
        assert printed.accuracy[-1] < 1


def test_an_unknown_rule_is_refused():
    with pytest.raises(ValueError, match="unknown rule 'right'; choose from printed, correct"):
        addition_by_hand("right")
