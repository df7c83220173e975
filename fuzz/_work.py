"""Sessions in processes of their own, so that one that dies or hangs takes none with it."""

import faulthandler
import multiprocessing
import os
import tempfile
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import NamedTuple

from fuzz._sessions import session
from fuzz._verdict import Verdict, judged

# Compiling for a new size of network takes some seconds, and two workers may wait for each other.
_PATIENCE = 180.0


class Finding(NamedTuple):
    """What came of the calls of a session."""

    seed: int
    verdicts: list[Verdict]


def run_session(seed: int, folder: Path) -> Finding:
    """All calls of a session, up to a defect or a first call that is refused."""
    verdicts: list[Verdict] = []
    for call in session(seed, folder):
        verdicts.append(judged(call))
        last = verdicts[-1]
        if last.kind == "defect" or (len(verdicts) == 1 and last.kind != "answer"):
            break
    return Finding(seed, verdicts)


def run_sessions(seeds: Sequence[int], n_jobs: int) -> Iterator[Finding]:
    """Findings in any order."""
    if n_jobs == 1 and len(seeds) <= 1:
        with tempfile.TemporaryDirectory() as folder:
            yield from (run_session(seed, Path(folder)) for seed in seeds)
        return
    waiting = list(reversed(seeds))
    workers = {worker.connection: worker for worker in (_Worker() for _ in range(n_jobs))}
    try:
        for worker in workers.values():
            worker.give(waiting)
        while any(worker.seed is not None for worker in workers.values()):
            busy = [each.connection for each in workers.values() if each.seed is not None]
            ready = wait(busy, _PATIENCE)
            for connection in ready or busy:
                worker = workers.pop(connection)
                finding = worker.finding(is_late=not ready)
                if finding.verdicts and finding.verdicts[-1].call == "process":
                    worker.stop()
                    worker = _Worker()
                workers[worker.connection] = worker
                yield finding
                worker.give(waiting)
    finally:
        for worker in workers.values():
            worker.stop()


class _Worker:
    """A process that runs one session after another."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.seed: int | None = None
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def give(self, waiting: list[int]) -> None:
        """Another session, if there is one."""
        self.seed = waiting.pop() if waiting else None
        if self.seed is not None:
            self.connection.send(self.seed)

    def finding(self, *, is_late: bool) -> Finding:
        """What the session gave, or how the process ended."""
        assert self.seed is not None
        if is_late:
            return Finding(self.seed, [Verdict("process", "defect", "it did not end")])
        try:
            found: Finding = self.connection.recv()
        except EOFError:
            self._process.join()
            words = f"the process died with exit code {self._process.exitcode}"
            return Finding(self.seed, [Verdict("process", "defect", words)])
        return found

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def _serve(connection: Connection) -> None:
    faulthandler.enable()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with tempfile.TemporaryDirectory() as folder:
        while True:
            try:
                seed = connection.recv()
            except EOFError:
                return
            connection.send(run_session(seed, Path(folder)))
