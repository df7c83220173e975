"""How long a run will still take."""

import time
from collections.abc import Callable, Mapping

# What the table of efforts is worth against a measurement: a pace of one over this share of all.
_TRUST = 0.05


class TimeLeft:
    """Estimate from the efforts of all claims, corrected by the pace measured so far.

    A claim in progress counts by the share of its replications that are done.  Where it runs
    several experiments, that share says nothing from the second one on, and the clock decides.

    Parameters
    ----------
    efforts : mapping of str to float
        Seconds a claim should take, by key.
    clock : callable
        Seconds from any origin.
    """

    def __init__(
        self, efforts: Mapping[str, float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._efforts = efforts
        self._total = sum(efforts.values())
        self._clock = clock
        self._begin = clock()
        self._done = 0.0
        self._restored = 0.0
        self._current = 0.0
        self._share = 0.0
        self._last_step: tuple[int, int] | None = None
        self._claim_begin, self._pace_before = self._begin, 1.0
        self._is_guided_by_steps = True

    def begin(self, key: str) -> None:
        """Open the next claim; the one before is done."""
        self._done += self._current
        self._current, self._share = self._efforts[key], 0.0
        self._last_step, self._is_guided_by_steps = None, True
        self._claim_begin, self._pace_before = self._clock(), self._measured(self._done)

    def finish(self) -> None:
        """Close the claim in progress."""
        self._done += self._current
        self._current = self._share = 0.0
        self._is_guided_by_steps = True

    def step(self, done: int, total: int) -> None:
        """So many replications of so many are done."""
        if self._last_step is None:
            # Found rather than computed: they say nothing about the pace.
            self._restored += self._current * done / total
        elif done < self._last_step[0] or total != self._last_step[1]:
            self._is_guided_by_steps = False
        self._last_step = (done, total)
        if self._is_guided_by_steps:
            self._share = done / total

    @property
    def share(self) -> float:
        """Share of the whole work that is done."""
        return min(self._effort_done() / self._total, 1.0) if self._total else 0.0

    @property
    def seconds_left(self) -> float:
        """Seconds until the last claim is done."""
        return max(self._total - self._effort_done(), 0.0) * self._pace()

    def _effort_done(self) -> float:
        share = self._share
        if not self._is_guided_by_steps:
            spent = self._clock() - self._claim_begin
            # Never finished before it says so.
            share = min(spent / (self._current * self._pace_before), 0.95)
        return self._done + self._current * share

    def _pace(self) -> float:
        """Seconds that a second of effort takes."""
        return (
            self._measured(self._effort_done()) if self._is_guided_by_steps else self._pace_before
        )

    def _measured(self, effort_done: float) -> float:
        trust = _TRUST * self._total
        elapsed = self._clock() - self._begin
        return (elapsed + trust) / (max(effort_done - self._restored, 0.0) + trust)


def in_words(seconds: float) -> str:
    """A duration, as roughly as it is known.

    >>> in_words(3), in_words(100), in_words(7000)
    ('less than 10 s', 'about 2 min', 'about 1 h 55 min')
    """
    if seconds < 10:
        return "less than 10 s"
    if seconds < 55:
        return f"about {10 * round(seconds / 10)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"about {minutes} min"
    return f"about {minutes // 60} h {5 * (minutes % 60 // 5)} min"
