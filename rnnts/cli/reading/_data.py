"""Series from a file, checked and in order."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import pandas as pd

from rnnts.cli.reading._files import Table, read_table
from rnnts.cli.reading._forms import Reading
from rnnts.cli.reading._grid import label_text, on_grid
from rnnts.cli.reading._numbers import read_numbers
from rnnts.cli.reading._roles import Roles, check_column, roles_of
from rnnts.cli.reading._times import read_times

_STEP = "step"


@dataclass(frozen=True)
class Data:
    """Series that a file holds.

    Attributes
    ----------
    name : str
        Of the file, for messages.
    roles : Roles
    frames : dict of DataFrame
        Target and exogenous columns of each series, by its id, labelled with the times.
    """

    name: str
    roles: Roles
    frames: dict[Hashable, pd.DataFrame]

    @property
    def is_one(self) -> bool:
        """Whether there is one series only."""
        return len(self.frames) == 1

    @property
    def id_name(self) -> str:
        """Name of the column of ids, in what is written."""
        return self.roles.id or "unique_id"

    @property
    def time_name(self) -> str:
        """Name of the column of times, in what is written."""
        return self.roles.time or _STEP

    @property
    def targets(self) -> dict[Hashable, pd.Series]:
        """The target of each series, named after it."""
        return {
            label: frame[self.roles.target].rename(label) for label, frame in self.frames.items()
        }

    @property
    def long(self) -> pd.DataFrame:
        """All series below one another, with columns of ids and times."""
        return self.below_one_another(self.frames)

    def below_one_another(self, frames: Mapping[Hashable, pd.DataFrame]) -> pd.DataFrame:
        """Frames labelled with times as one, with columns of ids and times."""
        parts = [
            frame.rename_axis(self.time_name).reset_index().assign(**{self.id_name: label})
            for label, frame in frames.items()
        ]
        return pd.concat(parts, ignore_index=True)


def read_data(path: str, reading: Reading) -> Data:
    """Read the series of a file.

    Raises
    ------
    ValueError, OSError, ModuleNotFoundError
        In a sentence that says where the file is not what is needed, and what to do.
    """
    table = read_table(path, reading.form)
    roles = roles_of(table, reading.wanted, reading.date_format)
    return Data(table.name, roles, _frames(table, roles, reading))


def read_future(path: str, data: Data, reading: Reading) -> dict[Hashable, pd.DataFrame]:
    """Exogenous columns of the rows to come, by the id of their series.

    Raises
    ------
    ValueError
        If a series of the data has none, besides the errors of `read_data`.
    """
    table = read_table(path, reading.form)
    roles = data.roles
    for name in (roles.id, roles.time, *roles.exog):
        if name is not None:
            check_column(table, name)
    first, *others = roles.exog
    frames = _frames(table, Roles(roles.id, roles.time, first, tuple(others)), reading)
    if roles.id is None:
        return dict(zip(data.frames, frames.values(), strict=True))
    without = [label for label in data.frames if label not in frames]
    if without:
        raise ValueError(
            f"{table.name} has no rows of series {without[0]!r}, which {data.name} has; give "
            "future rows of every series"
        )
    return frames


def _frames(table: Table, roles: Roles, reading: Reading) -> dict[Hashable, pd.DataFrame]:
    values = pd.DataFrame({name: read_numbers(table, name) for name in (roles.target, *roles.exog)})
    numbers = pd.Series(values.index, index=values.index)
    times = None if roles.time is None else read_times(table, roles.time, reading.date_format)
    frames: dict[Hashable, pd.DataFrame] = {}
    for label, rows in _groups(table, roles):
        which = table.name if roles.id is None else f"series {label!r} of {table.name}"
        own, own_numbers = values.loc[rows], numbers.loc[rows]
        if times is None:
            own = own.set_axis(pd.RangeIndex(1, len(own) + 1, name=_STEP))
        else:
            own = own.set_axis(times[values.index.get_indexer(rows)])
            order = own.index.argsort(kind="stable")
            own, own_numbers = own.iloc[order], own_numbers.iloc[order]
            _check_distinct(own.index, own_numbers, which, table, roles)
        frames[label] = on_grid(own, own_numbers, reading.freq, reading.fill, which)
    return frames


def _groups(table: Table, roles: Roles) -> list[tuple[Hashable, pd.Index]]:
    """Row numbers of each series."""
    if roles.id is None:
        return [(roles.target, table.frame.index)]
    ids = table.frame[roles.id]
    if ids.isna().any():
        raise ValueError(
            f"row {ids.isna().idxmax()} of {table.name} has no id in column {roles.id!r}; fill it "
            "in, or leave the row out"
        )
    return list(ids.groupby(ids, sort=False).groups.items())


def _check_distinct(
    index: pd.Index, numbers: pd.Series, which: str, table: Table, roles: Roles
) -> None:
    if index.is_unique:
        return
    again = int(index.duplicated().argmax())
    way_out = "keep one of them"
    if roles.id is None:
        others = [
            name
            for name in table.frame.columns
            if name not in (roles.time, roles.target, *roles.exog)
        ]
        could_be = f" (it has {', '.join(others[:5])})" if others else ""
        way_out += f", or name the column that tells several series apart with --id{could_be}"
    raise ValueError(
        f"{which} has two rows for {label_text(index[again])} (rows {numbers.iloc[again - 1]} and "
        f"{numbers.iloc[again]}); {way_out}"
    )
