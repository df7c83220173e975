"""How many threads a fit is given, and work that they share."""

import os
import subprocess
import sys
import threading

import joblib
import pytest

from rnnts.kernels.threads import in_threads, kept_threads, n_threads_of

ASK = """
import joblib
from threadpoolctl import threadpool_limits
from rnnts.kernels.threads import n_threads_of

def ask():
    return n_threads_of(2)

"""


def answer(question, **environment):
    """What a process without limits prints; the tests' own process has one in its environment."""
    free = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    finished = subprocess.run(
        [sys.executable, "-c", ASK + f"print({question})"],
        env=free | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout.strip()


def test_a_fit_asks_for_its_threads():
    cores = joblib.cpu_count()

    counts = answer(
        "n_threads_of(2), n_threads_of(None), n_threads_of(-1),"
        " joblib.parallel_config(n_jobs=2).__enter__() and n_threads_of(None)"
    )

    assert [int(count) for count in counts.split()] == [min(2, cores), 1, cores, min(2, cores)]


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_a_worker_of_joblib_has_one(backend):
    delayed = "joblib.delayed(n_threads_of)(2) for _ in range(2)"

    assert answer(f"joblib.Parallel(2, backend={backend!r})({delayed})") == "[1, 1]"


def test_limits_for_others_hold_here_too():
    limited = "threadpool_limits(1).__enter__() and None or ask()"

    assert answer(limited) == "1"
    assert answer("ask()", OMP_NUM_THREADS="1") == "1"
    assert answer("ask()", OMP_NUM_THREADS="1,2") == "1"


def test_one_is_the_least():
    assert n_threads_of(1) == 1


@pytest.mark.parametrize("n_threads", [0, 1, 2, 7])
@pytest.mark.parametrize("n_parts", [1, 5, 100])
def test_ranges_cover_the_parts(n_parts, n_threads):
    done = []

    in_threads(lambda start, stop: done.extend(range(start, stop)), n_parts, n_threads)

    assert sorted(done) == list(range(n_parts))


def test_two_threads_run_side_by_side():
    meeting = threading.Barrier(2)

    # Each of the first two ranges waits until the other one runs as well.
    in_threads(lambda start, stop: meeting.wait(10), 2, 2)


def test_kept_threads_serve_all_calls():
    seen = set()

    with kept_threads(2):
        for _ in range(20):
            in_threads(lambda start, stop: seen.add(threading.get_ident()), 16, 2)

    assert len(seen) <= 2


def test_an_error_in_a_thread_comes_out():
    def run(start, stop):
        if start == 0:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        in_threads(run, 50, 2)
