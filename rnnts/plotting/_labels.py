"""The labels of rows along an axis: time stamps, periods or numbers."""

from typing import Any

import numpy as np
import pandas as pd

from rnnts.plotting._style import number_values

# The usual "08" leaves open of which month.
_DAY = "%d %b"


def places_of(index: pd.Index) -> Any:
    """Where rows stand on an axis: time stamps (of time zones, in UTC), or numbers."""
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if isinstance(index, pd.DatetimeIndex):
        if index.tz is not None:
            index = index.tz_convert("UTC").tz_localize(None)
        return index.to_numpy()
    return index.to_numpy()


def number_places(index: pd.Index) -> Any:
    """The same as numbers, days where they are time stamps."""
    places = places_of(index)
    if np.issubdtype(places.dtype, np.datetime64):
        from matplotlib.dates import date2num

        return date2num(places)
    return places.astype(float)


def write_labels(axis: Any, index: pd.Index) -> None:
    """Dates as short as they can be read, in the time zone of the rows; whole numbers otherwise."""
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        zone = getattr(index, "tz", None)
        locator = AutoDateLocator(tz=zone, minticks=4, maxticks=9)
        axis.set_major_locator(locator)
        axis.set_major_formatter(
            ConciseDateFormatter(
                locator,
                tz=zone,
                formats=["%Y", "%b", _DAY, "%H:%M", "%H:%M", "%S.%f"],
                zero_formats=["", "%Y", _DAY, _DAY, "%H:%M", "%H:%M"],
                offset_formats=["", "%Y", "%Y", "%Y", f"{_DAY} %Y", f"{_DAY} %Y"],
            )
        )
    else:
        from matplotlib.ticker import MaxNLocator

        axis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        number_values(axis)
