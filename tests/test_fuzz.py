"""Some generated calls; ``make fuzz`` makes a hundred thousand."""

import pytest

from fuzz._tally import ESTIMATORS, Tally
from fuzz._work import run_session

N_SESSIONS = 90


@pytest.mark.parametrize("part", range(3))
def test_generated_calls_are_answered_or_refused_with_a_reason(part, tmp_path):
    tally = Tally()
    for seed in range(part, N_SESSIONS, 3):
        tally.add(run_session(seed, tmp_path))

    assert not tally.defects, tally
    assert tally.kinds["answer"] > 0.6 * tally.n_calls, tally
    assert len(tally.answering & ESTIMATORS) >= len(ESTIMATORS) / 3, tally
