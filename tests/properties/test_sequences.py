"""What holds for networks that read sequences, whatever these are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnts import OnlineRNN, RNNClassifier, RNNRegressor, RNNTranslator
from tests.properties.strategies import few, seeds

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

QUICK = {"hidden_size": 3, "max_iter": 3}
MODELS = {
    "regressor": RNNRegressor(**QUICK),
    "both ways": RNNRegressor(**QUICK, bidirectional=True),
    "classifier": RNNClassifier(**QUICK),
    "every step": RNNRegressor(**QUICK),
    "translator": RNNTranslator(**QUICK, n_tokens=3),
}


def examples(name, seed):
    """Sequences of different lengths, and what a model of this kind should say of them."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 7, size=12)
    if name == "translator":
        X = [rng.integers(0, 3, size=length) for length in lengths]
        return X, [one[::-1].tolist() for one in X]
    X = [rng.normal(size=(length, 2)) for length in lengths]
    if name == "every step":
        return X, [one.sum(axis=1) for one in X]
    y = np.array([one.sum() for one in X])
    # Both classes are there, whatever was drawn.
    return X, (y > np.median(y)) if name == "classifier" else y


def said(model, X):
    answers = model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)
    return [np.asarray(answer) for answer in answers]


@pytest.mark.parametrize("name", MODELS)
@few
@given(seed=seeds, order=st.permutations(range(12)))
def test_order_of_examples_changes_only_the_order_of_answers(name, seed, order):
    X, y = examples(name, seed)
    expected = said(MODELS[name].fit(X, y), X)

    turned = MODELS[name].fit([X[place] for place in order], [y[place] for place in order])

    # What is learned does not depend on a bit.
    for answer, other in zip(said(turned, X), expected, strict=True):
        np.testing.assert_array_equal(answer, other)
    # The last digit of a product depends on the lane in which it is made.
    for place, answer in zip(order, said(turned, [X[place] for place in order]), strict=True):
        np.testing.assert_allclose(answer, expected[place], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", MODELS)
@few
@given(seed=seeds)
def test_a_sequence_does_not_mind_the_length_of_its_neighbours(name, seed):
    X, y = examples(name, seed)
    model = MODELS[name].fit(X, y)

    together = said(model, X)

    for one, expected in zip(X, together, strict=True):
        [alone] = said(model, [one])
        np.testing.assert_allclose(alone, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["regressor", "both ways", "classifier"])
@few
@given(seed=seeds, counts=st.lists(st.integers(1, 3), min_size=12, max_size=12))
def test_an_example_that_comes_twice_counts_twice(name, seed, counts):
    X, y = examples(name, seed)
    weighted = said(MODELS[name].fit(X, y, sample_weight=counts), X)
    places = np.repeat(np.arange(12), counts)

    repeated = said(MODELS[name].fit([X[place] for place in places], np.asarray(y)[places]), X)

    for answer, other in zip(repeated, weighted, strict=True):
        np.testing.assert_array_equal(answer, other)


@few
@given(
    seed=seeds,
    n_features=st.integers(1, 3),
    rule=st.sampled_from([{"rule": "rtrl"}, {"rule": "bptt", "truncation": 3}]),
    cuts=st.lists(st.integers(0, 20), max_size=3).map(sorted),
)
def test_rows_in_blocks_teach_a_stream_what_they_teach_one_by_one(seed, n_features, rule, cuts):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(20, n_features)), rng.normal(size=20)
    y[rng.random(20) < 0.1] = np.nan
    one_by_one, in_blocks = (
        OnlineRNN("tanh", 2, random_state=0, learning_rate=0.1, **rule) for _ in range(2)
    )

    for row, target in zip(X, y, strict=True):
        one_by_one.learn_one(row, target)
    for start, stop in zip([0, *cuts], [*cuts, 20], strict=True):
        if start < stop:
            in_blocks.partial_fit(X[start:stop], y[start:stop])

    np.testing.assert_array_equal(in_blocks.state_, one_by_one.state_)
    for name, weights in one_by_one.weights_.items():
        np.testing.assert_array_equal(in_blocks.weights_[name], weights)


@few
@given(seed=seeds, n_streams=st.integers(1, 20), place=st.integers(0, 19))
def test_a_stream_of_a_bank_is_a_stream_alone(seed, n_streams, place):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(10, n_streams, 2)), rng.normal(size=(10, n_streams))
    bank, alone = (
        OnlineRNN("tanh", 2, n_streams=count, random_state=0, learning_rate=0.1)
        for count in (n_streams, None)
    )
    place %= n_streams

    together = bank.step(X, y)

    np.testing.assert_array_equal(together[:, place], alone.step(X[:, place], y[:, place]))
    np.testing.assert_array_equal(bank.predict(X)[:, place], alone.predict(X[:, place]))
