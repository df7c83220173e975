r"""The binary predictor: one input, one hidden unit, one output, and no bias.

.. math::
    h_t = \sigma(w_h h_{t-1} + w_i x_t), \qquad \hat x_{t+1} = \sigma(w_o h_t)

Every weight and the first state are zero.  After each symbol the text descends on half the squared
error of its prediction, e = x_{t+1} - \hat x_{t+1}, one weight after the other and in place:

.. math::
    w_o \mathrel{+}= \eta e \sigma' h_t, \qquad
    w_i \mathrel{+}= \eta e \sigma' w_o h_t (1 - h_t) x_t, \qquad
    w_h \mathrel{+}= \eta e \sigma' w_o h_t (1 - h_t) h_{t-1}

with the slope :math:`\sigma' = \sigma'(w_o h_t)`.  In the last two, w_o and the slope are what the
first has made of them, which makes the steps something else than a gradient; and they go back one
step only.

This is the text in plain Python, on purpose: what other code of the package computes by the same
rule is checked against it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import exp, tanh

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_choice

RULES = ["printed", "gradient"]


@dataclass(frozen=True)
class BinaryPredictor:
    """What a binary predictor expected, and how its weights went.

    Attributes
    ----------
    symbols : ndarray of shape (n_updates,)
        The symbol that came, of which an update learned.
    predicted : ndarray of shape (n_updates,)
        What the network had expected instead.
    expected : ndarray of shape (n_updates,)
        What the network expects next, after the update.
    w_input, w_hidden, w_output, b_output : ndarray of shape (n_updates,)
        Weights after each update; the text calls the first three ih, hh and ho.

    See Also
    --------
    binary_predictor : Runs it.
    """

    symbols: FloatArray
    predicted: FloatArray
    expected: FloatArray
    w_input: FloatArray
    w_hidden: FloatArray
    w_output: FloatArray
    b_output: FloatArray

    def accuracy(self, n_last: int) -> float:
        """Share of the last so many symbols that were on the predicted side of one half.

        Parameters
        ----------
        n_last : int

        Returns
        -------
        float
        """
        hits = (self.predicted > 0.5) == (self.symbols == 1)
        return float(hits[-n_last:].mean())


def binary_predictor(
    symbols: Sequence[int],
    *,
    learning_rate: float = 5.0,
    rule: str = "printed",
    output_bias: bool = False,
) -> BinaryPredictor:
    r"""Train the network of one unit on a sequence of zeros and ones, as the text does.

    Parameters
    ----------
    symbols : sequence of 0 and 1
        Each but the first is learned from once, so that n symbols make n - 1 updates.
    learning_rate : float
        The printed weights belong to 5; the printed code has 1.
    rule : "printed" or "gradient"
        One weight after the other, as printed, or all at once by the gradient of the present error,
        which goes back one step in both.
    output_bias : bool
        Add what the text lacks, :math:`\hat x = \sigma(w_o h + b_o)`.  Without it :math:`\hat x` is
        on one side of one half for good, since h > 0: an alternation cannot be expressed.

    Returns
    -------
    BinaryPredictor

    Raises
    ------
    ValueError
        If there are fewer than two symbols, or others than 0 and 1, or no such rule.

    References
    ----------
    The classic introduction to recurrent networks by way of one binary neuron.
    Elman (1990), *Finding Structure in Time*.

    Examples
    --------
    Ten ones, of which the text prints ho = 1.98 and hh = .43:

    >>> ones = binary_predictor([1] * 10)
    >>> print(ones.w_output[-1].round(4), ones.w_hidden[-1].round(4))
    1.9857 0.4371

    An alternation is out of reach, until the output has a bias:

    >>> binary_predictor([1, 0] * 500).accuracy(n_last=100)
    0.5
    >>> binary_predictor([1, 0] * 500, output_bias=True).accuracy(n_last=100)
    1.0
    """
    check_choice("rule", rule, RULES)
    if len(symbols) < 2 or not set(symbols) <= {0, 1}:
        raise ValueError(
            f"binary_predictor needs two or more symbols that are 0 or 1, got {symbols!r:.60}"
        )
    w_input = w_hidden = w_output = b_output = hidden = 0.0
    rows = []
    for symbol, following in pairwise(symbols):
        before = hidden
        hidden = _sigmoid(w_hidden * before + w_input * symbol)
        predicted = _sigmoid(w_output * hidden + b_output)
        error = following - predicted
        slope, through = predicted * (1 - predicted), w_output
        w_output += learning_rate * error * slope * hidden
        if output_bias:
            b_output += learning_rate * error * slope
        if rule == "printed":
            slope, through = _slope(w_output * hidden + b_output), w_output
        back = learning_rate * error * slope * through * hidden * (1 - hidden)
        w_input += back * symbol
        w_hidden += back * before

        ahead = _sigmoid(w_hidden * hidden + w_input * following)
        expected = _sigmoid(w_output * ahead + b_output)
        rows.append((following, predicted, expected, w_input, w_hidden, w_output, b_output))
    return BinaryPredictor(*np.array(rows, float).T)


def binary_generator(
    n_steps: int = 10,
    *,
    gain: float = 10.0,
    w_input: float = -1.0,
    w_hidden: float = 0.0,
    w_output: float = 1.0,
) -> FloatArray:
    r"""What the network says when it reads its own output, with weights set by hand.

    Here both activations run from -1 to 1, :math:`f(z) = 2 \sigma(z) - 1`, and
    :math:`x_{t+1} = f(g\, w_o h_t)` with a gain g.  The text speaks of tanh; its code is
    :math:`\tanh(z / 2)`, whose slope is one half: an input as small as can be comes back g / 4
    times as large, and the alternation lives on only with a gain above 4.

    Parameters
    ----------
    n_steps : int
    gain : float
    w_input, w_hidden, w_output : float

    Returns
    -------
    ndarray of shape (n_steps,)
        The outputs, of a network that has read a one.

    Examples
    --------
    >>> binary_generator(3).round(5)
    array([-0.98051,  0.97897, -0.97884])
    """
    symbol, hidden, outputs = 1.0, 0.5, np.empty(n_steps)
    for t in range(n_steps):
        hidden = tanh((w_hidden * hidden + w_input * symbol) / 2)
        symbol = outputs[t] = tanh(gain * w_output * hidden / 2)
    return outputs


def signs_of_steps(values: FloatArray) -> str:
    """Whether a weight that starts at zero rises or falls, step by step, in the text's notation.

    Parameters
    ----------
    values : ndarray of shape (n,)

    Returns
    -------
    str
        "+9 -5, -5": nine steps up and ten down, the sixth of which takes it across zero.

    Examples
    --------
    >>> signs_of_steps(np.array([0.0, 1.0, 2.0, 1.0, -1.0]))
    '0 +2 -1, -1'
    """
    before = np.concatenate([[0.0], values[:-1]])
    crossed = np.cumsum(before * values < 0)
    signs = np.array(["0", "+", "-"])[np.sign(values - before).astype(int)]
    stretches = []
    for _, group in groupby(zip(crossed, signs, strict=True), key=lambda step: step[0]):
        runs = [(sign, len(list(run))) for sign, run in groupby(step[1] for step in group)]
        stretches.append(" ".join(sign if sign == "0" else f"{sign}{n}" for sign, n in runs))
    return ", ".join(stretches)


def _sigmoid(drive: float) -> float:
    return 1 / (1 + exp(-drive))


def _slope(drive: float) -> float:
    return _sigmoid(drive) * (1 - _sigmoid(drive))
