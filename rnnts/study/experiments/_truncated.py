r"""One linear unit trained by gradients that reach back only some steps.

The unit :math:`h_t = a h_{t-1} + x_t` predicts :math:`c \, h_t + b`.  Its derivative with respect
to the recurrent weight follows a recursion of its own, and stopping after k steps cuts off a copy
of it that is k steps old:

.. math::
    s_t = \frac{\partial h_t}{\partial a} = h_{t-1} + a s_{t-1}
        = \sum_{j<k} a^j h_{t-1-j} + a^k s_{t-k}

so the part cut off has the share :math:`a^{2k}` of the variance of :math:`s_t`.  Only a is trained
through time: c and b are least squares given it, whatever the truncation.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq
from scipy.signal import lfilter

from rnnts._types import FloatArray
from rnnts.linear import StateSpace
from rnnts.study.experiments._unit import states_of

LARGEST = 0.98
_STEP = 0.02


def derivatives_of(states: FloatArray, decay: float) -> FloatArray:
    """Derivative of each state with respect to the recurrent weight, through all of the past."""
    derivatives: FloatArray = lfilter([0.0, 1.0], [1.0, -decay], states)
    return derivatives


def truncated(derivatives: FloatArray, decay: float, n_back: int | None) -> FloatArray:
    """What is left of derivatives that reach back `n_back` steps; all, if None."""
    if n_back is None:
        return derivatives
    kept = derivatives.copy()
    kept[n_back:] -= decay**n_back * derivatives[:-n_back]
    return kept


def train_unit(y: FloatArray, depths: Sequence[int | None]) -> list[StateSpace]:
    """The unit that small gradient steps from a = 0 on lead to, for each depth of the gradient.

    With one weight to train, small steps end at the first zero of the gradient on their way.
    """
    mean = float(y.mean())
    x = y - mean
    grid = np.arange(0.0, LARGEST + _STEP / 2, _STEP)
    ahead = {
        side: np.array([descent(x, side * decay, depths) for decay in grid]) for side in (1, -1)
    }
    return [
        _network(x, mean, _end(x, ahead, grid, place, depth)) for place, depth in enumerate(depths)
    ]


def descent(x: FloatArray, decay: float, depths: Sequence[int | None]) -> FloatArray:
    """Direction of descent in a, of the mean squared error divided by two, for each depth."""
    states = states_of(x, decay)
    derivatives = derivatives_of(states, decay)
    weight, level = _read_out(x, states)
    errors = x[1:] - weight * states[:-1] - level
    return np.array(
        [
            weight * errors @ truncated(derivatives, decay, depth)[:-1] / len(errors)
            for depth in depths
        ]
    )


def _end(
    x: FloatArray, ahead: dict[int, FloatArray], grid: FloatArray, place: int, depth: int | None
) -> float:
    """Where the way along the direction of descent first meets a zero of it."""
    side = 1 if ahead[1][0, place] > 0 else -1
    along = side * ahead[side][:, place]
    beyond = np.flatnonzero(along <= 0)
    if not len(beyond):
        return side * LARGEST
    last = beyond[0]
    if not last:
        return 0.0

    def direction(size: float) -> float:
        return float(descent(x, side * size, [depth])[0])

    return float(side * brentq(direction, grid[last - 1], grid[last], xtol=1e-10))


def _read_out(x: FloatArray, states: FloatArray) -> tuple[float, float]:
    """Weight and level that best predict the next observation from the state."""
    now, after = states[:-1], x[1:]
    centred = now - now.mean()
    weight = float(centred @ after / (centred @ centred))
    return weight, float(after.mean() - weight * now.mean())


def _network(x: FloatArray, mean: float, decay: float) -> StateSpace:
    weight, level = _read_out(x, states_of(x, decay))
    # Reads y itself: the mean is taken off by the bias of the unit.
    return StateSpace(
        A=np.array([[decay]]),
        B=np.array([1.0]),
        C=np.array([weight]),
        b_hidden=np.array([-mean]),
        b_output=np.array([mean + level]),
    )
