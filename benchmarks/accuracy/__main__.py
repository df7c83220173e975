"""Print the tables of accuracy, and write them as Markdown and CSV."""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from benchmarks.accuracy import _series, _tables
from benchmarks.accuracy._cache import Cache, Forecast
from benchmarks.accuracy._competitors import COMPETITORS
from benchmarks.accuracy._forecasts import forecast_all
from benchmarks.accuracy._model import out_of_the_box
from benchmarks.accuracy._scores import scores_of_origins, scores_of_series
from benchmarks.accuracy._series import Series
from rnnts.forecasters import FORECASTERS

_SECONDS_BETWEEN_WORDS = 30
_LARGE = ("m1_monthly", "m1_quarterly")

PROTOCOL = f"""\
Rolling origin: {_series.N_ORIGINS} origins a quarter of the horizon apart, so that about the last
two horizons of each series are forecast. The horizon is a season; without a season 12, or 6 where
there are fewer than 60 rows. Every model is told the season and nothing else, and is fitted anew at
each origin on the rows before it, the last {_series.MAX_ROWS:,} at most. MASE is scaled by the
seasonal naive errors in those rows. Scores are means over the origins of a series, then over
series, each of which weighs the same; differences come with their standard error; seconds are those
of one fit and forecast. A model that fails is given the seasonal naive forecast, and counted.
Competitors are of statsforecast"""


def main() -> None:
    """Forecast, score and print what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder with M1 and the classic series of R")
    parser.add_argument(
        "--groups", nargs="+", choices=_series.GROUPS, default=_series.GROUPS, metavar="GROUP",
        help=f"of {', '.join(_series.GROUPS)}",
    )  # fmt: skip
    parser.add_argument(
        "--forecasters", nargs="+", choices=FORECASTERS, default=["rnn"], metavar="NAME",
        help=f"of {', '.join(FORECASTERS)}; goals are those of the first (default: rnn)",
    )  # fmt: skip
    parser.add_argument(
        "--competitors", nargs="+", choices=COMPETITORS, default=list(COMPETITORS), metavar="NAME",
        help=f"of {', '.join(COMPETITORS)}, which take from seconds to hours (default: all)",
    )  # fmt: skip
    parser.add_argument("--every", type=int, default=1, help="take every nth series of M1 only")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: 1)")
    parser.add_argument("--output", type=Path, default=Path("bench-report"), help="a folder")
    parser.add_argument("--cache", type=Path, help="a file of competitors' forecasts to continue")
    arguments = parser.parse_args()
    if find_spec("statsforecast") is None or find_spec("pyarrow") is None:
        parser.error("statsforecast and pyarrow are needed; install them by `make .venv/accuracy`")

    series = {
        group: _series.load(group, arguments.data)[:: arguments.every if group in _LARGE else 1]
        for group in arguments.groups
    }
    if not all(series.values()):
        print(f"{_series.WHERE_TO_GET}\n", file=sys.stderr)
    every = [one for group in series.values() for one in group]
    if not every:
        parser.error(f"no series: {arguments.data} has none of the files of {arguments.groups}")
    ours = {FORECASTERS[name].__name__: FORECASTERS[name]() for name in arguments.forecasters}
    models = {name: out_of_the_box(forecaster) for name, forecaster in ours.items()}
    models |= {name: COMPETITORS[name] for name in arguments.competitors}
    edition = version("statsforecast")
    cache = Cache(arguments.cache or arguments.output / f"statsforecast-{edition}.jsonl")

    n_forecasts = len(models) * len(every) * _series.N_ORIGINS
    results = forecast_all(models, every, cache, arguments.jobs)
    origins = scores_of_origins(_reported(results, n_forecasts))
    scores = scores_of_series(origins)

    sections = {
        "Mean MASE": _tables.means(scores, "mase"),
        "Mean sMAPE": _tables.means(scores, "smape"),
        "Goals": _tables.goals(scores),
        f"Worse than {_tables.WORSE} times the seasonal naive": _tables.worse_than_naive(scores),
    }
    text = f"# Accuracy of {next(iter(models))}\n\n{PROTOCOL} {edition}.\n"
    text += "".join(f"\n## {title}\n\n{section}\n" for title, section in sections.items())
    print(text)
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "accuracy.md").write_text(text)
    scores.to_csv(arguments.output / "accuracy.csv", index=False)
    origins.to_csv(arguments.output / "accuracy-origins.csv", index=False)


def _reported(
    results: Iterable[tuple[Series, int, Forecast]], n_forecasts: int
) -> Iterator[tuple[Series, int, Forecast]]:
    """The same, with a word now and then on how far they are."""
    start = said = time.perf_counter()
    for done, result in enumerate(results, start=1):
        now = time.perf_counter()
        if now - said > _SECONDS_BETWEEN_WORDS:
            print(f"{now - start:5.0f} s  {done} of {n_forecasts} forecasts", file=sys.stderr)
            said = now
        yield result


if __name__ == "__main__":
    main()
