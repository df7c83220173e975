"""The same seed gives the same bits, wherever the work is done and however it is divided.

Here: other processes with other numbers of threads, and models that come back from workers.  Where
the parts of the package are tested for this:

- `n_jobs` and threads: forecasters/networks/test_ensemble, forecasters/networks/test_pooling,
  forecasters/test_theta, sequence/test_estimators, sequence/test_models, sequence/test_online_bank;
- loky and threading: forecasters/test_panel, evaluation/test_backtest, study/test_claims,
  forecasters/test_scikit_learn_cases (searches);
- Dask: forecasters/test_panel_dask (panels, searches, comparisons and the models below);
- chunks, parts and order: forecasters/test_panel, forecasters/test_panel_bank,
  properties/test_panels, properties/test_sequences;
- interrupted and gone on with: evaluation/test_checkpoint, study/test_results.
"""

import hashlib
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from rnnts import (
    NaiveForecaster,
    OnlineRNN,
    PanelForecaster,
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTranslator,
    compare,
    datasets,
)

Y = datasets.load("air_passengers")[:72]
QUICK = {"hidden_size": 2, "max_iter": 3, "random_state": 0}
ROWS = np.random.default_rng(1).standard_normal((40, 5))
TOKENS = np.random.default_rng(2).integers(0, 3, (20, 4))

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def panel():
    steps = np.random.default_rng(0).standard_normal((33, 30))
    index = pd.date_range("2020", periods=30, freq="MS")
    return {f"s{place}": pd.Series(row.cumsum(), index) for place, row in enumerate(steps)}


# What is fitted to what.
FITS = {
    "linear": (RNNForecaster("linear", **QUICK), (Y,)),
    "gru": (RNNForecaster("gru", **QUICK), (Y,)),
    "several": (RNNForecaster(max_iter=3), (Y,)),
    "local": (PanelForecaster(RNNForecaster(**QUICK, partner=None, horizon=3)), (panel(),)),
    "global": (PanelForecaster(RNNForecaster(**QUICK), "global"), (panel(),)),
    "classifier": (RNNClassifier(**QUICK), (ROWS, ROWS.sum(axis=1) > 0)),
    "regressor": (RNNRegressor(**QUICK, bidirectional=True), (ROWS, ROWS.sum(axis=1))),
    "translator": (RNNTranslator(**QUICK, n_tokens=3), (TOKENS, TOKENS[:, ::-1].tolist())),
    "online": (OnlineRNN("tanh", 2, random_state=0), (ROWS, ROWS.sum(axis=1))),
}


def said(model, data):
    """Digest of what a fitted model says."""
    if hasattr(model, "predict_interval"):
        return digest(model.predict_interval(4))
    ask = model.predict_proba if hasattr(model, "predict_proba") else model.predict
    return digest(ask(data))


def answers(n_jobs):
    """Digests of what every kind of model says, and of what comes of trying several."""
    found = {}
    for name, (model, given) in FITS.items():
        words = {"n_jobs": n_jobs} if "n_jobs" in model.get_params() else {}
        found[name] = said(clone(model).set_params(**words).fit(*given), given[0])
    bank = OnlineRNN("tanh", 2, n_streams=8, random_state=0, n_jobs=n_jobs)
    found["bank"] = digest(bank.step(np.zeros((6, 8, 1)), ROWS[:6, :1].repeat(8, axis=1)))
    models = [RNNForecaster("linear", 1), NaiveForecaster()]
    result = compare(models, Y, n_windows=2, n_jobs=n_jobs)
    found["predictions"] = digest(result.predictions.iloc[:, 3:])
    found["table"] = digest(result.table().filter(regex="(?<!_seconds)$"))
    sizes, cv = {"hidden_size": [1, 2]}, TimeSeriesSplit(2, test_size=6)
    search = GridSearchCV(RNNForecaster("linear"), sizes, cv=cv, n_jobs=n_jobs).fit(Y.index, Y)
    found["search"] = digest(search.cv_results_["mean_test_score"])
    return found


def digest(table):
    if isinstance(table, dict):
        return [digest(each) for each in table.values()]
    if isinstance(table, list):
        return repr(table)
    numbers = np.ascontiguousarray(pd.DataFrame(table).select_dtypes("number"), dtype=float)
    return hashlib.sha256(numbers.tobytes()).hexdigest()


@pytest.fixture(scope="module")
def here():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return answers(n_jobs=1)


def test_no_bit_depends_on_the_process_or_its_threads(here):
    threads = {f"{library}_NUM_THREADS": "2" for library in ("OMP", "OPENBLAS", "MKL")}
    there = subprocess.run(
        [sys.executable, "-W", "ignore", __file__],
        env=os.environ | threads,
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )

    assert json.loads(there.stdout) == here


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_models_that_workers_fitted_say_what_those_fitted_here_do(here, backend):
    with joblib.parallel_config(backend):
        fitted = joblib.Parallel(n_jobs=2)(
            joblib.delayed(clone(model).fit)(*given) for model, given in FITS.values()
        )

    for model, (name, (_, given)) in zip(fitted, FITS.items(), strict=True):
        assert said(model, given[0]) == here[name]


if __name__ == "__main__":
    # Processes of joblib take seconds to start; the parts that use them have tests of those.
    with joblib.parallel_config("threading"):
        sys.stdout.write(json.dumps(answers(n_jobs=2)))
