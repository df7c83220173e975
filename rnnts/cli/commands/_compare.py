"""`rnnts compare`: models on the same rolling origins, ranked, and what the ranks are worth."""

import argparse
from typing import Any

import pandas as pd

from rnnts.cli._arguments import (
    add_horizon,
    add_origins,
    add_output,
    add_reading,
    add_settings,
    reading_of,
)
from rnnts.cli._console import print_table, rounded
from rnnts.cli._origins import origins_of, over_origins
from rnnts.cli._output import check_picture, check_table, emit, write_picture
from rnnts.cli.commands._base import Command
from rnnts.cli.reading import Data, read_data

MODELS = ("rnn:linear", "rnn:tanh", "rnn:gru", "auto_arima", "ets", "theta", "seasonal_naive")
_EXAMPLES = """\
examples:
  rnnts compare sales.csv --horizon 12
  rnnts compare sales.csv --models rnn theta naive2 --windows 4 --plot ranks.png
  rnnts compare shops.csv --id shop --jobs -1 --output table.csv
"""
_MEASURES = {"mase": "MASE", "mae": "MAE", "smape": "sMAPE", "crps": "CRPS"}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading(parser)
    add_horizon(parser)
    models = parser.add_argument_group("models")
    models.add_argument(
        "--models",
        nargs="+",
        default=MODELS,
        metavar="NAME",
        help=f"names, and of networks their cell after a colon (default: {' '.join(MODELS)})",
    )
    add_settings(models)
    add_origins(parser)
    add_output(parser, table="the table", picture="mean ranks with their critical difference")


def _run(options: argparse.Namespace) -> None:
    if len(set(options.models)) < 2:
        raise ValueError(
            f"a comparison needs two models, got {' '.join(options.models)}; name more of them"
        )
    reading = reading_of(options)
    check_table(options.output, options.file)
    check_picture(options.plot, options.file)
    data = read_data(options.file, reading)
    origins = origins_of(options, data)
    # Imported late, for a mistake in the file is found in a fraction of the time that this takes.
    from rnnts import compare
    from rnnts.cli._models import named_models
    from rnnts.forecasters._levels import read_levels

    read_levels(options.level)
    models = named_models(options.models, options)
    comparison = over_origins(compare, models, data, origins)
    table = comparison.table()
    document = {
        "file": data.name,
        "target": data.roles.target,
        "n_series": len(data.frames),
        **{name: origins[name] for name in ("horizon", "n_windows", "step_size", "gap")},
        "table": table.reset_index(),
        "by_step": comparison.by_step(),
        "friedman_p_value": comparison.friedman(),
        "critical_difference": comparison.critical_difference(),
    }
    emit(
        options,
        table.reset_index(),
        document,
        lambda: _show(comparison, table, data, origins),
    )
    if options.plot is not None:
        _draw(comparison, options)


def _show(comparison: Any, table: pd.DataFrame, data: Data, origins: Any) -> None:
    """Print the ranked table, and what it can be trusted in."""
    shown = pd.DataFrame({"rank": _rounded_to(table["rank"], 1), "model": table.index})
    for name, title in _MEASURES.items():
        if name in table:
            shown[title] = rounded(table[name])
    widest = max(origins["level"])
    holds = f"coverage-{widest:.12g}"
    if holds in table:
        shown[f"{widest:g} % hold"] = (100 * table[holds]).map("{:.0f} %".format)
    shown["fit s"] = _rounded_to(table["fit_seconds"], 2)
    shown["p"] = table["p_value"].map(lambda p: "" if pd.isna(p) else f"{p:.3f}")
    best = table.index[0]
    notes = [
        f"p: of Diebold-Mariano tests that a model is as accurate as {best}, corrected for their "
        "number (Holm)"
    ]
    if "in_confidence_set" in table:
        told = ", ".join(table.index[table["in_confidence_set"]])
        notes.append(f"In the 90 % model confidence set: {told}")
    notes.append(
        f"Friedman test that all rank alike: p = {comparison.friedman():.3f}; mean ranks less than "
        f"{comparison.critical_difference():.1f} apart are not told apart (Nemenyi, 95 %)"
    )
    what = next(iter(data.frames)) if data.is_one else f"{len(data.frames)} series"
    title = f"{what}: {origins['horizon']} row(s) ahead from {origins['n_windows']} origin(s)"
    print_table(shown, title=title, notes=notes)


def _rounded_to(values: pd.Series, decimals: int) -> pd.Series:
    return values.map(f"{{:.{decimals}f}}".format)


def _draw(comparison: Any, options: argparse.Namespace) -> None:
    from matplotlib.figure import Figure

    from rnnts.plotting import plot_comparison

    figure = Figure(figsize=(9, 3.5), layout="constrained")
    plot_comparison(comparison, ax=figure.subplots())
    write_picture(options.plot, figure)


COMMAND = Command(
    description="Forecast from rolling origins with several models, score them against what "
    "happened, and test whether the differences are more than chance.",
    epilog=_EXAMPLES,
    add_arguments=_add_arguments,
    run=_run,
)
