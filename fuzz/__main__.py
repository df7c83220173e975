"""Run generated calls and say what came of them."""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from fuzz._tally import Tally
from fuzz._work import run_session, run_sessions

# A session makes about this many calls.
_CALLS_A_SESSION = 4
_INTERRUPTED = 130


def main() -> int:
    """Return 0 if every call survived."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000, metavar="N", help="at least so many")
    parser.add_argument("--seed", type=int, default=0, help="of the first session")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes")
    parser.add_argument("--session", type=int, metavar="SEED", help="only this one, call by call")
    options = parser.parse_args()
    if options.session is not None:
        return _replay(options.session)
    signal.signal(signal.SIGTERM, _interrupt)
    tally, begin = Tally(), time.monotonic()
    try:
        _run(tally, options.calls, options.seed, options.jobs)
    except KeyboardInterrupt:
        print("interrupted; so far:")
        status = _INTERRUPTED
    else:
        status = 1 if tally.kinds["defect"] else 0
    print(", ".join(f"{name} {count:,}" for name, count in tally.names.most_common()))
    print(f"{tally}, in {time.monotonic() - begin:,.0f} s")
    return status


def _run(tally: Tally, n_calls: int, first: int, n_jobs: int) -> None:
    while tally.n_calls < n_calls:
        n_sessions = max(int((n_calls - tally.n_calls) / _CALLS_A_SESSION), 1)
        for finding in run_sessions(range(first, first + n_sessions), n_jobs):
            for line in tally.add(finding):
                print(line, flush=True)
        first += n_sessions


def _replay(seed: int) -> int:
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        finding = run_session(seed, Path(folder))
    for verdict in finding.verdicts:
        print(verdict)
    tally.add(finding)
    print(tally)
    return 1 if tally.kinds["defect"] else 0


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
