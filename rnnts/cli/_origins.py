"""Rolling origins as asked for, if the file has rows enough for them."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from rnnts._validation import check_choice
from rnnts.cli.reading import Data

_USUAL_HORIZON = 12
_MOST_WINDOWS = 8
# Rows that anything can be learned from at the first origin.
_FEWEST_KNOWN = 4


def refit_of(options: argparse.Namespace) -> bool | int:
    """How often to train: True at every origin, False once, or at every so many."""
    words = {"every": True, "never": False}
    if options.refit in words:
        return words[options.refit]
    if options.refit.isdecimal() and int(options.refit) > 0:
        return int(options.refit)
    check_choice("--refit", options.refit, [*words, "a count of origins"])
    return True


def origins_of(options: argparse.Namespace, data: Data) -> Mapping[str, Any]:
    """Arguments of `backtest` and `compare`.

    Raises
    ------
    ValueError
        If the shortest series is too short.
    """
    horizon = options.horizon or _USUAL_HORIZON
    step = options.step or horizon
    label, n_rows = min(
        ((label, len(frame)) for label, frame in data.frames.items()), key=lambda each: each[1]
    )
    ahead = horizon + options.gap
    n_fitting = max(1, (n_rows * 2 // 3 - ahead) // step + 1)
    n_windows = options.windows or min(_MOST_WINDOWS, n_fitting)
    n_needed = _FEWEST_KNOWN + ahead + (n_windows - 1) * step
    if n_rows < n_needed:
        which = data.name if data.is_one else f"series {label!r} of {data.name}"
        raise ValueError(
            f"{which} has {n_rows} rows, but forecasts of {horizon} rows from {n_windows} origin(s)"
            f"{f' {step} rows apart' if n_windows > 1 else ''} need at least {n_needed}; give more "
            "rows, a shorter --horizon or fewer --windows"
        )
    return {
        "horizon": horizon,
        "n_windows": n_windows,
        "step_size": step,
        "gap": options.gap,
        "window": options.window,
        "refit": refit_of(options),
        "level": options.level,
        "n_jobs": options.jobs,
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
        return scored(models, data.long, **names, **origins)
    except ValueError as error:
        raise RuntimeError(str(error)) from error
