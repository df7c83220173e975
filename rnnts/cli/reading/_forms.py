"""What a person may say about a file; the rest is found out."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class CsvForm:
    """How a text is written: None is found out."""

    separator: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    encoding: str = "utf-8-sig"
    has_header: bool = True


@dataclass(frozen=True)
class Wanted:
    """Names of columns: None is found out."""

    id: str | None = None
    time: str | None = None
    target: str | None = None
    exog: tuple[str, ...] = ()
    # Without times, rows are consecutive steps.
    has_time: bool = True


@dataclass(frozen=True)
class Reading:
    """Everything that is said about a file.

    Attributes
    ----------
    date_format : str, optional
        As of `datetime.strptime`.
    freq : str, optional
        Step from one row to the next.
    fill : "missing", "interpolate", "last" or "zero", optional
        What stands in rows that are not there, and where values are missing.
    """

    form: CsvForm = field(default_factory=CsvForm)
    wanted: Wanted = field(default_factory=Wanted)
    date_format: str | None = None
    freq: str | None = None
    fill: str | None = None
