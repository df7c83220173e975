"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import IO


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
    temporary = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        # As readable as any new file, which one of `tempfile` would not be.
        with temporary.open("xb") as file:
            yield file
            file.flush()
            # Else a crash of the machine could leave the new name with nothing behind it.
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
