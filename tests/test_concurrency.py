"""Fitted models asked by many threads at once, and fits at once; `make stress` takes minutes."""

import faulthandler

import pytest

from stress._subjects import SUBJECTS
from stress._trials import N_THREADS, ask_at_once, expected_of, fit_at_once

# A deadlock ends the run and shows where every thread waits.
PATIENCE = 300

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(autouse=True)
def watch():
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.mark.parametrize("name", SUBJECTS)
def test_sixteen_threads_get_the_answers_that_one_gets(name):
    subject = SUBJECTS[name]

    tally = ask_at_once(subject, expected_of(subject))

    assert tally.n_equal == tally.n_asked == N_THREADS * len(subject.questions)


def test_sixteen_fits_at_once_give_what_one_gives():
    expected = {name: expected_of(subject) for name, subject in SUBJECTS.items()}

    tally = fit_at_once("threading", N_THREADS, expected)

    assert tally.n_fits == 2 * len(SUBJECTS)
    assert tally.n_equal == tally.n_asked
    assert tally.n_greedy == 0
