"""Results of replications, kept so that an interrupted run goes on where it was."""

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import rnnts

_FOLDER = ".unfinished"


class Results:
    """Lists of results by name, in memory and, where a folder is given, on disk as they come.

    A list grows only at its end, so that what an interruption leaves of it is its beginning.

    Parameters
    ----------
    output : Path, optional
        Folder of the report; without one nothing is written.
    run : str
        What tells this run from others: results of another one are not used.
    """

    def __init__(self, output: Path | None = None, run: str = "") -> None:
        key = hashlib.sha256((_sources() + run).encode()).hexdigest()[:16] if output else ""
        self._folder = output / _FOLDER / key if output else None
        self._known: dict[str, list[Any]] = {}
        self._spent: dict[str, float] = {}
        # Time that an earlier, interrupted run has spent on what this one found on disk.
        self.seconds_restored = 0.0

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
            known.append(result)
            if self._folder is not None:
                line = json.dumps([time.perf_counter() - begin, result])
                with self._path(name).open("a", encoding="utf-8") as file:
                    file.write(line + "\n")

        return add

    def clear(self) -> None:
        """Forget what is on disk, of this run and of any other."""
        if self._folder is not None:
            shutil.rmtree(self._folder.parent, ignore_errors=True)

    def _lines(self, name: str) -> Iterator[tuple[float, Any]]:
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(name)
        if not path.exists():
            return
        text = path.read_bytes()
        # The last line is a result only if it was written to its end.
        whole = text[: text.rfind(b"\n") + 1]
        if whole != text:
            path.write_bytes(whole)
        for line in whole.splitlines():
            seconds, result = json.loads(line)
            yield seconds, result

    def _path(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / (re.sub(r"\W+", "-", name) + ".jsonl")


def _sources() -> str:
    """A digest of the package: results of other code are not mixed with those of this one."""
    digest = hashlib.sha256()
    root = Path(rnnts.__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
