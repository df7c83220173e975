"""`rnnts study`: the answer to the question, as a table and a report."""

import argparse
from pathlib import Path

from rnnts.cli.commands._base import Command

_EXAMPLES = """\
examples:
  rnnts study                          the study in two minutes, report in study-report/
  rnnts study --full --jobs 8          the replications of the full protocol
  rnnts study --claims H1 H6 --seed 7  two of the claims, other random numbers
"""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="less than two minutes (the default)")
    size.add_argument(
        "--full",
        action="store_true",
        help="all replications of the protocol, in a quarter of an hour",
    )
    parser.add_argument("--seed", type=int, default=0, help="of all random numbers (default 0)")
    parser.add_argument(
        "--replications",
        type=int,
        metavar="N",
        help="series of every process and length, instead of the protocol's numbers",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("study-report"),
        metavar="DIR",
        help="folder of the report (default study-report)",
    )
    parser.add_argument("--claims", nargs="+", metavar="H", help="some of them, such as H1 H6")
    parser.add_argument(
        "--jobs", type=int, default=-1, metavar="N", help="processes (default: one a core)"
    )


def _run(options: argparse.Namespace) -> None:
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


COMMAND = Command(
    description="Examine each claim by computation; write report.html, report.md, "
    "evidence.json. Interrupted, the same command goes on where it was.",
    epilog=_EXAMPLES,
    add_arguments=_add_arguments,
    run=_run,
    resumes="; the same command goes on where it was",
)
