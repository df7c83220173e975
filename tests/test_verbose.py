"""What estimators show while they train, and that it changes nothing."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone

from rnnts import RNNClassifier, RNNForecaster, RNNRegressor, RNNTranslator
from rnnts.solvers import SOLVERS
from rnnts.solvers._reporting import Reporting

RNG = np.random.default_rng(0)
WALK = 50 + np.cumsum(RNG.standard_normal(60))
HOLEY = np.where(np.arange(60) % 20 == 7, np.nan, WALK)
X = RNG.standard_normal((20, 5))

TINY = {"hidden_size": 2, "random_state": 0}
FORECASTERS = {
    "adam": (RNNForecaster(**TINY, max_iter=30), WALK, 30),
    "several networks": (RNNForecaster(**TINY, n_init=3, max_iter=30), WALK, 90),
    "filled gaps": (RNNForecaster(**TINY, max_iter=30), HOLEY, 90),
    "lbfgs": (RNNForecaster("tanh", **TINY, horizon=None, max_iter=5, diff=0), WALK, 5),
    "held-out rows": (RNNForecaster(**TINY, max_iter=30, early_stopping=True), WALK, None),
    "lm": (RNNForecaster("linear", **TINY), WALK, None),
    "arma": (RNNForecaster("tanh", **TINY, init="arma"), WALK, None),
}


@pytest.mark.parametrize("case", FORECASTERS)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_forecasters_count_their_iterations(terminal, case):
    model, y, n_iter = FORECASTERS[case]
    silent = clone(model).fit(y).predict(3)
    assert not terminal.getvalue()

    shown = clone(model).set_params(verbose=1).fit(y)

    assert (f"{n_iter}/{n_iter}" if n_iter else "in all") in terminal.getvalue()
    assert_array_equal(shown.predict(3), silent)


@pytest.mark.parametrize(
    ("model", "y"),
    [
        (RNNRegressor(hidden_size=2, max_iter=5, n_init=2), X.sum(axis=1)),
        (RNNClassifier(hidden_size=2, max_iter=5, n_init=2), X.sum(axis=1) > 0),
        (RNNTranslator("tanh", 2, max_iter=5, n_init=2), [[0, 1]] * 19 + [[1]]),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_estimators_of_sequences_count_their_iterations(terminal, model, y):
    silent = clone(model).fit(X, y)
    assert not terminal.getvalue()

    shown = clone(model).set_params(verbose=1).fit(X, y)

    assert "10/10" in terminal.getvalue()
    for name, weights in shown.weights_.items():
        assert_array_equal(weights, silent.weights_[name])


def test_threads_move_one_bar(terminal):
    model = RNNForecaster(**TINY, n_init=4, max_iter=30, n_jobs=2, verbose=1)

    model.fit(WALK)

    assert "120/120" in terminal.getvalue()


def test_nothing_is_written_where_nobody_looks(capsys):
    RNNForecaster(**TINY, max_iter=5, verbose=1).fit(WALK)

    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["adam", "lbfgs"])
def test_iterations_told_are_those_done_and_those_spared(name):
    class Bowl:
        n_threads = 1

        def value_and_gradient(self, params):
            return float(params @ params) + 1, 2 * params

    told = {"done": 0, "spared": 0}

    def advance(n=1, *, spared=0):
        told["done"] += n
        told["spared"] += spared

    solver = SOLVERS[name](max_iter=900)
    solution = Reporting(solver, advance).solve(Bowl(), np.ones(3))

    assert told == {"done": solution.n_iter, "spared": 900 - solution.n_iter}
    assert_array_equal(solution.params, solver.solve(Bowl(), np.ones(3)).params)
