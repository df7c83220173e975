import numpy as np
import pytest

from rnnts.gallery import bouncing_ball


@pytest.fixture(scope="module")
def ball():
    return bouncing_ball(n_steps=50)


def squared_correlation(first, second):
    return np.corrcoef(first.ravel(), second.ravel())[0, 1] ** 2


def test_balls_fall_freely_between_the_floor_and_where_they_were_dropped(ball):
    # Within a flight the second difference of the height is -g dt^2, and dt is 0.05 s.
    bends = np.diff(ball.heights, n=2, axis=0)
    energy = 9.81 * ball.heights + ball.velocities**2 / 2

    assert ball.heights.min() >= -1e-12
    assert np.isclose(bends, -9.81 * 0.05**2).mean() > 0.8
    np.testing.assert_allclose(energy, np.broadcast_to(energy[0], energy.shape))
    # Between two and five bounces are forecast.
    n_bounces = ((ball.velocities[:-1] < 0) & (ball.velocities[1:] > 0)).sum(axis=0)
    assert n_bounces.min() >= 2


def test_the_recurrent_network_follows_a_ball_over_its_bounces(ball):
    errors = np.abs(ball.recurrent - ball.heights)

    assert errors[0].mean() < 0.005
    assert errors.mean() < 0.03


def test_the_last_height_alone_is_not_enough(ball):
    errors = np.abs(ball.memoryless - ball.heights)

    # As far off as a guess: the mean height errs by as much.
    guess = np.abs(ball.heights - ball.heights.mean()).mean()
    assert errors.mean() > 0.8 * guess


def test_the_state_knows_the_velocity_of_which_the_height_knows_nothing(ball):
    assert squared_correlation(ball.velocities, ball.velocities_in_state) > 0.9
    assert squared_correlation(ball.velocities, ball.heights) < 0.05
