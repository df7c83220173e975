"""Random choices, and how many of them are to be unsound."""

from collections.abc import Sequence
from typing import Any

import numpy as np

_SOUND, _ONE_THING_WRONG, _MUCH_WRONG = 0, 1, 20


class Dice(np.random.Generator):
    """Random numbers of a session.

    What is drawn is sound until `go_wrong` says how many things may be unsound: mostly one at a
    time, because of several only the first to be looked at would be refused.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(np.random.PCG64(seed))
        self._n_faults = _SOUND

    def go_wrong(self) -> None:
        """Decide how many of the following things may be unsound."""
        kind = self.random()
        self._n_faults = _SOUND if kind < 0.6 else _ONE_THING_WRONG if kind < 0.93 else _MUCH_WRONG

    def is_wrong(self, share: float = 0.12) -> bool:
        """Whether this is unsound, where something may still be."""
        if not self._n_faults or self.random() >= share:
            return False
        self._n_faults -= 1
        return True

    def chance(self, share: float) -> bool:
        """Yes, in this share of cases."""
        return bool(self.random() < share)

    def pick(self, options: Sequence[Any]) -> Any:
        """One of some options, which may be of any kind."""
        return options[int(self.integers(len(options)))]
