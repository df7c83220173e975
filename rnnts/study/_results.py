"""Results of replications, kept so that an interrupted run goes on where it was."""

import hashlib
import json
import platform
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import rnnts
from rnnts.study._lock import Lock

_FOLDER = ".unfinished"
# Other versions of these round differently, or fit differently.
_LIBRARIES = ("arch", "numba", "numpy", "pandas", "scikit-learn", "scipy", "statsmodels")


class Results:
    """Lists of results by name, in memory and, where a folder is given, on disk as they come.

    A list grows only at its end, so that what an interruption leaves of it is its beginning.

    Parameters
    ----------
    output : Path, optional
        Folder of the report; without one nothing is written.
    run : str
        What tells this run from others: results of another one are not used.

    Raises
    ------
    OSError
        If the folder cannot be made, or another run writes to it at this moment.
    """

    def __init__(self, output: Path | None = None, run: str = "") -> None:
        self._known: dict[str, list[Any]] = {}
        self._spent: dict[str, float] = {}
        # Time that an earlier, interrupted run has spent on what this one found on disk.
        self.seconds_restored = 0.0
        self._folder: Path | None = None
        if output is not None:
            self._code = _digest_of_code()
            run_digest = hashlib.sha256(run.encode()).hexdigest()[:8]
            folder = output / _FOLDER / f"{self._code}-{run_digest}"
            try:
                self._lock = Lock(output / _FOLDER / "lock")
                folder.mkdir(exist_ok=True)
            except BlockingIOError:
                raise
            except OSError as error:
                raise type(error)(
                    f"results cannot be kept in {folder.parent} ({error.strerror}); remove it, or "
                    "choose another output"
                ) from error
            self._folder = folder

    def known(self, name: str) -> list[Any]:
        """What there is of the list so far."""
        if name not in self._known:
            lines = list(self._lines(name))
            self._known[name] = [result for _, result in lines]
            self._spent[name] = lines[-1][0] if lines else 0.0
            self.seconds_restored += self._spent[name]
        return self._known[name]

    def adder(self, name: str) -> Callable[[Any], None]:
        """Give a function that appends to the list."""
        known = self.known(name)
        begin = time.perf_counter() - self._spent[name]

        def add(result: Any) -> None:
            self._spent[name] = time.perf_counter() - begin
            line = json.dumps([self._spent[name], result])
            # What a run goes on with is what comes back from the disk, so no run sees else.
            known.append(json.loads(line)[1])
            if self._folder is not None:
                self._append(self._path(name), line + "\n")

        return add

    def clear(self) -> None:
        """Forget what is on disk of this run, and of code that is no longer there."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            for other in self._folder.parent.iterdir():
                if other.is_dir() and not other.name.startswith(self._code):
                    shutil.rmtree(other, ignore_errors=True)

    def close(self) -> None:
        """Let other runs write to the folder, and leave none that is empty."""
        if self._folder is not None:
            # Refused where results of an unfinished run lie.
            with suppress(OSError):
                self._folder.rmdir()
            self._lock.release()

    def _append(self, path: Path, line: str) -> None:
        try:
            with path.open("a", encoding="utf-8") as file:
                file.write(line)
        except OSError as error:
            raise type(error)(
                f"results could not be kept in {path.parent} ({error.strerror}); those before are "
                "safe: make room, and the same command goes on where it was"
            ) from error

    def _lines(self, name: str) -> Iterator[tuple[float, Any]]:
        """What was written to its end; the rest of the file is dropped."""
        if self._folder is None or not self._path(name).exists():
            return
        n_good = 0
        with self._path(name).open("r+b") as file:
            for line in file:
                try:
                    seconds, result = json.loads(line)
                    spent = float(seconds)
                except (ValueError, TypeError):
                    break
                # The last line of an interrupted run may be half of a longer number.
                if not line.endswith(b"\n"):
                    break
                n_good += len(line)
                yield spent, result
            file.truncate(n_good)

    def _path(self, name: str) -> Path:
        assert self._folder is not None
        # The digest tells apart names that differ only in what file names do not allow.
        digest = hashlib.sha256(name.encode()).hexdigest()[:6]
        return self._folder / f"{re.sub(r'[^A-Za-z0-9]+', '-', name)[:60]}-{digest}.jsonl"


@cache
def _digest_of_code() -> str:
    """What the numbers depend on besides the run: this package and those below it."""
    digest = hashlib.sha256(platform.python_version().encode())
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            digest.update(f"{name} {version(name)}".encode())
    root = Path(rnnts.__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:8]
