"""Work that is started and killed until it is done."""

import math
import multiprocessing
import os
import random
import signal
import tempfile
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from crashes._works import Work

# Forked, because to import rnnts anew takes longer than the work.
_PROCESSES = multiprocessing.get_context("fork")
# How long after the beginning of a file is seen the kill comes, at most.
_WRITING_SECONDS = 0.003
_PATIENCE = 120.0


@dataclass
class Tally:
    """What came of some kills."""

    n_kills: int = 0
    n_in_writing: int = 0
    n_lost: int = 0
    most_lost: int = 0
    n_ends: int = 0
    defects: list[str] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.n_kills + other.n_kills,
            self.n_in_writing + other.n_in_writing,
            self.n_lost + other.n_lost,
            max(self.most_lost, other.most_lost),
            self.n_ends + other.n_ends,
            self.defects + other.defects,
        )

    def __str__(self) -> str:
        return (
            f"{self.n_kills} kills ({self.n_in_writing} in the middle of a file), "
            f"{self.n_kills - len(self.defects)} survived, corrupted {len(self.defects)}, "
            f"{self.n_ends} results as if nobody had interrupted, units lost {self.n_lost} "
            f"(at most {self.most_lost} at a time)"
        )


class Campaign:
    """Kills of one kind of work.

    Parameters
    ----------
    work : Work
    chance : random.Random
        Of the moments.
    """

    def __init__(self, work: Work, chance: random.Random) -> None:
        self.work, self._chance = work, chance

    def run(self, n_kills: int) -> Tally:
        """Start the work in one folder after another until it was killed so many times."""
        tally = Tally()
        expected, seconds = self._uninterrupted()
        while tally.n_kills < n_kills and not tally.defects:
            with tempfile.TemporaryDirectory() as folder:
                self._until_done(Path(folder), expected, seconds, n_kills, tally)
        return tally

    def _uninterrupted(self) -> tuple[str, float]:
        """The result, and how long it takes when everything is compiled."""
        results = []
        for _ in range(2):
            with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                begin = time.monotonic()
                results.append(self.work.run(Path(folder), lambda: None))
                seconds = time.monotonic() - begin
        assert results[0] == results[1], "the work is not the same twice"
        return results[0], seconds

    def _until_done(
        self, folder: Path, expected: str, seconds: float, n_kills: int, tally: Tally
    ) -> None:
        n_whole = 0
        while True:
            attempt = _Attempt(self.work, folder)
            if tally.n_kills < n_kills:
                self._wait(attempt, folder, seconds)
            else:
                attempt.result(_PATIENCE)
            ended = attempt.end()
            try:
                if ended == 0:
                    self._check_end(attempt, folder, expected)
                    tally.n_ends += 1
                    return
                if ended != -signal.SIGKILL:
                    raise ValueError(f"it ended by itself, with exit code {ended}")
                tally.n_kills += 1
                tally.n_in_writing += bool(_unfinished(folder))
                found = self.work.n_whole(folder)
                lost = n_whole + attempt.n_begun - found
                if found < n_whole or not 0 <= lost <= self.work.n_workers:
                    raise ValueError(
                        f"{n_whole} units were whole, {attempt.n_begun} more begun, but then "
                        f"{found} are whole"
                    )
            except Exception as error:  # noqa: BLE001 - whatever reading raises is a defect
                tally.defects.append(f"after {tally.n_kills} kills: {error!r}")
                return
            n_whole = found
            tally.n_lost += lost
            tally.most_lost = max(tally.most_lost, lost)

    def _wait(self, attempt: "_Attempt", folder: Path, seconds: float) -> None:
        """For any moment, or for one in which a file is written."""
        attempt.result(self._chance.uniform(0, 0.8 * seconds))
        if self._chance.random() < 0.5:
            return
        end = time.monotonic() + seconds
        while time.monotonic() < end and not attempt.result(0):
            if _unfinished(folder):
                time.sleep(self._chance.uniform(0, _WRITING_SECONDS))
                return

    def _check_end(self, attempt: "_Attempt", folder: Path, expected: str) -> None:
        if attempt.result(0) != expected:
            raise ValueError("the result is another than without interruptions")
        if left := _unfinished(folder):
            raise ValueError(f"files that nobody finished are still there: {left}")


class _Attempt:
    """A process that does the work, until it is done or killed."""

    def __init__(self, work: Work, folder: Path) -> None:
        self._read, self._write = os.pipe()
        self._connection, theirs = _PROCESSES.Pipe(duplex=False)
        self._process = _PROCESSES.Process(target=_do, args=(work, folder, theirs, self._write))
        self._process.start()
        # With whatever it starts, so that nothing outlives it.  The child asks for it as well, to
        # be sure whoever comes first.
        with suppress(OSError):
            os.setpgid(self._process.pid, self._process.pid)
        theirs.close()
        os.close(self._write)
        self._result = ""

    def result(self, patience: float) -> str:
        """What the work came to; empty if it did not in this time."""
        if not self._result and self._connection.poll(patience):
            try:
                self._result = self._connection.recv()
            except EOFError:
                self._result = "none"
        return self._result

    def end(self) -> int:
        """Kill it unless it has ended, and say how it did."""
        if not self._result:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.join()
        self._connection.close()
        with os.fdopen(self._read, "rb") as begun:
            self.n_begun = len(begun.read())
        code = self._process.exitcode
        return math.nan if code is None else code


def _do(work: Work, folder: Path, connection: Connection, begun: int) -> None:
    with suppress(OSError):
        os.setpgid(0, 0)
    warnings.simplefilter("ignore")
    warnings.filterwarnings("error", message=".*damaged")
    connection.send(work.run(folder, lambda: os.write(begun, b".")))


def _unfinished(folder: Path) -> list[str]:
    return [path.name for path in folder.glob(".*.npz.*")]
