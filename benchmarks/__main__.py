"""Print the tables of speed, resources and coverage; write them as Markdown and JSON."""

import argparse
import json
import sys
import time
from functools import partial
from pathlib import Path

from benchmarks import (
    _bank,
    _compilation,
    _coverage,
    _leaks,
    _machine,
    _memory,
    _online,
    _peak,
    _scale,
    _slopes,
    _training,
)
from benchmarks._report import markdown

_STEP = "A training step (loss, gradient, Adam) on one core"

# Title and rows.
TABLES = {
    "networks": (f"{_STEP}, float32: T=100, one input, loss at the last step", _training.networks),
    "panels": (f"{_STEP}, float32: many tanh networks, loss at every step", _training.panels),
    "peak": (f"{_STEP}, float32: share of the multiply-adds it can do", _peak.rows),
    "million": (f"{_STEP}, float32: a million tanh networks, loss at every step", _scale.million),
    "bank": ("A local network for each series of a panel, from a frame to forecasts", _bank.rows),
    "online": (
        "Streams that predict and learn: one step of one stream on one core, tanh, float32",
        _online.rows,
    ),
    "threads": ("Two threads against one, float32", _scale.threads),
    "compilation": ("CPU time of the first step in a process", _compilation.rows),
    "memory": ("Memory at the most, beyond what was held before, and what it may be", _memory.rows),
    "slopes": ("Growth of time with size: slope of log CPU seconds on log size", _slopes.rows),
    "leaks": ("What 10,000 fits in one process leave behind", _leaks.rows),
    "coverage": ("Observations that intervals hold, in per cent of them", _coverage.rows),
}
FULL_TABLES = {
    **{
        f"grid-{dtype}": (
            f"{_STEP}, {dtype}: T=100, one input, loss at the last step",
            partial(_training.grid, dtype),
        )
        for dtype in ("float32", "float64")
    },
    "compilation-float64": (
        "CPU time of the first step in a process, float64",
        partial(_compilation.rows, "float64"),
    ),
}


def main() -> None:
    """Measure what the command line asks for."""
    tables = TABLES | FULL_TABLES
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=tables, metavar="TABLE", help=f"of {', '.join(tables)}"
    )
    parser.add_argument("--full", action="store_true", help="all cells, sizes and scalar types too")
    parser.add_argument("--output", type=Path, default=Path("bench-report"), help="a folder")
    arguments = parser.parse_args()

    _machine.pin_to_one_core()
    machine = _machine.description() | _peak.description()
    machine["scalars"] = "float32, unless a table says otherwise"
    machine["letters"] = "B sequences, T steps, H hidden units"
    sections = ["\n".join(f"- {name}: {value}" for name, value in machine.items())]
    print(sections[0], flush=True)
    measured, start = {}, time.perf_counter()
    for name in arguments.only or (tables if arguments.full else TABLES):
        title, measure = tables[name]
        rows = []
        for row in measure():
            rows.append(row)
            print(f"{time.perf_counter() - start:5.0f} s  {name}: {row.case}", file=sys.stderr)
        measured[name] = {"title": title, "rows": [row.as_json() for row in rows]}
        sections.append(f"## {title}\n\n{markdown(rows)}")
        print(f"\n{sections[-1]}", flush=True)

    arguments.output.mkdir(parents=True, exist_ok=True)
    text = "\n\n".join(["# Benchmarks of rnnts", *sections]) + "\n"
    (arguments.output / "bench.md").write_text(text)
    report = {"machine": machine, "tables": measured}
    (arguments.output / "bench.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
