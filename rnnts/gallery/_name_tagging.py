"""Tag the proper names of sentences of any length: an answer at every word.

A word alone does not say whether it is a name: there are roses, and there is Rose.  What stands
before it often does ("the rose", "aunt Rose"), and what stands behind it does where a sentence
begins with it ("Will sang", "will you sing").
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnts._types import BoolArray, FloatArray, IntArray
from rnnts.gallery._sentences import numbered, sentences, split
from rnnts.sequence import RNNClassifier


@dataclass(frozen=True)
class NameTagging:
    """What is read off sentences that nobody was trained on.

    Accuracies are shares of the words that are names in some sentences of the corpus and none in
    others; the remaining words are no question.

    Attributes
    ----------
    word_alone : float
        Accuracy of what each word mostly is in the sentences learned from.
    forwards : float
        Of the network that reads from left to right, and has to say at once.
    both_ways : float
        Of the one that reads from both ends.
    n_words : int
        Words that these are shares of.
    tagged : tuple of str
        The sentences held out, with names written large where the third one finds them.
    wrong : tuple of int
        Places of those in which it errs.

    See Also
    --------
    name_tagging : Trains both networks.
    """

    word_alone: float
    forwards: float
    both_ways: float
    n_words: int
    tagged: tuple[str, ...]
    wrong: tuple[int, ...]


def name_tagging(n_held_out: int = 40, *, random_state: int = 0) -> NameTagging:
    """Learn from sentences which of their words are names, and tag those held out.

    Words are tokens, of which each has an embedding of its own; the networks are told nothing else
    about them.

    Parameters
    ----------
    n_held_out : int
        How many of the two hundred sentences are kept for the test.
    random_state : int
        Seed of their choice and of the first weights.

    Returns
    -------
    NameTagging

    Raises
    ------
    ValueError
        If `n_held_out` leaves nothing to learn from, or nothing to test.

    References
    ----------
    The classic example of a network that answers each word of a sentence, fed one-hot.
    Schuster and Paliwal (1997), *Bidirectional Recurrent Neural Networks*.

    Examples
    --------
    >>> tagging = name_tagging()
    >>> tagging.word_alone < tagging.forwards < tagging.both_ways
    True
    >>> tagging.tagged[1]
    'the red rose is old'
    """
    corpus = [sentence.split() for sentence in sentences()]
    words, vocabulary = numbered([[word.lower() for word in sentence] for sentence in corpus])
    names = [np.array([word[0].isupper() for word in sentence]) for sentence in corpus]
    share_named = _share_named(words, names, len(vocabulary))
    is_question = (share_named > 0) & (share_named < 1)

    kept, held_out = split(len(corpus), n_held_out, random_state)
    X, y = [words[place] for place in kept], [names[place] for place in kept]
    asked, answers = [words[place] for place in held_out], [names[place] for place in held_out]
    where = is_question[np.concatenate(asked)]

    def accuracy(tags: Sequence[BoolArray]) -> float:
        return float(np.mean((np.concatenate(tags) == np.concatenate(answers))[where]))

    def tags(*, bidirectional: bool) -> list[BoolArray]:
        model = RNNClassifier(
            n_tokens=len(vocabulary),
            bidirectional=bidirectional,
            l2=1e-3,
            random_state=random_state,
        )
        return list(model.fit(X, y).predict(asked))

    is_mostly_name = _share_named(X, y, len(vocabulary)) > 0.5
    both_ways = tags(bidirectional=True)
    pairs = zip(both_ways, answers, strict=True)
    return NameTagging(
        word_alone=accuracy([is_mostly_name[row] for row in asked]),
        forwards=accuracy(tags(bidirectional=False)),
        both_ways=accuracy(both_ways),
        n_words=int(where.sum()),
        tagged=tuple(
            " ".join(
                vocabulary[word].capitalize() if is_name else vocabulary[word]
                for word, is_name in zip(row, tagged, strict=True)
            )
            for row, tagged in zip(asked, both_ways, strict=True)
        ),
        wrong=tuple(place for place, (tagged, true) in enumerate(pairs) if (tagged != true).any()),
    )


def _share_named(words: Sequence[IntArray], names: Sequence[BoolArray], n_words: int) -> FloatArray:
    """How often each word is a name where it occurs; 0 where it never does."""
    flat = np.concatenate(words)
    named = np.bincount(flat, np.concatenate(names), n_words)
    return np.asarray(named / np.maximum(np.bincount(flat, minlength=n_words), 1))
