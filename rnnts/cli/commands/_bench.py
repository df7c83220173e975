"""`rnnts bench`: how long fitting and forecasting take on this machine."""

import argparse
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits

from rnnts.cli._arguments import count
from rnnts.cli._console import print_table
from rnnts.cli._output import emit
from rnnts.cli.commands._base import Command

_EXAMPLES = """\
Each model is fitted to series that come with the package, in turn with statsmodels' ARIMA(2, 0, 2),
so that a busy moment hits all alike; the medians of the rounds are compared.  The tables of the
kernels against torch, JAX and others are `make bench` in a clone of the project.

examples:
  rnnts bench
  rnnts bench --rounds 20 --json
"""
_SERIES = ("nile", "air_passengers", "sunspots")
_PEER = "statsmodels ARMA(2, 2)"
_HORIZON = 12
_ORDER = (2, 0, 2)

# Fits a model to a series and returns what forecasts.
_Fit = Callable[[pd.Series], Callable[[], Any]]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rounds", type=count(1), default=5, metavar="N", help="repetitions (default 5)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def _run(options: argparse.Namespace) -> None:
    table = _measured(options.rounds)
    emit(options, table, {"rounds": options.rounds, "table": table}, lambda: _show(table))


def _contestants() -> dict[str, _Fit]:
    from statsmodels.tsa.arima.model import ARIMA

    from rnnts import RNNForecaster, SeasonalNaiveForecaster, ThetaForecaster

    def ours(make: Callable[[], Any]) -> _Fit:
        def fit(y: pd.Series) -> Callable[[], Any]:
            model = make().fit(y)
            return lambda: model.predict(_HORIZON)

        return fit

    def peer(y: pd.Series) -> Callable[[], Any]:
        results = ARIMA(y, order=_ORDER).fit()
        return lambda: results.forecast(_HORIZON)

    return {
        _PEER: peer,
        "rnn:linear, 2 units": ours(lambda: RNNForecaster(cell="linear", hidden_size=2)),
        "rnn (default)": ours(RNNForecaster),
        "theta": ours(ThetaForecaster),
        "seasonal_naive": ours(SeasonalNaiveForecaster),
    }


def _measured(n_rounds: int) -> pd.DataFrame:
    """Median seconds of every model on every series, and how they compare with the peer's."""
    from rnnts import datasets

    contestants = _contestants()
    series = {name: datasets.load(name) for name in _SERIES}
    seconds: dict[tuple[str, str], list[tuple[float, float]]] = {}
    # Threads cost more than they bring in products as small as these, most of all the peer.
    with threadpool_limits(1), warnings.catch_warnings():
        # That a likelihood did not converge is not what is asked here.
        warnings.simplefilter("ignore")
        # The first round loads or compiles machine code, and is not counted.
        for turn in range(n_rounds + 1):
            for name, y in series.items():
                for model, fit in contestants.items():
                    taken = _timed(fit, y)
                    if turn:
                        seconds.setdefault((name, model), []).append(taken)
    rows = []
    for (name, model), rounds in seconds.items():
        fits, forecasts = (statistics.median(each) for each in zip(*rounds, strict=True))
        peer_fits = statistics.median(each[0] for each in seconds[name, _PEER])
        rows.append([name, len(series[name]), model, fits, forecasts, peer_fits / fits])
    columns = ["series", "n_rows", "model", "fit_seconds", "predict_seconds", "times_faster"]
    return pd.DataFrame(rows, columns=columns)


def _timed(fit: _Fit, y: pd.Series) -> tuple[float, float]:
    begin = time.perf_counter()
    forecast = fit(y)
    fitted = time.perf_counter()
    forecast()
    return fitted - begin, time.perf_counter() - fitted


def _show(table: pd.DataFrame) -> None:
    again = table["series"].duplicated()
    shown = table[["series", "n_rows", "model"]].astype(str).rename(columns={"n_rows": "rows"})
    shown[["series", "rows"]] = shown[["series", "rows"]].mask(again, "")
    shown["fit ms"] = (1000 * table["fit_seconds"]).map("{:.1f}".format)
    shown["predict ms"] = (1000 * table["predict_seconds"]).map("{:.1f}".format)
    shown["faster"] = table["times_faster"].map("{:,.3g}x".format)
    print_table(
        shown,
        title=f"Fit, and forecast {_HORIZON} rows",
        notes=[f"faster: how many times the fit is faster than that of {_PEER}"],
    )


COMMAND = Command(
    description="Time the forecasters against statsmodels' ARMA, in one process.",
    epilog=_EXAMPLES,
    add_arguments=_add_arguments,
    run=_run,
)
