"""How thorough a run of the study is, and where its random numbers come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from rnnts._validation import check_count, is_integer


def _ignore(done: int, total: int) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Sizes, seed and workers of one run.

    Parameters
    ----------
    protocol : str
        "quick" or "full", as on the command line.
    n_replications : mapping of int to int
        Length of a simulated series to the number of series of that length, for each process.
    n_networks : int
        Random networks drawn where every network is claimed to be an ARMA model.
    n_long : int
        Length of a simulated input that stands for the population.
    seed : int
    n_jobs : int
        Worker processes; -1 for one a core.  Results do not depend on it.
    with_figures : bool
    on_step : callable
        Told how many replications of how many are done.
    """

    protocol: str
    n_replications: Mapping[int, int]
    n_networks: int
    n_long: int
    seed: int = 0
    n_jobs: int = -1
    with_figures: bool = False
    on_step: Callable[[int, int], None] = _ignore

    def __post_init__(self) -> None:
        check_count("seed", self.seed, minimum=0)
        if not is_integer(self.n_jobs) or self.n_jobs == 0:
            raise ValueError(
                f"n_jobs must be a number of processes, or -1 for one a core, got {self.n_jobs!r}"
            )

    @classmethod
    def quick(cls, **options: Any) -> Self:
        """Settings that two cores finish in about a minute."""
        n_replications = MappingProxyType({100: 40, 300: 32, 1000: 16})
        return cls(
            protocol="quick",
            n_replications=n_replications,
            n_networks=1000,
            n_long=20_000,
            **options,
        )

    @classmethod
    def full(cls, **options: Any) -> Self:
        """The replications of the protocol."""
        n_replications = MappingProxyType({100: 1000, 300: 500, 1000: 200})
        return cls(
            protocol="full",
            n_replications=n_replications,
            n_networks=10_000,
            n_long=200_000,
            **options,
        )

    def seeds(self, purpose: str, n_seeds: int) -> list[np.random.SeedSequence]:
        """Independent seeds for a purpose; those of other purposes do not shift them."""
        root = np.random.SeedSequence(self.seed, spawn_key=tuple(purpose.encode()))
        return root.spawn(n_seeds)

    def rng(self, purpose: str) -> np.random.Generator:
        """One generator for a purpose."""
        return np.random.default_rng(self.seeds(purpose, 1)[0])
