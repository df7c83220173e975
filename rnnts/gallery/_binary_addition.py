"""Addition of two numbers, bit by bit, by a network that is shown a few hundred sums.

At each step it reads one bit of either number, the least significant first, and says that bit of
their sum.  To do so it has to carry: whatever two bits and a carry can be, the few sums contain, so
a network that has understood them makes no mistake on any other.
"""

from dataclasses import dataclass

import numpy as np

from rnnts._types import IntArray
from rnnts._validation import check_between
from rnnts.sequence import RNNClassifier

N_BITS = 8
# Without it a network may stop at a rule that holds for the pairs it is shown and for most others.
L2 = 1e-4


@dataclass(frozen=True)
class BinaryAddition:
    """How a trained network adds pairs that it has never seen.

    Attributes
    ----------
    accuracy : float
        Share of pairs whose sum is right in every bit.
    wrong : ndarray of shape (n_wrong, 2)
        The pairs that it gets wrong.
    n_train, n_test : int
        Pairs learned from, and pairs asked for: all others.

    See Also
    --------
    binary_addition : Trains it.
    """

    accuracy: float
    wrong: IntArray
    n_train: int
    n_test: int


def binary_addition(n_train: int = 256, *, random_state: int = 0) -> BinaryAddition:
    """Learn to add from a few pairs, and add all others.

    Parameters
    ----------
    n_train : int
        How many of the 32,896 ordered pairs are learned from.
    random_state : int
        Seed of their choice and of the first weights.

    Returns
    -------
    BinaryAddition

    Raises
    ------
    ValueError
        If `n_train` is not between 1 and 32,895.

    References
    ----------
    The classic example of a network that learns to add eight-bit numbers.

    Examples
    --------
    >>> adder = binary_addition()
    >>> adder.n_train, adder.n_test, adder.accuracy
    (256, 32640, 1.0)
    """
    pairs = addition_pairs()
    check_between("n_train", n_train, 0, len(pairs))
    rng = np.random.default_rng(random_state)
    is_train = np.zeros(len(pairs), bool)
    is_train[rng.choice(len(pairs), n_train, replace=False)] = True

    adder = RNNClassifier("gru", 12, l2=L2, scale=None, random_state=random_state)
    adder.fit(*bits_of_sums(pairs[is_train]))

    asked = pairs[~is_train]
    bits, sums = bits_of_sums(asked)
    is_right = np.all(adder.predict(bits) == sums, axis=1)
    return BinaryAddition(float(is_right.mean()), asked[~is_right], n_train, len(asked))


def addition_pairs() -> IntArray:
    """All ordered pairs of numbers whose sum has eight bits: shape (32896, 2).

    Returns
    -------
    ndarray of int of shape (32896, 2)

    Examples
    --------
    >>> from rnnts.gallery import addition_pairs
    >>> addition_pairs()[:3].tolist()
    [[0, 0], [0, 1], [0, 2]]
    """
    first, second = np.divmod(np.arange(4**N_BITS), 2**N_BITS)
    pairs: IntArray = np.stack([first, second], axis=1)[first + second < 2**N_BITS]
    return pairs


def bits_of_sums(pairs: IntArray) -> tuple[IntArray, IntArray]:
    """Bits of the numbers, (n_pairs, 8, 2), and of their sums, (n_pairs, 8), lowest first.

    Parameters
    ----------
    pairs : ndarray of int of shape (n_pairs, 2)
        Numbers whose sum is below 256.

    Returns
    -------
    bits : ndarray of int of shape (n_pairs, 8, 2)
    sums : ndarray of int of shape (n_pairs, 8)

    Examples
    --------
    >>> import numpy as np
    >>> from rnnts.gallery import bits_of_sums
    >>> _, sums = bits_of_sums(np.array([[2, 3]]))
    >>> sums.tolist()
    [[1, 0, 1, 0, 0, 0, 0, 0]]
    """
    places = np.arange(N_BITS)
    bits = pairs[:, None, :] >> places[:, None] & 1
    return bits, pairs.sum(axis=1)[:, None] >> places & 1
