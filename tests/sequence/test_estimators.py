"""What sequence estimators promise beyond scikit-learn."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from rnnts import RNNClassifier, RNNRegressor, RNNTranslator
from rnnts.cells import CELLS
from rnnts.losses import Huber, Pinball
from rnnts.solvers import Adam

RNG = np.random.default_rng(0)
TABLE = RNG.standard_normal((60, 7))
CUBE = RNG.standard_normal((30, 7, 2))
LISTS = [RNG.standard_normal((n, 2)) for n in RNG.integers(2, 9, 30)]


def last_sign(X):
    return np.array(["down", "up"])[[int(np.ravel(x)[-1] > 0) for x in X]]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_every_cell_learns_in_one_direction_and_in_both(cell, bidirectional):
    model = RNNRegressor(cell, (6, 6), bidirectional=bidirectional, max_iter=300)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(TABLE, TABLE[:, -3:].sum(axis=1))

    assert model.score(TABLE, TABLE[:, -3:].sum(axis=1)) > 0.9


@pytest.mark.parametrize(
    ("X", "y", "shape"),
    [
        (TABLE, TABLE[:, 0], (60,)),
        (TABLE, TABLE[:, :2], (60, 2)),
        (TABLE, np.stack([TABLE, -TABLE], axis=2), (60, 7, 2)),
        (CUBE, CUBE[:, 0, 0], (30,)),
        (CUBE, CUBE[:, :, 0], (30, 7)),
        (CUBE, CUBE, (30, 7, 2)),
        (LISTS, [x[0, 0] for x in LISTS], (30,)),
        (LISTS, np.array([x[0] for x in LISTS]), (30, 2)),
    ],
)
def test_what_is_predicted_has_the_form_of_y(X, y, shape):
    model = RNNRegressor(hidden_size=3, solver=Adam(max_iter=3, schedule="cosine")).fit(X, y)

    assert model.predict(X).shape == shape
    assert isinstance(model.score(X, y), float)


@pytest.mark.parametrize("n_columns", [None, 1, 2])
def test_lists_with_a_time_axis_come_back_as_lists(n_columns):
    y = [x[:, 0] if n_columns is None else x[:, :n_columns] for x in LISTS]

    model = RNNRegressor(hidden_size=8).fit(LISTS, y)

    assert [p.shape for p in model.predict(LISTS)] == [row.shape for row in y]
    assert model.score(LISTS, y) > 0.99
    assert model.score(LISTS, y) == pytest.approx(
        1
        - np.sum((np.concatenate(model.predict(LISTS)) - np.concatenate(y)) ** 2)
        / np.sum((np.concatenate(y) - np.concatenate(y).mean(axis=0)) ** 2),
        abs=0.01,
    )


def test_a_score_changes_nothing():
    y = [x[:, 0] for x in LISTS]
    model = RNNRegressor(hidden_size=3, tol=0.01).fit(LISTS, y)

    assert model.score(LISTS, [row[:, None] for row in y]) == model.score(LISTS, y)
    assert [p.ndim for p in model.predict(LISTS)] == [1] * 30


def test_a_sequence_says_the_same_whatever_stands_beside_it():
    model = RNNRegressor("gru", 5, bidirectional=True).fit(LISTS, [x[0, 0] for x in LISTS])

    together = model.predict(LISTS)

    for number in (0, 7, 29):
        assert model.predict([LISTS[number]])[0] == pytest.approx(together[number], rel=1e-12)


def test_order_and_repetition_change_no_bit():
    y = last_sign(LISTS)
    order = np.random.default_rng(1).permutation(np.repeat(np.arange(30), 2))
    settings = {"hidden_size": 4, "max_iter": 30, "tol": 0.01}

    once = RNNClassifier(**settings).fit(LISTS, y, sample_weight=np.full(30, 2.0))
    twice = RNNClassifier(**settings).fit([LISTS[k] for k in order], y[order])

    np.testing.assert_array_equal(once.predict_proba(CUBE), twice.predict_proba(CUBE))


def test_classes_at_every_step():
    words = [RNG.integers(0, 5, n) for n in RNG.integers(1, 9, 40)]
    # Whether a one was read so far.
    tags = [np.where(np.cumsum(word == 1) > 0, "after", "before") for word in words]

    model = RNNClassifier(hidden_size=6, n_tokens=5).fit(words, tags)

    assert model.score(words, tags) == 1.0
    assert [p.shape for p in model.predict_proba(words)] == [(len(word), 2) for word in words]
    np.testing.assert_allclose(np.concatenate(model.predict_proba(words)).sum(axis=1), 1.0)
    assert model.predict(words)[3].tolist() == tags[3].tolist()


def test_class_weights_move_the_border():
    X = RNG.standard_normal((300, 3))
    y = (X[:, -1] + 0.8 * RNG.standard_normal(300) > 1.2).astype(int)
    settings = {"cell": "linear", "hidden_size": 1}

    plain = RNNClassifier(**settings).fit(X, y)
    balanced = RNNClassifier(**settings, class_weight="balanced").fit(X, y)
    named = RNNClassifier(**settings, class_weight={0: 1.0, 1: 50.0}).fit(X, y)

    assert plain.predict(X).sum() < balanced.predict(X).sum() < named.predict(X).sum()


def test_early_stopping_keeps_what_was_best_on_the_last_sequences():
    X, y = RNG.standard_normal((40, 5)), RNG.standard_normal(40)
    settings = {"hidden_size": 16, "l2": 0.0, "solver": Adam(max_iter=400, schedule="cosine")}

    stopped = RNNRegressor(**settings, early_stopping=True, validation_fraction=0.25).fit(X, y)
    overtrained = RNNRegressor(**settings).fit(X[:30], y[:30])

    def mean_square(model):
        return np.mean((model.predict(X[30:]) - y[30:]) ** 2)

    assert mean_square(stopped) < mean_square(overtrained)


def test_warm_start_goes_on():
    y = TABLE[:, -1]
    model = RNNRegressor(hidden_size=4, max_iter=5, warm_start=True)
    with pytest.warns(ConvergenceWarning, match="max_iter=5"):
        first = model.fit(TABLE, y).loss_
    with pytest.warns(ConvergenceWarning):
        again = model.fit(TABLE, y).loss_

    assert again < first


def test_the_best_of_several_starts_is_kept():
    settings = {"hidden_size": 2, "max_iter": 200, "tol": 1e-5}
    y = np.sin(3 * TABLE[:, 2])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        one = RNNRegressor(**settings).fit(TABLE, y)
        five = RNNRegressor(**settings, n_init=5).fit(TABLE, y)

    assert five.loss_ < one.loss_


def test_partial_fit_takes_steps_and_carries_its_moments():
    y = last_sign(TABLE)
    model = RNNClassifier(hidden_size=4)
    losses = [model.partial_fit(TABLE, y).loss_ for _ in range(150)]

    assert losses[-1] < 0.3 * losses[0]
    assert model.score(TABLE, y) > 0.9
    # The same steps at once: moments and all.
    at_once = RNNClassifier(
        hidden_size=4, solver=Adam(max_iter=150, tol=1e-12, n_iter_no_change=150)
    )
    with pytest.warns(ConvergenceWarning):
        at_once.fit(TABLE, y)
    np.testing.assert_allclose(losses, model.loss_curve_)
    assert min(losses) == pytest.approx(at_once.loss_, rel=1e-9)


def test_losses_other_than_squares():
    y = TABLE[:, -1] + 3 * (RNG.random(60) < 0.1)
    above = RNNRegressor("linear", 1, loss=Pinball((0.9,))).fit(TABLE, y)
    robust = RNNRegressor("linear", 1, loss=Huber(0.1)).fit(TABLE, y)

    assert 0.8 < np.mean(above.predict(TABLE) >= y) < 1.0
    assert np.median(np.abs(robust.predict(TABLE) - y)) < 0.3


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_threads_change_no_bit(n_jobs):
    y = TABLE[:, 0]
    settings = {"hidden_size": 9, "max_iter": 20, "tol": 0.01}

    one = RNNRegressor(**settings).fit(TABLE, y)
    some = RNNRegressor(**settings, n_jobs=n_jobs).fit(TABLE, y)

    np.testing.assert_array_equal(one.predict(TABLE), some.predict(TABLE))


def test_generation_is_reading_what_was_said():
    text = np.tile([0, 1, 2, 1], 8)
    model = RNNClassifier(hidden_size=8, n_tokens=3).fit([text[:-1]], [text[1:]])

    said = model.generate([0], 9, temperature=0.0)

    read = [0]
    for _ in range(9):
        read.append(int(model.predict([np.array(read)])[0][-1]))
    assert said.tolist() == read[1:]
    assert (
        model.generate([0], 9, random_state=3).tolist()
        == model.generate([0], 9, random_state=3).tolist()
    )
    # The hotter, the more it wanders.
    assert len(set(model.generate([0], 60, temperature=50.0, random_state=0))) == 3


def test_a_trajectory_is_generated():
    wave = np.sin(0.5 * np.arange(100))
    model = RNNRegressor(hidden_size=8, l2=0.0, tol=1e-12).fit([wave[:60]], [wave[1:61]])

    np.testing.assert_allclose(model.generate(wave[:70], 30), wave[70:], atol=0.01)


def test_a_trajectory_beyond_all_numbers_is_refused():
    doubled = 2.0 ** np.arange(30)
    model = RNNRegressor("linear", 1, l2=0.0, tol=1e-12).fit([doubled[:-1]], [doubled[1:]])

    with pytest.raises(OverflowError, match=r"at step 10\d\d of 2000, .* ask for fewer steps"):
        model.generate(doubled[:5], 2000)


def test_a_translator_learns_answers_of_other_lengths():
    X = [RNG.integers(0, 4, n) for n in RNG.integers(1, 5, 60)]
    y = [[*x, *x[:1]] if x[0] else [] for x in X]

    model = RNNTranslator(hidden_size=16, n_tokens=4, tol=1e-5).fit(X, y)

    assert model.score(X, y) == 1.0
    assert [list(answer) for answer in model.predict(X)] == [list(row) for row in y]
    assert model.max_length_ == 5


@pytest.mark.parametrize(
    "model",
    [
        RNNRegressor(hidden_size=3, bidirectional=True),
        RNNClassifier(hidden_size=3),
        RNNTranslator(hidden_size=3, max_iter=3),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_fitted_estimator_survives_pickling(model):
    y = ["ab"] * 30 if isinstance(model, RNNTranslator) else np.arange(30) % 3
    model.fit(CUBE, y)

    again = pickle.loads(pickle.dumps(model))

    np.testing.assert_array_equal(again.predict(CUBE), model.predict(CUBE))


def at(model, X, y, **others):
    return lambda: model.fit(X, y, **others)


def spoiled(values, *place):
    values = values.copy()
    values[place] = np.nan
    return values


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (at(RNNRegressor(), [[1.0, 2.0], []], [0, 1]), r"X\[1\] is an empty sequence; leave it"),
        (at(RNNRegressor(), [np.ones(2), spoiled(np.ones(3), 1)], [0, 1]), r"X\[1\].*at step 1"),
        (at(RNNRegressor(), spoiled(CUBE, 4, 2, 0), np.ones(30)), "sequence 4 at step 2"),
        (at(RNNRegressor(), spoiled(TABLE, 8, 3), np.ones(60)), "sequence 8 at step 3"),
        (at(RNNRegressor(), [np.ones((2, 2)), np.ones((2, 1))], [0, 1]), r"X\[1\] has 1 where"),
        (at(RNNRegressor(), LISTS, [x[1:] for x in LISTS]), r"y\[0\] has shape .* steps; for one"),
        (at(RNNRegressor(), LISTS, np.ones(29)), "X has 30 sequences, y has 29"),
        (at(RNNRegressor(), TABLE, np.ones((60, 3, 2))), r"y\[0\] has shape \(3, 2\) where X\[0\]"),
        (at(RNNRegressor(n_tokens=3), [[0, 1], [2, 3, 1]], [0, 1]), "sequence 1 has 3 at step 1"),
        (at(RNNRegressor(n_tokens=3), [[0, 0.5], [2]], [0, 1]), "sequence 0 has 0.5 at step 1"),
        (at(RNNRegressor(n_tokens=3), CUBE, np.ones(30)), "needs one token at each step"),
        (at(RNNRegressor(cell="gur"), TABLE, np.ones(60)), "did you mean 'gru'"),
        (at(RNNRegressor(solver="lm"), TABLE, np.ones(60)), "use 'lbfgs' or 'adam' here"),
        (at(RNNRegressor(loss="gaussian"), TABLE, np.ones(60)), "unknown loss"),
        (at(RNNRegressor(loss=Pinball((0.1, 0.9))), TABLE, np.ones(60)), "one output for each"),
        (at(RNNRegressor(l2=-1), TABLE, np.ones(60)), "l2 must be a finite number"),
        (at(RNNRegressor(scale="robust"), TABLE, np.ones(60)), "unknown scale"),
        (at(RNNRegressor(early_stopping=True), TABLE[:1], np.ones(1)), "leaves nothing to train"),
        (
            at(RNNRegressor(), TABLE, np.ones(60), sample_weight=np.zeros(60)),
            "at least one non-zero",
        ),
        (at(RNNClassifier(), TABLE, np.ones(60)), "at least two classes"),
        (at(RNNClassifier(), LISTS, [np.ones((len(x), 2)) for x in LISTS]), "one label for every"),
        (at(RNNTranslator(max_length=1), TABLE[:2], ["a", "ab"]), r"the 2 symbols of y\[1\]"),
        (at(RNNTranslator(), TABLE[:2], ["", ""]), "every target is empty"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_what_does_not_suit_a_fitted_estimator_is_named():
    model = RNNClassifier(hidden_size=2, max_iter=2).partial_fit(TABLE, last_sign(TABLE))
    with pytest.raises(ValueError, match=r"y\[1\] holds the label 'left', .* \['down', 'up'\]"):
        model.partial_fit(TABLE[:2], ["up", "left"])
    with pytest.raises(ValueError, match="is expecting 1 features"):
        model.predict(CUBE)
    with pytest.raises(ValueError, match="needs n_tokens and classes below"):
        model.generate([0.0], 3)

    model = RNNClassifier(hidden_size=2, max_iter=2)
    model.partial_fit([[0.0, 1.0], [2.0]], [[0, 1], [1]])
    with pytest.raises(ValueError, match=r"y\[1\] holds the label 7"):
        model.partial_fit([[0.0], [1.0, 2.0]], [[0], [1, 7]])

    model = RNNRegressor(hidden_size=2, max_iter=2).fit(CUBE, CUBE[:, 0, 0])
    with pytest.raises(ValueError, match="reads 2 numbers and answers with 1"):
        model.generate(CUBE[0], 3)
    with pytest.raises(ValueError, match="y needs 1 outputs"):
        model.partial_fit(CUBE, CUBE[:, 0])
    model = RNNRegressor(hidden_size=2, max_iter=2, bidirectional=True).fit(CUBE, CUBE)
    with pytest.raises(ValueError, match="bidirectional=False"):
        model.generate(CUBE[0], 3)


def test_warm_start_needs_the_same_classes():
    y = np.arange(60) % 2
    model = RNNClassifier(hidden_size=3, warm_start=True).fit(TABLE, y)
    with pytest.raises(ValueError, match=r"goes on with the classes \[0, 1\], and y has \[4, 5\]"):
        model.fit(TABLE, y + 4)


@pytest.mark.parametrize(
    ("model", "y", "wrong"),
    [
        (RNNRegressor(hidden_size=3), np.arange(30.0), np.full(30, np.nan)),
        (RNNClassifier(hidden_size=3), np.arange(30) % 2, np.zeros(30)),
        (RNNTranslator(hidden_size=3, tol=0.1, max_length=3), ["ab"] * 30, ["xyz!"] * 30),
    ],
)
def test_a_failed_fit_leaves_what_was_learned(model, y, wrong):
    model.fit(CUBE, y)
    before = [answer.tolist() for answer in model.predict(CUBE)]
    with pytest.raises(ValueError, match=r"NaN|one class|max_length"):
        model.fit(TABLE[:30], wrong)

    assert [answer.tolist() for answer in model.predict(CUBE)] == before
    assert model.n_features_in_ == 2


def test_a_failed_partial_fit_leaves_the_weights():
    model = RNNRegressor("linear", 2, scale=None).partial_fit(TABLE, TABLE[:, 0])
    before = model.predict(TABLE)
    with pytest.raises(ValueError, match="weights are left as they were"):
        model.set_params(l2=1.7e308).partial_fit(np.full((2, 7), 1e150), [1e150, 0.0])

    np.testing.assert_array_equal(model.predict(TABLE), before)
    assert model.n_iter_ == 1


@pytest.mark.parametrize("X", [np.full((4, 3), 1e200), [np.full(3, 1e200), np.full(2, 1e200)]])
def test_numbers_too_large_to_square_are_refused(X):
    with pytest.raises(ValueError, match="values up to 1e\\+200.* divide X"):
        RNNRegressor().fit(X, np.zeros(len(X)))
    with pytest.raises(ValueError, match="y has values up to 1e\\+200"):
        RNNRegressor().fit(TABLE, np.full(len(TABLE), 1e200))


def test_equal_numbers_of_unequal_weight_are_scaled_without_a_warning():
    X = np.full((2, 7, 2), -0.515111)
    model = RNNClassifier(hidden_size=2).fit(X, [0, 1], sample_weight=[0.38574627, 0.56040194])

    assert np.isfinite(model.predict_proba(X)).all()


@pytest.mark.parametrize("sample_weight", [None, [np.inf, -np.inf, np.inf]])
def test_infinities_of_both_signs_are_refused_without_a_warning(sample_weight):
    y = [1.0, 2.0, 3.0] if sample_weight else [np.inf, -np.inf, 1.0]

    with pytest.raises(ValueError, match="contains infinity"):
        RNNRegressor().fit(TABLE[:3], y, sample_weight=sample_weight)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_sequences_of_any_size_are_scaled_alike():
    y = TABLE[:, 0]
    expected = RNNRegressor("linear", 2, max_iter=5).fit(TABLE, y).predict(TABLE)

    tiny = RNNRegressor("linear", 2, max_iter=5).fit(2.0**-700 * TABLE, 2.0**-700 * y)

    np.testing.assert_array_equal(tiny.predict(2.0**-700 * TABLE), 2.0**-700 * expected)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1e100, r"answer to X\[0\] leaves .*scale X as in fit"),
        (1e140, r"leave the floating-point range in units of 1e-200, .* fit again"),
    ],
)
def test_an_answer_beyond_all_numbers_is_an_error(value, words):
    model = RNNRegressor("linear", 2, max_iter=3, random_state=0)
    model.fit(1e-200 * TABLE, 1e10 * TABLE[:, 0])

    with pytest.raises(OverflowError, match=words):
        model.predict(np.full((2, 7), value))


def test_one_target_has_no_score():
    model = RNNRegressor("linear", 1).fit(TABLE, TABLE[:, 0])

    with pytest.raises(ValueError, match="at least 2 targets, got 1; give more"):
        model.score(TABLE[:1], TABLE[:1, 0])


@pytest.mark.parametrize("model", [RNNRegressor(random_state=-1), RNNClassifier(random_state=-1)])
def test_a_seed_below_zero_is_refused(model):
    with pytest.raises(ValueError, match="random_state must be an integer from 0 .* got -1"):
        model.fit(TABLE, np.arange(len(TABLE)) % 2)


@pytest.mark.parametrize("X", [np.zeros((3, 2, 1)), np.zeros((3, 2))], ids=["cube", "table"])
def test_targets_of_several_lengths_are_steps_of_which_some_are_missing(X):
    with pytest.raises(ValueError, match=r"y\[1\] has shape \(1,\) where X\[1\] has 2 steps"):
        RNNRegressor().fit(X, [[1, 2], [3], [1, 2]])
    with pytest.raises(ValueError, match=r"y\[0\] must have as many targets at each step"):
        RNNRegressor().fit(X, [[[1], [1, 2]]] * 3)
    with pytest.raises(ValueError, match=r"y\[0\] has shape \(\) where X\[0\] has 2 steps"):
        RNNClassifier().fit(X, [1, [0, 1], 0])


def test_labels_too_large_for_an_integer_are_no_classes():
    with pytest.raises(ValueError, match="Unknown label type"):
        RNNClassifier().fit(TABLE, np.full(len(TABLE), 1e240))
