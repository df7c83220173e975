"""Times of two functions in one process, in interleaved rounds: a drifting clock hits both."""

import time
from collections.abc import Callable
from statistics import median


def paired_seconds(
    first: Callable[[], object], second: Callable[[], object], n_rounds: int = 15
) -> tuple[float, float]:
    """Median seconds of one call of each; the first call of both is not counted."""
    repeats = [_repeats(first), _repeats(second)]
    rounds: list[tuple[float, float]] = []
    for _ in range(n_rounds):
        one = _seconds(first, repeats[0])
        rounds.append((one, _seconds(second, repeats[1])))
    return median(r[0] for r in rounds), median(r[1] for r in rounds)


def _repeats(call: Callable[[], object]) -> int:
    """How many calls fill a twentieth of a second."""
    call()
    return max(1, int(0.05 / max(_seconds(call, 3), 1e-7)))


def _seconds(call: Callable[[], object], n_calls: int) -> float:
    start = time.perf_counter()
    for _ in range(n_calls):
        call()
    return (time.perf_counter() - start) / n_calls
