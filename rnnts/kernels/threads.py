"""How many threads a fit may use, and kernels that share the work among them.

Kernels run without the interpreter's lock, so that plain threads are enough.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import cache
from itertools import pairwise

import joblib
from joblib.parallel import BACKENDS, get_active_backend
from threadpoolctl import ThreadpoolController, threadpool_info

# More ranges than threads: one that a busy core holds up takes fewer of them.
_RANGES_PER_THREAD = 8


def n_threads_of(n_jobs: int | None) -> int:
    """Threads that a fit may use.

    It asks the libraries of the process, which takes milliseconds: once for a fit, not for a step.

    Parameters
    ----------
    n_jobs : int, optional
        As in scikit-learn: -1 for all cores, and by default one, or what
        :func:`joblib.parallel_config` says.

    Returns
    -------
    int
        One in a worker of joblib or Dask, which runs beside others; and never more than there are
        cores, or than OMP_NUM_THREADS or :func:`threadpoolctl.threadpool_limits` allow.
    """
    backend, _ = get_active_backend()
    limit = min([joblib.cpu_count(), *_limits()])
    # Its workers are other processes, and in each of them one of their tasks has one thread.
    is_of_dask = isinstance(backend, BACKENDS.get("dask", ()))
    # Before joblib is asked, which warns in a worker of Dask.
    if backend.nesting_level or is_of_dask or limit <= 1:
        return 1
    n_threads: int = min(joblib.effective_n_jobs(n_jobs), limit)
    return n_threads


def _limits() -> list[int]:
    """What is set for other libraries' threads and meant for all."""
    # The largest pool of threads: a smaller one may be limited for reasons of its own.
    sizes = [pool["num_threads"] for pool in threadpool_info()]
    outermost = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return [*sorted(sizes)[-1:], *([int(outermost)] if outermost.isdigit() else [])]


# No longer than a context lasts: a pool that is kept for good would not survive a fork.
_kept: ContextVar[ThreadPoolExecutor | None] = ContextVar("_kept", default=None)


@contextmanager
def kept_threads(n_threads: int) -> Iterator[None]:
    """Start threads once for all calls of `in_threads` in this context, not at every call."""
    with ThreadPoolExecutor(max(1, n_threads - 1)) as pool:
        token = _kept.set(pool)
        try:
            yield
        finally:
            _kept.reset(token)


def in_threads(run: Callable[[int, int], None], n_parts: int, n_threads: int) -> None:
    """Call `run` with consecutive ranges that cover the parts, side by side in threads.

    Which thread gets which range is left to chance.
    """
    n_threads = min(n_threads, n_parts)
    if n_threads <= 1:
        run(0, n_parts)
        return
    n_ranges = min(n_parts, n_threads * _RANGES_PER_THREAD)
    edges = [n_parts * k // n_ranges for k in range(n_ranges + 1)]
    waiting = list(pairwise(edges))

    def work() -> None:
        while waiting:
            try:
                start, stop = waiting.pop()
            except IndexError:  # Another thread was faster.
                return
            run(start, stop)

    kept = _kept.get()
    with nullcontext(kept) if kept else ThreadPoolExecutor(n_threads - 1) as pool:
        others = [pool.submit(work) for _ in range(n_threads - 1)]
        work()
        for other in others:
            other.result()


@contextmanager
def tiny_products() -> Iterator[None]:
    """While it lasts, a matrix product of NumPy or SciPy takes one thread.

    Those of a solver are tiny, and threads that wait for each other's share of one cost several
    times as much, most of all on a machine that has other things to do.
    """
    with _libraries().limit(limits=1, user_api="blas"):
        yield


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()
