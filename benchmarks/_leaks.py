"""Whether a process that fits ten thousand times grows: memory, open files, threads.

Work of every kind is done some hundreds or thousands of times in one process.  After a tenth of it,
in which caches fill and the allocator settles, resident memory is noted a hundred times; its
slope is by least squares.
"""

import gc
import json
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks._fresh import in_fresh_process, n_open_files, resident_bytes
from benchmarks._report import Figure, Row
from rnnts import (
    ARMAForecaster,
    ETSForecaster,
    OnlineRNN,
    PanelForecaster,
    RNNForecaster,
    RNNRegressor,
    ThetaForecaster,
    datasets,
    load,
    save,
)

# What an allocator wavers by: in each fit, or in all where there are few.  A leaked array, frame or
# model comes to more.
_BYTES_EACH, _BYTES_IN_ALL = 300, 2**18

_SERIES = datasets.load("air_passengers")[:60]


def _network(_: int) -> None:
    RNNForecaster("tanh", 2, horizon=None, max_iter=3).fit(_SERIES).predict(3)


def _other_lengths(number: int) -> None:
    y = np.random.default_rng(number).standard_normal(30 + number)
    RNNForecaster("tanh", 2, horizon=None, diff=0, max_iter=3).fit(y).predict(3 + number)


def _default(_: int) -> None:
    RNNForecaster(max_iter=3).fit(_SERIES).predict_interval(3)


def _updated(_: int) -> None:
    model = RNNForecaster("tanh", 2, horizon=None, max_iter=3).fit(_SERIES[:50])
    model.update(_SERIES[50:55]).partial_fit(_SERIES[55:]).predict(3)


def _saved(_: int) -> None:
    model = RNNForecaster("linear", 1, max_iter=3).fit(_SERIES)
    with tempfile.TemporaryDirectory() as folder:
        save(model, Path(folder) / "model.npz")
        load(Path(folder) / "model.npz").predict(3)


def _statistical(_: int) -> None:
    for model in (ARMAForecaster((1, 0, 0)), ETSForecaster(), ThetaForecaster()):
        model.fit(_SERIES).predict(3)


def _panel(mode: str) -> Callable[[int], None]:
    y = np.random.default_rng(0).standard_normal((32, 30)).cumsum(axis=1)
    ids, days = np.repeat(np.arange(32), 30), pd.date_range("2000", periods=30, freq="D")

    estimator = RNNForecaster(
        "tanh", 2, horizon=2, input_size=4, season_length=1, partner=None, max_iter=3
    )

    def work(_: int) -> None:
        # Anew: pandas itself notes on a frame what was ever taken of it, some hundreds at the most.
        panel = pd.DataFrame({"unique_id": ids, "ds": np.tile(days, 32), "y": y.ravel()})
        PanelForecaster(estimator, mode=mode).fit(panel).predict(2)

    return work


def _sequences(number: int) -> None:
    X = np.random.default_rng(number).standard_normal((20, 5 + number % 50))
    RNNRegressor("tanh", 2, max_iter=3).fit(X, X[:, 0]).predict(X)


def _stream(number: int) -> None:
    model = OnlineRNN("tanh", hidden_size=2, random_state=number)
    for now, after in pairwise(_SERIES[:11]):
        model.learn_one(now / 100, after / 100)
    model.predict_one(1.0)


# The work, and how often it is done: ten thousand times in all.
_WORKS: dict[str, tuple[Callable[[int], None], int]] = {
    "a network, forecast": (_network, 3150),
    "a series of another length each time": (_other_lengths, 1000),
    "by default, with intervals": (_default, 200),
    "update, partial_fit": (_updated, 1500),
    "save, load": (_saved, 1000),
    "ARMA, ETS, theta": (_statistical, 150),
    "local panel": (_panel("local"), 150),
    "global panel": (_panel("global"), 50),
    "sequences of other lengths": (_sequences, 1300),
    "stream": (_stream, 1500),
}


def rows() -> Iterator[Row]:
    """What each kind of work left behind, all in one process."""
    for said in in_fresh_process("benchmarks._leaks", list(_WORKS)):
        yield Row(
            f"{said['n_fits']:,} times: {said['work']}",
            [
                Figure("memory a fit", said["slope"], "B", _most(said["n_fits"]), False),
                Figure("rise after the first tenth", said["rise"] / 2**20, "MiB"),
                Figure("open files more", said["files"], "", 0, False),
                Figure("threads more", said["threads"], "", 0, False),
                Figure("objects more a fit", said["objects"], ""),
            ],
        )


def _most(n_fits: int) -> float:
    return max(_BYTES_EACH, _BYTES_IN_ALL / n_fits)


def _left_behind(name: str) -> dict[str, float | str]:
    work, n_fits = _WORKS[name]
    n_first, n_between = n_fits // 10, max(1, n_fits // 100)
    for number in range(n_first):
        work(number)
    gc.collect()
    # So that to collect what comes after takes no time.
    gc.freeze()
    before = _counts()
    noted = [(0, resident_bytes())]
    for number in range(n_first, n_fits):
        work(number)
        if (number + 1 - n_first) % n_between == 0:
            gc.collect()
            noted.append((number + 1 - n_first, resident_bytes()))
    times, sizes = np.transpose(noted)
    objects, files, threads = np.subtract(_counts(), before).tolist()
    return {
        "work": name,
        "n_fits": n_fits,
        "slope": float(np.polyfit(times, sizes, 1)[0]),
        "rise": float(sizes[-1] - sizes[0]),
        "objects": objects / (n_fits - n_first),
        "files": files,
        "threads": threads,
    }


def _counts() -> tuple[int, int, int]:
    return len(gc.get_objects()), n_open_files(), threading.active_count()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps([_left_behind(name) for name in json.loads(sys.argv[1])]))
