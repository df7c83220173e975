"""What is saved is what is loaded, and nothing else can be."""

import json
import pickle
import random
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rnnts import (
    ETSForecaster,
    OnlineRNN,
    PanelForecaster,
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTranslator,
    datasets,
    load,
    save,
)
from rnnts.forecasters import FORECASTERS
from rnnts.losses import Pinball
from rnnts.persistence._classes import ESTIMATORS
from rnnts.solvers import LBFGS

# Three steps of training are enough to tell two models apart.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

Y = datasets.load("air_passengers")[:84]
LATER = datasets.load("air_passengers")[84:90]
QUICK = {"max_iter": 3, "random_state": 0}
SMALL = {"rnn": QUICK, "arma": {"order": (1, 0, 0)}}

FORECASTERS_OF_ONE_SERIES = {
    **{name: cls(**SMALL.get(name, {})) for name, cls in FORECASTERS.items()},
    "plain": RNNForecaster("linear", 1, init="arma"),
    "arma network": RNNForecaster("linear", 2, transform=None, diff=0),
    "lstm": RNNForecaster("lstm", (2, 2), dilation=(1, 2), skip=True, **QUICK),
    "box cox": RNNForecaster("gru", 2, transform="boxcox", deseasonalize="auto", **QUICK),
    "quantiles": RNNForecaster(loss=Pinball((0.1, 0.5, 0.9)), horizon=6, **QUICK),
    "fallback": RNNForecaster("tanh", 2, fallback="auto", **QUICK),
    "solver": RNNForecaster("tanh", 2, solver=LBFGS(max_iter=4), n_init=2, random_state=3),
}


def said(model):
    """All that a forecaster says."""
    paths = model.sample_paths(3, n_paths=5, random_state=0)
    return [model.predict(14), model.predict_interval(5), paths, model.resid_]


def assert_same(first, second):
    for one, other in zip(first, second, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other), check_exact=True)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.npz"


def saved_and_loaded(model, path):
    save(model, path)
    return load(path)


@pytest.mark.parametrize("name", FORECASTERS_OF_ONE_SERIES)
def test_a_forecaster_says_and_learns_the_same_to_the_bit(name, path):
    model = FORECASTERS_OF_ONE_SERIES[name].fit(Y)

    again = saved_and_loaded(model, path)

    assert type(again) is type(model)
    assert repr(again) == repr(model)
    assert_same(said(again), said(model))
    # Held-out networks are there by now, and are saved as well.
    assert_same(said(saved_and_loaded(model, path)), said(model))
    assert_same(said(again.update(LATER)), said(model.update(LATER)))
    assert_same(said(again.partial_fit(LATER)), said(model.partial_fit(LATER)))


@pytest.mark.parametrize(
    "y",
    [
        Y.to_numpy(),
        Y.to_frame(),
        Y.to_period("M"),
        Y.tz_localize("Europe/Zurich"),
        Y.reset_index(drop=True),
        Y.rename(("a", 1)),
        pd.DataFrame({"a": Y, "b": Y**2}),
        pd.DataFrame({("a", 1): Y, ("b", 2): Y**2}),
        Y.where(Y.index.month != 5),
    ],
    ids=["array", "frame", "periods", "zone", "numbers", "tuple", "two", "levels", "missing"],
)
def test_every_form_of_series_comes_back(y, path):
    model = RNNForecaster("linear", 1).fit(y)

    again = saved_and_loaded(model, path)

    assert type(again.predict(3)) is type(model.predict(3))
    assert_same([again.predict(3)], [model.predict(3)])
    if not isinstance(y, np.ndarray):
        assert again.predict(3).index.equals(model.predict(3).index)


def test_exogenous_columns_come_back(path):
    X = pd.DataFrame({"wave": np.sin(np.arange(90.0))}, index=Y.index.append(LATER.index))
    model = RNNForecaster("linear", 2).fit(X[:84], Y)

    again = saved_and_loaded(model, path)

    assert again.feature_names_in_.tolist() == ["wave"]
    assert_same([again.predict(X[84:])], [model.predict(X[84:])])


def sequence_models():
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(30, 6, 2))
    total = numbers[:, :, 0].sum(axis=1)
    ragged = [list(rng.integers(0, 4, size=rng.integers(2, 6))) for _ in range(30)]
    words = np.where(total > 0, "up", "down")
    return {
        "regressor": (RNNRegressor(hidden_size=3, **QUICK), numbers, total),
        "both ways": (RNNRegressor(hidden_size=3, bidirectional=True, **QUICK), numbers, total),
        "classifier": (RNNClassifier(hidden_size=3, **QUICK), numbers, words),
        "tokens": (RNNClassifier(hidden_size=3, n_tokens=4, **QUICK), ragged, words),
        "translator": (
            RNNTranslator(hidden_size=3, n_tokens=4, **QUICK),
            ragged,
            [one[::-1] for one in ragged],
        ),
    }


@pytest.mark.parametrize("name", sequence_models())
def test_an_estimator_of_sequences_predicts_and_learns_the_same_to_the_bit(name, path):
    model, X, y = sequence_models()[name]
    model.fit(X, y)

    again = saved_and_loaded(model, path)

    assert repr(again.predict(X)) == repr(model.predict(X))
    if hasattr(model, "partial_fit"):
        model.partial_fit(X, y)
        again.partial_fit(X, y)
        assert repr(again.predict(X)) == repr(model.predict(X))
        for name, weight in model.weights_.items():
            np.testing.assert_array_equal(again.weights_[name], weight)


@pytest.mark.parametrize("mode", ["local", "global", "both"])
def test_a_panel_comes_back_with_series_of_every_kind(mode, path):
    rows = [Y[: 40 + 4 * (number % 3)] * (1 + number) for number in range(5)]
    panel = {f"s{number}": one for number, one in enumerate(rows)}
    panel["short"] = Y[:1]
    model = PanelForecaster(RNNForecaster(hidden_size=2, **QUICK), mode=mode)
    with pytest.warns(UserWarning, match="1 series could not be fitted"):
        model.fit(panel)

    again = saved_and_loaded(model, path)

    pd.testing.assert_frame_equal(again.errors_, model.errors_)
    for one, other in zip(again.predict(3).items(), model.predict(3).items(), strict=True):
        assert one[0] == other[0]
        pd.testing.assert_series_equal(one[1], other[1], check_exact=True)
    for label, table in model.predict_interval(2).items():
        pd.testing.assert_frame_equal(again.predict_interval(2)[label], table, check_exact=True)


def test_an_unfitted_estimator_comes_back_unfitted(path):
    again = saved_and_loaded(RNNForecaster("gru", 7), path)

    assert repr(again) == repr(RNNForecaster("gru", 7))
    assert not again.__sklearn_is_fitted__()


def test_every_estimator_of_the_package_can_be_saved():
    assert {*FORECASTERS.values()} < ESTIMATORS
    assert {PanelForecaster, RNNRegressor, RNNClassifier, RNNTranslator, OnlineRNN} < ESTIMATORS


def test_what_a_file_cannot_hold_is_named_and_nothing_is_written(path):
    generator = np.random.RandomState(0)
    with pytest.raises(TypeError, match=r"RNNForecaster.random_state is RandomState.*joblib.dump"):
        save(RNNForecaster("tanh", 2, max_iter=2, random_state=generator).fit(Y), path)
    with pytest.raises(TypeError, match="save takes an estimator of rnnts, such as a forecaster"):
        save({"a": 1}, path)
    with pytest.raises(FileNotFoundError):
        save(RNNForecaster(), path.parent / "nowhere" / "model.npz")
    assert not list(path.parent.iterdir())


def test_a_file_altered_anywhere_is_refused_or_says_the_same(path):
    model = RNNForecaster("linear", 2).fit(Y)
    save(model, path)
    whole, expected = path.read_bytes(), model.predict(5)
    draw = random.Random(0)
    n_refused = 0

    for _ in range(150):
        place = draw.randrange(len(whole))
        changed = whole[place] ^ draw.randrange(1, 256)
        path.write_bytes(whole[:place] + bytes([changed]) + whole[place + 1 :])
        try:
            again = load(path)
        except ValueError:
            n_refused += 1
        else:
            pd.testing.assert_series_equal(again.predict(5), expected, check_exact=True)

    assert n_refused > 100


def test_a_file_cut_off_anywhere_is_refused(path):
    save(RNNForecaster("linear", 2).fit(Y), path)
    whole = path.read_bytes()

    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="is no file of rnnts, or it is damaged"):
            load(path)


def test_a_file_that_claims_to_be_encrypted_is_refused(path):
    save(RNNForecaster("linear", 2).fit(Y), path)
    entry = path.read_bytes().index(b"PK\x01\x02")
    whole = bytearray(path.read_bytes())
    whole[entry + 8] |= 1
    path.write_bytes(whole)

    with pytest.raises(ValueError, match="is no file of rnnts, or it is damaged"):
        load(path)


def test_an_array_whose_header_is_no_tuple_is_refused(path):
    header = b"{'descr': '<f8', 'shape': (3".ljust(117) + b"\n"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("x.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)

    with pytest.raises(ValueError, match="is no file of rnnts, or it is damaged"):
        load(path)


def forged(path, change):
    """A file whose header is another, with all checksums as they should be."""
    with np.load(path) as file:
        arrays = dict(file)
    header = json.loads(arrays["header"].tobytes())
    change(header)
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez(path, **arrays)


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header["objects"][0].update({"class": "Popen"}),
        lambda header: header["objects"][0]["state"].update(cell={"os": "system"}),
        lambda header: header["objects"][0]["state"].update(_history={"is": 10**9}),
        lambda header: header["objects"].clear(),
        lambda header: header.pop("objects"),
        lambda header: header.update(objects=7),
    ],
    ids=["class", "setting", "reference", "empty", "missing", "number"],
)
def test_forged_words_are_refused(path, change):
    save(RNNForecaster("linear", 2).fit(Y), path)
    forged(path, change)

    with pytest.raises(ValueError, match="damaged"):
        load(path)


def test_a_forged_model_that_cannot_even_be_named_is_refused(path):
    """Its own words fail as well: a forecaster without settings, as a key that there is not."""
    save(RNNForecaster("linear", 2).fit(Y), path)

    def change(header):
        whole = header["objects"][0]
        cell = next(each for each in header["objects"] if each["class"] == "Cell")
        cell["state"]["name"] = {"is": len(header["objects"])}
        header["objects"].append({"class": whole["class"], "state": {}})

    forged(path, change)
    with pytest.raises(ValueError, match=r"model.npz is damaged \(KeyError\); save the model once"):
        load(path)


def test_an_empty_array_of_a_billion_columns_is_refused(path):
    """It holds nothing itself, but what is multiplied with it is as wide."""
    save(RNNForecaster("linear", 2).fit(Y), path)

    def widen(header):
        for each in header["objects"]:
            if each["class"] == "Member":
                each["state"]["effects"]["array"][2] = [0, 10**9]

    forged(path, widen)
    with pytest.raises(ValueError, match=r"an array of shape \[0, 1000000000\] among \d+ numbers"):
        load(path)


def test_networks_whose_weights_do_not_fit_are_refused(path):
    save(RNNForecaster("tanh", 2, **QUICK).fit(Y), path)

    def grow(header):
        for each in header["objects"]:
            if each["class"] == "Network":
                each["state"]["hidden_size"] = 10**6

    forged(path, grow)
    with pytest.raises(ValueError, match="a model needs params of shape"):
        load(path)


@pytest.mark.parametrize("size", [0, 5, 12, 36])
def test_smoothing_whose_parameters_do_not_fit_is_refused(path, size):
    """Its kernel would read and write beyond them."""
    model = ETSForecaster(error="add", trend=None, seasonal="add").fit(Y)
    save(replace_params(model, np.ones(size)), path)

    with pytest.raises(ValueError, match=r"a model needs params of shape \(18,\)"):
        load(path)


def replace_params(model, params):
    model._model = replace(model._model, params=params)
    return model


def test_a_later_format_is_refused(path):
    save(RNNForecaster("linear", 2).fit(Y), path)
    forged(path, lambda header: header.update(rnnts=99))

    with pytest.raises(ValueError, match=r"later version of rnnts \(format 99.*update rnnts"):
        load(path)


def test_an_array_that_promises_more_than_the_file_holds_takes_no_memory(path):
    """2^62 elements, and a zip whose contents are a thousand times its size."""
    save(RNNForecaster("linear", 2).fit(Y), path)
    words = b"{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904,), }"
    header = words.ljust(118 - 10 - 1 + 10 - 1) + b"\n"
    promised = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("more.npy", promised)
    with pytest.raises(ValueError, match="more.npy is not as long as its shape"):
        load(path)

    np.savez_compressed(path, header=np.zeros(50_000_000, np.uint8))
    assert path.stat().st_size < 100_000
    with pytest.raises(ValueError, match="promises more than it holds"):
        load(path)


def test_nothing_but_the_file_is_written_and_a_link_stays_one(tmp_path):
    real, link = tmp_path / "real.npz", tmp_path / "link"
    save(RNNForecaster("linear", 1).fit(Y), real)
    link.symlink_to(real)

    save(RNNForecaster("linear", 2).fit(Y), link)

    assert link.is_symlink()
    assert load(real).hidden_size == 2
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "real.npz"]


@pytest.mark.parametrize("cell", ["linear", "gru"])
def test_what_came_out_of_a_pickle_is_the_same_and_can_be_saved(cell, path):
    model = RNNForecaster(cell, 2, **QUICK).fit(Y)

    pickled = pickle.loads(pickle.dumps(model))
    save(pickled, path)

    for again in (pickled, load(path)):
        assert_same(said(again), said(model))
