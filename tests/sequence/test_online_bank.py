"""A bank of streams, stepped by one call, in memory and in a file."""

import json
import re

import numpy as np
import pytest
from sklearn.base import clone

from rnnts import OnlineRNN, load, save

N_STREAMS = 37  # fills no block of lanes
KINDS = [
    {"rule": "rtrl", "dtype": "float64"},
    {"rule": "rtrl", "dtype": "float32"},
    {"rule": "bptt", "truncation": 4},
]


def data(n_rows=12, n_features=2, n_streams=N_STREAMS):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_rows, n_streams, n_features))
    y = rng.standard_normal((n_rows, n_streams))
    y[rng.random(y.shape) < 0.1] = np.nan
    return X, y


def new(**settings):
    return OnlineRNN("tanh", 2, **{"random_state": 0, "learning_rate": 0.1, **settings})


def assert_equal(first, second):
    for name, weights in first.weights_.items():
        np.testing.assert_array_equal(weights, second.weights_[name])
    np.testing.assert_array_equal(first.state_, second.state_)


@pytest.mark.parametrize("kind", KINDS)
def test_each_stream_does_what_one_by_itself_does_bit_for_bit(kind):
    X, y = data()
    bank = new(n_streams=N_STREAMS, **kind)

    progressive = bank.step(X, y)
    ahead = bank.predict(X)

    for stream in (0, 17, 36):
        single = new(**kind)
        np.testing.assert_array_equal(
            progressive[:, stream], single.step(X[:, stream], y[:, stream])
        )
        np.testing.assert_array_equal(ahead[:, stream], single.predict(X[:, stream]))
        np.testing.assert_array_equal(bank.state_[stream], single.state_)
        for name, weights in single.weights_.items():
            np.testing.assert_array_equal(bank.weights_[name][stream], weights)
    of_one = new(n_streams=1, **kind).partial_fit(X[:, :1], y[:, :1])
    np.testing.assert_array_equal(of_one.state_, bank.state_[:1])


def test_threads_and_the_streams_beside_it_change_nothing():
    X, y = data(n_rows=300, n_features=1, n_streams=400)

    one, two = (new(n_streams=400, n_jobs=n).step(X, y) for n in (1, 2))
    turned = new(n_streams=400).step(X[:, ::-1], y[:, ::-1])

    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, turned[:, ::-1])


def test_one_step_of_all_streams_is_one_call():
    X, y = data()
    by_step, at_once = new(n_streams=N_STREAMS), new(n_streams=N_STREAMS).partial_fit(X, y)

    for x, target in zip(X, y, strict=True):
        expected = by_step.predict_one(x)
        np.testing.assert_array_equal(by_step.step_one(x, target), expected)

    assert expected.shape == (N_STREAMS,)
    assert_equal(by_step, at_once)
    assert by_step.n_samples_seen_ == 12


def test_features_may_come_by_name_or_alone():
    X, y = data()
    by_name, plain = new(n_streams=N_STREAMS), new(n_streams=N_STREAMS)
    alone, of_one = new(n_streams=N_STREAMS), new(n_streams=N_STREAMS)

    for x, target in zip(X, y, strict=True):
        by_name.learn_one({"a": x[:, 0], "b": x[:, 1]}, target)
        alone.learn_one(x[:, 0], target)

    assert_equal(by_name, plain.partial_fit(X, y))
    assert_equal(alone, of_one.partial_fit(X[:, :, :1], y))


def test_probabilities_of_all_streams():
    X, y = data()
    labels = np.where(np.isnan(y), np.nan, y > 0)
    bank = new(n_streams=N_STREAMS, loss="logistic")

    progressive = bank.step(X, labels)

    one, rows = bank.predict_proba_one(X[0]), bank.predict_proba(X)
    assert ((progressive > 0) & (progressive < 1)).all()
    assert one.shape == (N_STREAMS, 2)
    assert rows.shape == (12, N_STREAMS, 2)
    np.testing.assert_array_equal(bank.predict_one(X[0]), one[:, 1] > 0.5)
    np.testing.assert_allclose(rows.sum(axis=2), 1.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x, y: (x[:-1], y), "x needs shape (37,), or (37, n_features), got (36, 2)"),
        (lambda x, y: (x, y[:-1]), "y needs shape (37,), one target for each row of x, got (36,)"),
        (lambda x, y: (np.where(x == x[5, 1], np.inf, x), y), "in stream 5; fill it first"),
        (lambda x, y: (x, np.where(y == y[6], -np.inf, y)), "got -inf in stream 6; give NaN"),
    ],
)
def test_a_bad_step_is_refused_and_no_stream_learns(change, words):
    X, y = data()
    bank = new(n_streams=N_STREAMS).partial_fit(X, y)

    with pytest.raises(ValueError, match=re.escape(words)):
        bank.learn_one(*change(X[0], y[0]))

    assert_equal(bank, new(n_streams=N_STREAMS).partial_fit(X, y))


@pytest.mark.parametrize("kind", KINDS)
def test_a_bank_comes_back_from_its_file_and_goes_on(tmp_path, kind):
    X, y = data()
    bank = new(n_streams=N_STREAMS, **kind).partial_fit(X[:7], y[:7])

    save(bank, tmp_path / "bank.npz")
    again = load(tmp_path / "bank.npz")

    assert again.get_params() == bank.get_params()
    np.testing.assert_array_equal(again.step(X[7:], y[7:]), bank.step(X[7:], y[7:]))
    assert_equal(again, bank)
    assert again.n_samples_seen_ == 12
    assert [each.name for each in tmp_path.iterdir()] == ["bank.npz"]


def test_one_stream_with_names_and_given_weights_comes_back(tmp_path):
    init = {"w_input": [[1.0, 2.0], [3.0, 4.0]]}
    model = new(init=init, dtype="float32").learn_one({"a": 1.0, "b": 2.0}, 1.0)

    save(model, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")

    assert again.feature_names_in_.tolist() == ["a", "b"]
    np.testing.assert_array_equal(clone(again).init["w_input"], init["w_input"])
    assert again.predict_one({"b": 1.0, "a": 0.5}) == model.predict_one({"a": 0.5, "b": 1.0})


def test_damaged_and_other_files_are_refused(tmp_path):
    path = tmp_path / "model.npz"
    save(new(dtype="float32").learn_one([1.0, 2.0], 1.0), path)
    content = path.read_bytes()

    path.write_bytes(content[:200] + b"?" + content[201:])
    with pytest.raises(ValueError, match="is damaged"):
        load(path)
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match="is damaged"):
        load(path)
    text = json.dumps({"rnnts": 1, "kind": "panel"})
    np.savez(path, header=np.frombuffer(text.encode(), np.uint8))
    with pytest.raises(ValueError, match="holds a panel, but a model was asked for"):
        load(path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.npz")


def test_a_file_whose_arrays_do_not_fit_is_refused(tmp_path):
    path, other = tmp_path / "model.npz", tmp_path / "other.npz"
    save(new(dtype="float32").learn_one([1.0, 2.0], 1.0), path)
    with np.load(path) as file:
        arrays = dict(file)
    text = arrays["header"].tobytes().decode()
    forged = text.replace('"n_features": 2', '"n_features": 3')
    arrays["header"] = np.frombuffer(forged.encode(), np.uint8)
    np.savez(other, **arrays)

    with pytest.raises(ValueError, match=r"other.npz is damaged .*a model needs params of shape"):
        load(other)


@pytest.mark.filterwarnings("ignore:.*no longer learn")
def test_the_streams_that_are_lost_are_told_of_and_the_others_predict():
    X, y = data()
    wild = np.where(np.arange(N_STREAMS) == 3, 1e9, 1.0)
    bank = new(n_streams=N_STREAMS, learning_rate=0.01).set_params(cell="linear")
    bank.partial_fit(np.tile(X, (10, 1, 1)) * wild[:, None], np.tile(y, (10, 1)))

    with pytest.warns(RuntimeWarning, match=f"1 of {N_STREAMS} streams grew .* have no prediction"):
        predicted = bank.predict_one(X[0])

    assert np.flatnonzero(~np.isfinite(predicted)).tolist() == [3]
