"""A network that learns from a stream: its protocol, and the door."""

import copy
import pickle
import re
import warnings
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from rnnts import OnlineRNN


def data(n_rows=30, n_features=2):
    rng = np.random.default_rng(0)
    return rng.standard_normal((n_rows, n_features)), rng.standard_normal(n_rows)


def new(**settings):
    return OnlineRNN("tanh", 2, **{"random_state": 0, "learning_rate": 0.1, **settings})


def assert_equal(first, second):
    for name, weights in first.weights_.items():
        np.testing.assert_array_equal(weights, second.weights_[name])
    np.testing.assert_array_equal(first.state_, second.state_)
    assert first.n_samples_seen_ == second.n_samples_seen_


@pytest.mark.parametrize(
    "rule", [{"rule": "rtrl"}, {"rule": "bptt", "truncation": 4}, {"rule": "readout_first"}]
)
def test_a_block_of_rows_teaches_what_its_rows_teach_one_by_one(rule):
    X, y = data()
    one_by_one, at_once, in_two = new(**rule), new(**rule), new(**rule)

    predictions = []
    for x, target in zip(X, y, strict=True):
        predictions.append(one_by_one.predict_one(x))
        assert one_by_one.learn_one(x, target) is one_by_one
    progressive = at_once.step(X, y)
    in_two.partial_fit(X[:7], y[:7]).partial_fit(X[7:], y[7:])

    np.testing.assert_array_equal(progressive, predictions)
    assert_equal(one_by_one, at_once)
    assert_equal(one_by_one, in_two)


def test_to_predict_changes_nothing_and_runs_on_from_the_state():
    X, y = data()
    model = new().partial_fit(X[:20], y[:20])
    before = copy.deepcopy(model)

    ahead = model.predict(X[20:])

    assert_equal(model, before)
    frozen = model.set_params(learning_rate=0)
    np.testing.assert_array_equal(frozen.step(X[20:], y[20:]), ahead)
    for name, weights in before.weights_.items():
        np.testing.assert_array_equal(model.weights_[name], weights)


def test_a_stream_of_dictionaries_is_learned_as_rivers_models_are():
    X, y = data(200)
    y = (X[:, 0] + X[:, 1] > 0).astype(bool)
    stream = [({"a": a, "b": b}, bool(label)) for (a, b), label in zip(X, y, strict=True)]
    model = new(loss="logistic", learning_rate=1.0)

    hits = []
    for x, label in stream:
        hits.append(model.predict_one(x) == label)
        model.learn_one(dict(reversed(x.items())), label)
    probabilities = model.predict_proba_one(stream[-1][0])

    assert np.mean(hits[-100:]) > 0.8
    assert probabilities.keys() == {False, True}
    assert sum(probabilities.values()) == pytest.approx(1.0)
    assert model.feature_names_in_.tolist() == ["a", "b"]
    assert_equal(model, new(loss="logistic", learning_rate=1.0).partial_fit(X, y))


def test_it_may_stand_behind_a_scaler_of_river():
    compose = pytest.importorskip("river.compose", reason="river comes with the benchmarks")
    from river.preprocessing import StandardScaler

    X, y = data(200)
    model = compose.Pipeline(StandardScaler(), new(learning_rate=0.05))

    errors = []
    for (a, b), noise in zip(X, y, strict=True):
        x, target = {"a": 1000 * a, "b": 0.001 * b}, a + b + 0.01 * noise
        errors.append(model.predict_one(x) - target)
        model.learn_one(x, target)

    assert np.square(errors[-50:]).mean() < 0.2 * np.square(errors[:50]).mean()


def test_a_number_is_an_observation_of_one_feature():
    series = np.sin(np.arange(50.0))
    one_by_one, at_once = new(), new().partial_fit(series[:-1], series[1:])

    for last, value in pairwise(series):
        prediction = one_by_one.predict_one(last)
        one_by_one.learn_one(last, value)

    assert isinstance(prediction, float)
    assert_equal(one_by_one, at_once)
    assert at_once.n_features_in_ == 1


def test_a_missing_target_moves_the_state_and_keeps_the_weights():
    X, y = data()
    model = new().partial_fit(X, y)
    weights, state = model.weights_, model.state_

    model.learn_one(X[0], np.nan).learn_one(X[1], None)

    for name, values in weights.items():
        np.testing.assert_array_equal(model.weights_[name], values)
    assert (model.state_ != state).all()
    assert model.n_samples_seen_ == 32


def test_a_stream_that_grows_beyond_all_numbers_says_so():
    X, y = data(200)

    with pytest.warns(RuntimeWarning, match="1 of 1 streams grew .* lower learning_rate"):
        model = new(learning_rate=1e6).partial_fit(X, y)
    with pytest.raises(OverflowError, match="1 of 1 streams .* have no prediction; begin again"):
        model.predict_one(X[0])


def test_a_lost_stream_is_told_of_once_until_learning_begins_again():
    X, y = data(200)
    model = new(learning_rate=1e6)

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for row, target in zip(X, y, strict=True):
            model.learn_one(row, target)

    assert len(told) == 1
    assert "grew beyond all numbers" in str(told[0].message)
    with pytest.warns(RuntimeWarning, match="grew beyond all numbers"):
        model.fit(X, y)


def test_a_stream_that_is_known_to_be_lost_has_no_predictions():
    X, y = data(200)
    with pytest.warns(RuntimeWarning, match="grew beyond all numbers"):
        model = new(learning_rate=1e6).partial_fit(X, y)

    with pytest.raises(OverflowError, match="1 of 1 streams .* have no prediction; begin again"):
        model.step(X, y)
    with pytest.raises(OverflowError, match="1 of 1 streams .* have no prediction; begin again"):
        model.step_one(X[0], y[0])


def test_biases_that_are_not_wanted_stay_away():
    X, y = data()
    model = new(bias=False).partial_fit(X, y)

    assert list(model.weights_) == ["w_input", "w_hidden", "w_output"]
    assert model.predict_one([0.0, 0.0]) != 0.0
    resting = new(bias=False, learning_rate=0.0).partial_fit(np.zeros((3, 2)), y[:3])
    assert resting.predict_one([0.0, 0.0]) == 0.0


def test_weights_may_be_given():
    X, y = data()
    model = new().partial_fit(X, y)

    again = new(init=model.weights_, learning_rate=0.0).partial_fit(X, y)

    for name, values in model.weights_.items():
        np.testing.assert_array_equal(again.weights_[name], values)
    assert new(init={"b_output": [3.0]}).predict_one([1.0, 1.0]) == 3.0


def test_scikit_learn_can_clone_search_and_tell_what_it_is():
    X, y = data(60)
    model = new(n_jobs=2)

    assert clone(model).get_params() == model.get_params()
    assert repr(new(rule="bptt")).startswith("OnlineRNN(")
    assert is_regressor(model)
    assert is_classifier(new(loss="brier"))
    assert not hasattr(model, "predict_proba")
    assert new(loss="logistic").fit(X, y > 0).predict_proba(X).shape == (60, 2)
    assert new(loss="brier").classes_.tolist() == [0, 1]
    search = GridSearchCV(
        model,
        {"learning_rate": [0.01, 0.1]},
        cv=TimeSeriesSplit(3),
        scoring="neg_mean_squared_error",
    )
    frame = pd.DataFrame(X, columns=["a", "b"])
    assert search.fit(frame, pd.Series(y)).best_estimator_.feature_names_in_.tolist() == ["a", "b"]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_goes_on_by_itself(copied):
    X, y = data()
    model = new().partial_fit(X[:20], y[:20])

    again = copied(model)
    again.partial_fit(X[20:], y[20:])

    assert_equal(model, new().partial_fit(X[:20], y[:20]))
    assert_equal(again, new().partial_fit(X, y))


def test_fit_begins_again_and_leaves_what_was_if_it_fails():
    X, y = data()
    model = new().partial_fit(X, y)

    with pytest.raises(ValueError, match="y needs shape"):
        model.fit(X, y[:-1])
    assert model.n_samples_seen_ == 30

    assert_equal(model.fit(X[:20], y[:20]), new().partial_fit(X[:20], y[:20]))


def test_nothing_is_predicted_in_rows_before_anything_was_read():
    with pytest.raises(NotFittedError):
        new().predict([[1.0, 2.0]])
    with pytest.raises(NotFittedError):
        new().weights_  # noqa: B018


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([1.0, np.nan], 1.0, "x must be finite, but holds NaN or infinity; fill it first"),
        ([1.0, 2.0, 3.0], 1.0, "x has 3 features, but there were 2 so far; give the same ones"),
        ([[1.0, 2.0]], 1.0, "x needs shape of one number, or (n_features,), got (1, 2)"),
        ([], 1.0, "x needs shape of one number, or (n_features,), got (0,)"),
        (["a", "b"], 1.0, "x must hold numbers"),
        ([1.0, 2.0], [1.0], "y needs one number for one observation, got shape (1,)"),
        ([1.0, 2.0], np.inf, "y must be finite or missing, got inf; give NaN for what is missing"),
        ([1.0, 2.0], "yes", "y must hold numbers"),
    ],
)
def test_one_bad_observation_is_refused_in_a_sentence(x, y, words):
    X, target = data()
    model = new().partial_fit(X, target)

    with pytest.raises(ValueError, match=re.escape(words)):
        model.learn_one(x, y)

    assert_equal(model, new().partial_fit(X, target))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda X, y: (np.where(X[3, 1] == X, np.nan, X), y), "infinity in row 3; fill it first"),
        (lambda X, y: (X, y[:-1]), "y needs shape (30,), one target for each row of x, got (29,)"),
        (lambda X, y: (X, np.where(y == y[4], 2, y > 0)), "got 2 in row 4; encode the two classes"),
        (lambda X, y: (X[:0], y[:0]), "x needs shape (n_rows,), or (n_rows, n_features), got (0, "),
    ],
)
def test_bad_rows_are_refused_and_none_of_them_is_learned(change, words):
    X, y = data()
    model = new(loss="logistic").partial_fit(X, y > 0)

    with pytest.raises(ValueError, match=re.escape(words)):
        model.partial_fit(*change(X, y > 0) if "encode" not in words else change(X, y))

    assert_equal(model, new(loss="logistic").partial_fit(X, y > 0))


def test_other_features_are_refused_by_name():
    model = new().learn_one({"a": 1.0, "b": 2.0}, 1.0)

    words = "x needs the features ['a', 'b'], but ['b'] are absent and ['c'] are new"
    with pytest.raises(ValueError, match=re.escape(words)):
        model.predict_one({"a": 1.0, "c": 2.0})
    with pytest.raises(
        ValueError, match=re.escape("x names its features ['a', 'b'], but they had")
    ):
        new().learn_one([1.0, 2.0], 1.0).predict_one({"a": 1.0, "b": 2.0})


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"cell": "gur"}, ValueError, "unknown cell 'gur'"),
        ({"hidden_size": 17}, ValueError, "hidden_size must be at most 16"),
        ({"loss": "hinge"}, ValueError, "unknown loss 'hinge'"),
        ({"rule": "rtlr"}, ValueError, "did you mean 'rtrl'?"),
        ({"truncation": 0}, ValueError, "truncation must be at least 1"),
        ({"learning_rate": -1}, ValueError, "learning_rate must be a finite number from 0 upwards"),
        ({"n_streams": 1.5}, TypeError, "n_streams must be an integer"),
        ({"dtype": "float16"}, ValueError, "unknown dtype 'float16'"),
        ({"init": "ones"}, ValueError, "unknown init 'ones'"),
        ({"init": {"w": 1}}, ValueError, "unknown weight in init 'w'"),
        ({"init": {"b_output": [1, 2]}}, ValueError, "finite numbers of shape (1,) for b_output"),
    ],
)
def test_settings_are_checked_before_anything_is_learned(settings, error, words):
    model = new().set_params(**settings)

    with pytest.raises(error, match=re.escape(words)):
        model.learn_one(1.0, 1.0)


def test_more_weights_than_can_be_compiled_in_good_time_are_refused():
    with pytest.raises(ValueError, match="1000 features and 4 units of 'tanh' make 4025 weights"):
        OnlineRNN("tanh", 4).learn_one(np.zeros(1000), 1.0)


def test_what_has_learned_keeps_its_design():
    model = new().learn_one(1.0, 1.0).set_params(hidden_size=3)

    with pytest.raises(ValueError, match="hidden_size cannot change from 2 to 3 after something"):
        model.learn_one(1.0, 1.0)


def test_a_number_too_large_for_its_type_is_refused_without_a_warning():
    X, y = data()
    model = OnlineRNN(dtype="float32").partial_fit(X, y)

    with pytest.raises(ValueError, match="x must be finite"):
        model.predict_one([1e300, 0.0])
