"""Kill work of every kind, and say what came of it."""

import argparse
import random
import sys
import time

from crashes._campaign import Campaign, Tally
from crashes._works import WORKS


def main() -> int:
    """Return 0 if nothing was lost but units in hand."""
    parser = argparse.ArgumentParser(prog="python -m crashes", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="in all")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument(
        "--works", nargs="+", choices=WORKS, default=list(WORKS), help="what is killed"
    )
    options = parser.parse_args()
    chance = random.Random(options.seed)
    begin, total = time.monotonic(), Tally()
    campaigns = [Campaign(WORKS[name], chance) for name in options.works]
    shares = sum(campaign.work.share for campaign in campaigns)
    for place, campaign in enumerate(campaigns, start=1):
        # The last one takes what rounding left.
        share = campaign.work.share / shares if place < len(campaigns) else 1.0
        n_left = options.kills - total.n_kills
        tally = campaign.run(min(round(options.kills * share), n_left))
        print(f"{campaign.work.name}: {tally}", flush=True)
        for defect in tally.defects:
            print(f"  {defect}", flush=True)
        total += tally
    print(f"{total}, in {time.monotonic() - begin:,.0f} s")
    return 1 if total.defects else 0


if __name__ == "__main__":
    sys.exit(main())
