r"""The linear accumulator, :math:`h_t = h_{t-1} + x_t`.

A linear unit whose weights are one forgets nothing and adds up what it reads.  Fed with coin tosses
it is a random walk; a weight of :math:`1 - \epsilon` would remember the last :math:`1 / \epsilon`.
"""

from dataclasses import dataclass

import numpy as np

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts._stepper import Stepper
from rnnts._types import FloatArray
from rnnts.cells import CELLS
from rnnts.gallery._training import trained
from rnnts.losses import SquaredError

NETWORK = Network(CELLS["linear"], n_inputs=1, hidden_size=1, n_outputs=1)


@dataclass(frozen=True)
class LearnedAccumulator:
    """The weights that training found for a sum.

    Attributes
    ----------
    w_hidden : float
        How much of the sum so far is kept; 1 is to be found.
    gain : float
        What a number adds to the sum it is part of, input times output weight; 1 as well.
    largest_error : float
        Of the sums of a sequence ten times as long as those of training.

    See Also
    --------
    learn_to_accumulate : Trains it.
    """

    w_hidden: float
    gain: float
    largest_error: float


def accumulate(x: FloatArray) -> FloatArray:
    """Running sums, by a linear network of one unit that is fed one number at a time.

    Parameters
    ----------
    x : ndarray of shape (n_steps,)

    Returns
    -------
    ndarray of shape (n_steps,)
        The output after each number; equal to ``np.cumsum(x)`` to the last bit.

    Examples
    --------
    >>> accumulate(np.array([1.0, -1.0, 1.0, 1.0]))
    array([1., 0., 1., 2.])
    """
    ones = {name: np.ones(shape) for name, shape in NETWORK.shapes.items()}
    ones["b_output"] = np.zeros(1)
    network = Stepper(NETWORK, NETWORK.pack(ones), start=NETWORK.rest(1))
    return np.array([network.step(np.array([[value]])).item() for value in x])


def learn_to_accumulate(
    n_steps: int = 20, n_sequences: int = 20, *, random_state: int = 0
) -> LearnedAccumulator:
    """Find the accumulator from sequences of random signs and their running sums.

    Parameters
    ----------
    n_steps, n_sequences : int
        Size of what is learned from.
    random_state : int
        Seed of the signs and of the first weights.

    Returns
    -------
    LearnedAccumulator

    Examples
    --------
    >>> found = learn_to_accumulate()
    >>> round(found.w_hidden, 4), round(found.gain, 4)
    (1.0, 1.0)
    """
    rng = np.random.default_rng(random_state)
    x = rng.choice([-1.0, 1.0], (n_steps, n_sequences, 1))
    objective = Objective(NETWORK, SquaredError(), x, np.cumsum(x, axis=0))
    params = trained(objective, random_state, tol=1e-14)
    weights = NETWORK.unpack(params)

    longer = rng.choice([-1.0, 1.0], (10 * n_steps, 1, 1))
    sums, _ = NETWORK.predict(params, longer)
    return LearnedAccumulator(
        w_hidden=weights["w_hidden"].item(),
        gain=weights["w_input"].item() * weights["w_output"].item(),
        largest_error=float(np.abs(sums - np.cumsum(longer, axis=0)).max()),
    )
