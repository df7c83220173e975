"""Numbers out of text."""

import numpy as np
import pandas as pd

from rnnts.cli.reading._files import Table

_MISSING = ["", "na", "n/a", "nan", "null", "none", "-", ".", "?"]
_N_LOOKED_AT = 200


def looks_numeric(table: Table, name: str) -> bool:
    """Whether most of what stands at the top of a column are numbers."""
    column = table.frame[name].dropna().head(_N_LOOKED_AT)
    if pd.api.types.is_numeric_dtype(column):
        return not pd.api.types.is_bool_dtype(column)
    text = _text(column, table).dropna()
    return len(text) > 0 and bool(_as_numbers(text).notna().mean() > 0.5)


def read_numbers(table: Table, name: str) -> pd.Series:
    """A column as floats, NaN where a value is missing.

    Raises
    ------
    ValueError
        If something else stands in it; the first row where it does is named.
    """
    column = table.frame[name]
    if pd.api.types.is_numeric_dtype(column):
        values = column.astype("float64")
        is_bad = np.isinf(values)
    else:
        text = _text(column, table)
        values = _as_numbers(text)
        is_bad = (values.isna() & text.notna()) | np.isinf(values)
    if is_bad.any():
        first = is_bad.idxmax()
        others = f" ({is_bad.sum()} such values)" if is_bad.sum() > 1 else ""
        raise ValueError(
            f"row {first} of {table.name}: {column[first]!r} in column {name!r} is not a finite "
            f"number{others}; mend it, leave it empty where the value is missing, or say how "
            "numbers are written with --decimal or --thousands"
        )
    if not pd.api.types.is_numeric_dtype(column):
        # The parser above can be one unit in the last place off.
        values = text.astype("float64")
    return values


def _text(column: pd.Series, table: Table) -> pd.Series:
    text = column.astype(str).where(column.notna()).str.strip()
    if table.thousands:
        text = text.str.replace(table.thousands, "", regex=False)
    if table.decimal != ".":
        text = text.str.replace(table.decimal, ".", regex=False)
    return text.mask(text.str.lower().isin(_MISSING))


def _as_numbers(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text, errors="coerce").astype("float64")
