"""Sequence estimators are estimators of scikit-learn, without exception."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from rnnts import RNNClassifier, RNNRegressor

# Whether a solver has converged is of no matter here.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

ESTIMATORS = [
    kind(cell, hidden_size=9, max_iter=100)
    for kind in (RNNRegressor, RNNClassifier)
    for cell in ("tanh", "gru", "linear")
]


@parametrize_with_checks(ESTIMATORS)
def test_check_estimator(estimator, check):
    check(estimator)


def test_a_search_in_a_pipeline():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.standard_normal((120, 4)), columns=list("abcd"))
    y = X["a"] - X["d"]
    pipeline = make_pipeline(StandardScaler(), RNNRegressor("linear", max_iter=50))

    search = GridSearchCV(pipeline, {"rnnregressor__hidden_size": [1, 4]}, cv=3).fit(X, y)

    assert search.best_params_ == {"rnnregressor__hidden_size": 4}
    assert search.score(X, y) > 0.95


def test_lists_of_sequences_are_split_as_rows_are():
    rng = np.random.default_rng(0)
    X = np.empty(40, dtype=object)
    X[:] = [rng.standard_normal(rng.integers(2, 9)) for _ in range(40)]
    y = np.array([x[-1] > 0 for x in X])

    assert cross_val_score(RNNClassifier("linear", 1), X, y, cv=4).mean() > 0.9


def test_a_fitted_estimator_is_cloned_without_what_it_learned():
    model = RNNRegressor(hidden_size=2, max_iter=5, tol=1.0).fit(np.eye(4), np.arange(4.0))

    assert not hasattr(clone(model), "n_iter_")
