"""A progress bar over series."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_of(n_series: int, *, is_shown: bool) -> Iterator[Callable[[int], None]]:
    """Give a function to tell how many more series are done; nothing unless on a terminal."""
    if not is_shown:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    console = Console()
    columns = (TextColumn("series"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("series", total=n_series)
        yield lambda n_more: bar.advance(task, n_more)
