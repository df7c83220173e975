"""What the time of a row says: exogenous columns that are known for the future as well.

To add one, write its class and name it in `FEATURES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from rnnts._types import FloatArray
from rnnts._validation import check_choice, check_count
from rnnts.exceptions import TimeIndexError
from rnnts.panel import TimeAxis


class Feature(Protocol):
    """Columns made of the time of the rows alone."""

    def frame(self, axis: TimeAxis, start: int, stop: int) -> pd.DataFrame:
        """Columns of the rows `start` to ``stop - 1``, under their labels.

        Rows are counted from the first one of training; from ``axis.n_steps`` on they are future.

        Parameters
        ----------
        axis : TimeAxis
        start, stop : int
            Row 0 is the first of training.

        Returns
        -------
        DataFrame of shape (stop - start, n_features)
        """


@dataclass(frozen=True)
class Fourier:
    r"""Sines and cosines of the season, :math:`\sin 2\pi k t / m` and :math:`\cos 2\pi k t / m`.

    Parameters
    ----------
    n_harmonics : int
        How many k, from 1 on; those above half a season are left out, they repeat the others.
    season_length : float, optional
        Rows in a season, m, not necessarily whole (365.25 days); by default that of the axis.

    References
    ----------
    Hyndman and Athanasopoulos (2021), *Forecasting: Principles and Practice*, section 7.4.

    Examples
    --------
    >>> from rnnts.panel import time_axis
    >>> axis = time_axis(pd.period_range("2024Q1", periods=8, freq="Q"))
    >>> Fourier(1).frame(axis, 8, 10).round(3)
            sin(1/4)  cos(1/4)
    2026Q1       0.0       1.0
    2026Q2       1.0       0.0
    """

    n_harmonics: int = 2
    season_length: float | None = None

    def __post_init__(self) -> None:
        check_count("n_harmonics", self.n_harmonics)

    def frame(self, axis: TimeAxis, start: int, stop: int) -> pd.DataFrame:
        """Columns of the rows `start` to ``stop - 1``, under their labels.

        Parameters
        ----------
        axis : TimeAxis
        start, stop : int
            Row 0 is the first of training.

        Returns
        -------
        DataFrame of shape (stop - start, n_features)
        """
        season = axis.season_length if self.season_length is None else self.season_length
        # Divided first, so that whole seasons are exact however far the row.
        phase = np.arange(start, stop, dtype=float) % season / season
        columns: dict[str, FloatArray] = {}
        for harmonic in range(1, min(self.n_harmonics, int(season / 2)) + 1):
            columns |= _circle(f"{harmonic}/{season:g}", harmonic * phase)
        # At two rows a wave the sine is always zero.
        columns.pop(f"sin({season / 2:g}/{season:g})", None)
        return pd.DataFrame(columns, index=axis.labels(start, stop), dtype=float)


@dataclass(frozen=True)
class Calendar:
    """Sine and cosine of where each row stands in the day, the week or the year.

    Parameters
    ----------
    parts : "auto" or tuple of str
        Among "minute" (of the hour), "hour" (of the day), "weekday", "monthday", "month", "quarter"
        and "yearday"; "auto" takes hour, weekday and yearday as far as the rows are close enough to
        tell.

    Examples
    --------
    >>> from rnnts.panel import time_axis
    >>> axis = time_axis(pd.date_range("2024-01-01", periods=60, freq="D"))
    >>> Calendar().frame(axis, 60, 61).round(2)
                sin(weekday)  cos(weekday)  sin(yearday)  cos(yearday)
    2024-03-01         -0.43          -0.9          0.86          0.51
    """

    parts: str | tuple[str, ...] = "auto"

    def __post_init__(self) -> None:
        if self.parts != "auto":
            for part in self.parts:
                check_choice("calendar part", part, _PARTS)

    def frame(self, axis: TimeAxis, start: int, stop: int) -> pd.DataFrame:
        """Columns of the rows `start` to ``stop - 1``, under their labels.

        Parameters
        ----------
        axis : TimeAxis
        start, stop : int
            Row 0 is the first of training.

        Returns
        -------
        DataFrame of shape (stop - start, n_features)

        Raises
        ------
        TimeIndexError
            If the rows have no dates.
        """
        labels = axis.labels(start, stop)
        if not isinstance(labels, pd.DatetimeIndex | pd.PeriodIndex):
            raise TimeIndexError(
                "a calendar needs dates, but the rows are numbered; use Fourier(season_length=...)"
            )
        columns: dict[str, FloatArray] = {}
        for part in _parts_told_by(axis) if self.parts == "auto" else self.parts:
            _, turn = _PARTS[part]
            columns |= _circle(part, np.asarray(turn(labels), dtype=float))
        return pd.DataFrame(columns, index=labels, dtype=float)


# Days that a turn takes, and the share of it that has passed.
_PARTS: dict[str, tuple[float, Callable[[Any], Any]]] = {
    "minute": (1 / 24, lambda time: time.minute / 60),
    "hour": (1, lambda time: (time.hour + time.minute / 60) / 24),
    "weekday": (7, lambda time: time.day_of_week / 7),
    "monthday": (30.4, lambda time: (time.day - 1) / time.days_in_month),
    "month": (365.25, lambda time: (time.month - 1) / 12),
    "quarter": (365.25, lambda time: (time.quarter - 1) / 4),
    "yearday": (365.25, lambda time: (time.day_of_year - 1) / 365.25),
}


def _parts_told_by(axis: TimeAxis) -> list[str]:
    """The hour, the weekday and the day of the year, if two rows fit into a turn."""
    labels = axis.labels(0, 3)
    times = labels.to_timestamp() if isinstance(labels, pd.PeriodIndex) else labels
    days = (times[2] - times[0]) / pd.Timedelta(days=2)
    return [part for part in ("hour", "weekday", "yearday") if 2 * days <= _PARTS[part][0]]


def _circle(name: str, turns: FloatArray) -> dict[str, FloatArray]:
    """A position on a circle, so that its end is next to its start."""
    angle = 2 * np.pi * turns
    return {f"sin({name})": np.sin(angle), f"cos({name})": np.cos(angle)}


FEATURES: dict[str, type[Fourier] | type[Calendar]] = {"fourier": Fourier, "calendar": Calendar}
