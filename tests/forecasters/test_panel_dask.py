"""Work done by the workers of a Dask cluster, here two processes of this machine."""

import os
import signal
import threading
import time
import warnings
from collections import Counter

import joblib
import numpy as np
import pandas as pd
import pytest
from dask.distributed import Client, LocalCluster, default_client
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from rnnts import NaiveForecaster, PanelForecaster, PanelTimeSeriesSplit, RNNForecaster, compare
from rnnts.forecasters.panels import _separate
from rnnts.kernels.threads import n_threads_of
from tests.test_determinism import FITS, said

SMALL = RNNForecaster(hidden_size=2, n_init=2, max_iter=5, partner=None, horizon=3)

# More than the tests' own process has: what must not depend on it, or not use it.
TWO_THREADS = {f"{library}_NUM_THREADS": "2" for library in ("OMP", "OPENBLAS", "MKL")}


@pytest.fixture(scope="module")
def cluster():
    settings = {"dashboard_address": ":0", "memory_limit": 0, "silence_logs": "CRITICAL"}
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", env=TWO_THREADS, **settings
        ) as cluster,
        Client(cluster),
    ):
        yield cluster


@pytest.fixture
def long():
    rng = np.random.default_rng(0)
    series = [
        pd.DataFrame(
            {
                "unique_id": f"s{place}",
                "ds": pd.date_range("2020", periods=30 + place, freq="MS"),
                "y": 50 + np.cumsum(rng.standard_normal(30 + place)),
            }
        )
        for place in range(6)
    ]
    return pd.concat(series, ignore_index=True)


def test_a_cluster_trains_the_blocks_that_one_process_does(cluster):
    ids, rows = np.divmod(np.arange(600 * 24), 24)
    y = 50 + np.sin(rows) + np.random.default_rng(0).standard_normal(len(rows))
    panel = pd.DataFrame({"unique_id": ids, "ds": rows, "y": y})
    alone = PanelForecaster(SMALL).fit(panel)

    with joblib.parallel_config("dask"):
        model = PanelForecaster(SMALL, n_jobs=-1).fit(panel)

    assert len(model.forecasters_.bank.places) == 600
    pd.testing.assert_frame_equal(model.predict(4), alone.predict(4), check_exact=True)


@pytest.mark.parametrize("mode", ["local", "global", "both"])
def test_a_cluster_fits_what_one_process_does(cluster, long, mode):
    alone = PanelForecaster(SMALL, mode).fit(long).predict_interval(4)

    with joblib.parallel_config("dask"):
        model = PanelForecaster(SMALL, mode, n_jobs=-1).fit(long)

    pd.testing.assert_frame_equal(model.predict_interval(4), alone, check_exact=True)


def test_what_workers_of_a_cluster_keep_one_process_goes_on_with(
    cluster, long, tmp_path, monkeypatch
):
    with joblib.parallel_config("dask"):
        first = PanelForecaster(NaiveForecaster(), n_jobs=-1, checkpoint=tmp_path).fit(long)

    def never(*_):
        raise AssertionError("fitted again")

    monkeypatch.setattr(_separate, "fitted", never)
    again = PanelForecaster(NaiveForecaster(), checkpoint=tmp_path).fit(long)
    pd.testing.assert_frame_equal(again.predict(4), first.predict(4), check_exact=True)


def test_a_search_finds_the_same_on_a_cluster(cluster, long):
    search = GridSearchCV(
        PanelForecaster(SMALL),
        {"estimator__hidden_size": [1, 2]},
        cv=PanelTimeSeriesSplit(n_splits=2, test_size=3),
        scoring="neg_mean_absolute_error",
    )
    X, y = long[["unique_id", "ds"]], long["y"]
    scores = search.fit(X, y).cv_results_["mean_test_score"]
    forecasts = search.predict(4)

    with joblib.parallel_config("dask"):
        search.fit(X, y)

    np.testing.assert_array_equal(search.cv_results_["mean_test_score"], scores)
    pd.testing.assert_frame_equal(search.predict(4), forecasts, check_exact=True)


def test_a_comparison_says_the_same_on_a_cluster(cluster, long):
    models = {"net": RNNForecaster("linear", 1), "last": NaiveForecaster()}
    given = {"horizon": 3, "n_windows": 3, "refit": 2}
    alone = compare(models, long, **given)

    with joblib.parallel_config("dask"):
        result = compare(models, long, **given, n_jobs=-1)

    pd.testing.assert_frame_equal(result.predictions, alone.predictions, check_exact=True)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_models_that_a_cluster_fitted_say_what_those_fitted_here_do(cluster):
    # Workers are started with the tests' filters, by which a warning is an error.
    default_client().run(warnings.filterwarnings, "ignore", category=ConvergenceWarning)
    with joblib.parallel_config("dask"):
        fitted = joblib.Parallel()(
            joblib.delayed(clone(model).fit)(*given) for model, given in FITS.values()
        )

    for there, (model, given) in zip(fitted, FITS.values(), strict=True):
        assert said(there, given[0]) == said(clone(model).fit(*given), given[0])


def test_a_task_of_a_worker_has_one_thread(cluster):
    with joblib.parallel_config("dask"):
        counts = joblib.Parallel()(joblib.delayed(n_threads_of)(n_jobs) for n_jobs in (None, -1, 2))

    assert counts == [1, 1, 1]


def lingering_on(label, folder):
    """A forecaster that notes each fit in a folder, and lingers over the first one of a series."""

    # Local, so that a worker is sent the class: it cannot import the tests.
    class Lingering(NaiveForecaster):
        def __init__(self, label, folder):
            super().__init__()
            self.label = label
            self.folder = folder

        def fit(self, X, y=None):
            is_first = not any(self.folder.glob(f"{y.name}.*"))
            (self.folder / f"{y.name}.{os.getpid()}").touch()
            if is_first and y.name == self.label:
                time.sleep(120)
            return super().fit(X, y)

    return Lingering(label, folder)


def test_a_worker_killed_costs_what_it_had_in_its_hands(cluster, long, tmp_path):
    alone = PanelForecaster(NaiveForecaster()).fit(long).predict(4)

    def kill_the_one_that_lingers():
        # Tasks whose results have arrived are forgotten, all but the last.
        while len(list(tmp_path.iterdir())) < 6 or len(cluster.scheduler.tasks) > 2:
            time.sleep(0.05)
        [pid] = [int(path.suffix[1:]) for path in tmp_path.glob("s2.*")]
        os.kill(pid, signal.SIGKILL)

    threading.Thread(target=kill_the_one_that_lingers, daemon=True).start()
    with joblib.parallel_config("dask"):
        model = PanelForecaster(lingering_on("s2", tmp_path)).fit(long)

    pd.testing.assert_frame_equal(model.predict(4), alone, check_exact=True)
    n_fits = Counter(path.stem for path in tmp_path.iterdir())
    assert n_fits["s2"] == 2
    # joblib holds on to the result that came last; if that lay on this worker, it is made again.
    assert n_fits.total() <= 6 + 2
