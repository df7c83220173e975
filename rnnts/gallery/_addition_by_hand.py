r"""Binary addition with a training step written out, as printed and as it should be.

.. math::
    h_t = \sigma(x_t W_x + h_{t-1} W_h), \qquad \hat y_t = \sigma(h_t w_y), \qquad
    L = \sum_t (\hat y_t - y_t)^2

With :math:`\delta_t = \partial L / \partial (x_t W_x + h_{t-1} W_h)` the gradients are

.. math::
    \frac{\partial L}{\partial W_x} = \sum_t x_t^\top \delta_t, \qquad
    \frac{\partial L}{\partial W_h} = \sum_t h_{t-1}^\top \delta_t.

The text's formulas say so; its code has two slips.  It multiplies :math:`\delta_t`, which has the
slope of the sigmoid in it, by that slope again; and where :math:`h_{t-1}^\top \delta_t` is a
matrix it takes the elementwise product, a row, which is then added to every row of the gradient.
The result still points downhill, more or less, so the network learns, later or not at all.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from rnnts._network import Network
from rnnts._types import FloatArray, IntArray
from rnnts._validation import check_choice, check_count, check_positive
from rnnts.cells import CELLS
from rnnts.gallery._binary_addition import addition_pairs, bits_of_sums

RULES = ["printed", "correct"]
CLIP = 5.0


@dataclass(frozen=True)
class AdderWeights:
    """Weights of the text's network, or gradients on them.

    Attributes
    ----------
    w_input : ndarray of shape (2, hidden_size)
    w_hidden : ndarray of shape (hidden_size, hidden_size)
        A row for each unit of the step before.
    w_output : ndarray of shape (hidden_size,)

    See Also
    --------
    addition_by_hand : Trains them.
    """

    w_input: FloatArray
    w_hidden: FloatArray
    w_output: FloatArray


@dataclass(frozen=True)
class AdditionByHand:
    """A training by one pair after the other.

    Attributes
    ----------
    n_iter : int
        Pairs learned from when all 32,896 were right for the first time, or all that were allowed.
    accuracy : ndarray of shape (n_checks,)
        Share of all pairs whose sum is right in every bit, each time that was looked at.
    weights : AdderWeights

    See Also
    --------
    addition_by_hand : Trains it.
    """

    n_iter: int
    accuracy: FloatArray
    weights: AdderWeights


def addition_by_hand(
    rule: str = "correct",
    *,
    hidden_size: int = 16,
    learning_rate: float = 0.5,
    max_iter: int = 20_000,
    check_every: int = 500,
    random_state: int = 0,
) -> AdditionByHand:
    """Train the text's network on random pairs until it adds all pairs rightly.

    Parameters
    ----------
    rule : "correct" or "printed"
        Which gradient a step follows.
    hidden_size : int
    learning_rate : float
        The printed code leaves it undefined.
    max_iter : int
    check_every : int
        All pairs are added after so many iterations, to see whether that was enough.
    random_state : int
        Seed of the first weights and of the pairs.

    Returns
    -------
    AdditionByHand

    Raises
    ------
    ValueError
        If there is no such rule, or a number is not positive.

    Examples
    --------
    >>> training = addition_by_hand("correct")
    >>> training.accuracy[-1].item(), training.n_iter < 10_000
    (1.0, True)
    """
    check_count("hidden_size", hidden_size)
    check_count("max_iter", max_iter)
    check_count("check_every", check_every)
    check_positive("learning_rate", learning_rate)
    rng = np.random.default_rng(random_state)
    shapes = (2, hidden_size), (hidden_size, hidden_size), (hidden_size,)
    weights = AdderWeights(*(rng.uniform(-1, 1, shape) for shape in shapes))
    bits, sums = bits_of_sums(addition_pairs())

    accuracy: list[float] = []
    for n_iter in range(1, max_iter + 1):
        pair = rng.integers(len(bits))
        gradient = addition_gradient(weights, bits[pair], sums[pair], rule)
        for name, slope in vars(gradient).items():
            getattr(weights, name)[...] -= learning_rate * slope
        if n_iter % check_every == 0:
            accuracy.append(_accuracy(weights, bits, sums))
            if accuracy[-1] == 1:
                break
    return AdditionByHand(n_iter, np.array(accuracy), weights)


def addition_gradient(
    weights: AdderWeights, bits: IntArray, sums: IntArray, rule: str = "correct"
) -> AdderWeights:
    """What the text calls the gradient of the loss of one pair, or what it is.

    Parameters
    ----------
    weights : AdderWeights
    bits : ndarray of shape (n_bits, 2)
        Of the two numbers, the least significant first.
    sums : ndarray of shape (n_bits,)
        Bits of their sum.
    rule : "correct" or "printed"

    Returns
    -------
    AdderWeights
        A slope for each weight.

    Examples
    --------
    Of 2 + 3, by a network whose first guesses are all one half:

    >>> import numpy as np
    >>> from rnnts.gallery import AdderWeights, addition_gradient
    >>> weights = AdderWeights(np.ones((2, 1)), np.ones((1, 1)), np.zeros(1))
    >>> bits, sums = np.array([[0, 1], [1, 1], [0, 0]]), np.array([1, 0, 1])
    >>> addition_gradient(weights, bits, sums).w_output.round(2)
    array([-0.13])
    """
    check_choice("rule", rule, RULES)
    n_bits, hidden_size = len(bits), len(weights.w_output)
    hidden = np.zeros((n_bits + 1, hidden_size))  # hidden[t] is the state before step t
    drives = bits @ weights.w_input
    for t in range(n_bits):
        hidden[t + 1] = expit(drives[t] + hidden[t] @ weights.w_hidden)
    before, after = hidden[:-1], hidden[1:]
    outputs = expit(after @ weights.w_output)

    d_outputs = 2 * (outputs - sums) * outputs * (1 - outputs)
    d_after = np.outer(d_outputs, weights.w_output)
    slopes = after * (1 - after)
    d_drives = np.zeros((n_bits + 1, hidden_size))  # nothing comes back from behind the last step
    for t in reversed(range(n_bits)):
        d_drive = (d_after[t] + weights.w_hidden @ d_drives[t + 1]) * slopes[t]
        d_drives[t] = np.clip(d_drive, -CLIP, CLIP)

    d_drives, d_output = d_drives[:-1], after.T @ d_outputs
    if rule == "correct":
        return AdderWeights(bits.T @ d_drives, before.T @ d_drives, d_output)
    twice_sloped = d_drives * slopes
    row = np.sum(before * twice_sloped, axis=0)
    return AdderWeights(bits.T @ twice_sloped, np.tile(row, (hidden_size, 1)), d_output)


def _accuracy(weights: AdderWeights, bits: IntArray, sums: IntArray) -> float:
    """Share of pairs whose sum is right in every bit, by the network of the package."""
    hidden_size = len(weights.w_output)
    network = Network(CELLS["sigmoid"], n_inputs=2, hidden_size=hidden_size, n_outputs=1)
    biases = {"bias": np.zeros(hidden_size), "b_output": np.zeros(1)}
    params = network.pack(vars(weights) | biases)
    log_odds, _ = network.predict(params, np.swapaxes(bits, 0, 1).astype(float))
    return float(((log_odds[..., 0] > 0) == sums.T).all(axis=0).mean())
