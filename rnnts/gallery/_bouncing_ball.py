r"""A bouncing ball: its position does not say where it goes, the positions before it do.

A ball dropped from a height H falls, bounces without loss, and is back after a period of
:math:`2 \sqrt{2 H / g}`:

.. math:: \text{height}(t) = H (1 - s^2), \qquad s \in [-1, 1) \text{ rising once a period}

At each height below H it is on its way up or on its way down.  A map from height to next height
cannot know; a recurrent network keeps in its state how fast the ball goes, and where to.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LinearRegression

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts._stepper import Stepper
from rnnts._types import FloatArray
from rnnts._validation import check_count
from rnnts.cells import CELLS
from rnnts.gallery._training import trained
from rnnts.losses import SquaredError

# In metres and seconds; a ball dropped from one metre bounces every 18 steps.
GRAVITY, STEP = 9.81, 0.05
DROPPED_FROM = 0.6, 1.0
N_TRAIN, N_LEARNED = 100, 40
N_TEST, N_SEEN = 100, 15
# About what a ball rises or falls in one step: errors of one centimetre shall count.
UNIT = 0.1
NETWORK = Network(CELLS["lstm"], n_inputs=1, hidden_size=16, n_outputs=1)


@dataclass(frozen=True)
class BouncingBall:
    """Balls that were not learned from, and what two networks made of them.

    Attributes
    ----------
    heights : ndarray of shape (n_steps, n_balls)
        True heights at the steps that were forecast, in metres.
    recurrent, memoryless : ndarray of shape (n_steps, n_balls)
        Forecasts; each is read in its turn, as if it had been observed.
    velocities : ndarray of shape (n_steps, n_balls)
        True velocities, in metres per second, at the same steps.
    velocities_in_state : ndarray of shape (n_steps, n_balls)
        What a linear function, fitted on balls learned from, reads off the state that the
        recurrent network is in after reading the true heights.

    See Also
    --------
    bouncing_ball : Trains both networks.
    """

    heights: FloatArray
    recurrent: FloatArray
    memoryless: FloatArray
    velocities: FloatArray
    velocities_in_state: FloatArray


def bouncing_ball(n_steps: int = 50, *, random_state: int = 0) -> BouncingBall:
    """Forecast bouncing balls, from fifteen heights seen, by networks with and without memory.

    A hundred balls are learned from.  Each was dropped from between 0.6 and 1 metres, and is seen
    from any moment on.

    Parameters
    ----------
    n_steps : int
        How far to forecast; a ball bounces every 14 to 18 steps.
    random_state : int
        Seed of the balls and of all first weights.

    Returns
    -------
    BouncingBall

    References
    ----------
    The classic picture of a ball in the air: one snapshot does not tell where it goes.

    Examples
    --------
    >>> ball = bouncing_ball()
    >>> bool(abs(ball.recurrent - ball.heights).mean() < 0.05)
    True
    >>> bool(abs(ball.memoryless - ball.heights).mean() > 0.2)
    True
    """
    check_count("n_steps", n_steps)
    rng = np.random.default_rng(random_state)
    learned, learned_velocities = _drop(N_TRAIN, N_LEARNED, rng)
    heights, velocities = _drop(N_TEST, N_SEEN + n_steps, rng)

    x, rises = _inputs(learned[:-1]), np.diff(learned, axis=0)[..., None] / UNIT
    # One height tells nobody the first rise.
    objective = Objective(NETWORK, SquaredError(), x, rises, n_warmup=1)
    recurrent = trained(objective, random_state)
    # The same network, of which every step is a sequence of its own, has nothing to remember.
    alone = Objective(NETWORK, SquaredError(), x.reshape(1, -1, 1), rises.reshape(1, -1, 1))
    memoryless = trained(alone, random_state)

    decoder = LinearRegression()
    decoder.fit(np.concatenate(_states(recurrent, learned)), learned_velocities.ravel())
    decoded = decoder.predict(np.concatenate(_states(recurrent, heights)))
    return BouncingBall(
        heights=heights[N_SEEN:],
        recurrent=_forecast(recurrent, heights[:N_SEEN], n_steps),
        memoryless=_forecast_without_memory(memoryless, heights[N_SEEN - 1], n_steps),
        velocities=velocities[N_SEEN:],
        velocities_in_state=decoded.reshape(heights.shape)[N_SEEN:],
    )


def _drop(n_balls: int, n_steps: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Heights and velocities (n_steps, n_balls) of balls seen from a random moment on."""
    top = rng.uniform(*DROPPED_FROM, n_balls)
    period = 2 * np.sqrt(2 * top / GRAVITY)
    times = period * rng.random(n_balls) + STEP * np.arange(n_steps)[:, None]
    since_top = (times / period % 1 - 0.5) * period
    return top - GRAVITY / 2 * since_top**2, -GRAVITY * since_top


def _inputs(heights: FloatArray) -> FloatArray:
    """Heights as the networks read them, from about -1 to 2."""
    return 3 * heights[..., None] - 1


def _states(params: FloatArray, heights: FloatArray) -> list[FloatArray]:
    """The states (n_balls, hidden_size) after reading the heights of each step."""
    stepper = Stepper(NETWORK, params, NETWORK.rest(heights.shape[1]))
    states = []
    for height in heights:
        stepper.step(_inputs(height))
        states.append(stepper.state)
    return states


def _forecast(params: FloatArray, seen: FloatArray, n_steps: int) -> FloatArray:
    """Heights (n_steps, n_balls) of a network that goes on from what it has seen."""
    stepper = Stepper(NETWORK, params, NETWORK.rest(seen.shape[1]))
    for height in seen:
        rise = stepper.step(_inputs(height))
    heights = []
    for _ in range(n_steps):
        height = height + UNIT * rise[:, 0]
        heights.append(height)
        rise = stepper.step(_inputs(height))
    return np.array(heights)


def _forecast_without_memory(params: FloatArray, height: FloatArray, n_steps: int) -> FloatArray:
    """Heights (n_steps, n_balls) of a network that knows the last height and nothing else."""
    heights = []
    for _ in range(n_steps):
        rise, _ = NETWORK.predict(params, _inputs(height)[None])
        height = height + UNIT * rise[0, :, 0]
        heights.append(height)
    return np.array(heights)
