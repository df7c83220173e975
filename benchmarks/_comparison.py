"""Whether sides that take the same training steps agree, and how long they take.

A side is a function that takes a number of steps, from where it stopped the last time, and returns
the loss before the last of them.  A peer has several, by name, where it depends on the sizes which
one is the fastest.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

Side = Callable[[int], float]

# Largest gap between losses, as a share of the way that five steps bring them down: at the least
# 5e-4 of the loss, while scalars round it to 1e-7 or 1e-16 of itself.
_TOLERANCES = {"float32": 1e-3, "float64": 1e-9}

_ROUND_SECONDS = 0.05


@dataclass(frozen=True)
class Comparison:
    """Seconds of one step.

    Parameters
    ----------
    rounds : DataFrame
        A row for each round, a column for "rnnts" and each peer.
    variants : dict
        Of a peer with several sides, the seconds of them all; the fastest is in the rounds.
    """

    rounds: pd.DataFrame
    variants: Mapping[str, Mapping[str, float]]

    def ratio(self, peer: str) -> float:
        """Time of a peer over ours: the median of what each round says."""
        return (self.rounds[peer] / self.rounds["rnnts"]).median()


def compare(ours: Side, peers: Mapping[str, Iterable[tuple[str, Side]]], dtype: str) -> Comparison:
    """Time all, once the losses of all are ours: a faster wrong answer is no benchmark."""
    expected = _first_losses(ours)
    sides, variants = {"rnnts": ours}, {}
    for peer, named in peers.items():
        candidates = {}
        for name, side in named:
            _check(f"{peer}, {name}", _first_losses(side), expected, _TOLERANCES[dtype])
            candidates[name] = side
        names = list(candidates)
        if len(names) > 1:
            variants[peer] = seconds_of_rounds(candidates, 3, budget=1.0).median().to_dict()
            names.sort(key=variants[peer].__getitem__)
        if names:
            sides[peer] = candidates[names[0]]
    return Comparison(seconds_of_rounds(sides), variants)


def seconds_of_rounds(
    sides: Mapping[str, Side], fewest: int = 5, most: int = 25, budget: float = 4.0
) -> pd.DataFrame:
    """Seconds of one step in interleaved rounds, a column for each side.

    There are as many rounds as fit into a budget of seconds.  A round is short: a clock that
    drifts hits all sides of it.
    """
    n_steps = {name: _steps_of_round(side) for name, side in sides.items()}
    rounds, start = [], time.perf_counter()
    while len(rounds) < fewest or (len(rounds) < most and time.perf_counter() - start < budget):
        rounds.append({name: _seconds(side, n_steps[name]) for name, side in sides.items()})
    return pd.DataFrame(rounds)


def _first_losses(side: Side) -> list[float]:
    # One step at a time, and several at once: both must count alike.
    return [side(n_steps) for n_steps in (1, 1, 3)]


def _check(name: str, losses: list[float], expected: list[float], tolerance: float) -> None:
    gap = np.abs(np.subtract(losses, expected)).max()
    if not gap <= tolerance * abs(expected[-1] - expected[0]):
        raise AssertionError(f"losses of {name} are {losses}, ours are {expected}")


def _steps_of_round(side: Side) -> int:
    side(1)  # which may compile something
    n_steps = 1
    while (seconds := _seconds(side, n_steps) * n_steps) < _ROUND_SECONDS / 4:
        n_steps *= 4
    return max(1, round(n_steps * _ROUND_SECONDS / seconds))


def _seconds(side: Side, n_steps: int) -> float:
    start = time.perf_counter()
    side(n_steps)
    return (time.perf_counter() - start) / n_steps
