"""Pieces of long work, kept in a folder as they are made."""

import json
import warnings
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from rnnts import __version__
from rnnts.saving._archive import Archive, read_archive, write_archive
from rnnts.saving._whole import remove_abandoned


class Checkpoint:
    """A folder of finished pieces, from which interrupted work goes on.

    Each piece is one file, found again by what was asked for.  A process that is killed loses the
    piece in hand, and leaves at most the beginning of a file under another name, which is removed
    when the folder is next opened.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    kind : str
        What the pieces are.

    Raises
    ------
    OSError
        If the folder cannot be made.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from rnnts.saving import Checkpoint
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     checkpoint = Checkpoint(Path(folder), "example")
    ...     path = checkpoint.path_of({"squares_up_to": 3})
    ...     was_kept = checkpoint.write(path, {"n": 3}, {"squares": np.arange(4) ** 2})
    ...     checkpoint.read(path).arrays["squares"]
    array([0, 1, 4, 9])
    """

    def __init__(self, folder: Path, kind: str) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise type(error)(
                f"checkpoints cannot be kept in {folder} ({error.strerror}); choose another folder"
            ) from error
        remove_abandoned(folder, "*.npz")
        self.folder, self._kind = folder, kind
        self._is_full = False

    def path_of(self, asked: Any, *numbers: NDArray[Any]) -> Path:
        """Where a piece is, or would be.

        Parameters
        ----------
        asked : object
            What it depends on besides this version of rnnts, as far as JSON knows it.
        *numbers : ndarray
            What else it depends on.

        Returns
        -------
        Path
        """
        digest = blake2b(json.dumps([__version__, asked]).encode(), digest_size=16)
        for each in numbers:
            digest.update(f"{each.dtype.str}{each.shape}".encode())
            digest.update(each.tobytes())
        return self.folder / f"{digest.hexdigest()}.npz"

    def read(self, path: Path) -> Archive | None:
        """Give a piece that was kept.

        Parameters
        ----------
        path : Path

        Returns
        -------
        Archive or None
            None if there is none, or it is damaged, which the user is told.
        """
        try:
            return read_archive(path, self._kind)
        except FileNotFoundError:
            return None
        except ValueError as error:
            warnings.warn(f"{error}: it is made once more", UserWarning, stacklevel=2)
            return None

    def write(
        self, path: Path, header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> bool:
        """Keep a piece; where that fails, work goes on, and the user is told once.

        Parameters
        ----------
        path : Path
        header : mapping
            Of what JSON knows.
        arrays : mapping of str to ndarray

        Returns
        -------
        bool
            Whether it is kept.
        """
        try:
            write_archive(path, self._kind, header, arrays)
        except OSError as error:
            if not self._is_full:
                self._is_full = True
                warnings.warn(
                    f"a checkpoint could not be written to {self.folder} ({error.strerror}); "
                    "those before are safe, and work goes on without: make room before the next "
                    "run",
                    UserWarning,
                    stacklevel=2,
                )
            return False
        return True
