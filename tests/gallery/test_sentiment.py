from collections import Counter

import pytest

from rnnts.gallery import sentiment

MIRRORED = [
    ("the film was good but the end was not good", "the film was not good but the end was good"),
    ("it was dull although it was not bad", "it was not dull although it was bad"),
]


@pytest.fixture(scope="module")
def read():
    return sentiment()


def test_a_network_understands_what_counts_of_words_cannot(read):
    assert (read.n_train, read.n_test) == (400, 1000)
    assert read.accuracy >= 0.99
    assert read.bag_of_words < 0.7


@pytest.mark.parametrize(("one", "other"), MIRRORED)
def test_the_same_words_mean_opposites(read, one, other):
    assert Counter(one.split()) == Counter(other.split())

    meanings = [read.after_each_word(review)[-1] > 0.5 for review in (one, other)]

    assert meanings[0] != meanings[1]


def test_not_turns_an_adjective_round(read):
    assert read.after_each_word("the film was good")[-1] > 0.7
    assert read.after_each_word("the film was not good")[-1] < 0.3


def test_words_that_no_review_had_are_named(read):
    with pytest.raises(ValueError, match="words that no review had: awful, plot; use those of"):
        read.after_each_word("the plot was awful")
