"""The file itself: bytes, and the kind of table that they are."""

import gzip
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

from rnnts._packages import is_installed
from rnnts._validation import nearest
from rnnts.cli.reading._csv import read_csv
from rnnts.cli.reading._forms import CsvForm

STDIN = "-"


@dataclass(frozen=True)
class Table:
    """Columns of a file, those of a text as text.

    Attributes
    ----------
    name : str
        Of the file, for messages.
    frame : DataFrame
        Labelled with the numbers of its rows in the file, the header being the first of a text.
    decimal, thousands : str
        Signs in numbers; no thousands are ''.
    """

    name: str
    frame: pd.DataFrame
    decimal: str = "."
    thousands: str = ""


def read_table(path: str, form: CsvForm) -> Table:
    """Read a CSV or Parquet file, or standard input as "-".

    Raises
    ------
    ValueError, OSError, ModuleNotFoundError
        If it cannot be read, is empty or is no table.
    """
    name = "standard input" if path == STDIN else path
    content = sys.stdin.buffer.read() if path == STDIN else _content(Path(path))
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    if content.startswith(b"PAR1"):
        return Table(name, _parquet(content, name))
    if content.startswith(b"PK\x03\x04"):
        raise ValueError(f"{name} is a workbook or an archive; save the sheet in it as CSV")
    frame, decimal = read_csv(content, name, form)
    return Table(name, frame, decimal, form.thousands or "")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        beside = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
        raise FileNotFoundError(f"there is no file {path}{nearest(path.name, beside)}") from None
    except IsADirectoryError:
        raise IsADirectoryError(f"{path} is a folder; name a file in it") from None
    except OSError as error:
        raise type(error)(
            f"{path} cannot be read ({error.strerror}); name a file that can"
        ) from error


def _parquet(content: bytes, name: str) -> pd.DataFrame:
    if not is_installed("pyarrow"):
        raise ModuleNotFoundError(
            f"{name} is a Parquet file, which needs pyarrow; pip install 'rnnts[parquet]'"
        )
    try:
        frame = pd.read_parquet(BytesIO(content), engine="pyarrow")
    except (OSError, ValueError) as error:
        raise ValueError(f"{name} is a damaged Parquet file; write it once more") from error
    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    frame.columns = [str(column) for column in frame.columns]
    return frame.set_axis(np.arange(1, len(frame) + 1))
