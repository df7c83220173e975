"""What a user does in a row: fit, then some of all that a fitted estimator can do.

To add a kind of session, write its file and name it in `SESSIONS`, with its share of them.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from fuzz._dice import Dice
from fuzz._verdict import Call
from fuzz.sessions._evaluation import evaluation
from fuzz.sessions._files import files
from fuzz.sessions._forecasting import forecasting
from fuzz.sessions._linear import linear
from fuzz.sessions._measures import measures
from fuzz.sessions._panels import panels
from fuzz.sessions._sequences import sequences
from fuzz.sessions._streams import streams
from fuzz.sessions._transforms import transforms

SESSIONS: dict[Callable[[Dice, Path], Iterator[Call]], float] = {
    forecasting: 0.44,
    panels: 0.1,
    sequences: 0.13,
    streams: 0.09,
    evaluation: 0.04,
    measures: 0.06,
    linear: 0.06,
    transforms: 0.04,
    files: 0.04,
}


def session(seed: int, folder: Path) -> Iterator[Call]:
    """The calls of one session; those after the first are worth making if it was answered."""
    dice = Dice(seed)
    kinds = list(SESSIONS)
    kind = kinds[int(dice.choice(len(kinds), p=list(SESSIONS.values())))]
    dice.go_wrong()
    yield from kind(dice, folder)
