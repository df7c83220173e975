"""One forecaster for each series, fitted by itself."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from joblib import effective_n_jobs, parallel_config
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from rnnts._progress import Advance
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters.panels._notices import Notice, give_first, noted
from rnnts.panel import OneSeries

# Tasks for each worker: enough that none waits long for the last, few enough to cost nothing.
_MANY = 16

Outcome = BaseForecaster | str


def fit_separately(
    estimator: BaseForecaster,
    series: Sequence[OneSeries],
    n_jobs: int | None,
    on_step: Advance,
) -> list[Outcome]:
    """A fitted copy of the estimator for each series, or the reason why there is none.

    What many of them warn of is one warning.
    """
    size = max(1, len(series) // (_MANY * effective_n_jobs(n_jobs)))
    chunks = [series[start : start + size] for start in range(0, len(series), size)]
    # A chunk is a task, so that a worker of a cluster that is lost costs what it had in hand.
    running = Parallel(n_jobs=n_jobs, batch_size=1, return_as="generator")(
        delayed(_fit_all)(estimator, chunk) for chunk in chunks
    )
    outcomes: list[Outcome] = []
    notices: list[list[Notice]] = []
    for chunk in running:
        for outcome, own in chunk:
            outcomes.append(outcome)
            notices.append(own)
        on_step(len(chunk))
    give_first([one.label for one in series], notices)
    return outcomes


def _fit_all(
    estimator: BaseForecaster, series: Iterable[OneSeries]
) -> list[tuple[Outcome, list[Notice]]]:
    results = []
    # All of a task is done where it is: on a cluster, a fit would send out parts of its own.
    with parallel_config("threading", n_jobs=1):
        for one in series:
            with noted() as notices:
                outcome = attempt(fitted, clone(estimator), one)
            results.append((outcome, notices))
    return results


def fitted(forecaster: BaseForecaster, one: OneSeries) -> BaseForecaster:
    """Fit a forecaster to a series."""
    return forecaster.fit(*rows_of(one))


def rows_of(one: OneSeries) -> tuple[Any, Any]:
    """X and y of a series, as `fit` and `update` take them."""
    return (one.index if one.exog is None else one.exog), one.y


def attempt(task: Callable[..., Any], *arguments: Any) -> Any:
    """What the task returns, or in words why it failed: one series does not end the others."""
    try:
        return task(*arguments)
    except (ValueError, TypeError, ArithmeticError) as error:
        # LinAlgError is a ValueError; what is none of these is a mistake of ours.
        return str(error) or type(error).__name__
