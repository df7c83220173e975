"""Series and frames of polars, pyarrow and others, as narwhals sees them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd


def native_of(data: Any) -> Any:
    """A narwhals Series or DataFrame, if `data` is one of a library other than pandas, else None.

    Parameters
    ----------
    data : object

    Returns
    -------
    narwhals Series or DataFrame, or None

    Raises
    ------
    TypeError
        If its rows are not there as yet.

    Examples
    --------
    >>> import polars as pl
    >>> from rnnts.panel import index_of, native_of
    >>> native_of([1.0, 2.0]) is None
    True
    >>> index_of(native_of(pl.Series("ds", [3, 4])))
    Index([3, 4], dtype='int64')
    """
    if isinstance(data, np.ndarray | list | tuple | pd.Series | pd.DataFrame | pd.Index):
        return None
    import narwhals as nw

    viewed = nw.from_native(data, allow_series=True, pass_through=True)
    if isinstance(viewed, nw.LazyFrame):
        raise TypeError(f"got a {type(data).__name__}, whose rows are not there yet; collect() it")
    return viewed if isinstance(viewed, nw.Series | nw.DataFrame) else None


def index_of(times: Any) -> pd.Index:
    """Labels, given a narwhals Series of them; a time zone comes along.

    Parameters
    ----------
    times : narwhals Series

    Returns
    -------
    Index

    See Also
    --------
    native_of : What gives a narwhals Series.
    """
    index = pd.Index(times.to_numpy())
    zone = zone_of(times)
    return index if zone is None else pd.DatetimeIndex(index).tz_localize("UTC").tz_convert(zone)


def zone_of(times: Any) -> str | None:
    """The time zone of a narwhals Series."""
    zone: str | None = getattr(times.dtype, "time_zone", None)
    return zone


def native_frame(columns: Mapping[str, Any], backend: Any) -> Any:
    """A frame of the library that narwhals calls this; times in a zone stay there.

    Parameters
    ----------
    columns : dict of array-like
        By name.
    backend : str
        Such as "polars" or "pyarrow".

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> from rnnts.panel import native_frame
    >>> native_frame({"y": [1.0, 2.0]}, "polars").shape
    (2, 1)
    """
    import narwhals as nw

    arrays, zones = {}, {}
    for name, values in columns.items():
        zone = getattr(values, "tz", None)
        if zone is not None:
            zones[name] = str(zone)
            values = values.tz_convert("UTC").tz_localize(None)
        arrays[name] = np.asarray(values)
    frame = nw.from_dict(arrays, backend=backend)
    in_zones = [
        nw.col(name).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
        for name, zone in zones.items()
    ]
    return frame.with_columns(*in_zones).to_native()


def native_series(name: str, values: Any, backend: Any) -> Any:
    """A series of the library that narwhals calls this.

    Parameters
    ----------
    name : str
    values : array-like
    backend : str
        Such as "polars" or "pyarrow".

    Returns
    -------
    Series

    Examples
    --------
    >>> from rnnts.panel import native_series
    >>> native_series("y", [1.0, 2.0], "polars").to_list()
    [1.0, 2.0]
    """
    import narwhals as nw

    return nw.new_series(name, values, backend=backend).to_native()
