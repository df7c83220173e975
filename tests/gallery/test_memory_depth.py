import pytest

from rnnts.gallery import memory_depth


def test_a_window_recalls_what_it_sees_and_a_state_what_it_kept():
    accuracy = memory_depth()

    assert (accuracy.loc[:0, "depth 0"] == 1).all()
    assert (accuracy.loc[:1, "depth 1"] == 1).all()
    assert (accuracy["full"] >= 0.99).all()
    # Beyond its window a network guesses, on 2,400 tosses: one half within five standard errors.
    assert (accuracy.loc[1:, "depth 0"] - 0.5).abs().max() < 0.05
    assert (accuracy.loc[2:, "depth 1"] - 0.5).abs().max() < 0.05


@pytest.mark.parametrize("lags", [[], [-1], [2, 30]])
def test_lags_outside_the_sequence_are_refused(lags):
    with pytest.raises(ValueError, match=r"lags must lie between 0 and n_steps - 1 = 29, got"):
        memory_depth(lags)
