"""Small real series with clear licences, one call away.

>>> names()[:3]
['air_passengers', 'co2_monthly', 'co2_weekly']

The files and their provenance are in the folder `datasets` of the project; the wheel carries it
as `rnnts/_datasets`.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import pandas as pd

from rnnts._validation import check_choice

__all__ = ["describe", "load", "names"]

_DESCRIBED = [
    "title",
    "n_observations",
    "frequency",
    "season_length",
    "horizon",
    "unit",
    "source",
    "licence",
]


@dataclass(frozen=True)
class _Dataset:
    """One table of the catalogue."""

    title: str
    file: str
    unique_id: str
    n_observations: int
    season_length: int
    horizon: int
    unit: str
    source: str
    licence: str
    sha256: str
    frequency: str | None = None
    note: str = ""


def names() -> list[str]:
    """Names of the data sets, in alphabetical order.

    Returns
    -------
    list of str

    Examples
    --------
    >>> "us_macro_realgdp" in names()
    True
    """
    return sorted(_catalogue())


def load(name: str) -> pd.Series:
    """Series of that name, a fresh copy at every call.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    pd.Series of float64
        Named after the data set. A dated series has a DatetimeIndex ``ds`` whose ``freq`` is set,
        the others a RangeIndex from 0. ``co2_weekly`` keeps its 59 weeks without a measurement as
        NaN; no other series has missing values.

    Raises
    ------
    ValueError
        If there is no data set of that name.

    Examples
    --------
    >>> y = load("air_passengers")
    >>> y.index[0].year, y.index.freqstr, len(y)
    (1949, 'MS', 144)
    """
    dataset = _entry(name)
    with (_folder() / dataset.file).open(encoding="utf-8") as file:
        # As text: the default parser of floats can be one unit in the last place off.
        table = pd.read_csv(file, dtype=str)
    rows = table[table["unique_id"] == dataset.unique_id]
    values = rows["y"].astype("float64").to_numpy(copy=True)
    if dataset.frequency is None:
        return pd.Series(values, name=name)
    stamps = pd.to_datetime(rows["ds"], format="%Y-%m-%d")
    index = pd.DatetimeIndex(stamps, freq=dataset.frequency, name="ds")
    return pd.Series(values, index=index, name=name)


def describe(name: str | None = None) -> pd.DataFrame | pd.Series:
    """Title, length, frequency, usual horizon and provenance of the data sets.

    Parameters
    ----------
    name : str, optional
        One of `names`; all of them by default.

    Returns
    -------
    pd.DataFrame or pd.Series
        One row a data set, with the columns title, n_observations, frequency (a pandas alias, or
        None without dates), season_length, horizon (steps usually forecast), unit, source and
        licence. With a name, the row of that one.

    Raises
    ------
    ValueError
        If there is no data set of that name.

    Examples
    --------
    >>> describe().loc["nile", "unit"]
    '10^8 cubic metres'
    >>> describe("nile")["n_observations"]
    100
    """
    described = names() if name is None else [name]
    rows = [[getattr(_entry(each), column) for column in _DESCRIBED] for each in described]
    # Objects, so that a missing frequency stays None.
    table = pd.DataFrame(
        rows, index=pd.Index(described, name="name"), columns=_DESCRIBED, dtype=object
    )
    counts = dict.fromkeys(["n_observations", "season_length", "horizon"], "int64")
    return table.astype(counts) if name is None else table.loc[name]


def _entry(name: str) -> _Dataset:
    catalogue = _catalogue()
    check_choice("data set", name, sorted(catalogue))
    return catalogue[name]


def _catalogue() -> dict[str, _Dataset]:
    tables = tomllib.loads((_folder() / "catalogue.toml").read_text(encoding="utf-8"))
    return {name: _Dataset(**table) for name, table in tables.items()}


def _folder() -> Traversable:
    """Folder of the files: inside the package when installed from a wheel, beside it otherwise."""
    inside = files("rnnts") / "_datasets"
    return inside if inside.is_dir() else Path(__file__).parents[1] / "datasets"
