"""Backtests that go on where they were interrupted."""

import errno

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from rnnts import (
    NaiveForecaster,
    RNNForecaster,
    SeasonalNaiveForecaster,
    ThetaForecaster,
    backtest,
    compare,
    datasets,
)
from rnnts.evaluation import _kept
from rnnts.saving import _checkpoint

MODELS = [RNNForecaster("linear", 1), ThetaForecaster(), SeasonalNaiveForecaster()]
SMALL = {"horizon": 6, "n_windows": 4}


@pytest.fixture(scope="module")
def y():
    return datasets.load("air_passengers")[-72:]


class Calls:
    """Counts the forecasts that are made, by the names of their models."""

    def __init__(self):
        self.names, self.end_at, self._forecast = [], None, _kept.forecast_chain

    def __call__(self, name, *rest):
        self.names.append(name)
        if len(self.names) == self.end_at:
            raise KeyboardInterrupt
        return self._forecast(name, *rest)


@pytest.fixture
def calls(monkeypatch):
    calls = Calls()
    monkeypatch.setattr(_kept, "forecast_chain", calls)
    return calls


def assert_same(result, other):
    pd.testing.assert_frame_equal(result.predictions, other.predictions, check_exact=True)
    pd.testing.assert_frame_equal(
        result.table().filter(regex="^(?!.*seconds)"),
        other.table().filter(regex="^(?!.*seconds)"),
        check_exact=True,
    )


@pytest.mark.parametrize("refit", [True, 2])
def test_an_interrupted_backtest_goes_on_where_it_was(refit, calls, y, tmp_path):
    expected = backtest(MODELS, y, refit=refit, **SMALL)
    n_chains = len(calls.names)
    calls.names.clear()

    calls.end_at = 4
    with pytest.raises(KeyboardInterrupt):
        backtest(MODELS, y, refit=refit, checkpoint=tmp_path, **SMALL)
    calls.end_at = None
    calls.names.clear()
    result = backtest(MODELS, y, refit=refit, checkpoint=tmp_path, **SMALL)

    assert len(calls.names) == n_chains - 3
    assert_same(result, expected)


def test_a_finished_one_is_read_with_its_seconds(calls, y, tmp_path):
    first = backtest(MODELS, y, checkpoint=tmp_path, **SMALL)
    calls.names.clear()

    again = compare(MODELS, y, checkpoint=str(tmp_path), n_jobs=2, **SMALL)

    assert not calls.names
    assert_same(backtest(MODELS, y, checkpoint=tmp_path, **SMALL), first)
    pd.testing.assert_frame_equal(again.seconds, first.seconds, check_exact=True)


@pytest.mark.parametrize(
    "change",
    [
        {"models": SeasonalNaiveForecaster(season_length=6)},
        {"y": lambda y: y * 1.5},
        {"y": lambda y: y.set_axis(y.index + pd.offsets.MonthBegin())},
        {"X": lambda y: pd.DataFrame({"x": np.arange(len(y))}, y.index)},
        {"horizon": 5},
        {"gap": 1},
        {"window": 40},
        {"refit": False},
        {"level": 50},
    ],
    ids=["model", "values", "labels", "exogenous", "horizon", "gap", "window", "refit", "level"],
)
def test_other_questions_are_not_mistaken_for_the_same(change, calls, y, tmp_path):
    given = {"models": SeasonalNaiveForecaster(), "y": y, "n_windows": 2, "horizon": 6}
    backtest(**given, checkpoint=tmp_path)
    calls.names.clear()

    changed = {name: each(y) if callable(each) else each for name, each in change.items()}
    backtest(**given | changed, checkpoint=tmp_path)

    assert calls.names


def test_more_origins_find_those_that_there_were(calls, y, tmp_path):
    backtest(NaiveForecaster(), y, horizon=6, n_windows=3, checkpoint=tmp_path)
    calls.names.clear()

    backtest(NaiveForecaster(), y, horizon=6, n_windows=5, checkpoint=tmp_path)

    assert len(calls.names) == 2


def test_what_is_damaged_is_made_again(calls, y, tmp_path):
    first = backtest(NaiveForecaster(), y, checkpoint=tmp_path, **SMALL)
    calls.names.clear()
    path = min(tmp_path.iterdir())
    path.write_bytes(path.read_bytes()[:-50])

    with pytest.warns(UserWarning, match="damaged.*it is made once more"):
        again = backtest(NaiveForecaster(), y, checkpoint=tmp_path, **SMALL)

    assert len(calls.names) == 1
    assert_same(again, first)


def test_a_full_disk_is_told_of_once_and_the_rest_goes_on(y, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_checkpoint, "write_archive", full)
    with pytest.warns(UserWarning, match="could not be written.*No space") as told:
        result = backtest(NaiveForecaster(), y, checkpoint=tmp_path, **SMALL)

    assert len(told) == 1
    assert_same(result, backtest(NaiveForecaster(), y, **SMALL))


@pytest.mark.parametrize(
    "model",
    [make_pipeline(NaiveForecaster()), RNNForecaster(random_state=np.random.RandomState(0))],
    ids=["pipeline", "generator"],
)
def test_what_words_do_not_describe_is_not_kept(model, y, tmp_path):
    with pytest.warns(UserWarning, match="forecasts of odd are not kept in the checkpoint"):
        backtest({"odd": model}, y, level=None, horizon=6, n_windows=1, checkpoint=tmp_path)

    assert not list(tmp_path.iterdir())


def test_what_fails_is_tried_again(calls, y, tmp_path):
    panel = {"whole": y, "short": y[-20:]}
    given = {"horizon": 6, "n_windows": 2, "checkpoint": tmp_path}
    model = SeasonalNaiveForecaster(season_length=12)
    first = backtest(model, panel, **given)
    calls.names.clear()

    again = backtest(model, panel, **given)

    assert len(calls.names) == len(first.errors) > 0
    assert_same(again, first)
