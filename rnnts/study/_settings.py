"""How thorough a run of the study is, and where its random numbers come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from rnnts._validation import check_count, is_integer
from rnnts.study._results import Results

_FEWEST = 10


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
    n_compared : mapping of int to int
        On how many of them the models of statsmodels that cost most are fitted as well.
    n_nonlinear : int
        Simulated series of a process on which nonlinear networks are trained.
    n_tests : int
        Simulations behind the size and the power of a test.
    n_networks : int
        Random networks drawn where every network is claimed to be an ARMA model.
    n_long : int
        Length of a simulated input that stands for the population.
    seed : int
    n_jobs : int
        Worker processes; -1 for one a core.  Results do not depend on it.
    with_figures : bool
    replications : int, optional
        What was asked for instead of the numbers of the protocol.
    on_step : callable
        Told how many replications of how many are done.
    results : Results
        Of the replications so far.
    """

    protocol: str
    n_replications: Mapping[int, int]
    n_compared: Mapping[int, int]
    n_nonlinear: int
    n_tests: int
    n_networks: int
    n_long: int
    seed: int = 0
    n_jobs: int = -1
    with_figures: bool = False
    replications: int | None = None
    on_step: Callable[[int, int], None] = _ignore
    results: Results = field(default_factory=Results, compare=False)

    def __post_init__(self) -> None:
        check_count("seed", self.seed, minimum=0)
        if not is_integer(self.n_jobs) or self.n_jobs == 0:
            raise ValueError(
                f"n_jobs must be a number of processes, or -1 for one a core, got {self.n_jobs!r}"
            )

    @classmethod
    def quick(cls, **options: Any) -> Self:
        """Settings that two cores finish in less than two minutes."""
        return cls(
            protocol="quick",
            n_replications=MappingProxyType({100: 20, 300: 10, 1000: 6}),
            n_compared=MappingProxyType({100: 6, 300: 0, 1000: 0}),
            n_nonlinear=16,
            n_tests=500,
            n_networks=1000,
            n_long=20_000,
            **options,
        )

    @classmethod
    def full(cls, **options: Any) -> Self:
        """The replications of the protocol."""
        return cls(
            protocol="full",
            n_replications=MappingProxyType({100: 240, 300: 200, 1000: 200}),
            n_compared=MappingProxyType({100: 40, 300: 20, 1000: 8}),
            n_nonlinear=100,
            n_tests=5000,
            n_networks=10_000,
            n_long=200_000,
            **options,
        )

    def with_replications(self, n_replications: int) -> Self:
        """The same, with so many series of every process and length.

        Raises
        ------
        ValueError
            If they are too few for a verdict.
        """
        if not is_integer(n_replications) or n_replications < _FEWEST:
            raise ValueError(
                f"replications must be at least {_FEWEST}, for no verdict can rest on "
                f"{n_replications!r} series of a process"
            )
        sizes = MappingProxyType(dict.fromkeys(self.n_replications, n_replications))
        compared = {
            length: min(n_compared, n_replications)
            for length, n_compared in self.n_compared.items()
        }
        return replace(
            self,
            n_replications=sizes,
            n_compared=MappingProxyType(compared),
            n_nonlinear=n_replications,
            replications=n_replications,
        )

    @property
    def run(self) -> str:
        """What the numbers depend on: all sizes and the seed, in words."""
        sizes = (self.n_nonlinear, self.n_tests, self.n_networks, self.n_long)
        lengths = (dict(self.n_replications), dict(self.n_compared))
        return f"{self.protocol} seed={self.seed} {sizes} {lengths}"

    def seeds(self, purpose: str, n_seeds: int) -> list[np.random.SeedSequence]:
        """Independent seeds for a purpose; those of other purposes do not shift them."""
        root = np.random.SeedSequence(self.seed, spawn_key=tuple(purpose.encode()))
        return root.spawn(n_seeds)

    def rng(self, purpose: str) -> np.random.Generator:
        """One generator for a purpose."""
        return np.random.default_rng(self.seeds(purpose, 1)[0])
