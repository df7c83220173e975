"""Independent tasks on several processes, with the same numbers whatever their number."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from joblib.externals.loky.backend import resource_tracker as loky_tracker
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from rnnts.study._settings import Settings

Task = TypeVar("Task")


def replicate(
    name: str, function: Callable[[Task], Any], tasks: Sequence[Task], settings: Settings
) -> list[Any]:
    """Results of the tasks, in their order; a task carries its own seed.

    Parameters
    ----------
    name : str
        Of the experiment: under the same name nothing is computed twice, be it by another claim
        or after an interruption.
    function : callable
        Of the module, so that other processes find it; returns what JSON knows, not-a-number
        included.
    tasks : sequence
    settings : Settings
    """
    name = f"{name} {function.__module__}.{function.__qualname__}"
    results = settings.results.known(name)
    settings.on_step(min(len(results), len(tasks)), len(tasks))
    if len(results) < len(tasks):
        add = settings.results.adder(name)
        with _interrupts_held_back():
            running = Parallel(n_jobs=settings.n_jobs, return_as="generator")(
                delayed(_single_threaded)(function, task) for task in tasks[len(results) :]
            )
        try:
            for result in running:
                add(result)
                settings.on_step(len(results), len(tasks))
        finally:
            # After an interruption the workers are stopped rather than waited for.
            running.close()
    return results[: len(tasks)]


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Processes started meanwhile never see Ctrl-C, which reaches all of a terminal's.

    It is for us to stop them; one interrupted while it starts would only write a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # To start them ends every hold on interrupts (Python's up to 3.13 at least, loky's in joblib
    # 1.4), and the first worker would start them.
    resource_tracker.ensure_running()
    loky_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _single_threaded(function: Callable[[Task], Any], task: Task) -> Any:
    # The number of BLAS threads changes the order of sums, and an optimiser magnifies that.
    with threadpool_limits(1):
        return function(task)
