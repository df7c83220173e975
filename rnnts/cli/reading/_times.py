"""Times out of text: time stamps, months, quarters, or numbers of steps."""

import warnings
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pandas as pd

from rnnts.cli.reading._files import Table

_N_LOOKED_AT = 200
_INTEGER = r"[+-]?\d+"
_NUMBER = r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?"
_COMPACT_DATE = r"(1[6-9]|2[01])\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
# Text that names a whole month or quarter: its forecasts are labelled in the same way.
_PERIODS = {"M": r"\d{4}-\d{2}", "Q": r"\d{4}-?[Qq][1-4]"}
# R writes 1949.083 for February 1949; quarters are tried first, for months are finer.
_YEARS = r"\d{4}(\.\d+)?"
_IN_YEAR = {"Q": 4, "M": 12}
_ROUNDED_BY = 0.02


def looks_like_dates(table: Table, name: str, date_format: str | None = None) -> bool:
    """Whether most of what stands at the top of a column are dates; plain numbers are none."""
    column = table.frame[name].dropna().head(_N_LOOKED_AT)
    if pd.api.types.is_datetime64_any_dtype(column):
        return True
    if pd.api.types.is_numeric_dtype(column) or column.empty:
        return False
    text = _text(column)
    if date_format is not None:
        return bool(_parsed(text, format=date_format).notna().mean() > 0.5)
    if text.str.fullmatch(_NUMBER).all():
        return False
    if any(text.str.fullmatch(pattern).all() for pattern in _PERIODS.values()):
        return True
    return any(stamps.notna().mean() > 0.5 for stamps in _readings(text))


def looks_like_steps(table: Table, name: str) -> bool:
    """Whether a column counts: integers in order, a constant step apart."""
    column = table.frame[name]
    if not pd.api.types.is_integer_dtype(column):
        text = _text(column)
        if not text.str.fullmatch(_INTEGER).all():
            return False
        column = text.astype("int64")
    steps = column.diff().iloc[1:]
    return len(steps) > 0 and bool((steps == max(1, steps.iloc[0])).all())


def read_times(table: Table, name: str, date_format: str | None) -> pd.Index:
    """Labels of the rows: time stamps, periods or integers.

    Raises
    ------
    ValueError
        If one cannot be read, which the row of the file tells, or days and months cannot be told
        apart.
    """
    column = table.frame[name]
    _check_present(column, table)
    if pd.api.types.is_integer_dtype(column):
        return pd.Index(column, dtype="int64", name=name)
    if pd.api.types.is_datetime64_any_dtype(column) or isinstance(column.dtype, pd.PeriodDtype):
        return pd.Index(column, name=name)
    text = _text(column)
    if date_format is not None:
        return _stamped([_parsed(text, format=date_format)], text, table, f"like {date_format}")
    if text.str.fullmatch(_COMPACT_DATE).all():
        return _stamped([_parsed(text, format="%Y%m%d")], text, table)
    if text.str.fullmatch(_INTEGER).all():
        return pd.Index(text.astype("int64"), name=name)
    periods = _periods(text)
    if periods is not None:
        return periods
    return _stamped(list(_readings(text)), text, table)


def _periods(text: pd.Series) -> pd.PeriodIndex | None:
    """Months or quarters, if that is what is written, also as fractions of a year."""
    for freq, pattern in _PERIODS.items():
        if text.str.fullmatch(pattern).all():
            plain = text.str.upper().str.replace("-Q", "Q")
            return pd.PeriodIndex(plain, freq=freq, name=text.name)
    if not text.str.fullmatch(_YEARS).all():
        return None
    years = text.astype("float64").to_numpy()
    for freq, n_in_year in _IN_YEAR.items():
        places = np.round(years * n_in_year)
        if len(years) > 1 and np.abs(years * n_in_year - places).max() < _ROUNDED_BY:
            ordinals = places.astype("int64") - 1970 * n_in_year
            return pd.PeriodIndex.from_ordinals(ordinals, freq=freq, name=text.name)
    return None


def _stamped(readings: list[pd.Series], text: pd.Series, table: Table, like: str = "") -> pd.Index:
    """The one of some readings that fits every row."""
    fitting = [stamps for stamps in readings if stamps.notna().all()]
    if not fitting:
        is_bad = max(readings, key=pd.Series.count).isna()
        first = is_bad.idxmax()
        others = f" ({is_bad.sum()} such rows)" if is_bad.sum() > 1 else ""
        raise ValueError(
            f"row {first} of {table.name}: {text[first]!r} in column {text.name!r} is not a date"
            f"{like and ' '}{like}{others}; mend it, or say how dates are written with "
            "--date-format, such as %d.%m.%Y"
        )
    # Months in the place of days leave the grid sooner or later.
    fitting = [stamps for stamps in fitting if _is_regular(stamps)] or fitting
    if any(not stamps.equals(fitting[0]) for stamps in fitting):
        raise ValueError(
            f"dates such as {text.iloc[-1]!r} in column {text.name!r} of {table.name} may begin "
            "with the day or with the month; pass --date-format, such as %d/%m/%Y or %m/%d/%Y"
        )
    return pd.DatetimeIndex(fitting[0], name=text.name)


def _readings(text: pd.Series) -> Iterator[pd.Series]:
    """Stamps by each way of writing dates, NaT where it does not fit."""
    standard = _parsed(text, format="ISO8601")
    yield standard
    # Where the year stands first, the month comes next.
    if standard.notna().mean() < 0.5:
        yield _parsed(text, dayfirst=False)
        yield _parsed(text, dayfirst=True)


def _parsed(text: pd.Series, **options: object) -> pd.Series:
    with warnings.catch_warnings():
        # That a format was not found, or fits no other row, shows in what is missing.
        warnings.simplefilter("ignore")
        with suppress(ValueError):
            stamps = pd.to_datetime(text, errors="coerce", **options)
            if pd.api.types.is_datetime64_any_dtype(stamps):
                return stamps
        # Different offsets, as of summer and winter time: pandas 3 raises, pandas 2 gives objects.
        return pd.to_datetime(text, errors="coerce", utc=True, **options)


def _is_regular(stamps: pd.Series) -> bool:
    index = pd.DatetimeIndex(stamps).sort_values().unique()
    return len(index) > 2 and pd.DatetimeIndex(index, freq="infer").freq is not None


def _text(column: pd.Series) -> pd.Series:
    return column.astype(str).str.strip()


def _check_present(column: pd.Series, table: Table) -> None:
    is_missing = column.isna()
    if is_missing.any():
        raise ValueError(
            f"row {is_missing.idxmax()} of {table.name} has no time in column {column.name!r}; "
            "fill it in, or leave the row out"
        )
