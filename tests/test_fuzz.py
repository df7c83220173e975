"""Some generated calls; ``make fuzz`` makes a hundred thousand."""

import pytest

from fuzz._work import run_session

N_SESSIONS = 150


@pytest.mark.parametrize("part", range(3))
def test_generated_calls_are_answered_or_refused_with_a_reason(part, tmp_path):
    findings = [run_session(seed, tmp_path) for seed in range(part, N_SESSIONS, 3)]

    verdicts = [(each.seed, verdict) for each in findings for verdict in each.verdicts]
    assert not [pair for pair in verdicts if pair[1].kind == "defect"]
    n_answered = sum(verdict.kind == "answer" for _, verdict in verdicts)
    assert n_answered > len(verdicts) / 3
