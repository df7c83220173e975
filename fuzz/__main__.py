"""Run generated calls and say what came of them."""

import argparse
import sys
import time
from collections import Counter

from fuzz._work import run_sessions

# A session makes about this many calls.
_CALLS_A_SESSION = 2.5


def main() -> int:
    """Return 0 if every call survived."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000, metavar="N", help="at least so many")
    parser.add_argument("--seed", type=int, default=0, help="of the first session")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes")
    parser.add_argument("--session", type=int, metavar="SEED", help="only this one, call by call")
    options = parser.parse_args()
    kinds: Counter[str] = Counter()
    by_call: Counter[str] = Counter()
    defects: dict[str, int] = {}
    begin, first = time.monotonic(), options.seed
    while sum(kinds.values()) < options.calls:
        n_left = options.calls - sum(kinds.values())
        seeds = (
            [options.session]
            if options.session is not None
            else range(first, first + max(int(n_left / _CALLS_A_SESSION), 1))
        )
        first += len(seeds)
        for finding in run_sessions(seeds, options.jobs):
            for verdict in finding.verdicts:
                kinds[verdict.kind] += 1
                by_call[verdict.call] += 1
                if options.session is not None:
                    print(verdict)
                if verdict.kind == "defect" and verdict.words not in defects:
                    defects[verdict.words] = finding.seed
                    print(f"session {finding.seed}: {verdict.call}: {verdict.words}", flush=True)
        if options.session is not None:
            break
    print(", ".join(f"{name} {count:,}" for name, count in by_call.most_common()))
    print(
        f"{sum(kinds.values()):,} calls in {time.monotonic() - begin:,.0f} s: "
        f"{kinds['answer']:,} answered, {kinds['refusal']:,} refused with a reason, "
        f"{kinds['defect']:,} defects"
    )
    return 1 if kinds["defect"] else 0


if __name__ == "__main__":
    sys.exit(main())
