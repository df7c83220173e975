"""Independent tasks on several processes, with the same numbers whatever their number."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from rnnts.study._settings import Settings

Task = TypeVar("Task")
Result = TypeVar("Result")


def replicate(
    function: Callable[[Task], Result], tasks: Sequence[Task], settings: Settings
) -> list[Result]:
    """Results of the tasks, in their order; a task carries its own seed."""
    running = Parallel(n_jobs=settings.n_jobs, return_as="generator")(
        delayed(_single_threaded)(function, task) for task in tasks
    )
    results: list[Result] = []
    for result in running:
        results.append(result)
        settings.on_step(len(results), len(tasks))
    return results


def _single_threaded(function: Callable[[Task], Result], task: Task) -> Result:
    # The number of BLAS threads changes the order of sums, and an optimiser magnifies that.
    with threadpool_limits(1):
        return function(task)
