r"""The softmax of three logits, and the slope of its cross-entropy.

.. math::
    p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}, \qquad
    -\frac{\partial}{\partial z_i} \log p_k = p_i - [i = k]
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from rnnts._types import FloatArray
from rnnts.losses import CrossEntropy


@dataclass(frozen=True)
class SoftmaxExample:
    """Probabilities of classes, and what training would do to their logits.

    Attributes
    ----------
    probabilities : ndarray of shape (n_classes,)
    loss : float
        Minus the logarithm of the probability of the true class.
    gradient : ndarray of shape (n_classes,)
        Of the loss on the logits: the probabilities, less one at the true class.

    See Also
    --------
    softmax_example : Computes it.
    """

    probabilities: FloatArray
    loss: float
    gradient: FloatArray


def softmax_example(
    logits: Sequence[float] = (2.0, 1.0, 0.1), true_class: int = 0
) -> SoftmaxExample:
    """Softmax, cross-entropy and its gradient, of one row of logits.

    Parameters
    ----------
    logits : sequence of float
        The text's three, unless others are given.
    true_class : int
        Place of the class that was seen.

    Returns
    -------
    SoftmaxExample

    References
    ----------
    The classic example of a softmax: 2.0, 1.0 and 0.1 become .7, .2 and .1.
    Bridle (1990), *Probabilistic Interpretation of Feedforward Classification Network Outputs*.

    Examples
    --------
    >>> example = softmax_example()
    >>> example.probabilities.round(3)
    array([0.659, 0.242, 0.099])
    >>> example.gradient.round(3)
    array([-0.341,  0.242,  0.099])
    """
    row = np.array([logits], float)
    seen = np.eye(row.shape[1])[[true_class]]
    loss, gradient = CrossEntropy()(seen, row)
    return SoftmaxExample(softmax(row[0]), loss, gradient[0])
