"""Scaled scores inside scikit-learn's searches, against the measures they stand for."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rnnts import datasets
from rnnts.evaluation import SCORERS, WinklerScorer
from rnnts.forecasters import (
    NaiveForecaster,
    RNNForecaster,
    SeasonalNaiveForecaster,
    make_forecast_pipeline,
    no_exog,
)
from rnnts.metrics import mase, msis, rmsse

MEASURES = {"mase": mase, "rmsse": rmsse}
FOLDS = TimeSeriesSplit(3, test_size=12, gap=2)
SEASONS = {"season_length": [1, 12]}


@pytest.fixture
def y():
    return datasets.load("air_passengers")


@pytest.fixture
def X(y):
    return pd.DataFrame({"slope": np.arange(144.0)}, index=y.index)


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("is_wide", [False, True], ids=["one series", "two series"])
def test_a_score_is_the_measure_with_its_sign_turned(name, is_wide, y):
    rows = pd.DataFrame({"a": y, "b": y[::-1].to_numpy() ** 2}) if is_wide else y
    known, ahead = rows[:132], rows[132:]
    model = NaiveForecaster(season_length=12).fit(known)

    score = SCORERS[name](model, ahead)

    given = {"y_train": known.to_numpy(), "season_length": 12}
    expected = MEASURES[name](ahead.to_numpy(), model.predict(12).to_numpy(), **given)
    assert score == pytest.approx(-expected, rel=1e-12)
    assert SCORERS[name](model, no_exog(ahead), ahead) == score
    assert SCORERS[name](model, np.zeros((12, 1)), ahead) == score


@pytest.mark.parametrize("name", MEASURES)
def test_a_score_of_rows_without_labels_is_that_of_the_next_ones(name, y):
    model = NaiveForecaster(season_length=12).fit(y[:132].to_numpy())

    score = SCORERS[name](model, y[132:].to_numpy())

    assert score == pytest.approx(SCORERS[name](NaiveForecaster().fit(y[:132]), y[132:]))


@pytest.mark.parametrize("name", MEASURES)
def test_missing_values_are_left_out(name, y):
    model = NaiveForecaster().fit(y[:132])
    holed = y[132:].astype(float)
    holed.iloc[[0, 5]] = np.nan

    score = SCORERS[name](model, holed)

    assert score == pytest.approx(SCORERS[name](model, holed.dropna()))
    with pytest.raises(ValueError, match=r"nothing to score: all 12 row\(s\) of y are missing"):
        SCORERS[name](model, holed.where(holed < 0))


@pytest.mark.parametrize("name", MEASURES)
def test_a_search_scales_each_fold_by_its_own_training_rows(name, y):
    search = GridSearchCV(
        SeasonalNaiveForecaster(),
        SEASONS,
        cv=FOLDS,
        scoring=SCORERS[name],
        return_train_score=True,
        error_score="raise",
    )

    by_index = search.fit(y.index, y).cv_results_["mean_test_score"]
    by_series = search.fit(y).cv_results_["mean_test_score"]

    expected = [
        MEASURES[name](y.iloc[ahead], y.iloc[ahead - 12], y_train=y.iloc[known], season_length=12)
        for known, ahead in TimeSeriesSplit(3, test_size=12).split(y)
    ]
    no_gap = cross_val_score(
        SeasonalNaiveForecaster(), y, cv=TimeSeriesSplit(3, test_size=12), scoring=SCORERS[name]
    )
    np.testing.assert_allclose(no_gap, -np.array(expected), rtol=1e-12)
    np.testing.assert_array_equal(by_series, by_index)
    assert search.best_params_ == {"season_length": 12}
    assert np.isfinite(search.cv_results_["mean_train_score"]).all()


def test_several_scores_at_once_are_those_one_by_one(y):
    model, scoring = SeasonalNaiveForecaster(), {name: SCORERS[name] for name in MEASURES}

    search = GridSearchCV(model, SEASONS, cv=FOLDS, scoring=scoring, refit="mase").fit(y.index, y)

    for name in MEASURES:
        alone = GridSearchCV(model, SEASONS, cv=FOLDS, scoring=SCORERS[name]).fit(y.index, y)
        np.testing.assert_array_equal(
            search.cv_results_[f"mean_test_{name}"], alone.cv_results_["mean_test_score"]
        )


def test_a_pipeline_that_loses_the_labels_is_scored_at_those_of_the_series(y, X):
    steps = StandardScaler(), RNNForecaster("linear", 1, exog_gap="hold", tol=1e-4)

    def scores(model):
        return cross_val_score(model, X, y, cv=FOLDS, scoring=SCORERS["mase"], error_score="raise")

    np.testing.assert_allclose(
        scores(make_pipeline(*steps)), scores(make_forecast_pipeline(*steps)), rtol=1e-9
    )


def test_a_search_is_scored_as_its_best_forecaster(y):
    search = GridSearchCV(SeasonalNaiveForecaster(), SEASONS, cv=FOLDS).fit(y[:132])

    score = SCORERS["mase"](search, y[132:])

    assert score == SCORERS["mase"](search.best_estimator_, y[132:])


def test_what_knows_no_scale_is_an_error(y):
    logs = TransformedTargetRegressor(NaiveForecaster(), func=np.log, inverse_func=np.exp)
    sentence = "needs a fitted forecaster of rnnts, alone or last in a Pipeline, got Dummy"

    with pytest.raises(TypeError, match="scale of the transformed series only; score by"):
        SCORERS["mase"](logs.fit(no_exog(y), y), no_exog(y), y)
    with pytest.raises(TypeError, match=sentence):
        SCORERS["mase"](DummyRegressor().fit(np.zeros((3, 1)), [1, 2, 3]), np.zeros((3, 1)), y[:3])


class Steady:
    """Intervals of fixed width around zero, as `predict_interval` of a forecaster has them."""

    def __init__(self, scale, columns=()):
        self.scale_ = np.array(scale)
        self.columns = columns

    def predict_interval(self, rows, level):
        labels = rows if isinstance(rows, pd.Index) else rows.index
        frame = pd.DataFrame({"mean": 0.0}, index=labels)
        for one in level:
            frame[f"lo-{one:g}"] = -one / 10
            frame[f"hi-{one:g}"] = one / 10
        if not self.columns:
            return frame
        return pd.concat(dict.fromkeys(self.columns, frame), axis=1)


ROWS = pd.Series([0.0, 9.0, -8.5, np.nan], index=pd.period_range("2024-01", periods=4, freq="M"))


def test_the_winkler_score_is_width_plus_the_price_of_misses():
    by_hand = 16 + (2 / 0.2) * (0 + 1.0 + 0.5) / 3

    score = WinklerScorer(80)(Steady([2.0]), ROWS)

    assert score == pytest.approx(-by_hand / 2.0)
    assert WinklerScorer(80)(Steady([2.0]), no_exog(ROWS), ROWS) == score


def test_the_winkler_score_of_several_series_is_the_mean_of_theirs():
    wide = pd.DataFrame({"a": ROWS, "b": 0 * ROWS})

    score = SCORERS["winkler"](Steady([2.0, 4.0], ["a", "b"]), wide)

    assert score == pytest.approx(-(19 / 2 + 19 / 4) / 2)


def test_the_level_is_in_per_cent():
    with pytest.raises(ValueError, match=r"level is in per cent, got 0.95 \(did you mean 95\?\)"):
        WinklerScorer(0.95)
    with pytest.raises(ValueError, match="level must lie between 0 and 100 per cent, got 100"):
        WinklerScorer(100)
    with pytest.raises(TypeError, match="level must be"):
        WinklerScorer("95")
    assert repr(SCORERS["winkler"]) == "WinklerScorer(level=95)"


def test_the_winkler_score_of_a_forecaster_is_the_msis(y):
    model = SeasonalNaiveForecaster().fit(y[:132])
    ends = model.predict_interval(12, level=95)

    score = SCORERS["winkler"](model, y[132:])

    expected = msis(y[132:], ends["lo-95"], ends["hi-95"], y_train=y[:132], season_length=12)
    assert score == pytest.approx(-expected)
    folds = TimeSeriesSplit(3, test_size=12)
    assert (cross_val_score(model, y, cv=folds, scoring=SCORERS["winkler"]) < 0).all()
