"""What fits take and leave behind: memory by what it should be, and nothing that grows."""

import gc
import sys
import tracemalloc
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnnts import PanelForecaster, RNNForecaster, ThetaForecaster
from rnnts._least_squares import BLOCK_ROWS
from rnnts.transforms._stationarity import dickey_fuller, kpss

# Few steps are enough to see what they take.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

N_ROWS = 20_000


@pytest.fixture
def y():
    return 500 + np.random.default_rng(0).normal(size=N_ROWS).cumsum()


def peak_of(work) -> int:
    """Bytes that a call takes at the most, of what Python and NumPy allocate."""
    work()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def arrays_in(root: Any) -> Iterator[np.ndarray]:
    """Every array that an object holds."""
    met, waiting = set(), [root]
    while waiting:
        one = waiting.pop()
        if id(one) in met or isinstance(one, (type, ModuleType, FunctionType)):
            continue
        met.add(id(one))
        if isinstance(one, np.ndarray):
            yield one
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, (list, tuple, set)):
            waiting += one
        elif hasattr(one, "__dict__"):
            waiting += vars(one).values()


def owner_of(array: np.ndarray) -> np.ndarray:
    """The array whose memory a view keeps."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


@pytest.mark.parametrize(
    "settings",
    [
        {"horizon": None, "diff": (1, 12)},
        {"horizon": 2, "level": ("last", "season", "ses"), "season_length": 4},
    ],
)
def test_a_fitted_network_holds_no_views_of_what_it_needs_no_more(y, settings):
    model = RNNForecaster("tanh", 2, max_iter=2, **settings).fit(y[:300])

    held = [(owner_of(array).nbytes, array.nbytes) for array in arrays_in(model)]

    assert len(held) > 10
    assert [pair for pair in held if pair[0] > 2 * pair[1] + 200] == []


def test_a_fit_takes_what_its_docstring_says(y):
    model = RNNForecaster("tanh", 8, horizon=None, diff=0, max_iter=2)

    peak = peak_of(lambda: model.fit(y))

    assert 8 * N_ROWS * 8 < peak < 8 * N_ROWS * (8 + 24)


def test_tests_of_stationarity_take_no_more_for_more_lags(y):
    few, many = (
        peak_of(lambda lags=lags: (kpss(y[:, None], lags), dickey_fuller(y[:, None], lags)))
        for lags in (2, 40)
    )

    # A block, what QR makes of it, and the copy in between; all rows would be 8 * N_ROWS * 40.
    assert many < few + 3 * 8 * BLOCK_ROWS * (40 + 3)


def test_fits_leave_nothing_behind(y):
    def panel() -> pd.DataFrame:
        # Anew: pandas itself notes on a frame what was ever taken of it, some hundreds at the most.
        return pd.DataFrame(
            {"unique_id": np.repeat([0, 1], 30), "ds": np.tile(np.arange(30), 2), "y": y[:60]}
        )

    works = [
        lambda: RNNForecaster("tanh", 2, horizon=None, max_iter=2).fit(y[:40]).predict(2),
        lambda: RNNForecaster("linear", 1, max_iter=2).fit(y[:40]).update(y[40:42]),
        lambda: PanelForecaster(ThetaForecaster()).fit(panel()).predict(2),
    ]

    def left(n_rounds: int) -> np.ndarray:
        for _ in range(n_rounds):
            for work in works:
                work()
        gc.collect()
        return np.array([sys.getallocatedblocks(), len(gc.get_objects())])

    before = left(5)
    n_blocks, n_objects = left(15) - before

    # In 45 fits: a model is hundreds of either.  NumPy keeps some small blocks for the next array.
    assert n_objects < 15
    assert n_blocks < 450
