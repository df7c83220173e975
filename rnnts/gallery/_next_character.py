"""A model of language that says, after each character, which one comes next.

The network answers at every character with the probabilities of the one that follows, by a
softmax.  Counts of pairs, the bigrams, know one character back; a state knows which word it is in,
and which words stood before.  To write, the network draws a character and reads it as the next.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray, IntArray
from rnnts.gallery._sentences import numbered, sentences, split
from rnnts.sequence import RNNClassifier

END = "\n"


@dataclass(frozen=True)
class NextCharacter:
    """How well characters are foretold, in sentences that nobody learned from.

    Attributes
    ----------
    cross_entropy : float
        Of the network: what a character costs on average, in nats.
    bigram_cross_entropy : float
        Of the counts of pairs, each one more than seen.
    network : RNNClassifier
        It reads characters by their places in `alphabet`.
    alphabet : str
        Characters, the end of a sentence among them.

    See Also
    --------
    next_character : Trains it.
    """

    cross_entropy: float
    bigram_cross_entropy: float
    network: RNNClassifier
    alphabet: str

    def write(self, start: str = "", *, temperature: float = 1.0, random_state: int = 0) -> str:
        """Go on with a sentence up to its end, or for a hundred characters.

        Parameters
        ----------
        start : str
            How it begins, in letters of `alphabet`.
        temperature : float
            0 always takes the likeliest character, 1 draws from the probabilities learned, more
            is wilder.
        random_state : int

        Returns
        -------
        str
            The sentence, with its beginning.

        Raises
        ------
        ValueError
            If `start` has a character that no sentence had.
        """
        unknown = set(start).difference(self.alphabet)
        if unknown:
            raise ValueError(
                f"start has characters that no sentence had: {sorted(unknown)}; use those of "
                f"alphabet: {self.alphabet!r}"
            )
        read = [self.alphabet.index(character) for character in END + start]
        written = self.network.generate(read, 100, temperature, random_state)
        return start + "".join(self.alphabet[token] for token in written).split(END)[0]


def next_character(n_held_out: int = 40, *, random_state: int = 0) -> NextCharacter:
    """Learn the characters of sentences, and foretell those of others.

    Parameters
    ----------
    n_held_out : int
        How many of the two hundred sentences of the gallery are kept for the test.
    random_state : int
        Seed of their choice and of the first weights.

    Returns
    -------
    NextCharacter

    Raises
    ------
    ValueError
        If `n_held_out` leaves nothing to learn from, or nothing to test.

    References
    ----------
    The classic example of one input and many outputs, by a softmax and a draw.
    Sutskever, Martens and Hinton (2011), *Generating Text with Recurrent Neural Networks*.

    Examples
    --------
    >>> model = next_character()
    >>> model.cross_entropy < 0.6 * model.bigram_cross_entropy
    True
    >>> model.write("the b", temperature=0.0)[:9]
    'the baker'
    """
    texts, alphabet = numbered([END + text.lower() + END for text in sentences()])
    kept, held_out = split(len(texts), n_held_out, random_state)
    learned, asked = [texts[place] for place in kept], [texts[place] for place in held_out]

    network = RNNClassifier(
        "gru", 24, n_tokens=len(alphabet), l2=3e-4, tol=3e-3, random_state=random_state
    )
    network.fit([text[:-1] for text in learned], [text[1:] for text in learned])

    pairs = np.ones((len(alphabet), len(alphabet)))
    for text in learned:
        np.add.at(pairs, (text[:-1], text[1:]), 1)
    bigrams = pairs / pairs.sum(axis=1, keepdims=True)
    return NextCharacter(
        cross_entropy=_cross_entropy(network.predict_proba([text[:-1] for text in asked]), asked),
        bigram_cross_entropy=_cross_entropy([bigrams[text[:-1]] for text in asked], asked),
        network=network,
        alphabet="".join(alphabet),
    )


def _cross_entropy(probabilities: Iterable[FloatArray], texts: list[IntArray]) -> float:
    """Mean surprise, in nats, of all characters but the first of each text."""
    came = np.concatenate([text[1:] for text in texts])
    expected = np.concatenate(list(probabilities))[np.arange(len(came)), came]
    return float(-np.log(expected).mean())
