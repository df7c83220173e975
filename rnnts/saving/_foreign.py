"""Scalars of NumPy, and what pandas has of time, labels and tables, in words and back."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset
from pandas.tseries.offsets import BaseOffset


class Foreign(NamedTuple):
    """Objects of another library, and the lists, words and numbers that stand for them."""

    type: Any
    parts: Callable[[Any], Any]
    from_words: Callable[[Any], Any]

    def in_words(self, value: Any, path: str) -> Any:
        """What stands for it.

        Raises
        ------
        TypeError
            If something else would come back.
        """
        parts = self.parts(value)
        try:
            again = self.from_words(parts)
            is_same = _are_same(value, again)
        except (ValueError, TypeError):
            is_same = False
        if not is_same:
            raise TypeError(
                f"{path} is {value!r}, which cannot be written to a file and read again; give "
                "plain labels and frequencies, or use joblib.dump"
            )
        return parts


def _are_same(value: Any, again: Any) -> bool:
    if isinstance(value, pd.DataFrame):
        return value.equals(again) and list(value.columns) == list(again.columns)
    if isinstance(value, pd.Index):
        return bool(value.identical(again))
    return type(value) is type(again) and (value == again or (value != value and again != again))


def _stamp_parts(stamp: pd.Timestamp) -> list[Any]:
    return [stamp.isoformat(), None if stamp.tz is None else str(stamp.tz), stamp.unit]


def _stamp_from(parts: list[Any]) -> pd.Timestamp:
    text, zone, unit = parts
    stamp = pd.Timestamp(text)
    return (stamp if zone is None else stamp.tz_convert(zone)).as_unit(unit)


def _period_from(parts: list[Any]) -> pd.Period:
    ordinal, freq = parts
    return pd.Period(ordinal=ordinal, freq=freq)


def _range_from(parts: list[Any]) -> pd.RangeIndex:
    start, stop, step, name = parts
    return pd.RangeIndex(start, stop, step, name=name)


def _index_parts(index: pd.Index) -> list[Any]:
    if index.nlevels > 1:
        return [index.tolist(), list(index.names), None]
    return [index.tolist(), index.name, str(index.dtype)]


def _index_from(parts: list[Any]) -> pd.Index:
    labels, name, dtype = parts
    if dtype is None:
        return pd.MultiIndex.from_tuples(labels, names=name)
    return pd.Index(labels, dtype, name=name, tupleize_cols=False)


def _frame_parts(frame: pd.DataFrame) -> list[Any]:
    columns = [[each.tolist(), str(each.dtype)] for _, each in frame.items()]
    return [columns, frame.columns, frame.index]


def _frame_from(parts: list[Any]) -> pd.DataFrame:
    columns, names, index = parts
    series = {at: pd.Series(values, index, dtype) for at, (values, dtype) in enumerate(columns)}
    return pd.DataFrame(series, index).set_axis(names, axis=1)


FOREIGN: dict[str, Foreign] = {
    "scalar": Foreign(np.generic, np.array, lambda array: array[()]),
    "dtype": Foreign(type, lambda kind: np.dtype(kind).name, lambda name: np.dtype(name).type),
    "stamp": Foreign(pd.Timestamp, _stamp_parts, _stamp_from),
    "period": Foreign(pd.Period, lambda period: [period.ordinal, period.freqstr], _period_from),
    "offset": Foreign(BaseOffset, lambda offset: offset.freqstr, to_offset),
    "range": Foreign(
        pd.RangeIndex, lambda each: [each.start, each.stop, each.step, each.name], _range_from
    ),
    "index": Foreign(pd.Index, _index_parts, _index_from),
    "frame": Foreign(pd.DataFrame, _frame_parts, _frame_from),
}
