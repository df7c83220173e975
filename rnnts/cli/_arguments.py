"""Arguments that several commands share."""

import argparse
from collections.abc import Callable
from pathlib import Path

from rnnts.cli.reading import FILLS, CsvForm, Reading, Wanted


def count(minimum: int) -> Callable[[str], int]:
    """A type of argument: an integer from `minimum` upwards."""

    def integer(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = minimum - 1
        if value < minimum:
            raise argparse.ArgumentTypeError(
                f"needs an integer of at least {minimum}, got {text!r}"
            )
        return value

    return integer


def jobs(text: str) -> int:
    """A type of argument: how many processes, or -1 for one a core."""
    if not text.removeprefix("-").isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"needs a count of processes, or -1, got {text!r}")
    return int(text)


def _refit(text: str) -> bool | int:
    """When to train: True at every origin, False at the first only, or at every so many."""
    if text in ("every", "never"):
        return text == "every"
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"needs every, never or a count such as 6, got {text!r}")
    return int(text)


def add_reading(parser: argparse.ArgumentParser) -> None:
    """The file, and what may be said about it."""
    parser.add_argument(
        "file", metavar="FILE", help="CSV or Parquet; - reads CSV from standard input"
    )
    columns = parser.add_argument_group("columns of the file")
    columns.add_argument(
        "--column", metavar="NAME", help="what to forecast (default: y, or the only numbers)"
    )
    times = columns.add_mutually_exclusive_group()
    times.add_argument(
        "--time",
        metavar="NAME",
        help="times of the rows (default: a column called ds, date, time, month, ...; else the "
        "first of dates; else the first that counts)",
    )
    times.add_argument(
        "--no-time", action="store_true", help="there are none: rows are consecutive steps"
    )
    columns.add_argument(
        "--id",
        metavar="NAME",
        help="which series a row belongs to (default: unique_id, id, series_id or item_id)",
    )
    columns.add_argument(
        "--exog",
        nargs="+",
        default=[],
        metavar="NAME",
        help="columns known in the future that help to forecast",
    )
    rows = parser.add_argument_group("rows of the file")
    rows.add_argument(
        "--freq", help="step between them, where it does not show: D, h, MS, W-SUN, QS, ..."
    )
    rows.add_argument(
        "--fill",
        choices=FILLS,
        help="what stands where a row or a value is missing; 'missing' leaves it to the model",
    )
    text = parser.add_argument_group("how a CSV file is written (found out unless given)")
    text.add_argument("--sep", metavar="SIGN", help="between columns, such as ';'")
    text.add_argument("--decimal", metavar="SIGN", help="such as ','")
    text.add_argument("--thousands", metavar="SIGN", help="in large numbers (default: none)")
    text.add_argument("--date-format", metavar="FORMAT", help="such as %%d.%%m.%%Y")
    text.add_argument("--encoding", default="utf-8-sig", help="such as cp1252 (default: utf-8)")
    text.add_argument("--no-header", action="store_true", help="columns are column1, column2, ...")


def reading_of(options: argparse.Namespace) -> Reading:
    """What was said about the file."""
    separator = {"\\t": "\t", "tab": "\t"}.get(options.sep, options.sep)
    for option, sign in [
        ("--sep", separator),
        ("--decimal", options.decimal),
        ("--thousands", options.thousands),
    ]:
        if sign is not None and len(sign) != 1:
            raise ValueError(f"{option} needs one sign, such as ',', got {sign!r}")
    return Reading(
        CsvForm(
            separator, options.decimal, options.thousands, options.encoding, not options.no_header
        ),
        Wanted(options.id, options.time, options.column, tuple(options.exog), not options.no_time),
        options.date_format,
        options.freq,
        options.fill,
    )


def add_horizon(parser: argparse.ArgumentParser) -> None:
    """How far ahead, and how sure."""
    parser.add_argument(
        "--horizon", type=count(1), metavar="N", help="rows to forecast (default 12)"
    )
    parser.add_argument(
        "--level",
        nargs="+",
        type=float,
        default=[80, 95],
        metavar="PERCENT",
        help="of intervals (default 80 95)",
    )


def add_model(parser: argparse.ArgumentParser) -> None:
    """One model, and its settings."""
    model = parser.add_argument_group("model")
    model.add_argument(
        "--model",
        default="rnn",
        metavar="NAME",
        help="rnn (the default), arma, auto_arima, ets, theta, naive, seasonal_naive, naive2 or "
        "drift",
    )
    model.add_argument("--cell", help="of rnn: linear, tanh, sigmoid, relu, gru or lstm")
    model.add_argument(
        "--set",
        action="append",
        metavar="NAME=VALUE",
        help="any other setting of the model, such as hidden_size=4 or order=1,1,1; repeatable",
    )
    add_settings(model)


def add_settings(group: argparse._ArgumentGroup | argparse.ArgumentParser) -> None:
    """Settings that suit many models."""
    group.add_argument(
        "--season-length",
        type=count(1),
        metavar="N",
        help="rows in a season (default: by the frequency, 12 for months)",
    )
    group.add_argument("--seed", type=count(0), default=0, help="of all random numbers (default 0)")


def add_origins(parser: argparse.ArgumentParser) -> None:
    """Where forecasts are made from, and scored."""
    origins = parser.add_argument_group("rolling origins")
    origins.add_argument(
        "--windows",
        type=count(1),
        metavar="N",
        help="how many (default: up to 8, in the last two thirds of the rows)",
    )
    origins.add_argument(
        "--step", type=count(1), metavar="N", help="rows between two of them (default: horizon)"
    )
    origins.add_argument(
        "--gap", type=count(0), default=0, metavar="N", help="rows between what is known and scored"
    )
    origins.add_argument(
        "--window",
        type=count(2),
        metavar="N",
        help="learn from the last N rows only (default: from all before the origin)",
    )
    origins.add_argument(
        "--refit",
        type=_refit,
        default=True,
        metavar="WHEN",
        help="train at 'every' origin (the default), 'never' again, or every K-th, given as K",
    )
    origins.add_argument(
        "--jobs", type=jobs, metavar="N", help="processes (default 1; -1 is one a core)"
    )
    origins.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FOLDER",
        help="keep forecasts there as they are made; interrupted, the same command goes on",
    )


def add_output(parser: argparse.ArgumentParser, *, table: str, picture: str) -> None:
    """Where results go."""
    output = parser.add_argument_group("output (a table on a terminal, CSV in a pipe)")
    output.add_argument("--json", action="store_true", help="print JSON")
    output.add_argument(
        "--output", type=Path, metavar="FILE", help=f"write {table}: .csv, .json or .parquet"
    )
    output.add_argument(
        "--plot", type=Path, metavar="FILE", help=f"draw {picture}: .png, .svg or .pdf"
    )
