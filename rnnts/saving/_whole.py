"""Files that appear whole or not at all.

What is written lies under another name until it is complete, and whoever writes holds a lock on it.
So the next writer can tell what a killed one has left behind from what another is writing now.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import IO

_N_BYTES = 4
# Of the name while it is being written.
_ANY_ENDING = "[0-9a-f]" * 2 * _N_BYTES
# There no open file takes another name, and none is locked here.
_IS_WINDOWS = sys.platform == "win32"


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write to, which takes the name `path` once everything is in it.

    Where anything fails before that, whatever had that name stays as it was.

    Parameters
    ----------
    path : Path

    Yields
    ------
    binary file

    See Also
    --------
    remove_abandoned : What a process that was killed leaves behind.

    Examples
    --------
    >>> import tempfile
    >>> from rnnts.saving import written_whole
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "some.bin"
    ...     with written_whole(path) as file:
    ...         _ = file.write(b"whole")
    ...     path.read_bytes()
    b'whole'
    """
    # Through a link to what it points to, so that the link stays one.
    path = path.resolve()
    temporary = path.with_name(f".{path.name}.{token_hex(_N_BYTES)}")
    try:
        with _locked(temporary) as file:
            yield file
            file.flush()
            # Else a crash of the machine could leave the new name with nothing behind it.
            os.fsync(file.fileno())
            if not _IS_WINDOWS:
                # While it is locked: nobody takes it for abandoned.
                temporary.replace(path)
        if _IS_WINDOWS:
            temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def remove_abandoned(folder: Path, name: str) -> None:
    """Remove what killed writers left of files in a folder.

    It is harmless, but takes room.  Where files cannot be locked it stays.

    Parameters
    ----------
    folder : Path
    name : str
        Of the files, as a pattern of :mod:`glob`.

    See Also
    --------
    written_whole : The writer.

    Examples
    --------
    >>> import tempfile
    >>> from rnnts.saving import remove_abandoned
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, ".some.bin.01234567").write_bytes(b"hal")
    ...     remove_abandoned(Path(folder), "some.bin")
    ...     list(Path(folder).iterdir())
    []
    """
    if _IS_WINDOWS:
        return
    for path in folder.glob(f".{name}.{_ANY_ENDING}"):
        # Locked by another process, say, or removed by it.
        with suppress(OSError), path.open("r+b") as file:
            _lock(file, is_patient=False)
            path.unlink()


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    """A new file; as readable as any other, which one of `tempfile` would not be."""
    while True:
        with path.open("xb") as file:
            # Refused by a file system without locks, on which nobody removes anything either.
            with suppress(OSError):
                _lock(file, is_patient=True)
            # Before it was locked it may have been taken for abandoned.
            if path.exists():
                yield file
                return


def _lock(file: IO[bytes], *, is_patient: bool) -> None:
    """Wait for a lock, or raise OSError if another process holds it; or if there are none."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | (0 if is_patient else fcntl.LOCK_NB))
