"""Print the tables of panels, and write them as Markdown and CSV."""

import argparse
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from benchmarks._report import table
from benchmarks.panels import _long_horizon
from benchmarks.panels._cache import remembered
from benchmarks.panels._cost import measured
from benchmarks.panels._ours import OURS
from benchmarks.panels._peers import PEERS, said_by
from benchmarks.panels._scores import scores_of
from benchmarks.panels._sets import KINDS, WHERE_TO_GET, Set, load
from benchmarks.panels._tables import Outcome, cells_of, rows_of

_NEEDED = ("psutil", "pyarrow", "statsforecast")
_SETS = [*KINDS, _long_horizon.NAME]
_MODELS = list(dict.fromkeys([*OURS, *PEERS, *_long_horizon.MODELS]))


def main() -> None:
    """Forecast, score and print what the command line asks for."""
    options = _options()
    options.output.mkdir(parents=True, exist_ok=True)
    tables = {"panels": _panels(options), "long-horizon": _rolling(options)}
    texts = []
    for name, rows in tables.items():
        if len(rows):
            rows.to_csv(options.output / f"{name}.csv", index=False)
            texts.append(table(cells_of(rows)))
    text = "\n\n".join(texts)
    (options.output / "panels.md").write_text(text + "\n")
    print(f"\n{text}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.panels", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, help="a folder with the panels")
    add(
        "--sets", nargs="+", choices=_SETS, default=_SETS, metavar="SET",
        help=f"of {', '.join(_SETS)}",
    )  # fmt: skip
    add(
        "--models", nargs="+", choices=_MODELS, default=_MODELS, metavar="MODEL",
        help=f"of {'; '.join(_MODELS)}",
    )  # fmt: skip
    add("--jobs", type=int, default=2, help="processes (default: 2)")
    add("--output", type=Path, default=Path("bench-report"), help="a folder")
    add("--validation", action="store_true", help="hold training rows out instead, to tune on")
    add("--peers", type=Path, help="folder of what peers said before (default: OUTPUT/peers)")
    add("--fresh", action="store_true", help="ask peers again")
    add(
        "--budget", type=float, default=900.0, metavar="SECONDS",
        help="of a peer on a panel, after which it begins no further series (default: 900)",
    )  # fmt: skip
    options = parser.parse_args()
    if not all(map(find_spec, _NEEDED)):
        parser.error(f"{', '.join(_NEEDED)} are needed; install them by `make .venv/accuracy`")
    if options.data is None or not options.data.is_dir():
        print(f"{WHERE_TO_GET}\n", file=sys.stderr)
        parser.error("--data must name a folder with the panels")
    options.peers = options.peers or options.output / "peers"
    return options


def _panels(options: argparse.Namespace) -> pd.DataFrame:
    outcomes = []
    for name in [name for name in options.sets if name in KINDS]:
        panel = load(name, options.data)
        if panel is None:
            print(f"{name}: not in {options.data}\n{WHERE_TO_GET}\n", file=sys.stderr)
            continue
        panel = panel.validation() if options.validation else panel
        for model in [model for model in options.models if model in (*OURS, *PEERS)]:
            outcome = _outcome(model, panel, options)
            _print_progress(rows_of([outcome]))
            outcomes.append(outcome)
    return rows_of(outcomes)


def _outcome(model: str, panel: Set, options: argparse.Namespace) -> Outcome:
    if model in OURS:
        said, cost = measured(partial(OURS[model], panel, options.jobs))
    else:
        say = partial(said_by, PEERS[model], n_jobs=options.jobs, budget=options.budget)
        said, cost = remembered(options.peers, model, panel, say, is_fresh=options.fresh)
    scores = scores_of(panel, said)
    return Outcome(panel.name, model, scores, len(panel.ids), cost, said.n_params)


def _rolling(options: argparse.Namespace) -> pd.DataFrame:
    if _long_horizon.NAME not in options.sets:
        return pd.DataFrame()
    rolling = _long_horizon.load(options.data, is_validation=options.validation)
    if rolling is None:
        print(f"{_long_horizon.FILE}: not in {options.data}\n{WHERE_TO_GET}\n", file=sys.stderr)
        return pd.DataFrame()
    rows = []
    for model in [model for model in options.models if model in _long_horizon.MODELS]:
        rows.append(_long_horizon.scored(rolling, model, options.jobs))
        _print_progress(pd.DataFrame(rows[-1:]))
    return pd.DataFrame(rows)


def _print_progress(rows: pd.DataFrame) -> None:
    for cells in cells_of(rows):
        print("  ".join(f"{name} {value}" for name, value in cells.items() if value), flush=True)


if __name__ == "__main__":
    main()
