"""Time stamps an offset apart."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.tseries.offsets import BaseOffset, DateOffset, Day, Tick, Week

from rnnts._types import IntArray
from rnnts.exceptions import TimeIndexError
from rnnts.panel._frequency import (
    CROSS_VALIDATION_HINT,
    as_offset,
    clock_change_hint,
    inferred_offset,
)
from rnnts.panel.axes._base import TimeAxis, check_not_missing, described


@dataclass(frozen=True)
class DatetimeAxis(TimeAxis):
    """Time stamps an offset apart, with or without a time zone.

    Steps of a day and more are counted on the wall clock, shorter ones in absolute time, so that
    a clock change disturbs neither.
    """

    unit: str = "ns"

    @classmethod
    def of(cls, index: pd.DatetimeIndex, freq: str | BaseOffset | int | None) -> "DatetimeAxis":
        """Axis of a sorted index; its frequency is inferred unless given or carried."""
        known = index.freq if freq is None else freq
        offset = inferred_offset(index) if known is None else as_offset(known)
        unit = index.unit
        if isinstance(offset, Tick) and pd.Timedelta(offset) < pd.Timedelta(1, unit):
            unit = "ns"
        axis = cls(index[0], offset, len(index), index.name, unit)
        # pandas vouches for the frequency that an index carries.
        if index.freq is None or offset != index.freq:
            axis._check_rows(index, axis.positions(index))
        return axis

    def labels(self, start: int, stop: int) -> pd.DatetimeIndex:
        """Labels of the positions `start` to ``stop - 1``.

        Raises
        ------
        OverflowError
            If pandas has no such time stamps.
        """
        try:
            return self._stamps(start, stop)
        # With a time zone, those after the year 9999 are not implemented; pandas 2 may find that
        # its steps do not increase, a ValueError as those for what is out of bounds are.
        except (ValueError, OverflowError, NotImplementedError) as error:
            kind = f"of unit '{self.unit}'" if self.start.tz is None else "with a time zone"
            raise OverflowError(
                f"row {stop} at freq='{self.freq.freqstr}' from {self.start} on lies beyond the "
                f"time stamps {kind} that pandas has; ask for fewer rows, or number them by "
                "y.reset_index(drop=True)"
            ) from error

    def _stamps(self, start: int, stop: int) -> pd.DatetimeIndex:
        # A plain DateOffset has no anchor: a month after 31 January, and another, is not two.
        first = 0 if type(self.freq) is DateOffset else start
        grid = pd.date_range(
            self._label(first), periods=stop - first, freq=self.freq, unit=self.unit, name=self.name
        )
        return grid[start - first :]

    def positions(self, index: pd.Index) -> IntArray:
        """Position of each label, in any order; TimeIndexError where it has none."""
        if len(index) == 0:
            return np.empty(0, dtype=np.int64)
        self._check_kind(index)
        self._check_not_before(index)
        clock, clock_start = self._clock(index), self._clock(self.start)
        step = self._fixed_step
        if step is not None:
            steps, rest = divmod(clock - clock_start, step)
            is_on_grid = (rest == pd.Timedelta(0)) & self._is_on_offset(clock_start)
        else:
            n_before, first = self._grid_start(clock_start, clock.min())
            found = pd.date_range(first, clock.max(), freq=self.freq).get_indexer(clock)
            is_on_grid = found >= 0
            steps = found + n_before
        if not is_on_grid.all():
            label = index[np.flatnonzero(~is_on_grid)[0]]
            freq = self.freq.freqstr
            raise TimeIndexError(
                f"time stamp {label} is off the freq='{freq}' grid; align the stamps, e.g. "
                f"y.resample('{freq}').mean()"
            )
        return np.asarray(steps, dtype=np.int64)

    def _grid_start(
        self, clock_start: pd.Timestamp, earliest: pd.Timestamp
    ) -> tuple[int, pd.Timestamp]:
        """A row not after the earliest label: the last known one, where that will do.

        An update then costs the same however many rows there are.
        """
        if self.n_steps and type(self.freq) is not DateOffset:
            last = clock_start + (self.n_steps - 1) * self.freq
            if last <= earliest:
                return self.n_steps - 1, last
        return 0, clock_start

    def _check_rows(self, index: pd.Index, positions: IntArray) -> None:
        n_missing = positions[-1] + 1 - len(index)
        if n_missing:
            first = int(np.flatnonzero(np.diff(positions) != 1)[0]) + 1
            freq = self.freq.freqstr
            raise TimeIndexError(
                f"{n_missing} time stamp(s) are missing at freq='{freq}' (first: "
                f"{self.labels(first, first + 1)[0]}); insert them, e.g. "
                f"y.asfreq('{freq}').interpolate(){clock_change_hint(index)} "
                f"{CROSS_VALIDATION_HINT}"
            )

    def _check_kind(self, index: pd.Index) -> None:
        if isinstance(index, pd.PeriodIndex):
            raise TimeIndexError(
                "the model was trained on time stamps but X has periods; use X.index.to_timestamp()"
            )
        if not isinstance(index, pd.DatetimeIndex):
            raise TimeIndexError(
                f"the model was trained on time stamps (freq='{self.freq.freqstr}') but X has "
                f"{described(index)}; label the rows with time stamps, the first after training "
                f"being {self._label(self.n_steps)}"
            )
        check_not_missing(index)
        if (index.tz is None) != (self.start.tz is None):
            raise TimeIndexError(
                f"time zones differ: trained on tz={self.start.tz}, X has tz={index.tz}; use "
                "tz_localize or tz_convert"
            )

    @property
    def _is_absolute(self) -> bool:
        return isinstance(self.freq, Tick) and not isinstance(self.freq, Day)

    @property
    def _fixed_step(self) -> pd.Timedelta | None:
        """Length of a step, if all have the same on their clock."""
        if self._is_absolute:
            return pd.Timedelta(self.freq)
        days = {Day: 1, Week: 7}.get(type(self.freq))
        return pd.Timedelta(days=days * self.freq.n) if days else None

    def _is_on_offset(self, clock_start: pd.Timestamp) -> bool:
        return bool(self.freq.is_on_offset(clock_start))

    def _clock(self, time: pd.Timestamp | pd.DatetimeIndex) -> pd.Timestamp | pd.DatetimeIndex:
        """Naive time, of a stamp or an index, in which the steps are counted."""
        if self.start.tz is None:
            return time
        return time.tz_convert(None if self._is_absolute else self.start.tz).tz_localize(None)

    def _label(self, position: int) -> pd.Timestamp:
        if position == 0:
            return self.start
        label = self._clock(self.start) + position * self.freq
        if self.start.tz is None:
            return label
        if self._is_absolute:
            return label.tz_localize("UTC").tz_convert(self.start.tz)
        return label.tz_localize(self.start.tz)
