"""What came of all calls so far."""

from collections import Counter

from fuzz._work import Finding
from rnnts import OnlineRNN, PanelForecaster, RNNClassifier, RNNRegressor, RNNTranslator
from rnnts.forecasters import FORECASTERS

ESTIMATORS = {
    each.__name__
    for each in (
        *FORECASTERS.values(),
        PanelForecaster,
        RNNRegressor,
        RNNClassifier,
        RNNTranslator,
        OnlineRNN,
    )
}


class Tally:
    """Counts of calls by what came of them, by name and by subject.

    Attributes
    ----------
    kinds, names : Counter of str
    answering : set of str
        Names of the estimators, classes and functions that answered.
    defects : dict of str to int
        The first session of each defect, by what was wrong.
    """

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.names: Counter[str] = Counter()
        self.answering: set[str] = set()
        self.defects: dict[str, int] = {}

    def add(self, finding: Finding) -> list[str]:
        """Count what a session gave, and return a line for each defect not seen before."""
        lines = []
        for verdict in finding.verdicts:
            self.kinds[verdict.kind] += 1
            self.names[verdict.call] += 1
            if verdict.kind == "answer":
                self.answering.add(verdict.subject)
            # Of what ended a process there are no words that tell one cause from another.
            is_new = finding.is_process_lost or verdict.words not in self.defects
            if verdict.kind == "defect" and is_new:
                self.defects.setdefault(verdict.words, finding.seed)
                lines.append(f"session {finding.seed}: {verdict.call}: {verdict.words}")
        return lines

    @property
    def n_calls(self) -> int:
        """How many calls there were."""
        return sum(self.kinds.values())

    def __str__(self) -> str:
        n_others = len(self.answering - ESTIMATORS - {""})
        return (
            f"{self.n_calls:,} calls of {len(self.answering & ESTIMATORS)} of {len(ESTIMATORS)} "
            f"estimators and {n_others} other classes and functions: "
            f"{self.kinds['answer']:,} answered, {self.kinds['refusal']:,} refused with a reason, "
            f"{self.kinds['defect']:,} defects"
        )
