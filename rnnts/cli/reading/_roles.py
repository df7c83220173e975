"""Which column holds what: as the person says, else as names and contents suggest."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rnnts._validation import nearest
from rnnts.cli.reading._files import Table
from rnnts.cli.reading._forms import Wanted
from rnnts.cli.reading._numbers import looks_numeric
from rnnts.cli.reading._times import looks_like_dates, looks_like_steps

_ID_NAMES = {"unique_id", "id", "series_id", "item_id"}
_TIME_NAMES = {
    *("ds", "t", "date", "time", "timestamp", "datetime", "period"),
    *("year", "quarter", "month", "week", "day", "hour"),
}
_USUAL_TARGET = "y"
_N_NAMED = 10


@dataclass(frozen=True)
class Roles:
    """Names of columns; no id is one series, no time consecutive steps."""

    id: str | None
    time: str | None
    target: str
    exog: tuple[str, ...] = ()


def roles_of(table: Table, wanted: Wanted, date_format: str | None = None) -> Roles:
    """Roles of the columns of a table.

    Raises
    ------
    ValueError
        If there is no such column, or several could be the target.
    """
    named = [("--id", wanted.id), ("--time", wanted.time), ("--column", wanted.target)]
    named += [("--exog", name) for name in wanted.exog]
    given = [(option, name) for option, name in named if name is not None]
    for option, name in given:
        check_column(table, name, option)
    _check_apart(given)
    taken = {name for _, name in given}
    identity = wanted.id or _first(_free(table, taken), lambda name: _is_id(table, name))
    taken.add(identity or "")
    time = wanted.time
    if time is None and wanted.has_time:
        time = _likely_time(table, _free(table, taken), date_format)
        taken.add(time or "")
    target = wanted.target or _only_target(table, _free(table, taken))
    return Roles(identity, time, target, wanted.exog)


def check_column(table: Table, name: str, option: str = "") -> None:
    """Raise unless the table has a column of that name, which an option gave."""
    known = list(table.frame.columns)
    if name not in known:
        raise ValueError(
            f"{table.name} has no column {name!r}{nearest(name, known)}; it has {_listed(known)}: "
            + (f"name one of these with {option}" if option else "add it")
        )


def _check_apart(given: list[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for option, name in given:
        if name in seen:
            raise ValueError(
                f"column {name!r} is named by {seen[name]} and by {option}; a column is one thing: "
                "name another"
            )
        seen[name] = option


def _is_id(table: Table, name: str) -> bool:
    """Whether a column is called an id, and one of its values stands in several rows."""
    return name.lower() in _ID_NAMES and bool(table.frame[name].duplicated().any())


def _likely_time(table: Table, free: list[str], date_format: str | None) -> str | None:
    """Dates, in a column called so if there is one; else numbers called so, else what counts."""
    called = [name for name in free if name.lower() in _TIME_NAMES]
    found = _first([*called, *free], lambda name: looks_like_dates(table, name, date_format))
    found = found or _first(called, lambda name: looks_numeric(table, name))
    if found is None and len(free) > 1:
        found = _first(free, lambda name: looks_like_steps(table, name))
    # One that cannot be read is an error, not a file without times.
    return found or (called[0] if called and len(free) > 1 else None)


def _only_target(table: Table, free: list[str]) -> str:
    numeric = [name for name in free if looks_numeric(table, name)]
    # What only numbers the rows is nothing to forecast, if there is anything else.
    numeric = [name for name in numeric if not looks_like_steps(table, name)] or numeric
    if _USUAL_TARGET in numeric:
        return _USUAL_TARGET
    if len(numeric) == 1:
        return numeric[0]
    if numeric:
        raise ValueError(
            f"{table.name} has {len(numeric)} numeric columns ({_listed(numeric)}); say which one "
            "to forecast with --column"
        )
    raise ValueError(
        f"{table.name} has no column of numbers to forecast; it has "
        f"{_listed(list(table.frame.columns))}: if one of them holds numbers, name it with "
        "--column, and say how they are written with --sep, --decimal or --thousands"
    )


def _free(table: Table, taken: Iterable[str]) -> list[str]:
    return [name for name in table.frame.columns if name not in taken]


def _first(names: list[str], suits: Callable[[str], bool]) -> str | None:
    return next((name for name in names if suits(name)), None)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _N_NAMED} more" if len(names) > _N_NAMED else ""
    return ", ".join(names[:_N_NAMED]) + more
