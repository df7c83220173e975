"""`rnnts datasets`: the series that come with the package, and each of them as CSV."""

import argparse

import pandas as pd

from rnnts.cli._console import print_table
from rnnts.cli._output import emit
from rnnts.cli.commands._base import Command

_EXAMPLES = """\
examples:
  rnnts datasets                                      what there is
  rnnts datasets nile > nile.csv                      one of them
  rnnts datasets nile | rnnts forecast - --horizon 5
"""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="print this series as CSV")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _run(options: argparse.Namespace) -> None:
    from rnnts import datasets

    if options.name is None:
        table = datasets.describe().reset_index()
        emit(options, table, {"datasets": table}, lambda: _show(table))
        return
    y = datasets.load(options.name)
    frame = y.rename_axis("ds" if y.index.name else "t").reset_index()
    emit(options, frame, {"name": options.name, "rows": frame})


def _show(table: pd.DataFrame) -> None:
    shown = table[["name", "frequency", "n_observations", "title"]]
    print_table(
        shown.rename(columns={"n_observations": "n"}).fillna("–"),
        notes=["Sources and licences: rnnts datasets --json"],
    )


COMMAND = Command(
    description="List the series that come with the package, or print one of them as CSV.",
    epilog=_EXAMPLES,
    add_arguments=_add_arguments,
    run=_run,
)
