import pytest

from rnnts import RNNTranslator
from rnnts.gallery import Reversal, reversal


def test_every_sequence_held_out_is_reversed():
    reverser = reversal()

    assert (reverser.n_train, reverser.n_test) == (500, 864)
    assert reverser.accuracy == 1.0
    assert reverser.answer("bacda") == "adcab"
    assert reverser.answer("b") == "b"


@pytest.mark.parametrize("sequence", ["", "abe"])
def test_other_letters_are_refused(sequence):
    untrained = Reversal(accuracy=0.0, n_train=0, n_test=0, network=RNNTranslator())

    with pytest.raises(ValueError, match="needs at least one letter of 'abcd' and no other, got"):
        untrained.answer(sequence)
