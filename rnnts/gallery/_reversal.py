"""Reverse a sequence: many in, many out, and not in step.

The first symbol of the answer is the last that is read, so a network has to read to the end before
it says anything.  An encoder keeps all it has read in its state, of which a decoder starts; the
decoder also says when the answer is over.
"""

from dataclasses import dataclass
from itertools import product

from rnnts.gallery._sentences import split
from rnnts.sequence import RNNTranslator

SYMBOLS = "abcd"
LONGEST = 5


@dataclass(frozen=True)
class Reversal:
    """How a network reverses sequences that it was not trained on.

    Attributes
    ----------
    accuracy : float
        Share whose whole answer is right, its length as well.
    n_train, n_test : int
    network : RNNTranslator
        It reads the letters a to d by their places, and writes them.

    See Also
    --------
    reversal : Trains it.
    """

    accuracy: float
    n_train: int
    n_test: int
    network: RNNTranslator

    def answer(self, sequence: str) -> str:
        """What the network writes when it has read a sequence.

        Parameters
        ----------
        sequence : str
            Letters a to d; it was trained on up to five.

        Raises
        ------
        ValueError
            If there is no letter, or another one.

        Returns
        -------
        str
        """
        if not sequence or set(sequence).difference(SYMBOLS):
            raise ValueError(
                f"a sequence needs at least one letter of {SYMBOLS!r} and no other, "
                f"got {sequence!r}"
            )
        return "".join(self.network.predict([_tokens(sequence)])[0])


def reversal(n_train: int = 500, *, random_state: int = 0) -> Reversal:
    """Learn to reverse from some sequences of one to five letters, and reverse all others.

    Parameters
    ----------
    n_train : int
        How many of the 1,364 sequences are learned from.
    random_state : int
        Seed of their choice and of the first weights.

    Returns
    -------
    Reversal

    Raises
    ------
    ValueError
        If `n_train` leaves nothing to learn from, or nothing to test.

    References
    ----------
    The classic example of an encoder and a decoder.
    Sutskever, Vinyals and Le (2014), *Sequence to Sequence Learning with Neural Networks*.

    Examples
    --------
    >>> reverser = reversal()
    >>> reverser.n_test, reverser.accuracy
    (864, 1.0)
    >>> reverser.answer("abacd")
    'dcaba'
    """
    lengths = range(1, LONGEST + 1)
    sequences = ["".join(word) for n in lengths for word in product(SYMBOLS, repeat=n)]
    kept, held_out = split(len(sequences), len(sequences) - n_train, random_state)
    learned, asked = [sequences[place] for place in kept], [sequences[place] for place in held_out]

    # tanh units shift what they hold from step to step more readily than gated ones do.
    network = RNNTranslator("tanh", 48, n_tokens=len(SYMBOLS), tol=1e-6, random_state=random_state)
    network.fit([_tokens(word) for word in learned], [word[::-1] for word in learned])
    return Reversal(
        accuracy=network.score([_tokens(word) for word in asked], [word[::-1] for word in asked]),
        n_train=len(learned),
        n_test=len(asked),
        network=network,
    )


def _tokens(sequence: str) -> list[int]:
    return [SYMBOLS.index(letter) for letter in sequence]
