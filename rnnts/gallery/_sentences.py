"""The gallery's corpus: two hundred short sentences, in which names alone are written large.

Nine of its words are names in some sentences and none in others: roses and Rose, a baker and
mr Baker, what will be and Will.
"""

from collections.abc import Sequence
from importlib.resources import files

import numpy as np

from rnnts._types import IntArray
from rnnts._validation import check_between


def sentences() -> list[str]:
    """Sentences in lower case but for the names, in the order of the file.

    Examples
    --------
    >>> len(sentences()), sentences()[8]
    (200, 'Rose laughed and sang')
    """
    corpus = files("rnnts.gallery").joinpath("sentences.txt")
    return corpus.read_text(encoding="utf-8").splitlines()


def numbered(sequences: Sequence[Sequence[str]]) -> tuple[list[IntArray], list[str]]:
    """Sequences of words, or of characters, as tokens, and what the tokens stand for, sorted."""
    vocabulary = sorted(set().union(*sequences))
    tokens = {word: token for token, word in enumerate(vocabulary)}
    return [np.array([tokens[word] for word in sequence]) for sequence in sequences], vocabulary


def split(n: int, n_held_out: int, random_state: int) -> tuple[IntArray, IntArray]:
    """Places of what is learned from and of what is held out, drawn at random.

    Raises
    ------
    ValueError
        If nothing would be held out, or nothing left.
    """
    check_between("n_held_out", n_held_out, 0, n)
    order = np.random.default_rng(random_state).permutation(n)
    return np.sort(order[n_held_out:]), np.sort(order[:n_held_out])
