"""What a claim is, and what examining it gives."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from threadpoolctl import threadpool_limits

from rnnts.study._settings import Settings
from rnnts.study.inference import ErrorRates

Row = Mapping[str, Any]


class Verdict(StrEnum):
    """How a claim came out."""

    HOLDS = "holds"
    REFUTED = "refuted"
    NOT_DECIDED = "not decided"

    @classmethod
    def of(cls, *, is_refuted: object, is_shown: object) -> "Verdict":
        """What is refuted somewhere does not hold; what is neither refuted nor shown stays open."""
        if is_refuted:
            return cls.REFUTED
        return cls.HOLDS if is_shown else cls.NOT_DECIDED


class Part(StrEnum):
    """The parts of the study."""

    ALGEBRA = "What a linear network is"
    TRAINING = "What training finds"
    NONLINEAR = "When a nonlinear network pays"
    BEYOND = "Beyond the claim"


@dataclass(frozen=True)
class Figure:
    """A drawing as inline SVG, and the sentence below it.

    Attributes
    ----------
    caption, svg : str

    See Also
    --------
    run_study : Makes them.
    """

    caption: str
    svg: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was measured, and the verdict it leads to.

    Parameters
    ----------
    verdict : Verdict
    statistic : str
        Name of the number that the verdict rests on.
    value, threshold : float
        That number and where the verdict turns.
    rule : str
        How numbers become a verdict, in one sentence.
    summary : str
        The outcome in one plain sentence with numbers.
    qualification : str
        What the answer of this verdict needs to be told in addition.
    n_replications : int
        Independent draws, models or paths behind the number.
    p_value, interval : optional
        Where the statistic has them.
    table : tuple of mappings
        One row a case, columns named by the keys.
    figures : tuple of Figure
    error_rates : tuple of ErrorRates
        Size and power of the tests behind the verdict; none where it rests on an identity.

    See Also
    --------
    run_study : Finds it.
    """

    verdict: Verdict
    statistic: str
    value: float
    threshold: float
    rule: str
    summary: str
    n_replications: int
    p_value: float | None = None
    interval: tuple[float, float] | None = None
    qualification: str = ""
    table: tuple[Row, ...] = ()
    figures: tuple[Figure, ...] = ()
    error_rates: tuple[ErrorRates, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Evidence(Finding):
    """A finding together with the claim it is about and the run it came from.

    Parameters
    ----------
    verdict, statistic, value, threshold, rule, summary, n_replications, p_value, interval, \
qualification, table, figures, error_rates
        As of :class:`Finding`.
    key, title, statement, algebra, part
        As of :class:`Claim`.
    answer : str
        What the verdict means for the question of the study.
    protocol : "quick" or "full"
    seed : int
    seconds : float
        That it took.
    replications : int, optional
        What was asked for instead of those of the protocol.

    See Also
    --------
    run_study : Finds it.
    """

    key: str
    title: str
    statement: str
    algebra: tuple[str, ...]
    part: Part
    answer: str
    protocol: str
    seed: int
    seconds: float
    replications: int | None = None

    @property
    def command(self) -> str:
        """What to type to get these numbers again."""
        asked = "" if self.replications is None else f" --replications {self.replications}"
        return f"rnnts study --{self.protocol}{asked} --seed {self.seed} --claims {self.key}"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A hypothesis of the study; calling it examines it.

    Parameters
    ----------
    key, title, statement : str
    algebra : tuple of str
        The reasoning in Unicode, a line a step.
    answers : mapping of Verdict to str
        What each verdict would mean for the question of the study, one sentence each.
    examine : callable
        From settings to a finding.
    part : Part
        Where in the report it stands.
    effort : mapping of str to float
        Seconds on two cores by protocol, roughly: what the time left is reckoned by.
    needs : tuple of str
        Optional packages without which it cannot be examined.

    Examples
    --------
    >>> from rnnts.study import CLAIMS
    >>> CLAIMS["H4"].title
    'Every ARMA model is a linear RNN'
    """

    key: str
    title: str
    statement: str
    algebra: tuple[str, ...]
    answers: Mapping[Verdict, str]
    examine: Callable[[Settings], Finding]
    part: Part
    effort: Mapping[str, float]
    needs: tuple[str, ...] = ()

    def __call__(self, settings: Settings) -> Evidence:
        """Examine the claim under these settings."""
        begin, restored = time.perf_counter(), settings.results.seconds_restored
        # One BLAS thread: more would change the order of sums, and on small matrices only wait.
        with threadpool_limits(1):
            finding = self.examine(settings)
        return Evidence(
            **vars(finding),
            key=self.key,
            title=self.title,
            statement=self.statement,
            algebra=self.algebra,
            part=self.part,
            answer=f"{self.answers[finding.verdict]} {finding.qualification}".strip(),
            protocol=settings.protocol,
            seed=settings.seed,
            replications=settings.replications,
            # With what an interrupted run has spent on results that this one found.
            seconds=time.perf_counter() - begin + settings.results.seconds_restored - restored,
        )
