"""One `.npz` file of arrays and a header of JSON."""

import json
import math
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
    """What a file holds.

    Attributes
    ----------
    header : dict
        Of what JSON knows.
    arrays : dict of ndarray

    See Also
    --------
    write_archive : Writes it.
    """

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

    Raises
    ------
    OSError
        If the file cannot be written; there is none then, or the one of before.

    Examples
    --------
    >>> import tempfile
    >>> from rnnts.saving import read_archive, write_archive
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "some.npz"
    ...     write_archive(path, "example", {"n": 1}, {"x": np.arange(3)})
    ...     read_archive(path, "example").arrays["x"]
    array([0, 1, 2])
    """
    text = json.dumps({"rnnts": FORMAT, "kind": kind, **header})
    contents = {**arrays, "header": np.frombuffer(text.encode(), np.uint8)}
    with written_whole(path) as file, zipfile.ZipFile(file, "w") as entries:
        for name, array in contents.items():
            # Not np.savez: that of NumPy 2.0 takes allow_pickle=False for one more array.
            with entries.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asanyarray(array), allow_pickle=False)


def read_archive(path: Path, kind: str) -> Archive:
    """Read what `write_archive` wrote.

    Parameters
    ----------
    path : Path
    kind : str
        What has to be in it.

    Returns
    -------
    Archive

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such file, one of something else or of a later version, or it is damaged.

    See Also
    --------
    write_archive : The way there.
    """
    try:
        with path.open("rb") as opened, zipfile.ZipFile(opened) as entries:
            _check_sizes(entries, path.stat().st_size)
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
    except Exception as error:
        # Whatever zipfile and NumPy make of bytes that they did not write.
        raise ValueError(
            f"{path} is no file of rnnts, or it is damaged ({error}); save the model once more"
        ) from error
    return Archive(header, arrays)


def _check_sizes(entries: zipfile.ZipFile, n_bytes: int) -> None:
    """Raise if reading would take more memory than the file is long."""
    if sum(entry.file_size for entry in entries.infolist()) > n_bytes:
        raise _OtherError("promises more than it holds, and is not read; save the model once more")
    for entry in entries.infolist():
        with entries.open(entry) as file:
            # NumPy takes the memory for an array before it reads the first number.
            version = np.lib.format.read_magic(file)
            shape, _, dtype = _HEADER_READERS[version](file)
            if file.tell() + math.prod(shape) * dtype.itemsize != entry.file_size:
                raise ValueError(f"{entry.filename} is not as long as its shape {shape} needs")


_HEADER_READERS: dict[tuple[int, int], Any] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


class _OtherError(Exception):
    """Why a sound file is not what was asked for."""
