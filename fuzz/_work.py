"""Sessions in processes of their own, so that one that dies or hangs takes none with it."""

import faulthandler
import multiprocessing
import os
import signal
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import NamedTuple

from fuzz._verdict import Verdict, judged
from fuzz.sessions import session

# Seconds of its own that a session may compute for; compiling new networks takes most of them.
_PATIENCE = 180
# Seconds on the clock, after which it must be waiting for something that never comes.
_PATIENCE_WITH_THE_IDLE = 1800


class Finding(NamedTuple):
    """What came of the calls of a session."""

    seed: int
    verdicts: list[Verdict]
    is_process_lost: bool = False


def run_session(seed: int, folder: Path) -> Finding:
    """All calls of a session, up to a defect or a first call that is refused."""
    verdicts: list[Verdict] = []
    try:
        for call in session(seed, folder):
            verdicts.append(judged(call))
            last = verdicts[-1]
            if last.kind == "defect" or (len(verdicts) == 1 and last.kind != "answer"):
                break
    except Exception as error:  # noqa: BLE001 - a fault of the generator, to be told from a death
        frame = traceback.extract_tb(error.__traceback__)[-1]
        words = f"{type(error).__name__}: {error} at {Path(frame.filename).name}:{frame.lineno}"
        verdicts.append(Verdict("generator", "defect", words))
    return Finding(seed, verdicts)


def run_sessions(seeds: Sequence[int], n_jobs: int) -> Iterator[Finding]:
    """Findings in any order; workers that die are replaced."""
    waiting = list(reversed(seeds))
    workers = {worker.connection: worker for worker in (_Worker() for _ in range(n_jobs))}
    try:
        for worker in workers.values():
            worker.give(waiting)
        while busy := [each.connection for each in workers.values() if each.seed is not None]:
            ready = wait(busy, _PATIENCE_WITH_THE_IDLE)
            for connection in ready or busy:
                worker = workers.pop(connection)
                finding = worker.finding() if ready else worker.idle()
                if finding.is_process_lost:
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
            # Where it was killed while it had nothing to do, `finding` will say so.
            with suppress(BrokenPipeError):
                self.connection.send(self.seed)

    def finding(self) -> Finding:
        """What the session gave, or how the process ended."""
        try:
            found: Finding = self.connection.recv()
        except (EOFError, ConnectionResetError):
            self._process.join()
            return self._lost(_end(self._process.exitcode))
        return found

    def idle(self) -> Finding:
        """That of a session of which nothing is heard."""
        return self._lost(f"it waited for {_PATIENCE_WITH_THE_IDLE} s")

    def _lost(self, words: str) -> Finding:
        assert self.seed is not None
        return Finding(self.seed, [Verdict("process", "defect", words)], is_process_lost=True)

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def _end(exit_code: int | None) -> str:
    if exit_code == -signal.SIGPROF:
        return f"it did not end within {_PATIENCE} s of its own time"
    return f"the process died with exit code {exit_code}"


def _serve(connection: Connection) -> None:
    faulthandler.enable()
    # The stack of what does not end; then the signal does what it does by itself, which is to end
    # the process.
    faulthandler.register(signal.SIGPROF, chain=True)
    # An interrupt is for the process that started this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with tempfile.TemporaryDirectory() as folder:
        try:
            while True:
                seed = connection.recv()
                signal.setitimer(signal.ITIMER_PROF, _PATIENCE)
                finding = run_session(seed, Path(folder))
                signal.setitimer(signal.ITIMER_PROF, 0)
                connection.send(finding)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return
