"""What the study shows while it runs: how far it is, and how long it will take."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from rnnts.study._evidence import Claim, Evidence
from rnnts.study._time_left import TimeLeft, in_words

if TYPE_CHECKING:
    from rich.console import Console

Step = Callable[[int, int], None]


class Watch(Protocol):
    """Told about a run as it goes on."""

    def begin(self, claim: Claim) -> Step:
        """Give what the claim reports its steps to."""

    def end(self, evidence: Evidence) -> None:
        """Take note of how the claim came out."""


@contextmanager
def watched(claims: Sequence[Claim], protocol: str, *, is_shown: bool) -> Iterator[Watch]:
    """A bar on a terminal; on another stream, such as a log, a line for each claim."""
    from rich.console import Console

    left = TimeLeft({claim.key: claim.effort[protocol] for claim in claims})
    console = Console(stderr=True)
    if is_shown and console.is_terminal:
        with _bar(console, left) as watch:
            yield watch
    else:
        yield _Lines(console, left, len(claims) if is_shown else 0)


class _Lines:
    """A plain line for each claim that is done; none at all for no claims."""

    def __init__(self, console: "Console", left: TimeLeft, n_claims: int) -> None:
        self._console, self._left, self._n_open = console, left, n_claims

    def begin(self, claim: Claim) -> Step:
        self._left.begin(claim.key)
        return self._left.step

    def end(self, evidence: Evidence) -> None:
        self._left.finish()
        if not self._n_open:
            return
        self._n_open -= 1
        line = f"{evidence.key:<4}{evidence.title}: {evidence.verdict} ({evidence.seconds:.0f} s)"
        if self._n_open:
            line += f"; {in_words(self._left.seconds_left)} left"
        self._console.print(line, soft_wrap=True, markup=False, highlight=False)


@contextmanager
def _bar(console: "Console", left: TimeLeft) -> Iterator[Watch]:
    """One bar over the whole study, the claim in progress below it."""
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.progress import TimeElapsedColumn as Elapsed
    from rich.text import Text

    class Left(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{in_words(left.seconds_left)} left")

    class Share(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{left.share:4.0%}")

    columns = (BarColumn(24), Share(), Elapsed(), Left(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bars:
        whole = bars.add_task("", total=1.0)

        class Bar:
            def begin(self, claim: Claim) -> Step:
                left.begin(claim.key)
                label = escape(f"{claim.key} {claim.title}")
                bars.update(whole, completed=left.share, description=label)

                def step(done: int, total: int) -> None:
                    left.step(done, total)
                    count = f"{label}, {done} of {total}"
                    bars.update(whole, completed=left.share, description=count)

                return step

            def end(self, evidence: Evidence) -> None:
                left.finish()
                bars.update(whole, completed=left.share)

        yield Bar()
