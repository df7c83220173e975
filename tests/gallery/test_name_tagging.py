import pytest

from rnnts.gallery import name_tagging
from rnnts.gallery._sentences import sentences


@pytest.fixture(scope="module")
def tagging():
    return name_tagging()


def test_context_from_both_sides_tells_names(tagging):
    assert tagging.n_words >= 30
    assert tagging.word_alone < 0.7
    assert tagging.word_alone + 0.2 < tagging.forwards < tagging.both_ways
    assert tagging.both_ways > 0.95


def test_sentences_come_back_with_their_names(tagging):
    truth = {sentence.lower(): sentence for sentence in sentences()}
    wrong = [
        place
        for place, sentence in enumerate(tagging.tagged)
        if sentence != truth[sentence.lower()]
    ]

    assert tuple(wrong) == tagging.wrong
    assert len(tagging.tagged) == 40
    assert len(wrong) <= 4


def test_the_corpus_needs_context():
    corpus = sentences()
    words = {word for sentence in corpus for word in sentence.split()}
    both = {word for word in words if word.islower() and word.capitalize() in words}

    assert len(set(corpus)) == len(corpus) == 200
    assert both == {"baker", "bill", "grace", "hope", "hunter", "mark", "may", "rose", "will"}


@pytest.mark.parametrize("n_held_out", [0, 200])
def test_nothing_to_learn_from_or_to_test_is_refused(n_held_out):
    with pytest.raises(ValueError, match="n_held_out must lie between 0 and 200"):
        name_tagging(n_held_out)
