"""The same seed gives the same bits, wherever the work is done and however it is divided.

Each part of the package has tests of its own for this; here are other processes, with other numbers
of threads, and models that come back from them.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from rnnts import (
    NaiveForecaster,
    OnlineRNN,
    PanelForecaster,
    RNNClassifier,
    RNNForecaster,
    backtest,
    datasets,
)

Y = datasets.load("air_passengers")[:72]
QUICK = {"hidden_size": 2, "max_iter": 3, "random_state": 0}

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def panel():
    steps = np.random.default_rng(0).standard_normal((33, 30))
    index = pd.date_range("2020", periods=30, freq="MS")
    return {f"s{place}": pd.Series(row.cumsum(), index) for place, row in enumerate(steps)}


def answers(n_jobs):
    """Digests of what every kind of model says."""
    forecaster = RNNForecaster(max_iter=3, n_jobs=n_jobs).fit(Y)
    local = PanelForecaster(RNNForecaster(**QUICK, partner=None, horizon=3), n_jobs=n_jobs)
    together = PanelForecaster(RNNForecaster(**QUICK), "global", n_jobs=n_jobs)
    rows = np.random.default_rng(1).standard_normal((40, 5))
    classifier = RNNClassifier(**QUICK, n_jobs=n_jobs).fit(rows, rows.sum(axis=1) > 0)
    online = OnlineRNN("tanh", 2, n_streams=8, random_state=0, n_jobs=n_jobs)
    models = [RNNForecaster("linear", 1), NaiveForecaster()]
    said = {
        "forecaster": forecaster.predict_interval(4),
        "local": local.fit(panel()).predict_interval(2),
        "global": together.fit(panel()).predict_interval(2),
        "classifier": classifier.predict_proba(rows),
        "online": online.step(np.zeros((6, 8, 1)), rows[:6, :1].repeat(8, axis=1)),
        "backtest": backtest(models, Y, n_windows=2, n_jobs=n_jobs).predictions.iloc[:, 3:],
    }
    return {name: digest(each) for name, each in said.items()}


def digest(table):
    if isinstance(table, dict):
        return [digest(each) for each in table.values()]
    numbers = np.ascontiguousarray(pd.DataFrame(table).select_dtypes("number"), dtype=float)
    return hashlib.sha256(numbers.tobytes()).hexdigest()


def test_no_bit_depends_on_the_process_or_its_threads():
    threads = {f"{library}_NUM_THREADS": "2" for library in ("OMP", "OPENBLAS", "MKL")}
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", __file__],
        env=os.environ | threads,
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
    ) as another:
        here = answers(n_jobs=1)
        there = json.loads(another.communicate()[0])

    assert there == here


@pytest.mark.parametrize("cell", ["linear", "gru"])
@pytest.mark.parametrize("backend", ["loky", "threading", "sequential"])
def test_a_model_that_a_worker_fitted_says_what_one_fitted_here_does(backend, cell):
    model = RNNForecaster(cell, **QUICK)
    expected = model.fit(Y)
    fits = [joblib.delayed(RNNForecaster(cell, **QUICK).fit)(Y) for _ in range(2)]

    with joblib.parallel_config(backend):
        fitted = joblib.Parallel(n_jobs=2)(fits)

    for other in fitted:
        pd.testing.assert_frame_equal(
            other.predict_interval(4), expected.predict_interval(4), check_exact=True
        )


if __name__ == "__main__":
    # Processes of joblib take seconds to start; the parts that use them have tests of those.
    with joblib.parallel_config("threading"):
        sys.stdout.write(json.dumps(answers(n_jobs=2)))
