"""The sentiment of a review: many words in, one answer at the end.

"The film was good but the end was not good" and "the film was not good but the end was good" have
the same words and opposite meanings, so nothing that counts words tells them apart.  Three things
have to be understood: "not" turns an adjective round, after "but" comes what counts, and after
"although" what does not.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from rnnts._types import FloatArray
from rnnts._validation import check_count
from rnnts.gallery._sentences import numbered
from rnnts.sequence import RNNClassifier

SUBJECTS = ["it", "the film", "the music", "the end"]
ADVERBS = ["", "very", "not"]
ADJECTIVES = {
    "positive": ["good", "great", "funny", "moving"],
    "negative": ["bad", "dull", "silly", "slow"],
}
OPPOSITE = {"positive": "negative", "negative": "positive"}


@dataclass(frozen=True)
class Sentiment:
    """How reviews are understood by those who read and by those who count.

    Attributes
    ----------
    accuracy : float
        Share of reviews never trained on that the network understands.
    bag_of_words : float
        Share that a logistic regression on counts of words gets right.
    n_train, n_test : int
    network : RNNClassifier
        It reads words by their places in `vocabulary`.
    vocabulary : tuple of str

    See Also
    --------
    sentiment : Trains it.
    """

    accuracy: float
    bag_of_words: float
    n_train: int
    n_test: int
    network: RNNClassifier
    vocabulary: tuple[str, ...]

    def after_each_word(self, review: str) -> FloatArray:
        """Probability that a review is positive, were it to end after each of its words.

        Parameters
        ----------
        review : str
            Words of `vocabulary`.

        Returns
        -------
        ndarray of shape (n_words,)

        Raises
        ------
        ValueError
            If it has a word that no review had.
        """
        words = review.split()
        unknown = set(words).difference(self.vocabulary)
        if unknown:
            raise ValueError(
                f"the review has words that no review had: {', '.join(sorted(unknown))}; use those "
                f"of vocabulary: {', '.join(self.vocabulary)}"
            )
        tokens = np.array([self.vocabulary.index(word) for word in words])
        beginnings = [tokens[: n + 1] for n in range(len(tokens))]
        return np.asarray(self.network.predict_proba(beginnings))[:, 1]


def sentiment(n_train: int = 400, n_test: int = 1000, *, random_state: int = 0) -> Sentiment:
    """Learn from a few reviews what they think, and understand others.

    Reviews are sentences of a small grammar, all different: "the film was not good", "it was very
    funny and the music was great", "the end was slow although it was not dull".

    Parameters
    ----------
    n_train, n_test : int
        How many are learned from, and how many asked about.
    random_state : int
        Seed of the reviews and of the first weights.

    Returns
    -------
    Sentiment

    Raises
    ------
    ValueError
        If `n_train` or `n_test` is below 1.

    References
    ----------
    The classic example of a network that reads a sentence and says one thing about it.
    Pang, Lee and Vaithyanathan (2002), *Thumbs up?*, count words, and name their limit.

    Examples
    --------
    >>> result = sentiment()
    >>> result.accuracy > 0.99, result.bag_of_words < 0.7
    (True, True)
    >>> bool(result.after_each_word("the film was not good")[-1] < 0.3)
    True
    """
    n_train, n_test = check_count("n_train", n_train), check_count("n_test", n_test)
    rng = np.random.default_rng(random_state)
    drawn: dict[str, str] = {}
    while len(drawn) < n_train + n_test:
        review, opinion = _review(rng)
        drawn[review] = opinion
    tokens, vocabulary = numbered([review.split() for review in drawn])
    opinions = np.array(list(drawn.values()))
    counts = np.array([np.bincount(words, minlength=len(vocabulary)) for words in tokens])
    learn, ask = slice(n_train), slice(n_train, None)

    network = RNNClassifier(n_tokens=len(vocabulary), l2=1e-3, tol=1e-4, random_state=random_state)
    network.fit(tokens[learn], opinions[learn])
    bag = LogisticRegression().fit(counts[learn], opinions[learn])
    return Sentiment(
        accuracy=network.score(tokens[ask], opinions[ask]),
        bag_of_words=float(bag.score(counts[ask], opinions[ask])),
        n_train=n_train,
        n_test=n_test,
        network=network,
        vocabulary=tuple(vocabulary),
    )


def _review(rng: np.random.Generator) -> tuple[str, str]:
    """A review of one clause or two, and its opinion."""
    first, opinion = _clause(rng)
    if rng.random() < 0.3:
        return first, opinion
    second, other = _clause(rng)
    if other == opinion:
        return f"{first} and {second}", opinion
    if rng.random() < 0.5:
        return f"{first} but {second}", other
    return f"{first} although {second}", opinion


def _clause(rng: np.random.Generator) -> tuple[str, str]:
    opinion = str(rng.choice(list(ADJECTIVES)))
    adverb, adjective = rng.choice(ADVERBS), rng.choice(ADJECTIVES[opinion])
    words = f"{rng.choice(SUBJECTS)} was {adverb} {adjective}".split()
    return " ".join(words), OPPOSITE[opinion] if adverb == "not" else opinion
