"""Print the table of panels, and write it as Markdown and CSV."""

import argparse
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from benchmarks.panels._models import MODELS
from benchmarks.panels._scores import scores_of
from benchmarks.panels._sets import KINDS, WHERE_TO_GET, load

BASELINE = "Naive2"


def main() -> None:
    """Forecast, score and print what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.panels", description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder with the panels")
    parser.add_argument("--sets", nargs="+", choices=KINDS, default=list(KINDS), metavar="SET")
    parser.add_argument(
        "--models", nargs="+", choices=MODELS, default=list(MODELS), metavar="MODEL",
        help=f"of {', '.join(MODELS)}",
    )  # fmt: skip
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--output", type=Path, default=Path("bench-report"), help="a folder")
    parser.add_argument(
        "--validation", action="store_true", help="hold rows of the training part out, to tune on"
    )
    arguments = parser.parse_args()
    if find_spec("statsforecast") is None or find_spec("pyarrow") is None:
        parser.error("statsforecast and pyarrow are needed; install them by `make .venv/accuracy`")
    if arguments.data is None or not arguments.data.is_dir():
        print(f"{WHERE_TO_GET}\n", file=sys.stderr)
        parser.error("--data must name a folder with the panels")

    rows = []
    for name in arguments.sets:
        panel = load(name, arguments.data)
        if panel is None:
            print(f"{name}: not in {arguments.data}\n{WHERE_TO_GET}\n", file=sys.stderr)
            continue
        panel = panel.validation() if arguments.validation else panel
        for model in arguments.models:
            begin = time.perf_counter()
            said = MODELS[model](panel, arguments.jobs)
            row = {"set": name, "model": model, "series": len(panel.ids)}
            row |= scores_of(panel, said)
            row |= {"seconds": time.perf_counter() - begin, "parameters": said.n_params}
            rows.append(row)
            print(
                f"{name:14} {model:28} sMAPE {row['sMAPE']:7.3f}  MASE {row['MASE']:6.3f}  "
                f"coverage {row['coverage']:.3f}  MSIS {row['MSIS']:7.2f}  {row['seconds']:6.1f} s",
                flush=True,
            )
    table = with_owa(pd.DataFrame(rows))
    arguments.output.mkdir(parents=True, exist_ok=True)
    table.to_csv(arguments.output / "panels.csv", index=False)
    text = table.round(3).to_markdown(index=False) if find_spec("tabulate") else table.to_string()
    (arguments.output / "panels.md").write_text(text + "\n")
    print(text)


def with_owa(table: pd.DataFrame) -> pd.DataFrame:
    """The mean of sMAPE and MASE relative to those of Naive2, where that is there."""
    baseline = table[table["model"] == BASELINE].set_index("set")
    relative = [table[score] / table["set"].map(baseline[score]) for score in ("sMAPE", "MASE")]
    return table.assign(OWA=(relative[0] + relative[1]) / 2)


if __name__ == "__main__":
    main()
