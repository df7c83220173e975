"""Fitted models that many threads ask at once; `make stress` asks them for two minutes."""

import faulthandler
import os
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import joblib
import numpy as np
import pandas as pd
import pytest

from rnnts import PanelForecaster, RNNClassifier, RNNForecaster, ThetaForecaster, datasets

N_THREADS = 16
SECONDS = float(os.environ.get("RNNTS_STRESS_SECONDS", "1")) / 5
# A deadlock ends the run and shows where every thread waits.
PATIENCE = 300 + 5 * SECONDS

Y = datasets.load("air_passengers")[:72]
QUICK = {"hidden_size": 2, "max_iter": 3, "random_state": 0}
ROWS = np.random.default_rng(1).standard_normal((40, 5))

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(autouse=True)
def watch():
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def forecaster():
    return RNNForecaster(**QUICK).fit(Y)


def linear():
    return RNNForecaster("linear", **QUICK).fit(Y)


def bank():
    steps = np.random.default_rng(0).standard_normal((33, 30))
    index = pd.date_range("2020", periods=30, freq="MS")
    panel = {f"s{place}": pd.Series(row.cumsum(), index) for place, row in enumerate(steps)}
    return PanelForecaster(RNNForecaster(**QUICK, partner=None, horizon=3)).fit(panel)


def classifier():
    return RNNClassifier(**QUICK).fit(ROWS, ROWS.sum(axis=1) > 0)


QUESTIONS = {
    "predict": lambda model: model.predict(4),
    "interval": lambda model: model.predict_interval(3),
    "paths": lambda model: model.sample_paths(2, n_paths=3, random_state=0),
    "in sample": lambda model: model.predict(Y.index[-5:]),
}
OF_THE_PANEL = {name: QUESTIONS[name] for name in ("predict", "interval")}
OF_THE_CLASSIFIER = {
    "classes": lambda model: model.predict(ROWS),
    "probabilities": lambda model: model.predict_proba(ROWS),
}


def tables(answer):
    parts = answer.values() if isinstance(answer, dict) else [answer]
    return [np.asarray(part) for part in parts]


@pytest.mark.parametrize(
    ("fitted", "questions"),
    [
        (forecaster, QUESTIONS),
        (linear, QUESTIONS),
        (bank, OF_THE_PANEL),
        (classifier, OF_THE_CLASSIFIER),
        (lambda: ThetaForecaster().fit(Y), QUESTIONS),
    ],
    ids=["forecaster", "linear", "bank", "classifier", "theta"],
)
def test_sixteen_threads_get_the_answers_that_one_gets(fitted, questions):
    expected = {name: tables(ask(fitted())) for name, ask in questions.items()}
    end = time.monotonic() + SECONDS
    n_rounds = 0

    with ThreadPoolExecutor(N_THREADS) as pool:
        while not n_rounds or time.monotonic() < end:
            # Never asked before: whatever it remembers is remembered by all at once.
            model, start = fitted(), Barrier(N_THREADS)

            def ask_all(place, model=model, start=start):
                names = list(questions)
                start.wait()
                turned = names[place % len(names) :] + names[: place % len(names)]
                return {name: tables(questions[name](model)) for name in turned}

            for said in pool.map(ask_all, range(N_THREADS)):
                for name, parts in expected.items():
                    for part, other in zip(parts, said[name], strict=True):
                        np.testing.assert_array_equal(part, other)
            n_rounds += 1


def test_sixteen_fits_at_once_give_what_one_gives():
    expected = forecaster().predict(4)

    with joblib.parallel_config("threading"):
        models = joblib.Parallel(n_jobs=N_THREADS)(
            joblib.delayed(forecaster)() for _ in range(N_THREADS)
        )

    for model in models:
        pd.testing.assert_series_equal(model.predict(4), expected, check_exact=True)
