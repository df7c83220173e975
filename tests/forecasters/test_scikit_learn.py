"""scikit-learn's own machinery, unchanged, around every forecaster."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.ensemble import VotingRegressor
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.inspection import permutation_importance
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    KFold,
    RandomizedSearchCV,
    TimeSeriesSplit,
    cross_val_score,
    cross_validate,
    learning_curve,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from rnnts.exceptions import IndexLostWarning, TimeIndexError
from rnnts.forecasters import (
    NaiveForecaster,
    RNNForecaster,
    SeasonalNaiveForecaster,
    no_exog,
)

SIZES = {"hidden_size": [1, 2, 4]}
LINEAR = RNNForecaster("linear", 1)


def folds(n_splits=4, **kwargs):
    return TimeSeriesSplit(n_splits, test_size=12, **kwargs)


def skill(model, y, known, ahead):
    """Score of one split, from the parts."""
    fitted = model.fit(y.iloc[known])
    error = np.abs(y.iloc[ahead].to_numpy() - fitted.predict(y.index[ahead]).to_numpy())
    return 1 - error.mean() / np.abs(y.iloc[known].diff(12)).mean()


SCORERS = [
    None,
    "neg_mean_absolute_error",
    "neg_root_mean_squared_error",
    "neg_mean_absolute_percentage_error",
    "r2",
]


@pytest.mark.parametrize("scoring", SCORERS)
def test_a_grid_search_ends_in_a_labelled_forecast(scoring, y):
    search = GridSearchCV(RNNForecaster("linear"), SIZES, cv=folds(), scoring=scoring)

    forecast = search.fit(y.index, y).predict(12)

    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    months = pd.date_range("1961-01", "1961-12", freq="MS", name="ds")
    pd.testing.assert_index_equal(forecast.index, months)
    assert isinstance(forecast, pd.Series)
    assert forecast.name == "air_passengers"


def test_the_search_of_the_readme_runs_in_silence(y):
    search = GridSearchCV(RNNForecaster(tol=1e-4), SIZES, cv=folds()).fit(y.index, y)

    forecast = search.predict(12)

    assert forecast.index[0] == pd.Timestamp("1961-01-01")
    assert forecast.index[-1] == pd.Timestamp("1961-12-01")


@pytest.mark.parametrize("gap", [0, 3])
def test_scores_of_a_search_are_those_of_its_parts(gap, y):
    search = GridSearchCV(LINEAR, {"hidden_size": [1]}, cv=folds(gap=gap), return_train_score=True)

    results = search.fit(y.index, y).cv_results_

    splits = list(folds(gap=gap).split(y))
    tests = [skill(RNNForecaster("linear", 1), y, known, ahead) for known, ahead in splits]
    trains = [skill(RNNForecaster("linear", 1), y, known, known) for known, _ in splits]
    assert results["mean_test_score"][0] == pytest.approx(np.mean(tests), rel=1e-9)
    assert results["mean_train_score"][0] == pytest.approx(np.mean(trains), rel=1e-9)


@pytest.mark.parametrize("rows", ["series", "frame of labels", "periods", "counted"])
def test_a_search_takes_the_rows_in_every_form(rows, y):
    given = {
        "series": (y,),
        "frame of labels": (no_exog(y), y),
        "periods": (y.to_period().index, y.to_period()),
        "counted": (y.reset_index(drop=True),),
    }[rows]
    season = {"season_length": [12]}

    search = GridSearchCV(LINEAR, season, cv=folds(2, gap=2)).fit(*given)

    expected = GridSearchCV(LINEAR, season, cv=folds(2, gap=2)).fit(y.index, y)
    assert search.best_score_ == pytest.approx(expected.best_score_, rel=1e-9)


def test_exogenous_columns_go_through_a_search(y, X):
    search = GridSearchCV(LINEAR, {"skip": [False, True]}, cv=folds(2), return_train_score=True)

    forecast = search.fit(X[:144], y).predict(X[144:])

    assert np.isfinite(search.cv_results_["mean_train_score"]).all()
    pd.testing.assert_index_equal(forecast.index, X.index[144:], check_names=False)


def test_a_gap_with_exogenous_columns_needs_hold(y, X):
    splits = folds(2, gap=3)

    with pytest.raises(TimeIndexError, match=r"skips 3 row\(s\) .*TimeSeriesSplit\(gap>0\)"):
        cross_val_score(NaiveForecaster(), X[:144], y, cv=splits, error_score="raise")
    scores = cross_val_score(NaiveForecaster(exog_gap="hold"), X[:144], y, cv=splits)

    np.testing.assert_allclose(scores, cross_val_score(NaiveForecaster(), y.index, y, cv=splits))


def test_a_randomised_search_and_cross_validation_work(y):
    search = RandomizedSearchCV(LINEAR, SIZES, n_iter=2, cv=folds(2), random_state=0)

    search.fit(y.index, y)
    scores = cross_validate(LINEAR, y.index, y, cv=folds(2), scoring=["r2", "neg_max_error"])

    assert search.best_params_["hidden_size"] in SIZES["hidden_size"]
    assert np.isfinite(scores["test_r2"]).all()
    assert np.isfinite(scores["test_neg_max_error"]).all()


@pytest.mark.filterwarnings("ignore:lbfgs stopped:sklearn.exceptions.ConvergenceWarning")
def test_a_halving_search_spends_iterations(y):
    search = HalvingGridSearchCV(
        RNNForecaster(),
        {"hidden_size": [1, 2, 3]},
        resource="max_iter",
        min_resources=4,
        max_resources=12,
        cv=folds(2),
    )

    search.fit(y.index, y)

    assert search.best_params_["max_iter"] == 12
    assert search.best_estimator_.n_iter_ <= 12


def test_a_learning_curve_works(y):
    sizes, train, test = learning_curve(
        NaiveForecaster(), y.index, y, cv=folds(2), train_sizes=[0.5, 1.0]
    )

    assert sizes.tolist() == [60, 120]
    assert np.isfinite(train).all()
    assert np.isfinite(test).all()


def test_a_splitter_that_trains_on_the_future_is_an_error(y):
    with pytest.raises(TimeIndexError, match=r"use TimeSeriesSplit .KFold trains on the future"):
        cross_val_score(NaiveForecaster(), y.index, y, cv=KFold(3), error_score="raise")


def test_a_pipeline_keeps_the_labels_when_told_to(forecaster, y, X):
    # The network scales by itself, so that scaling before it changes nothing.
    expected = forecaster.fit(X[:144], y).predict(X[144:])

    pipeline = make_pipeline(StandardScaler(), forecaster).set_output(transform="pandas")

    forecast = pipeline.fit(X[:144], y).predict(X[144:])
    pd.testing.assert_series_equal(forecast, expected, rtol=1e-3)
    assert np.isfinite(pipeline.score(X[:144], y))


def test_a_pipeline_that_loses_the_labels_warns(y, X):
    pipeline = make_pipeline(StandardScaler(), NaiveForecaster()).fit(X[:144], y)

    with pytest.warns(IndexLostWarning):
        forecast = pipeline.predict(X[144:])

    pd.testing.assert_index_equal(forecast.index, X.index[144:])


def test_a_calendar_may_be_made_of_the_labels(y):
    def months(labels):
        return (
            pd.get_dummies(labels.index.month, dtype=float).set_axis(labels.index).add_prefix("m")
        )

    model = make_pipeline(FunctionTransformer(months), RNNForecaster("linear", 1, tol=1e-4))

    forecast = model.fit(no_exog(y), y).predict(
        pd.DataFrame(index=pd.date_range("1961-01", periods=12, freq="MS"))
    )

    assert np.corrcoef(forecast, y[-12:])[0, 1] > 0.9


def test_a_column_transformer_feeds_encoded_columns(y, X):
    frame = X.assign(month=X.index.strftime("%m"))
    encoder = make_column_transformer(
        (OneHotEncoder(sparse_output=False), ["month"]), remainder="passthrough"
    ).set_output(transform="pandas")

    model = make_pipeline(encoder, RNNForecaster("linear", 1, tol=1e-3))

    forecast = model.fit(frame[:144], y).predict(frame[144:])
    assert model[-1].n_features_in_ == 14
    pd.testing.assert_index_equal(forecast.index, X.index[144:], check_names=False)


def test_a_transformed_target_is_transformed_back(forecaster, y):
    expected = np.exp(forecaster.fit(np.log(y)).predict(3))

    model = TransformedTargetRegressor(forecaster, func=np.log, inverse_func=np.exp)

    forecast = model.fit(y.index, y).predict(3)
    # scikit-learn hands over an array, and gets one back.
    assert type(forecast) is np.ndarray
    np.testing.assert_allclose(forecast, expected, rtol=1e-9)


def test_a_target_transformed_within_pandas_keeps_its_time(y, X):
    scaler = StandardScaler().set_output(transform="pandas")

    model = TransformedTargetRegressor(SeasonalNaiveForecaster(), transformer=scaler)

    forecast = model.fit(X[:144], y).predict(X[144:])
    np.testing.assert_allclose(forecast, y[-12:], rtol=1e-9)
    assert model.regressor_.future_index(1)[0] == pd.Timestamp("1961-01-01")


def test_a_search_over_a_transformed_target_works(y):
    model = TransformedTargetRegressor(LINEAR, func=np.log, inverse_func=np.exp)

    search = GridSearchCV(model, {"regressor__hidden_size": [1, 2]}, cv=folds(2))

    assert np.isfinite(search.fit(no_exog(y), y).predict(3)).all()
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_a_vote_is_the_mean_of_the_forecasts(y):
    models = [("last", NaiveForecaster()), ("season", SeasonalNaiveForecaster())]
    ahead = pd.DataFrame(index=pd.date_range("1961-01", periods=12, freq="MS"))

    vote = VotingRegressor(models).fit(no_exog(y), y).predict(ahead)

    np.testing.assert_allclose(vote, (y.iloc[-1] + y[-12:]) / 2)


def test_permuting_a_column_that_matters_costs_skill(y, X):
    step = pd.Series(np.where(np.arange(144) % 5 < 2, 100.0, 0.0), index=y.index)
    frame = X[:144].assign(step=step)
    model = RNNForecaster("linear", 1, skip=True, tol=1e-4).fit(frame, y + step)

    in_training = permutation_importance(model, frame, y + step, n_repeats=2, random_state=0)

    assert in_training.importances_mean[2] > 0.2
    assert abs(in_training.importances_mean[0]) < 0.02


# Rows without labels are always the next ones: their order is their time.
KNOWN_FAILURES = {
    "check_methods_sample_order_invariance": "the order of unlabelled rows is their time",
    "check_methods_subset_invariance": "unlabelled rows are the next ones, however many",
    "check_regressor_data_not_an_array": "labelled rows are known, unlabelled ones the next",
}


def check(model):
    """Results of scikit-learn's own checks."""
    return check_estimator(model, expected_failed_checks=KNOWN_FAILURES, on_skip=None, on_fail=None)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("cell", ["tanh", "linear", "gru"])
def test_scikit_learns_own_checks_pass_for_every_kind_of_cell(cell):
    results = check(RNNForecaster(cell))

    assert [result["check_name"] for result in results if result["status"] == "failed"] == []


@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_own_checks_pass(forecaster):
    results = check(forecaster)

    assert [result["check_name"] for result in results if result["status"] == "failed"] == []
    assert sum(result["status"] == "passed" for result in results) > 40
