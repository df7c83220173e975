"""Ask and fit at once until the time is up, and say what came of it."""

import argparse
import faulthandler
import sys
import time
import warnings
from itertools import cycle

from dask.distributed import Client, LocalCluster

from stress._subjects import SUBJECTS
from stress._trials import N_THREADS, Tally, ask_at_once, expected_of, fit_at_once

# Seconds for one round, which takes a few; longer is a deadlock.
_PATIENCE = 300
# Fits at once under each backend.  A worker of Dask runs several threads, and is told so below.
_N_JOBS = {"loky": 2, "threading": N_THREADS, "dask": -1}


def main() -> int:
    """Return 0 if every answer was right."""
    parser = argparse.ArgumentParser(prog="python -m stress", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120, metavar="N", help="at least so many")
    seconds = parser.parse_args().seconds
    # Warnings of threads that meet in catch_warnings; a few steps of training leave some.
    warnings.simplefilter("ignore")
    faulthandler.dump_traceback_later(_PATIENCE, exit=True)
    expected = {name: expected_of(subject) for name, subject in SUBJECTS.items()}
    total, begin = Tally(), time.monotonic()
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=4, host="127.0.0.1", dashboard_address=":0"
        ) as cluster,
        Client(cluster),
    ):
        for place, backend in enumerate(cycle(_N_JOBS)):
            if place >= len(_N_JOBS) and time.monotonic() > begin + seconds:
                break
            tally = Tally()
            for name, subject in SUBJECTS.items():
                # Each round has the same patience.
                faulthandler.dump_traceback_later(_PATIENCE, exit=True)
                tally = tally.plus(ask_at_once(subject, expected[name]))
            faulthandler.dump_traceback_later(_PATIENCE, exit=True)
            tally = tally.plus(fit_at_once(backend, _N_JOBS[backend], expected))
            if tally.n_equal < tally.n_asked:
                print(f"round {place} with {backend}: {tally}", flush=True)
            total = total.plus(tally)
    faulthandler.cancel_dump_traceback_later()
    print(
        f"{total.n_asked:,} answers asked by {N_THREADS} threads and of {total.n_fits:,} models "
        f"fitted under {', '.join(_N_JOBS)}: {total.n_equal:,} equal to one thread's, "
        f"{total.n_asked - total.n_equal} others, {total.n_greedy} fits with more than a thread, "
        f"in {time.monotonic() - begin:,.0f} s"
    )
    return 1 if total.n_equal < total.n_asked or total.n_greedy else 0


if __name__ == "__main__":
    sys.exit(main())
