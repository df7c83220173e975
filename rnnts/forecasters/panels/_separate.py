"""One forecaster for each series, fitted by itself."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from joblib import effective_n_jobs, parallel_config
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from rnnts._progress import Advance
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters.panels._kept_fits import Fit, KeptFits, n_in_file
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
    folder: Path | None = None,
) -> list[Outcome]:
    """A fitted copy of the estimator for each series, or the reason why there is none.

    What many of them warn of is one warning.  With a folder, what it has is not fitted again, and
    all that is fitted is written to it.
    """
    kept = None if folder is None or not series else KeptFits.in_folder(folder, estimator)
    n_tasks = _MANY * effective_n_jobs(n_jobs)
    size = max(1, len(series) // n_tasks) if kept is None else n_in_file(len(series))
    chunks = [series[start : start + size] for start in range(0, len(series), size)]
    # A chunk is a task, so that a worker of a cluster that is lost costs what it had in hand.
    running = Parallel(n_jobs=n_jobs, batch_size=1, return_as="generator")(
        delayed(_fit_all)(estimator, chunk, kept) for chunk in chunks
    )
    outcomes: list[Outcome] = []
    notices: list[list[Notice]] = []
    of_files: list[list[Notice]] = []
    for found, of_file in running:
        for outcome, own in found:
            outcomes.append(outcome)
            notices.append(own)
        of_files.append(of_file)
        on_step(len(found))
    give_first([one.label for one in series], notices)
    give_first([chunk[0].label for chunk in chunks], of_files)
    return outcomes


def _fit_all(
    estimator: BaseForecaster, series: Sequence[OneSeries], kept: KeptFits | None
) -> tuple[list[tuple[Outcome, list[Notice]]], list[Notice]]:
    """What became of each series, with what it warned of, and what their file did."""
    results: list[tuple[Outcome, list[Notice]]] = []
    # All of a task is done where it is: on a cluster, a fit would send out parts of its own.
    with parallel_config("threading", n_jobs=1), noted() as of_file:
        file = None if kept is None else kept.file_of(series)
        for place, one in enumerate(series):
            if file is not None and place in file.fits:
                results.append(file.fits[place])
                continue
            with noted() as notices:
                outcome = attempt(fitted, clone(estimator), one)
            results.append((outcome, notices))
            if file is not None and not isinstance(outcome, str):
                file.add(place, Fit(outcome, notices))
        if file is not None:
            file.write()
    return results, of_file


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
