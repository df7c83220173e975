"""Networks trained on many series at once."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from rnnts import PanelForecaster, RNNForecaster
from rnnts.forecasters.networks import _pooling
from rnnts.forecasters.networks._kept_networks import KeptNetworks
from rnnts.forecasters.networks._lesson import Lesson, Rows
from rnnts.forecasters.networks._plan import plan_of
from rnnts.forecasters.networks._pooled_recipe import pooled_recipe
from rnnts.forecasters.networks._pooling import Pupil, _batches, _pieces, train_together
from rnnts.forecasters.networks._untrained import untrained
from rnnts.saving import Checkpoint
from rnnts.solvers import LBFGS, Adam

descended = _pooling._descended

SMALL = {"hidden_size": 3, "max_iter": 30, "horizon": 4}


def rows_of(n_rows, seed):
    rng = np.random.default_rng(seed)
    y = np.exp(3 + 0.1 * np.cumsum(rng.standard_normal(n_rows)))[:, None]
    return Rows(y, y, np.empty((n_rows, 0)), 1)


@pytest.fixture
def series():
    return [rows_of(n_rows, seed) for seed, n_rows in enumerate((30, 18, 30, 25))]


def plan(**arguments):
    words = SimpleNamespace(**RNNForecaster(**(SMALL | arguments)).get_params(deep=False))
    return plan_of(words, rows_of(30, 0).y, 30, 0, 1, pooled_recipe(103, 4, 1, 4))


def taught(series, plan_, n_jobs=None):
    return train_together(plan_, [Pupil.of(plan_, rows) for rows in series], [0, 1], n_jobs)


def test_loss_of_a_batch_is_the_mean_over_all_that_its_series_show(series):
    plan_ = plan()
    members = [untrained(plan_, plan_.variants[0], 3, rows) for rows in series]
    lessons = [Lesson.of(*pair) for pair in zip(members, series, strict=True)]
    params = 0.1 * np.random.default_rng(0).standard_normal(members[0].recurrence.network.n_params)

    [batch] = _batches(plan_, members[0], lessons)

    sums, counts = [], []
    for member, lesson in zip(members, lessons, strict=True):
        count = lesson.weights.sum()
        value, _ = lesson.objective(member.recurrence, plan_.loss, 0.0).value_and_gradient(params)
        sums.append(count * value)
        counts.append(count)
    value, _ = batch.value_and_gradient(params)
    assert_allclose(value, sum(sums) / sum(counts), rtol=1e-5)


@pytest.mark.parametrize("n_rows", [1, 7, 29, 250])
def test_pieces_of_series_have_each_row_once(series, monkeypatch, n_rows):
    pupils = [Pupil.of(plan(), rows) for rows in series]
    lessons = [Lesson.of(pupil.members[0], pupil.rows) for pupil in pupils]
    monkeypatch.setattr(_pooling, "_ROWS", n_rows)

    pieces = _pieces(0, pupils)

    assert max(len(piece.x) for piece in pieces) <= n_rows
    for part in ("x", "targets", "weights"):
        whole = np.concatenate([getattr(lesson, part) for lesson in lessons])
        found = np.concatenate([getattr(piece, part) for piece in pieces])
        np.testing.assert_array_equal(found, whole.astype(np.float32))


def test_training_lowers_the_loss(series):
    pooled = taught(series, plan(max_iter=300))

    for solution in pooled.solutions:
        assert solution.loss_curve[-1] < 0.95 * solution.loss_curve[0]


@pytest.mark.parametrize("rate", [1e4, 1e30])
def test_training_that_diverges_is_an_error_that_says_what_to_lower(series, rate):
    with pytest.raises(ValueError, match=r"networks in common exploded; lower .* learning_rate"):
        taught(series, plan(solver=Adam(learning_rate=rate, clip_norm=1e9)))


def test_order_of_series_and_number_of_threads_change_no_bit(series):
    first = taught(series, plan())

    second = taught(series[::-1], plan(), n_jobs=2)

    for one, other in zip(first.solutions, second.solutions, strict=True):
        assert (one.params == other.params).all()


def test_other_solvers_are_refused(series):
    with pytest.raises(TypeError, match="trained by Adam.*leave solver='auto'"):
        taught(series, plan(solver=LBFGS(), max_iter=None))


def test_intervals_of_a_panel_hold_as_many_as_they_say():
    n_series, n_rows, horizon = 120, 40, 4
    rng = np.random.default_rng(5)
    shocks = 0.05 * rng.standard_normal((n_series, n_rows + horizon))
    y = np.exp(4 + np.cumsum(shocks, axis=1))
    long = pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(n_series), n_rows),
            "ds": np.tile(np.arange(n_rows), n_series),
            "y": y[:, :n_rows].ravel(),
        }
    )
    model = PanelForecaster(RNNForecaster(**SMALL, n_init=1, season_length=1), "global").fit(long)

    said = model.predict_interval(horizon, 80)

    after = y[:, n_rows:].ravel()
    held = (said["lo-80"] <= after) & (after <= said["hi-80"])
    assert 0.74 < held.mean() < 0.88


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_networks_that_were_kept_are_not_trained_again(series, tmp_path, monkeypatch, n_jobs):
    plan_ = plan()
    pupils = [Pupil.of(plan_, rows) for rows in series]
    kept = KeptNetworks(Checkpoint(tmp_path, "network of a panel"), {"max_iter": 30})
    expected = train_together(plan_, pupils, [0, 1])

    first = train_together(plan_, pupils, [0], n_jobs, kept=kept)
    trained = []
    monkeypatch.setattr(
        _pooling, "_descended", lambda *given: trained.append(given[3]) or descended(*given)
    )
    again = train_together(plan_, pupils, [0, 1], n_jobs, kept=kept)

    assert set(trained) == {1}
    assert len(list(tmp_path.iterdir())) == 2 * len(first.by_variant)
    for ours, theirs in zip(again.solutions, expected.solutions, strict=True):
        np.testing.assert_array_equal(ours.params, theirs.params)
        assert ours.loss_curve == theirs.loss_curve
    other = train_together(plan_, pupils[:3], [0], kept=kept)
    assert (other.solutions[0].params != first.solutions[0].params).any()
