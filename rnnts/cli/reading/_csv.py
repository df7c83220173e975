"""Text in columns, whatever separates them; every cell stays text."""

import codecs
import re
import warnings
from io import BytesIO

import numpy as np
import pandas as pd

from rnnts.cli.reading._forms import CsvForm

_SEPARATORS = ",;\t|"
_N_BYTES_LOOKED_AT = 1 << 16
# Numbers and dates in digits, of which no name is made.
_VALUE = re.compile(r"[\s.,:/+-]*\d[\d\s.,:/+-]*")
_DECIMAL_COMMA = r"[+-]?\d+,\d+"


def read_csv(content: bytes, name: str, form: CsvForm) -> tuple[pd.DataFrame, str]:
    """Columns as text, labelled with row numbers, and the decimal sign.

    Raises
    ------
    ValueError
        If it is empty, not text, or its rows are not equally long.
    """
    head = content[:_N_BYTES_LOOKED_AT].decode(_encoding(name, form), errors="replace")
    lines = head.splitlines()
    n_blank = next((place for place, line in enumerate(lines) if line.strip()), None)
    if n_blank is None:
        raise ValueError(f"{name} is empty; a header and a row for each time are needed")
    if "\0" in head:
        raise ValueError(
            f"{name} is not a CSV file: there are null bytes in it; save it as CSV in UTF-8, or "
            "say what it is, such as --encoding utf-16"
        )
    separator = form.separator or _likely_separator(lines[n_blank])
    frame = _parsed(content, name, form, separator, n_blank)
    if form.has_header:
        _check_header(list(frame.columns), name)
    frame.columns = _names(frame, form)
    # Row numbers as in the file, where the header is a row too.
    frame.index = np.arange(len(frame)) + n_blank + (2 if form.has_header else 1)
    frame = frame.dropna(how="all")
    if frame.empty:
        raise ValueError(f"{name} has a header but no rows; a row for each time is needed")
    return frame, form.decimal or _likely_decimal(frame, separator)


def _parsed(content: bytes, name: str, form: CsvForm, separator: str, n_blank: int) -> pd.DataFrame:
    shown = {"\t": "tabs"}.get(separator, repr(separator))
    way_out = "mend that row, or say what separates the columns with --sep"
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            return pd.read_csv(
                BytesIO(content),
                sep=separator,
                encoding=form.encoding,
                header=0 if form.has_header else None,
                skiprows=n_blank,
                dtype=str,
                index_col=False,
                skip_blank_lines=False,
                skipinitialspace=True,
                keep_default_na=False,
                na_values=[""],
            )
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{name} is not text in {form.encoding.removesuffix('-sig')}: byte "
                f"{error.object[error.start]:#04x} at {error.start}; save it as CSV in UTF-8, or "
                "say what it is, such as --encoding cp1252"
            ) from error
        except pd.errors.ParserWarning:
            raise ValueError(
                f"{name} has rows with more fields than its header, separated by {shown}; {way_out}"
            ) from None
        except pd.errors.ParserError as error:
            found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
            what = (
                f"row {found[2]} has {found[3]} fields, separated by {shown}, where {found[1]} "
                "were expected"
                if found
                else str(error).removeprefix("Error tokenizing data. C error: ").strip()
            )
            raise ValueError(f"{name} is no table: {what}; {way_out}") from error


def _encoding(name: str, form: CsvForm) -> str:
    try:
        codecs.lookup(form.encoding)
    except LookupError:
        raise ValueError(
            f"there is no encoding {form.encoding!r} to read {name} with; try utf-8, cp1252 or "
            "utf-16"
        ) from None
    return form.encoding


def _likely_separator(header: str) -> str:
    return max(_SEPARATORS, key=header.count)


def _likely_decimal(frame: pd.DataFrame, separator: str) -> str:
    """A comma, where commas do not separate columns and stand in the numbers of one."""
    if separator == ",":
        return "."
    for name in frame.columns:
        text = frame[name].dropna().head(100)
        if len(text) and text.str.fullmatch(_DECIMAL_COMMA).mean() > 0.5:
            return ","
    return "."


def _check_header(header: list[str], name: str) -> None:
    if all(_VALUE.fullmatch(column.strip()) for column in header):
        raise ValueError(
            f"{name} seems to have no header: its first row is {', '.join(header[:5])}; put the "
            "names of the columns there, or pass --no-header, which names them column1, column2, "
            "..."
        )


def _names(frame: pd.DataFrame, form: CsvForm) -> list[str]:
    if form.has_header:
        return [str(column).strip() for column in frame.columns]
    return [f"column{place}" for place in range(1, frame.shape[1] + 1)]
