from rnnts.gallery import alphabet


def test_the_alphabet_is_known_in_the_direction_it_was_learned_in():
    recited = alphabet()

    assert recited.loc["forwards"].tolist() == [1.0, 0.0]
    assert recited.loc["backwards"].tolist() == [0.0, 1.0]
    assert recited.loc["both"].tolist() == [1.0, 1.0]
