"""`rnnts backtest`: how one model would have done, by origin and by step ahead."""

import argparse
from typing import Any

import pandas as pd

from rnnts.cli._arguments import (
    add_horizon,
    add_model,
    add_origins,
    add_output,
    add_reading,
    reading_of,
)
from rnnts.cli._console import print_table, rounded
from rnnts.cli._origins import origins_of, over_origins
from rnnts.cli._output import check_picture, check_table, emit, write_picture
from rnnts.cli.commands._base import Command
from rnnts.cli.reading import Data, label_text, read_data

_EXAMPLES = """\
examples:
  rnnts backtest sales.csv --horizon 12
  rnnts backtest sales.csv --windows 24 --step 1 --refit 6 --output predictions.csv
  rnnts backtest sales.csv --model theta --window 60 --plot backtest.png
"""
_MEASURES = {"mae": "MAE", "rmse": "RMSE", "mase": "MASE", "smape": "sMAPE"}
_N_SHOWN = 24


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading(parser)
    add_horizon(parser)
    add_model(parser)
    add_origins(parser)
    add_output(parser, table="the predictions", picture="them over what happened")


def _run(options: argparse.Namespace) -> None:
    reading = reading_of(options)
    check_table(options.output, options.file)
    check_picture(options.plot, options.file)
    data = read_data(options.file, reading)
    origins = origins_of(options, data)
    # Imported late, for a mistake in the file is found in a fraction of the time that this takes.
    from rnnts import backtest
    from rnnts.cli._models import model_of
    from rnnts.forecasters._levels import read_levels

    read_levels(options.level)
    model = model_of(options.model, options)
    result = over_origins(backtest, {options.model: model}, data, origins)
    document = {
        "file": data.name,
        "target": data.roles.target,
        "model": options.model,
        "table": result.table().reset_index(),
        "by_cutoff": result.by_cutoff(),
        "by_step": result.by_step(),
        "predictions": result.predictions,
    }
    emit(options, result.predictions, document, lambda: _show(result, data, origins, options))
    if options.plot is not None:
        _draw(result, options)


def _show(result: Any, data: Data, origins: Any, options: argparse.Namespace) -> None:
    """Print measures over all, by step ahead and by origin."""
    what = next(iter(data.frames)) if data.is_one else f"{len(data.frames)} series"
    print_table(
        _measures(result.table()).assign(origins=origins["n_windows"]),
        title=f"{what}: {origins['horizon']} row(s) ahead by {options.model}",
    )
    by_step = result.by_step().set_index("step")
    print_table(_measures(by_step).reset_index(), title="By step ahead", notes=_cut(by_step))
    by_origin = result.by_cutoff()
    by_origin = by_origin.groupby("cutoff", sort=False)[[*_MEASURES]].mean()
    shown = _measures(by_origin.set_axis(by_origin.index.map(label_text), axis=0))
    print_table(shown.reset_index(), title="By origin, the last row known", notes=_cut(by_origin))


def _measures(found: pd.DataFrame) -> pd.DataFrame:
    """The first rows of a table of measures, as text."""
    return pd.DataFrame({title: rounded(found[name]) for name, title in _MEASURES.items()}).head(
        _N_SHOWN
    )


def _cut(found: pd.DataFrame) -> list[str]:
    n_more = len(found) - _N_SHOWN
    return [f"… {n_more} more rows; --json has them all"] if n_more > 0 else []


def _draw(result: Any, options: argparse.Namespace) -> None:
    from matplotlib.figure import Figure

    from rnnts.plotting import plot_backtest

    figure = Figure(figsize=(9, 4.5), layout="constrained")
    plot_backtest(result, ax=figure.subplots())
    write_picture(options.plot, figure)


COMMAND = Command(
    description="Forecast from rolling origins with one model, and score it against what "
    "happened, by origin and by step ahead.",
    epilog=_EXAMPLES,
    add_arguments=_add_arguments,
    run=_run,
)
