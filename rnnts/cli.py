"""The command line: `rnnts study`, `rnnts datasets`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

_EXAMPLES = """\
examples:
  rnnts study                          the study in two minutes, report in study-report/
  rnnts study --full --jobs 8          the replications of the full protocol
  rnnts study --claims H1 H6 --seed 7  two of the claims, other random numbers
  rnnts datasets                       the series that come with the package
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, or 2 with one sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, OSError, ModuleNotFoundError) as error:
        print(f"rnnts: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"rnnts: interrupted{options.resumes}", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    from rnnts import __version__

    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="rnnts",
        description="Recurrent networks for forecasting, as light, fast and honest as ARMA.",
        epilog=_EXAMPLES,
        formatter_class=raw,
    )
    parser.add_argument("--version", action="version", version=f"rnnts {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    study = commands.add_parser(
        "study",
        help="does a linear RNN act as a moving-average model? computes and writes a report",
        description="Examine each claim by computation; write report.html, report.md, "
        "evidence.json. Interrupted, the same command goes on where it was.",
        epilog=_EXAMPLES,
        formatter_class=raw,
    )
    size = study.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="less than two minutes (the default)")
    size.add_argument(
        "--full",
        action="store_true",
        help="all replications of the protocol, in a quarter of an hour",
    )
    study.add_argument("--seed", type=int, default=0, help="of all random numbers (default 0)")
    study.add_argument(
        "--replications",
        type=int,
        metavar="N",
        help="series of every process and length, instead of the protocol's numbers",
    )
    study.add_argument(
        "--output",
        type=Path,
        default=Path("study-report"),
        metavar="DIR",
        help="folder of the report (default study-report)",
    )
    study.add_argument("--claims", nargs="+", metavar="H", help="some of them, such as H1 H6")
    study.add_argument(
        "--jobs", type=int, default=-1, metavar="N", help="processes (default: one a core)"
    )
    study.set_defaults(run=_study, resumes="; the same command goes on where it was")

    datasets = commands.add_parser("datasets", help="list the series that come with the package")
    datasets.set_defaults(run=_datasets, resumes="")
    return parser


def _study(options: argparse.Namespace) -> None:
    from rnnts.study import run_study
    from rnnts.study._console import print_evidence

    found = run_study(
        quick=not options.full,
        seed=options.seed,
        n_jobs=options.jobs,
        n_replications=options.replications,
        output=options.output,
        claims=options.claims,
    )
    print_evidence(found)
    print(f"Report: {options.output / 'report.html'}")


def _datasets(_: argparse.Namespace) -> None:
    from rich.console import Console
    from rich.table import Table

    from rnnts import datasets

    table = Table("name", "title", "frequency", "n", "licence")
    for name, row in datasets.describe().iterrows():
        frequency = row["frequency"] or "–"
        table.add_row(name, row["title"], frequency, str(row["n_observations"]), row["licence"])
    console = Console()
    (console if console.is_terminal else Console(width=160)).print(table)
