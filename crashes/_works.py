"""Work that keeps what it has done, made of units small enough that a kill comes amid them."""

import hashlib
import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import joblib
import numpy as np
import pandas as pd

from rnnts import (
    ARMAForecaster,
    PanelForecaster,
    RNNForecaster,
    SeasonalNaiveForecaster,
    ThetaForecaster,
    compare,
    load,
    save,
)
from rnnts.evaluation import _kept
from rnnts.forecasters.networks import _kept_networks, _pooling
from rnnts.forecasters.panels import _kept_fits, _separate, _side_by_side
from rnnts.forecasters.panels._files import read_block
from rnnts.saving import read_archive

# To be called when a unit begins.
Begin = Callable[[], None]


class Work(NamedTuple):
    """Something long that goes on where it was interrupted.

    Attributes
    ----------
    name : str
    run : callable
        Takes a folder, and what to call at the begin of each unit; returns a digest of the result.
    n_whole : callable
        How many units are whole in a folder; an error if something in it cannot be read.
    n_workers : int
        How many units are in hand at a time.
    share : float
        Of the kills.
    """

    name: str
    run: Callable[[Path, Begin], str]
    n_whole: Callable[[Path], int]
    n_workers: int = 1
    share: float = 1.0


def _digest(result: object) -> str:
    return hashlib.sha256(pickle.dumps(result)).hexdigest()


def _noted(function: Callable, begin: Begin) -> Callable:
    def noted(*args, **settings):
        begin()
        return function(*args, **settings)

    return noted


@cache
def _panel() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    n_series, n_rows = 240, 40
    y = 50 + np.cumsum(0.3 * rng.standard_normal((n_series, n_rows)), axis=1)
    return pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(n_series), n_rows),
            "ds": np.tile(pd.date_range("2020-01", periods=n_rows, freq="MS"), n_series),
            "y": y.ravel(),
        }
    )


def _fit_panel(folder: Path, begin: Begin) -> str:
    estimator = RNNForecaster(
        hidden_size=2, input_size=3, horizon=3, deseasonalize=None, partner=None
    )
    fitted = _noted(_side_by_side._fitted, begin)
    # Blocks of 6 series instead of 512.
    with (
        patch.object(_side_by_side, "_MOST", 6),
        patch.object(_side_by_side, "_fitted", fitted),
    ):
        model = PanelForecaster(estimator, checkpoint=folder).fit(_panel())
    return _digest(model.predict(4).to_numpy().tolist())


def _fit_panel_in_threads(folder: Path, begin: Begin) -> str:
    with joblib.parallel_config("threading", n_jobs=2):
        return _fit_panel(folder, begin)


def _fit_in_common(folder: Path, begin: Begin) -> str:
    """Networks from eight seeds, and one on all but the last rows."""
    estimator = RNNForecaster(
        hidden_size=2,
        input_size=3,
        horizon=3,
        transform=None,
        deseasonalize=None,
        level=None,
        partner=None,
        n_init=8,
        max_iter=60,
    )
    descended = _noted(_pooling._descended, begin)
    with patch.object(_pooling, "_descended", descended):
        model = PanelForecaster(estimator, mode="global", checkpoint=folder).fit(_panel()[:320])
    return _digest(model.predict(4).to_numpy().tolist())


def _n_networks(folder: Path) -> int:
    return len([read_archive(path, _kept_networks.KIND) for path in _files(folder, ".npz")])


def _n_blocks(folder: Path) -> int:
    return len([read_block(path) for path in _files(folder, ".npz")])


def _fit_separately(folder: Path, begin: Begin) -> str:
    fitted = _noted(_separate.fitted, begin)
    # Three files that grow by one series after the other.
    with (
        patch.multiple(_kept_fits, _FEWEST_FILES=3, _SECONDS=0.0, _TIMES_WRITING=0.0),
        patch.object(_separate, "fitted", fitted),
    ):
        model = PanelForecaster(ARMAForecaster((1, 0, 0)), checkpoint=folder)
        model.fit(_panel()[: 24 * 40])
    return _digest(model.predict_interval(4).to_numpy().tolist())


def _fit_separately_in_threads(folder: Path, begin: Begin) -> str:
    with joblib.parallel_config("threading", n_jobs=2):
        return _fit_separately(folder, begin)


def _n_forecasters(folder: Path) -> int:
    """How many are in files that can be read, and not only as archives."""
    archives = [read_archive(path, _kept_fits.KIND) for path in _files(folder, ".npz")]
    estimator = ARMAForecaster((1, 0, 0))
    return sum(len(_kept_fits.fits_in(*archive, estimator)) for archive in archives)


def _compare(folder: Path, begin: Begin) -> str:
    series = {
        str(number): one["y"].set_axis(pd.DatetimeIndex(one["ds"]))
        for number, one in _panel().groupby("unique_id")
        if number < 3
    }
    models = [RNNForecaster("linear", 1), ThetaForecaster(), SeasonalNaiveForecaster()]
    forecast_chain = _noted(_kept.forecast_chain, begin)
    with patch.object(_kept, "forecast_chain", forecast_chain):
        result = compare(models, series, horizon=2, n_windows=6, checkpoint=folder)
    measures = result.table().drop(columns=["fit_seconds", "predict_seconds"])
    return _digest([result.predictions.to_numpy().tolist(), measures.to_numpy().tolist()])


def _compare_in_threads(folder: Path, begin: Begin) -> str:
    with joblib.parallel_config("threading", n_jobs=2):
        return _compare(folder, begin)


def _n_chains(folder: Path) -> int:
    return len([read_archive(path, "chain of forecasts") for path in _files(folder, ".npz")])


_N_SAVED, _N_FIRST = 80, 3000


@cache
def _rows() -> pd.Series:
    steps = np.random.default_rng(0).standard_normal(_N_FIRST + _N_SAVED)
    index = pd.date_range("2010", periods=len(steps), freq="D")
    return pd.Series(50 + np.cumsum(steps), index, name="y")


@cache
def _first_model() -> RNNForecaster:
    return RNNForecaster("linear", 1, deseasonalize=None).fit(_rows()[:_N_FIRST])


@cache
def _forecasts_after(n_new: int) -> list[float]:
    return _model_after(n_new).predict(5).tolist()


def _model_after(n_new: int) -> RNNForecaster:
    model = pickle.loads(pickle.dumps(_first_model()))
    return model.update(_rows()[_N_FIRST : _N_FIRST + n_new]) if n_new else model


def _save_again_and_again(folder: Path, begin: Begin) -> str:
    """A model that is saved over itself after every row it reads."""
    n_done = _n_rows_read(folder)
    model = load(folder / "model.npz") if n_done else _model_after(0)
    for row in range(_N_FIRST + n_done, _N_FIRST + _N_SAVED):
        model.update(_rows()[row : row + 1])
        begin()
        save(model, folder / "model.npz")
    return _digest(load(folder / "model.npz").predict_interval(5).to_numpy().tolist())


def _n_rows_read(folder: Path) -> int:
    """How many rows the model on disk has read, which must forecast like one that read them."""
    paths = _files(folder, ".npz")
    if not paths:
        return 0
    model = load(paths[0])
    n_read = len(model.fittedvalues_) - _N_FIRST
    if not np.allclose(model.predict(5), _forecasts_after(n_read), rtol=1e-9):
        raise ValueError(f"the model that has read {n_read} rows says something else")
    return n_read


def _study(folder: Path, begin: Begin) -> str:
    # Here, because it takes seconds to import what the study rests on.
    from rnnts.study import run_study
    from rnnts.study._report import as_json
    from rnnts.study._results import Results

    with patch.object(Results, "_append", _noted(Results._append, begin)):
        found = run_study(n_jobs=1, n_replications=10, output=folder, claims=["H4"], progress=False)
    return _digest(as_json([replace(each, seconds=0.0) for each in found]))


def _n_lines(folder: Path) -> int:
    """Whole lines; only the last one of a file may be torn."""
    n_lines = 0
    for path in folder.rglob("*.jsonl"):
        *whole, _ = path.read_bytes().split(b"\n")
        n_lines += len([json.loads(line) for line in whole])
    return n_lines


def _files(folder: Path, ending: str) -> list[Path]:
    """Everything but what was never finished, which must be of this kind."""
    paths = [path for path in folder.iterdir() if not path.name.startswith(".")]
    odd = [path.name for path in paths if path.suffix != ending]
    if odd:
        raise ValueError(f"files that nobody asked for: {odd}")
    return paths


WORKS = {
    work.name: work
    for work in [
        Work("save", _save_again_and_again, _n_rows_read),
        Work("panel", _fit_panel, _n_blocks),
        Work("panel-threads", _fit_panel_in_threads, _n_blocks, n_workers=2, share=0.5),
        Work("panel-global", _fit_in_common, _n_networks, share=0.5),
        Work("panel-separate", _fit_separately, _n_forecasters, share=0.5),
        Work("panel-separate-threads", _fit_separately_in_threads, _n_forecasters, 2, share=0.5),
        Work("compare", _compare, _n_chains),
        Work("threads", _compare_in_threads, _n_chains, n_workers=2, share=0.5),
        Work("study", _study, _n_lines, share=0.1),
    ]
}
