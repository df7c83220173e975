"""Forecasters of a panel that are fitted one by one, kept as they are fitted."""

import errno

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning

from rnnts import (
    ARMAForecaster,
    NaiveForecaster,
    PanelForecaster,
    RNNForecaster,
    SeasonalNaiveForecaster,
    ThetaForecaster,
)
from rnnts.forecasters.panels import _kept_fits, _separate
from rnnts.saving import _checkpoint

N_SERIES, N_ROWS = 6, 24
MONTHS = pd.date_range("2020-01", periods=N_ROWS + 4, freq="MS")
ALL_ROWS = {
    f"s{place}": pd.Series(50 + steps.cumsum(), MONTHS)
    for place, steps in enumerate(np.random.default_rng(0).standard_normal((N_SERIES, len(MONTHS))))
}
PANEL = {label: one[:N_ROWS] for label, one in ALL_ROWS.items()}
LATER = {label: one[N_ROWS:] for label, one in ALL_ROWS.items()}


class Calls:
    """Counts the fits, and interrupts one of them."""

    def __init__(self):
        self.n, self.end_at, self._fitted = 0, None, _separate.fitted

    def __call__(self, *given):
        self.n += 1
        if self.n == self.end_at:
            raise KeyboardInterrupt
        return self._fitted(*given)


@pytest.fixture
def calls(monkeypatch):
    calls = Calls()
    monkeypatch.setattr(_separate, "fitted", calls)
    return calls


@pytest.fixture
def at_once(monkeypatch):
    """Write each forecaster when it is fitted, however fast that was."""
    monkeypatch.setattr(_kept_fits, "_SECONDS", 0.0)
    monkeypatch.setattr(_kept_fits, "_TIMES_WRITING", 0.0)


@pytest.fixture
def in_one_file(monkeypatch):
    monkeypatch.setattr(_kept_fits, "_FEWEST_FILES", 1)


def said(model):
    tables = [model.predict(3), model.predict_interval(2), model.update(LATER).predict(3)]
    return [pd.concat(each) for each in tables]


def assert_same(model, other):
    for one, another in zip(said(model), said(other), strict=True):
        assert one.equals(another)


@pytest.mark.parametrize(
    "estimator",
    [ThetaForecaster(), RNNForecaster("linear", 1)],
    ids=["theta", "network"],
)
def test_an_interrupted_fit_goes_on_where_it_was(estimator, calls, at_once, in_one_file, tmp_path):
    expected = PanelForecaster(estimator).fit(PANEL)
    calls.n, calls.end_at = 0, 5

    with pytest.raises(KeyboardInterrupt):
        PanelForecaster(estimator, checkpoint=tmp_path).fit(PANEL)
    calls.n, calls.end_at = 0, None
    model = PanelForecaster(estimator, checkpoint=tmp_path).fit(PANEL)

    assert calls.n == N_SERIES - 4
    assert len(list(tmp_path.iterdir())) == 1
    assert_same(model, expected)


def test_other_workers_read_what_one_has_written(calls, tmp_path):
    first = PanelForecaster(ThetaForecaster(), checkpoint=tmp_path).fit(PANEL)
    calls.n = 0

    with joblib.parallel_config("threading", n_jobs=3):
        again = PanelForecaster(ThetaForecaster(), checkpoint=str(tmp_path)).fit(PANEL)

    assert not calls.n
    assert_same(again, first)


def test_the_number_of_files_is_bounded_and_none_holds_many_series():
    assert [_kept_fits.n_in_file(n) for n in (1, 128, 1280, 10**6)] == [1, 1, 10, 64]


@pytest.mark.parametrize(
    "change",
    [
        {"estimator": SeasonalNaiveForecaster(season_length=4)},
        {"panel": lambda y: y * 1.5},
        {"panel": lambda y: y.set_axis(y.index + pd.offsets.MonthBegin())},
        {"panel": lambda y: y.rename_axis("month")},
        {"panel": lambda y: y.astype("float32")},
    ],
    ids=["setting", "values", "labels", "name", "dtype"],
)
def test_another_fit_is_not_mistaken_for_the_same(change, calls, tmp_path):
    PanelForecaster(SeasonalNaiveForecaster(), checkpoint=tmp_path).fit(PANEL)
    changed = change.get("panel", lambda y: y)
    panel = {label: changed(one) for label, one in PANEL.items()}
    calls.n = 0

    estimator = change.get("estimator", SeasonalNaiveForecaster())
    model = PanelForecaster(estimator, checkpoint=tmp_path).fit(panel)

    assert calls.n == N_SERIES
    assert_same(model, PanelForecaster(estimator).fit(panel))


def test_exogenous_columns_tell_fits_apart(calls, tmp_path):
    one = {"unique_id": "a", "ds": np.arange(12), "y": np.arange(12.0) % 5}
    for exog in (np.arange(12), np.arange(12) % 3):
        panel = pd.DataFrame(one | {"x": exog})
        PanelForecaster(ARMAForecaster((0, 0, 0)), checkpoint=tmp_path).fit(panel)

    assert calls.n == 2


def test_settings_that_change_nothing_are_those_of_the_present_fit(calls, tmp_path):
    PanelForecaster(RNNForecaster("linear", 1), checkpoint=tmp_path).fit(PANEL)
    calls.n = 0

    quiet = PanelForecaster(RNNForecaster("linear", 1, n_jobs=2, verbose=1), checkpoint=tmp_path)
    fitted = quiet.fit(PANEL).forecasters_["s3"]

    assert not calls.n
    assert (fitted.n_jobs, fitted.verbose) == (2, 1)


def test_what_fits_warned_of_is_said_again(calls, tmp_path):
    estimator = RNNForecaster("tanh", 2, solver="lbfgs", max_iter=2, partner=None)
    words = []

    for _ in range(2):
        with pytest.warns(ConvergenceWarning, match=f"first of {N_SERIES} series") as told:
            PanelForecaster(estimator, checkpoint=tmp_path).fit(PANEL)
        words.append([str(each.message) for each in told])

    assert calls.n == N_SERIES
    assert words[0] == words[1]


def test_what_fails_is_tried_again(calls, in_one_file, tmp_path):
    panel = PANEL | {"s2": PANEL["s2"][:1]}
    models = []

    for _ in range(2):
        with pytest.warns(UserWarning, match="1 series could not be fitted"):
            models.append(PanelForecaster(ThetaForecaster(), checkpoint=tmp_path).fit(panel))

    assert calls.n == N_SERIES + 1
    pd.testing.assert_frame_equal(models[0].errors_, models[1].errors_)
    assert list(models[1].forecasters_) == ["s0", "s1", "s3", "s4", "s5"]


def test_what_is_damaged_is_made_again(calls, tmp_path):
    first = PanelForecaster(ThetaForecaster(), checkpoint=tmp_path).fit(PANEL)
    calls.n = 0
    path = min(tmp_path.iterdir())
    path.write_bytes(path.read_bytes()[:-50])

    with pytest.warns(UserWarning, match="damaged.*it is made once more"):
        again = PanelForecaster(ThetaForecaster(), checkpoint=tmp_path).fit(PANEL)

    assert calls.n == 1
    assert_same(again, first)


def test_a_full_disk_is_told_of_once_and_the_rest_goes_on(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_checkpoint, "write_archive", full)
    with pytest.warns(UserWarning, match="could not be written.*No space") as told:
        model = PanelForecaster(NaiveForecaster(), checkpoint=tmp_path).fit(PANEL)

    assert len(told) == 1
    assert_same(model, PanelForecaster(NaiveForecaster()).fit(PANEL))


class Other(NaiveForecaster):
    """A forecaster of the user's own."""


@pytest.mark.parametrize(
    "estimator",
    [Other(), RNNForecaster("linear", 1, random_state=np.random.RandomState(0))],
    ids=["class", "generator"],
)
def test_what_words_do_not_describe_is_not_kept(estimator, tmp_path):
    with pytest.warns(UserWarning, match="fitted one by one are not kept in the checkpoint: "):
        model = PanelForecaster(estimator, checkpoint=tmp_path).fit(PANEL)

    assert len(model.forecasters_) == N_SERIES
    assert not list(tmp_path.iterdir())


def test_what_a_file_cannot_hold_is_told_of_once(tmp_path):
    class Label:
        pass

    panel = {Label(): one for one in PANEL.values()}
    with pytest.warns(UserWarning, match=f"first of {N_SERIES} series.*not kept in the") as told:
        model = PanelForecaster(NaiveForecaster(), checkpoint=tmp_path).fit(panel)

    assert len(told) == 1
    assert len(model.predict(2)) == N_SERIES
    assert not list(tmp_path.iterdir())
