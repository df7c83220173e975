"""The table of verdicts on the console."""

from collections.abc import Sequence

from rnnts.study._evidence import Evidence, Verdict
from rnnts.study._outline import QUESTION, by_part

_COLORS = {Verdict.HOLDS: "green", Verdict.REFUTED: "red", Verdict.NOT_DECIDED: "yellow"}
_PIPED_WIDTH = 110


def print_evidence(found: Sequence[Evidence]) -> None:
    """Print claims, verdicts and their numbers as one table, part by part."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=QUESTION, title_justify="left", box=SIMPLE, padding=(0, 1, 1, 0))
    table.add_column("", no_wrap=True)
    table.add_column("Claim", ratio=2)
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Evidence in numbers", ratio=5)
    for part, members in by_part(found).items():
        table.add_row("", Text(part, style="bold"))
        for evidence in members:
            verdict = Text(evidence.verdict, style=_COLORS[evidence.verdict])
            table.add_row(evidence.key, Text(evidence.title), verdict, Text(evidence.summary))
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PIPED_WIDTH)
    console.print(table)
