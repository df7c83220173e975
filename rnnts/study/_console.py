"""What the study shows while it runs, and the table at its end."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rnnts.study._evidence import Evidence, Verdict
from rnnts.study.claims import CLAIMS

Step = Callable[[int, int], None]
_COLORS = {Verdict.HOLDS: "green", Verdict.REFUTED: "red", Verdict.NOT_DECIDED: "yellow"}
_PIPED_WIDTH = 110


@contextmanager
def progress_of(keys: Sequence[str], *, is_shown: bool) -> Iterator[Callable[[str], Step]]:
    """One bar over claims and one over replications; nothing unless on a terminal.

    Gives a function from the key of the claim that begins to the one it reports its steps to.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeElapsedColumn as Elapsed

    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Elapsed())
    is_silent = not (is_shown and console.is_terminal)
    with Progress(*columns, console=console, transient=True, disable=is_silent) as bars:
        overall = bars.add_task("claims", total=len(keys))
        inner = bars.add_task("", total=None)
        n_begun = 0

        def begin(key: str) -> Step:
            nonlocal n_begun
            bars.update(overall, completed=n_begun)
            n_begun += 1
            bars.reset(inner, description=f"{key}: {CLAIMS[key].title}", total=None)

            def step(done: int, total: int) -> None:
                bars.update(inner, completed=done, total=total)

            return step

        yield begin


def print_evidence(found: Sequence[Evidence]) -> None:
    """Print claims, verdicts and their numbers as one table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Is a linear RNN an ARMA model?", title_justify="left", show_lines=True)
    table.add_column("", no_wrap=True)
    table.add_column("Claim", ratio=2)
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Evidence in numbers", ratio=5)
    for evidence in found:
        verdict = Text(evidence.verdict, style=_COLORS[evidence.verdict])
        table.add_row(evidence.key, Text(evidence.title), verdict, Text(evidence.summary))
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PIPED_WIDTH)
    console.print(table)
