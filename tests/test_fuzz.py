"""Some generated calls; ``make fuzz`` makes a hundred thousand."""

from fuzz._tally import ESTIMATORS, Tally
from fuzz._work import run_session

N_SESSIONS = 90


def test_generated_calls_are_answered_or_refused_with_a_reason(tmp_path):
    tally = Tally()
    for seed in range(N_SESSIONS):
        tally.add(run_session(seed, tmp_path))

    assert not tally.defects, tally
    assert tally.kinds["answer"] > 0.6 * tally.n_calls, tally
    assert len(tally.answering & ESTIMATORS) >= 0.75 * len(ESTIMATORS), tally
