"""One `.npz` file of arrays and a header of JSON."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnts.saving._whole import written_whole

# Raised when a reader of before could not read what is written now.
FORMAT = 1


class Archive(NamedTuple):
    """What a file holds."""

    header: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


def write_archive(
    path: Path, kind: str, header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Write a file that is there whole or not at all.

    Parameters
    ----------
    path : Path
    kind : str
        What is in it, which a reader has to ask for.
    header : mapping
        Of what JSON knows.
    arrays : mapping of str to ndarray
        Of numbers.
    """
    text = json.dumps({"rnnts": FORMAT, "kind": kind, **header})
    with written_whole(path) as file:
        np.savez(file, allow_pickle=False, **arrays, header=np.frombuffer(text.encode(), np.uint8))


def read_archive(path: Path, kind: str) -> Archive:
    """Read what `write_archive` wrote.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such file, one of something else or of a later version, or it is damaged.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            header = json.loads(file["header"].tobytes().decode())
            if header["rnnts"] > FORMAT:
                raise _OtherError(
                    f"was written by a later version of rnnts (format {header['rnnts']}, this one "
                    f"reads up to {FORMAT}); update rnnts"
                )
            if header["kind"] != kind:
                raise _OtherError(f"holds a {header['kind']}, but a {kind} was asked for")
            # Reading compares the checksum of each.
            arrays = {name: file[name] for name in file.files if name != "header"}
    except FileNotFoundError:
        raise
    except _OtherError as error:
        raise ValueError(f"{path} {error}") from None
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{path} is no file of rnnts, or it is damaged ({error}); save the model once more"
        ) from error
    return Archive(header, arrays)


class _OtherError(Exception):
    """Why a sound file is not what was asked for."""
