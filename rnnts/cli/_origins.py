"""Rolling origins as asked for, if the file has rows enough for them."""

import argparse
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from rnnts.cli.reading import Data

_USUAL_HORIZON = 12
_MOST_WINDOWS = 8
# Rows that anything can be learned from at the first origin.
_FEWEST_KNOWN = 4


def origins_of(options: argparse.Namespace, data: Data) -> Mapping[str, Any]:
    """Arguments of `backtest` and `compare`.

    Raises
    ------
    ValueError
        If every series is too short.
    """
    horizon = options.horizon or _USUAL_HORIZON
    step = options.step or horizon
    lengths = [len(frame) for frame in data.frames.values()]
    ahead = horizon + options.gap
    n_fitting = max(1, (min(lengths) * 2 // 3 - ahead) // step + 1)
    n_windows = options.windows or min(_MOST_WINDOWS, n_fitting)
    n_needed = _FEWEST_KNOWN + ahead + (n_windows - 1) * step
    # Of several series those that are too short are left out, and named in a warning.
    if max(lengths) < n_needed:
        which = data.name if data.is_one else f"the longest series of {data.name}"
        raise ValueError(
            f"{which} has {max(lengths)} rows, but forecasts of {horizon} rows from {n_windows} "
            f"origin(s){f' {step} rows apart' if n_windows > 1 else ''} need at least {n_needed}; "
            "give more rows, a shorter --horizon or fewer --windows"
        )
    return {
        "horizon": horizon,
        "n_windows": n_windows,
        "step_size": step,
        "gap": options.gap,
        "window": options.window,
        "refit": options.refit,
        "level": options.level,
        "n_jobs": options.jobs,
        "checkpoint": options.checkpoint,
        "verbose": 1,
    }


def over_origins(
    scored: Callable[..., Any], models: Mapping[str, Any], data: Data, origins: Mapping[str, Any]
) -> Any:
    """What `backtest` or `compare` finds for the series of a file.

    Raises
    ------
    RuntimeError
        If no series of several could be forecast.
    """
    exog = list(data.roles.exog)
    if data.is_one:
        ((label, frame),) = data.frames.items()
        return scored(models, data.targets[label], frame[exog] if exog else None, **origins)
    names = {"id_col": data.id_name, "time_col": data.time_name, "target_col": data.roles.target}
    try:
        result = scored(models, data.long, **names, **origins)
    except ValueError as error:
        raise RuntimeError("; ".join([str(error), *getattr(error, "__notes__", ())])) from error
    if len(result.errors):
        first = result.errors.iloc[0]
        warnings.warn(
            f"{len(result.errors)} forecast(s) failed and are left out; the first, of series "
            f"{first['unique_id']!r} by {first['model']}: {first['reason']}",
            stacklevel=2,
        )
    return result
