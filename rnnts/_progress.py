"""A bar that shows how far long work is: on a terminal and in notebooks, nowhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

# Held by the bar on the screen: work within work that has a bar shows none of its own.
_SCREEN = Lock()


class Advance(Protocol):
    """Told how far the work is."""

    def __call__(self, n: int = 1, *, spared: int = 0) -> None:
        """`n` more steps are done, and `spared` of those expected need not be."""


def unseen(n: int = 1, *, spared: int = 0) -> None:
    """Show nothing."""


@contextmanager
def progress(total: int, label: str, *, is_shown: bool) -> Iterator[Advance]:
    """Give a function to be told how many more of `total` steps are done.

    Where it `is_shown` there is a bar on stderr meanwhile, with the rate and the time left.

    Examples
    --------
    >>> with progress(10, "series", is_shown=True) as advance:
    ...     for _ in range(5):
    ...         advance(2)
    """
    console = _console() if is_shown else None
    if console is None or not _SCREEN.acquire(blocking=False):
        yield unseen
        return
    try:
        with _columns(console) as bars:
            bar = _Bar(bars, label, total)
            yield bar
            bar.end()
    finally:
        _SCREEN.release()


class _Bar:
    """Moves a bar; in another process there is none to move."""

    def __init__(self, bars: "Progress", label: str, total: int) -> None:
        self._bars = bars
        self._task = bars.add_task(label, total=total)
        self._lock = Lock()

    def __call__(self, n: int = 1, *, spared: int = 0) -> None:
        if spared:
            with self._lock:
                total = (self._bars.tasks[0].total or 0) - spared
                self._bars.update(self._task, total=total)
        self._bars.advance(self._task, n)

    def __reduce__(self) -> tuple[Callable[[], Advance], tuple[()]]:
        return _elsewhere, ()

    def end(self) -> None:
        """What was done is all there was to do; nothing is nothing to look at."""
        n_done = self._bars.tasks[0].completed
        self._bars.update(self._task, total=n_done, visible=n_done > 0)


def _elsewhere() -> Advance:
    return unseen


def _console() -> "Console | None":
    """Where a bar can be seen; None, if stderr is a file or a pipe."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_jupyter:
        # Plain characters over plain characters: rich's own way there needs ipywidgets, and the
        # codes of colours would be counted as characters when a line is written over.
        return Console(stderr=True, force_jupyter=False, force_terminal=True, color_system=None)
    return console if console.file.isatty() else None


def _columns(console: "Console") -> "Progress":
    """Bars with their label, count, and pace."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
    )
    from rich.text import Text

    class Pace(ProgressColumn):
        """Rate and time left by all that was done so far: steps may come many at once."""

        def render(self, task: Task) -> Text:
            elapsed = task.elapsed if task.finished_time is None else task.finished_time
            if not (task.completed and elapsed):
                return Text("")
            rate = task.completed / elapsed
            ending = f"{_clock((task.remaining or 0) / rate)} left"
            if task.finished:
                ending = f"{_clock(elapsed)} in all"
            return Text(f"{rate:,.{0 if rate >= 10 else 1}f}/s, {ending}")

    columns = TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), Pace()
    return Progress(*columns, console=console)


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
