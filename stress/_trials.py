"""One round of questions from many threads, or of fits side by side, and what came of it."""

import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, NamedTuple

import joblib
import numpy as np

from rnnts.kernels.threads import n_threads_of
from stress._subjects import SUBJECTS, Subject

N_THREADS = 16

Answers = Mapping[str, list[np.ndarray]]


class Tally(NamedTuple):
    """Answers that were asked for, how many were right, and tasks that took more than a thread."""

    n_asked: int = 0
    n_equal: int = 0
    n_fits: int = 0
    n_greedy: int = 0

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(*(one + more for one, more in zip(self, other, strict=True)))


def expected_of(subject: Subject) -> Answers:
    """What one thread is told by a model that it fitted."""
    return subject.answers(subject.fitted())


def ask_at_once(subject: Subject, expected: Answers) -> Tally:
    """Ask a model by all threads at once, each of them in a turn of its own."""
    # Never asked before: whatever it remembers is remembered by all at once.
    model, start = subject.fitted(), Barrier(N_THREADS)

    def ask(place: int) -> Answers:
        start.wait()
        return subject.answers(model, place)

    with ThreadPoolExecutor(N_THREADS) as pool:
        return _compared(pool.map(ask, range(N_THREADS)), [expected] * N_THREADS)


def fit_at_once(backend: str, n_jobs: int, expected: Mapping[str, Answers]) -> Tally:
    """Fit every model twice in workers of a backend of joblib, and ask those that come back."""
    names = [*SUBJECTS, *SUBJECTS]
    with joblib.parallel_config(backend):
        done = joblib.Parallel(n_jobs)(joblib.delayed(_fitted)(name) for name in names)
    answers = [SUBJECTS[name].answers(model) for name, (model, _) in zip(names, done, strict=True)]
    tally = _compared(answers, [expected[name] for name in names])
    n_greedy = sum(n_threads > 1 for _, n_threads in done)
    return tally.plus(Tally(n_fits=len(done), n_greedy=n_greedy))


def _fitted(name: str) -> tuple[Any, int]:
    """A model, and how many threads its fit would get if it asked for all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SUBJECTS[name].fitted(), n_threads_of(-1)


def _compared(answers: Any, expected: Any) -> Tally:
    n_asked = n_equal = 0
    for said, right in zip(answers, expected, strict=True):
        for name, tables in right.items():
            n_asked += 1
            pairs = zip(tables, said[name], strict=True)
            n_equal += all(np.array_equal(table, other) for table, other in pairs)
    return Tally(n_asked, n_equal)
