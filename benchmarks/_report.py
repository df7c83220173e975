"""Tables of measurements and what they were to reach, as Markdown and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_FORMATS = {
    "x": "{:.3g}x",
    "%": "{:.0f} %",
    "s": "{:.3g} s",
    "GFLOP/s": "{:.0f} GFLOP/s",
    "GiB": "{:.2g} GiB",
    "MiB": "{:.3g} MiB",
    "B": "{:.3g} B",
    "points": "{:.1f}",
    "": "{:.3g}",
}


@dataclass(frozen=True)
class Figure:
    """A number that says how good we are, and its goal."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    more_is_better: bool = True

    @property
    def verdict(self) -> str | None:
        """Whether the goal was met."""
        if self.goal is None:
            return None
        met = self.value >= self.goal if self.more_is_better else self.value <= self.goal
        return "met" if met else "missed"

    def __str__(self) -> str:
        value, goal = (_number(number, self.unit) for number in (self.value, self.goal))
        return value if self.goal is None else f"{value} (goal {goal}: {self.verdict})"


@dataclass(frozen=True)
class Row:
    """A case.

    Parameters
    ----------
    case : str
    figures : sequence of Figure
    seconds : dict
        Of one step of each side.
    variants : dict
        Of each side that comes in several, the seconds of them all.
    """

    case: str
    figures: Sequence[Figure]
    seconds: Mapping[str, float] = field(default_factory=dict)
    variants: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def cells(self) -> dict[str, str]:
        """What a reader sees, by column."""
        times = {name: _duration(seconds) for name, seconds in self.seconds.items()}
        for name, variants in self.variants.items():
            times[name] += f" ({min(variants, key=variants.__getitem__)})"
        return {"case": self.case, **times, **{f.name: str(f) for f in self.figures}}

    def as_json(self) -> dict[str, Any]:
        """The same as numbers."""
        figures = [{**vars(figure), "verdict": figure.verdict} for figure in self.figures]
        return {
            "case": self.case,
            "figures": figures,
            "seconds": dict(self.seconds),
            "seconds of variants": dict(self.variants),
        }


def markdown(rows: Sequence[Row]) -> str:
    """A table of measurements."""
    return table([row.cells for row in rows])


def table(cells: Sequence[Mapping[str, str]]) -> str:
    """A table, each row by column, whose columns line up in a terminal too."""
    columns = list(dict.fromkeys(name for row in cells for name in row))
    lines = [columns, *([row.get(name, "") for name in columns] for row in cells)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines)


def _number(value: float | None, unit: str) -> str:
    return "" if value is None else _FORMATS[unit].format(value)


def _duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} us"
