"""`rnnts forecast`: the rows to come, and how sure they are."""

import argparse
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from rnnts.cli._arguments import (
    add_horizon,
    add_model,
    add_output,
    add_reading,
    jobs,
    reading_of,
)
from rnnts.cli._console import print_table, rounded
from rnnts.cli._output import check_picture, check_table, emit, write_picture
from rnnts.cli.commands._base import Command
from rnnts.cli.reading import Data, label_text, read_data, read_future

_EXAMPLES = """\
examples:
  rnnts forecast sales.csv --horizon 12
  rnnts forecast sales.csv --column sold --time week --plot fan.png
  rnnts forecast shops.csv --id shop --mode global --output forecast.parquet
  rnnts forecast sales.csv --exog price --future prices.csv
  rnnts forecast sales.csv --model arma --set order=0,1,1 --json
  rnnts datasets nile | rnnts forecast - --horizon 5
"""
_USUAL_HORIZON = 12
_N_SHOWN = 36
_N_DRAWN = 6

Future = Mapping[Hashable, pd.DataFrame]


class _Outlook(NamedTuple):
    """Forecasts in columns, and what made them, by the id of its series."""

    forecasts: pd.DataFrame
    fitted: Mapping[Hashable, Any]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading(parser)
    add_horizon(parser)
    parser.add_argument(
        "--future", metavar="FILE", help="values of the --exog columns in the rows to come"
    )
    parser.add_argument(
        "--mode",
        choices=("local", "global", "both"),
        default="local",
        help="of several series: a model each (the default), one set of networks for all, or both",
    )
    parser.add_argument(
        "--jobs", type=jobs, metavar="N", help="processes for several series (default 1)"
    )
    add_model(parser)
    add_output(parser, table="the forecasts", picture="history and forecasts")


def _run(options: argparse.Namespace) -> None:
    if bool(options.exog) != (options.future is not None):
        raise ValueError(
            "--exog needs their values in the rows to come, in a file named with --future, which "
            "needs --exog; give both"
        )
    reading = reading_of(options)
    check_table(options.output, options.file)
    check_picture(options.plot, options.file)
    data = read_data(options.file, reading)
    horizon: int = options.horizon or _USUAL_HORIZON
    future = None
    if options.future is not None:
        future = _next_rows(read_future(options.future, data, reading), data, options.horizon)
        horizon = min(map(len, future.values()))
    # Imported late, for a mistake in the file is found in a fraction of the time that this takes.
    from rnnts.cli._models import model_of
    from rnnts.forecasters._levels import read_levels

    read_levels(options.level)
    model = model_of(options.model, options)
    outlook = (_of_one if data.is_one else _of_many)(model, data, future or horizon, options)
    document = {
        "file": data.name,
        "target": data.roles.target,
        "model": options.model,
        "horizon": horizon,
        "forecasts": outlook.forecasts,
    }
    emit(options, outlook.forecasts, document, lambda: _show(outlook, data, horizon, options))
    if options.plot is not None:
        _draw(outlook.fitted, future or horizon, options)


def _of_one(model: Any, data: Data, ahead: Future | int, options: argparse.Namespace) -> _Outlook:
    """Of a file with one series."""
    ((label, frame),) = data.frames.items()
    y = data.targets[label]
    model.fit(y) if isinstance(ahead, int) else model.fit(frame[list(data.roles.exog)], y)
    rows = ahead if isinstance(ahead, int) else ahead[label]
    forecasts = model.predict_interval(rows, options.level)
    forecasts = forecasts.rename_axis(data.time_name).reset_index()
    if data.roles.id is not None:
        forecasts.insert(0, data.id_name, label)
    return _Outlook(forecasts, {label: model})


def _of_many(model: Any, data: Data, ahead: Future | int, options: argparse.Namespace) -> _Outlook:
    """Of a file with several series; one that cannot be fitted is left out with a warning."""
    from rnnts.forecasters import PanelForecaster

    panel = PanelForecaster(
        model,
        options.mode,
        id_col=data.id_name,
        time_col=data.time_name,
        target_col=data.roles.target,
        n_jobs=options.jobs,
        verbose=1,
    )
    try:
        panel.fit(data.long)
    except ValueError as error:
        raise RuntimeError(str(error)) from error
    rows: Any = ahead
    if not isinstance(ahead, int):
        rows = data.below_one_another({each: ahead[each] for each in panel.forecasters_})
    return _Outlook(panel.predict_interval(rows, options.level), panel.forecasters_)


def _next_rows(future: Future, data: Data, horizon: int | None) -> Future:
    """The rows of each series that come after those known, as many as are asked for."""
    found = {}
    for label, frame in data.frames.items():
        rows, last = future[label], frame.index[-1]
        if data.roles.time is None:
            rows = rows.set_axis(rows.index + last)
        found[label] = rows[rows.index > last].iloc[:horizon]
        if len(found[label]) < (horizon or 1):
            raise ValueError(
                f"the future of series {label!r} has {len(found[label])} row(s) after "
                f"{label_text(last)}, but {horizon or 1} are needed; give more rows or a shorter "
                "--horizon"
            )
    return found


def _show(outlook: _Outlook, data: Data, horizon: int, options: argparse.Namespace) -> None:
    """Print the forecasts for a person."""
    forecasts = outlook.forecasts
    shown = pd.DataFrame()
    if not data.is_one:
        shown[data.id_name] = forecasts[data.id_name].astype(str)
    shown[data.time_name] = forecasts[data.time_name].map(label_text)
    numbers = rounded(forecasts.iloc[:, -2 * len(options.level) - 1 :])
    shown["forecast"] = numbers["mean"]
    for level in options.level:
        ends = numbers[f"lo-{level:.12g}"] + " … " + numbers[f"hi-{level:.12g}"]
        shown[f"{level:g} % interval"] = ends
    notes = []
    if len(shown) > _N_SHOWN:
        notes.append(f"… {len(shown) - _N_SHOWN} more rows; --output FILE writes them all")
    if data.is_one:
        report = getattr(next(iter(outlook.fitted.values())), "report_", None)
        notes += [f"On the last rows, held out: {report.verdict}."] if report is not None else []
    what = data.roles.target if data.roles.id is None else ", ".join(map(str, data.frames))
    series = what if data.is_one else f"{len(data.frames)} series"
    print_table(
        shown.head(_N_SHOWN),
        title=f"{series}: {horizon} row(s) ahead by {options.model}",
        notes=notes,
    )


def _draw(fitted: Mapping[Hashable, Any], ahead: Future | int, options: argparse.Namespace) -> None:
    """Draw the fan of every series, of the first few where there are many."""
    from matplotlib.figure import Figure

    from rnnts.plotting import plot_forecast

    labels = list(fitted)[:_N_DRAWN]
    n_columns = 1 if len(labels) == 1 else 2
    n_rows = -(-len(labels) // n_columns)
    size = (9, 4.5) if n_columns == 1 else (12, 3.2 * n_rows)
    figure = Figure(figsize=size, layout="constrained")
    panes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for label, ax in zip(labels, panes, strict=False):
        rows = ahead if isinstance(ahead, int) else ahead[label]
        plot_forecast(fitted[label], rows, level=options.level, ax=ax)
    for ax in panes[len(labels) :]:
        ax.set_axis_off()
    write_picture(options.plot, figure)


COMMAND = Command(
    description="Forecast the rows that follow those in a file, with intervals.",
    epilog=_EXAMPLES,
    add_arguments=_add_arguments,
    run=_run,
)
