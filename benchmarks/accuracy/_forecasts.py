"""Forecasts of all models from all origins, each model fitted anew at each."""

import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from joblib import Parallel, delayed

from benchmarks.accuracy._cache import Cache, Forecast
from benchmarks.accuracy._competitors import COMPETITORS
from benchmarks.accuracy._model import Model
from benchmarks.accuracy._series import Series


def forecast_all(
    models: Mapping[str, Model], series: Sequence[Series], cache: Cache, n_jobs: int = 1
) -> Iterator[tuple[Series, int, Forecast]]:
    """Yield series, origin and forecast; those of competitors are made once and kept."""
    tasks = [(name, one, origin) for name in models for one in series for origin in one.origins]
    kept = {task: cache.find(*task) for task in tasks if task[0] in COMPETITORS}
    made = Parallel(n_jobs, return_as="generator")(
        delayed(forecast)(models[task[0]], *task) for task in tasks if kept.get(task) is None
    )
    for task in tasks:
        name, one, origin = task
        result = kept.get(task)
        if result is None:
            result = next(made)
            # A competitor that failed is tried again the next time.
            if name in COMPETITORS and not result.failure:
                cache.add(one, origin, result)
        yield one, origin, result


def forecast(model: Model, name: str, series: Series, origin: int) -> Forecast:
    """Forecast of a model; where it fails, the seasonal naive one, and the reason."""
    told = series.known(origin), series.season_length, series.horizon
    start, failure = time.perf_counter(), ""
    try:
        values, warning = model(*told)
        if not np.isfinite(values).all():
            raise FloatingPointError("a forecast is not finite")
    except Exception as error:  # noqa: BLE001  it is counted, and must not end the run
        failure = f"{type(error).__name__}: {error}"
        values, warning = COMPETITORS["SeasonalNaive"](*told)
    return Forecast(name, values, time.perf_counter() - start, failure, warning)
