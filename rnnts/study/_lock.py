"""One run of the study at a time in a folder."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO


class Lock:
    """A file that one process holds; the system lets go of it however that process ends.

    Parameters
    ----------
    path : Path
        Made if need be, with its folder; both are gone after `release` if nothing else is there.

    Raises
    ------
    OSError
        If it cannot be made.
    BlockingIOError
        If another run holds it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        while True:
            path.parent.mkdir(parents=True, exist_ok=True)
            # The holder before may remove the folder, or the file, until the file is taken.
            with suppress(FileNotFoundError):
                file = path.open("a")
                if not _take(file):
                    file.close()
                    raise BlockingIOError(
                        f"another run of the study is writing to {path.parent.parent}; wait until "
                        "it ends, or choose another output"
                    )
                if _is_still_there(file, path):
                    self._file = file
                    return
                file.close()

    def release(self) -> None:
        """Remove the file while it is held, then let go."""
        if self._file.closed:
            return
        # Windows removes no open file; there it stays, and does no harm.
        with suppress(OSError):
            self._path.unlink()
            self._path.parent.rmdir()
        self._file.close()


def _take(file: IO[str]) -> bool:
    """Whether the file is ours now; on a file system without locks it always is."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


def _is_still_there(file: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
