"""Series from files: which column is what, and what stands in it."""

from rnnts.cli.reading._data import Data, read_data, read_future
from rnnts.cli.reading._forms import CsvForm, Reading, Wanted
from rnnts.cli.reading._grid import FILLS, label_text

__all__ = [
    "FILLS",
    "CsvForm",
    "Data",
    "Reading",
    "Wanted",
    "label_text",
    "read_data",
    "read_future",
]
