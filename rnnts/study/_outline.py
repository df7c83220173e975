"""What the report says whatever its form: question, answer, parts and tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rnnts.study._evidence import Evidence, Part, Row

QUESTION = (
    "Does a linear recurrent network act as a moving-average model, and when does a nonlinear one "
    "pay?"
)
# One paragraph has room for these: what the claim says, what is true instead, what training
# makes of it, and where nonlinearity comes in.  The other answers stand in their sections.
_TELLING = ("H1", "H2", "H4", "H5", "H6", "H9", "H10", "H11")
_N_LONG = 12


@dataclass(frozen=True)
class Table:
    """Rows with the same columns."""

    caption: str
    rows: tuple[Row, ...]

    @property
    def header(self) -> list[str]:
        """Names of the columns."""
        return list(self.rows[0])

    @property
    def is_long(self) -> bool:
        """Whether it had better be folded."""
        return len(self.rows) > _N_LONG


def answer(found: Sequence[Evidence]) -> str:
    """One paragraph, made of what the most telling verdicts mean; of all if none of those."""
    telling = [evidence for evidence in found if evidence.key in _TELLING]
    return " ".join(evidence.answer for evidence in telling or found)


def by_part(found: Sequence[Evidence]) -> Mapping[Part, list[Evidence]]:
    """The claims of each part that has any, in the order of the parts."""
    members = {part: [each for each in found if each.part == part] for part in Part}
    return {part: each for part, each in members.items() if each}


def tables(evidence: Evidence) -> list[Table]:
    """Its rows; those with other columns begin another table."""
    groups = [tuple(rows) for _, rows in groupby(evidence.table, key=list)]
    return [Table(_caption(rows), rows) for rows in groups]


def _caption(rows: Sequence[Row]) -> str:
    """What the rows run over: the columns before the first measured one."""
    keys: list[str] = []
    for name, value in rows[0].items():
        if isinstance(value, float) or name == "n" or len(keys) == 3:
            break
        keys.append(name)
    over = f" by {', '.join(keys)}" if keys else ""
    return f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}{over}"
