import numpy as np
import pytest

from rnnts.gallery import accumulate, learn_to_accumulate


def test_the_accumulator_is_the_running_sum_to_the_last_bit():
    x = np.random.default_rng(0).standard_normal(1000)

    np.testing.assert_array_equal(accumulate(x), np.cumsum(x))


def test_fed_with_coin_tosses_it_is_a_random_walk():
    rng = np.random.default_rng(0)

    walks = np.array([accumulate(rng.choice([-1.0, 1.0], 100)) for _ in range(500)])

    # The variance is the number of tosses; 500 walks estimate it to 20 % (three standard errors).
    np.testing.assert_allclose(walks[:, [9, 99]].var(axis=0), [10, 100], rtol=0.2)


@pytest.mark.parametrize("random_state", range(3))
def test_training_finds_the_weights_of_a_sum(random_state):
    found = learn_to_accumulate(random_state=random_state)

    assert found.w_hidden == pytest.approx(1, abs=1e-6)
    assert found.gain == pytest.approx(1, abs=1e-6)
    assert found.largest_error < 1e-4
