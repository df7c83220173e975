"""Recite the alphabet: forwards is easy, and backwards is not, unless one was trained to.

What is learned is what comes after what, and not a list that could be read from either end.
"""

import numpy as np
import pandas as pd

from rnnts._types import IntArray
from rnnts.sequence import RNNClassifier

N_LETTERS = 26


def alphabet(*, random_state: int = 0) -> pd.DataFrame:
    """Share of recitations without an error, by what was learned and what is asked.

    Learned from are all recitations of two or more letters, from each letter to an end of the
    alphabet.  Then two letters are given, which say where to begin and in which direction, and the
    network goes on by reading what it has said.

    Parameters
    ----------
    random_state : int
        Seed of the first weights.

    Returns
    -------
    DataFrame
        Rows "forwards", "backwards" and "both", in which direction a network has learned; columns
        "forwards" and "backwards", in which it was asked, from each of the letters of which more
        than two are left.

    References
    ----------
    The classic question why nobody who knows the alphabet can say it backwards.

    Examples
    --------
    >>> alphabet()
                forwards  backwards
    learned
    forwards         1.0        0.0
    backwards        0.0        1.0
    both             1.0        1.0
    """
    letters = np.arange(N_LETTERS)
    forwards = [letters[first:] for first in range(N_LETTERS - 1)]
    backwards = [letters[::-1][first:] for first in range(N_LETTERS - 1)]
    lessons = {"forwards": forwards, "backwards": backwards, "both": forwards + backwards}

    rows = {}
    for name, lesson in lessons.items():
        network = RNNClassifier(n_tokens=N_LETTERS, tol=1e-4, random_state=random_state)
        network.fit([said[:-1] for said in lesson], [said[1:] for said in lesson])
        rows[name] = {
            "forwards": _recited(network, forwards),
            "backwards": _recited(network, backwards),
        }
    return pd.DataFrame(rows).T.rename_axis("learned")


def _recited(network: RNNClassifier, recitations: list[IntArray]) -> float:
    """Share that a network goes on with rightly after their first two letters."""
    asked = [letters for letters in recitations if len(letters) > 2]
    said = [network.generate(letters[:2], len(letters) - 2, temperature=0.0) for letters in asked]
    pairs = zip(said, asked, strict=True)
    return float(np.mean([np.array_equal(answer, letters[2:]) for answer, letters in pairs]))
