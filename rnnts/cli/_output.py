"""Where results go: the terminal, a pipe, a file; files appear whole or not at all."""

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from rnnts._packages import is_installed
from rnnts.cli.reading import label_text

_TABLES = (".csv", ".json", ".parquet")
PICTURES = (".png", ".svg", ".pdf")
_EXTRAS = {".parquet": ("pyarrow", "parquet")} | dict.fromkeys(PICTURES, ("matplotlib", "plot"))


def check_output(path: Path | None, option: str, source: str, suffixes: tuple[str, ...]) -> None:
    """Raise before anything is computed if a file could not be written.

    Parameters
    ----------
    path : Path, optional
    option : str
        What named it.
    source : str
        The file read, which is never written over.
    suffixes : tuple of str
        Kinds of file that are known.
    """
    if path is None:
        return
    if path.suffix.lower() not in suffixes:
        raise ValueError(
            f"{option} writes {', '.join(suffixes)}, but {path} ends in "
            f"{path.suffix or 'none of these'}; give the file one of these endings"
        )
    package, extra = _EXTRAS.get(path.suffix.lower(), ("json", ""))
    if not is_installed(package):
        raise ModuleNotFoundError(
            f"{option} {path} needs {package}, which cannot be imported; pip install "
            f"'rnnts[{extra}]'"
        )
    if path.is_dir():
        raise IsADirectoryError(f"{option} {path} is a folder; name a file in it")
    if Path(source).exists() and path.exists() and path.samefile(source):
        raise ValueError(f"{option} {path} is the file that is read; choose another name")
    try:
        with tempfile.TemporaryFile(dir=path.resolve().parent):
            pass
    except OSError as error:
        raise type(error)(
            f"{option} {path} cannot be written ({error.strerror}); choose another place"
        ) from error


def check_table(path: Path | None, source: str) -> None:
    """Raise if a table could not be written there."""
    check_output(path, "--output", source, _TABLES)


def check_picture(path: Path | None, source: str) -> None:
    """Raise if a picture could not be written there."""
    check_output(path, "--plot", source, PICTURES)


def is_terminal() -> bool:
    """Whether a person reads what is printed."""
    return sys.stdout.isatty()


def emit(
    options: argparse.Namespace,
    frame: pd.DataFrame,
    document: Mapping[str, Any],
    show: Callable[[], None] | None = None,
) -> None:
    """Give results to whoever asks for them.

    Parameters
    ----------
    options : Namespace
        With `json` and, where a file may be written, `output`.
    frame : DataFrame
        What goes into a pipe or a table file.
    document : mapping
        What goes into JSON; frames become lists of rows.
    show : callable, optional
        Prints it for a person; without it a terminal gets what a pipe does.
    """
    path: Path | None = getattr(options, "output", None)
    if path is not None:
        _write(path, frame, document)
        print(f"rnnts: wrote {path}", file=sys.stderr)
    if options.json:
        sys.stdout.write(_as_json(document))
    elif show is not None and is_terminal():
        show()
    elif path is None:
        frame.to_csv(sys.stdout, index=False, lineterminator="\n")


def write_picture(path: Path, figure: Any) -> None:
    """Write a figure of matplotlib."""
    from rnnts.saving import written_whole

    with written_whole(path) as file:
        figure.savefig(file, format=path.suffix.lower().removeprefix("."), dpi=200)
    print(f"rnnts: wrote {path}", file=sys.stderr)


def _write(path: Path, frame: pd.DataFrame, document: Mapping[str, Any]) -> None:
    from rnnts.saving import written_whole

    with written_whole(path) as file:
        if path.suffix.lower() == ".parquet":
            _without_periods(frame).to_parquet(file, index=False, engine="pyarrow")
        elif path.suffix.lower() == ".json":
            file.write(_as_json(document).encode())
        else:
            file.write(frame.to_csv(index=False, lineterminator="\n").encode())


def _without_periods(frame: pd.DataFrame) -> pd.DataFrame:
    """Periods as their first moments, which other readers of Parquet know."""
    periods = [name for name, dtype in frame.dtypes.items() if isinstance(dtype, pd.PeriodDtype)]
    return frame.assign(**{name: frame[name].dt.to_timestamp() for name in periods})


def _as_json(document: Mapping[str, Any]) -> str:
    return json.dumps(_plain(document), allow_nan=False, ensure_ascii=False, indent=2) + "\n"


def _plain(value: Any) -> Any:
    """Only what JSON knows; what is no number becomes null."""
    if isinstance(value, pd.DataFrame):
        return [_plain(row) for row in value.to_dict("records")]
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, bool | int | str) else label_text(value)
