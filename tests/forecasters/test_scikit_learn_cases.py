"""A catalogue of ways to put a forecaster into scikit-learn: each works, or says why it cannot.

Scores are compared with those worked out fold by fold with `fit` and `predict` alone.
"""

import io
import pickle

import joblib
import numpy as np
import pandas as pd
import polars
import pytest
import sklearn
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.ensemble import StackingRegressor, VotingRegressor
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.inspection import permutation_importance
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    KFold,
    RandomizedSearchCV,
    TimeSeriesSplit,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    validation_curve,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from rnnts.evaluation import SCORERS
from rnnts.exceptions import IndexLostWarning, TimeIndexError
from rnnts.forecasters import (
    ARMAForecaster,
    NaiveForecaster,
    RNNForecaster,
    make_forecast_pipeline,
)

# How well a network is trained is not the subject here.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

N_ROWS = 120
INDEX = pd.date_range("2015-01-31", periods=N_ROWS, freq="ME")
RNG = np.random.default_rng(0)
X = pd.DataFrame({"a": RNG.normal(size=N_ROWS), "b": RNG.normal(size=N_ROWS)}, index=INDEX)
SEASON = np.sin(2 * np.pi * np.arange(N_ROWS) / 12)
y = (10 + SEASON + X["a"] / 2 + RNG.normal(size=N_ROWS) / 10).rename("sales")
NO_X = pd.DataFrame(index=INDEX)

FOLDS = TimeSeriesSplit(3, test_size=6)
GAP = TimeSeriesSplit(3, test_size=6, gap=4)
NETWORK = RNNForecaster("linear", 1, season_length=12, tol=1e-3)
HOLDING = clone(NETWORK).set_params(exog_gap="hold")
UNITS = {"hidden_size": [1, 2]}


def skill(actual, predicted, known):
    return 1 - mean_absolute_error(actual, predicted) / known.diff(12).abs().mean()


def negative_mae(actual, predicted, known):
    return -mean_absolute_error(actual, predicted)


def by_hand(model, exog=NO_X, folds=FOLDS, measure=skill, *, of_training=False):
    """Mean score over the folds, from labelled rows."""
    scores = []
    for known, ahead in folds if isinstance(folds, list) else folds.split(y):
        rows = known if of_training else ahead
        fitted = clone(model).fit(exog.iloc[known], y.iloc[known])
        predicted = fitted.predict(exog.iloc[rows])
        scores.append(measure(y.iloc[rows], predicted, y.iloc[known]))
    return np.mean(scores)


def score_of_series(estimator, X, y=None):
    """A scorer that takes a series alone."""
    actual = X if y is None else y
    return -mean_absolute_error(actual, estimator.predict(actual.index))


counted = y.reset_index(drop=True)
SEARCHES = {
    "a series": ((y,), FOLDS, None),
    "a series, gap": ((y,), GAP, None),
    "a series, scorer of its own": ((y,), FOLDS, score_of_series),
    "a frame of labels, gap": ((NO_X, y), GAP, "neg_mean_absolute_error"),
    "labels, gap": ((INDEX, y), GAP, "neg_mean_absolute_error"),
    "periods, gap": ((y.to_period().index, y.to_period()), GAP, "neg_mean_absolute_error"),
    "a frame of one column, gap": ((y.to_frame(),), GAP, None),
    "a series that counts, gap": ((counted,), GAP, None),
}


@pytest.mark.parametrize("case", SEARCHES)
def test_a_search_without_exogenous_columns_scores_by_the_labels(case):
    given, folds, scoring = SEARCHES[case]
    search = GridSearchCV(
        NETWORK, UNITS, cv=folds, scoring=scoring, return_train_score=True, error_score="raise"
    )

    results = search.fit(*given).cv_results_

    measure = skill if scoring is None else negative_mae
    for row, size in enumerate(UNITS["hidden_size"]):
        model = clone(NETWORK).set_params(hidden_size=size)
        test = by_hand(model, folds=folds, measure=measure)
        train = by_hand(model, folds=folds, measure=measure, of_training=True)
        assert results["mean_test_score"][row] == pytest.approx(test, rel=1e-9)
        assert results["mean_train_score"][row] == pytest.approx(train, rel=1e-9)


def test_an_array_is_scored_as_the_rows_after_training():
    results = GridSearchCV(NETWORK, {"hidden_size": [1]}, cv=FOLDS).fit(y.to_numpy()).cv_results_

    assert results["mean_test_score"][0] == pytest.approx(by_hand(NETWORK), rel=1e-9)


def test_an_array_knows_of_no_gap():
    results = GridSearchCV(NETWORK, {"hidden_size": [1]}, cv=GAP).fit(y.to_numpy()).cv_results_

    folds = [
        (known, ahead, np.arange(known[-1] + 1, known[-1] + 7)) for known, ahead in GAP.split(y)
    ]
    misread = [
        skill(
            y.iloc[ahead],
            clone(NETWORK).fit(y.iloc[known]).predict(INDEX[next_ones]),
            y.iloc[known],
        )
        for known, ahead, next_ones in folds
    ]
    assert results["mean_test_score"][0] == pytest.approx(np.mean(misread), rel=1e-9)


def test_a_search_forecasts_with_its_best():
    search = GridSearchCV(NETWORK, UNITS, cv=FOLDS).fit(y)

    forecast = search.predict(12)

    pd.testing.assert_series_equal(forecast, search.best_estimator_.predict(12))
    assert forecast.index[0] == pd.Timestamp("2025-01-31")


def test_a_search_scores_as_its_best():
    search = GridSearchCV(NETWORK, UNITS, cv=FOLDS).fit(y[:100])

    assert search.score(y[100:]) == search.best_estimator_.score(y[100:])


def test_cross_validation_takes_a_series_alone():
    scores = cross_validate(NETWORK, y, cv=FOLDS, return_train_score=True)

    assert scores["test_score"].mean() == pytest.approx(by_hand(NETWORK), rel=1e-9)
    train = by_hand(NETWORK, of_training=True)
    assert scores["train_score"].mean() == pytest.approx(train, rel=1e-9)


def test_a_metric_by_name_scores_the_default_network():
    scores = cross_val_score(RNNForecaster(max_iter=5), INDEX, y, cv=FOLDS, scoring="r2")

    assert np.isfinite(scores).all()


def test_one_row_has_a_skill_but_no_r2():
    single = TimeSeriesSplit(3, test_size=1)

    with pytest.warns(UndefinedMetricWarning, match="R.2 score is not well-defined with less"):
        r2 = cross_val_score(NETWORK, INDEX, y, cv=single, scoring="r2")

    assert np.isnan(r2).all()
    scores = cross_val_score(NETWORK, INDEX, y, cv=single)
    assert scores.mean() == pytest.approx(by_hand(NETWORK, folds=single), rel=1e-9)


EXOGENOUS = {
    "pandas": (X, y),
    "arrays": (X.to_numpy(), y.to_numpy()),
    "X an array, y a series": (X.to_numpy(), y),
    "X a frame, y an array": (X, y.to_numpy()),
}


@pytest.mark.parametrize("case", EXOGENOUS)
def test_exogenous_columns_may_come_in_any_form(case):
    search = GridSearchCV(
        NETWORK, {"skip": [True]}, cv=FOLDS, return_train_score=True, error_score="raise"
    )

    results = search.fit(*EXOGENOUS[case]).cv_results_

    model = clone(NETWORK).set_params(skip=True)
    assert results["mean_test_score"][0] == pytest.approx(by_hand(model, X), rel=1e-6)
    if case != "arrays":
        train = by_hand(model, X, of_training=True)
        assert results["mean_train_score"][0] == pytest.approx(train, rel=1e-6)


def test_exogenous_columns_are_held_over_a_gap():
    search = GridSearchCV(
        HOLDING, {"hidden_size": [1]}, cv=GAP, return_train_score=True, error_score="raise"
    )

    results = search.fit(X, y).cv_results_

    expected = by_hand(HOLDING, X, GAP)
    assert results["mean_test_score"][0] == pytest.approx(expected, rel=1e-9)


def test_searches_in_two_processes_find_the_same():
    # One test for both, because the processes take longer to start than to search.
    sizes, options = {"hidden_size": [1, 2, 3]}, {"cv": FOLDS, "error_score": "raise"}

    for given, search in [
        ((X, y), RandomizedSearchCV(NETWORK, sizes, n_iter=2, random_state=0, **options)),
        ((INDEX, y), GridSearchCV(NETWORK, sizes, scoring=SCORERS["mase"], **options)),
    ]:
        alone = clone(search).fit(*given).cv_results_["mean_test_score"]
        together = clone(search).set_params(n_jobs=2).fit(*given).cv_results_["mean_test_score"]
        np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("given", [(X, y), (y,), (INDEX, y)], ids=["X and y", "y", "labels and y"])
def test_a_halving_search_spends_iterations(given):
    search = HalvingGridSearchCV(
        NETWORK,
        {"hidden_size": [1, 2, 3]},
        cv=FOLDS,
        resource="max_iter",
        max_resources=30,
        random_state=0,
        error_score="raise",
    )

    search.fit(*given)

    assert search.n_iterations_ == 2
    assert search.n_resources_[-1] == 30


@pytest.mark.parametrize("is_incremental", [False, True], ids=["anew", "partial_fit"])
@pytest.mark.parametrize("exog", [X, INDEX], ids=["exogenous columns", "labels"])
def test_a_learning_curve_reaches_over_the_rows_left_out(exog, is_incremental):
    _, train, test = learning_curve(
        HOLDING,
        exog,
        y,
        cv=FOLDS,
        train_sizes=[0.5, 1.0],
        exploit_incremental_learning=is_incremental,
        error_score="raise",
    )

    assert np.isfinite(train).all()
    assert np.isfinite(test).all()
    if not is_incremental:
        first_fold = [next(FOLDS.split(y))]
        expected = by_hand(HOLDING, X if exog is X else NO_X, first_fold)
        assert test[-1, 0] == pytest.approx(expected, rel=1e-9)


def test_a_validation_curve_goes_over_a_parameter():
    train, test = validation_curve(
        NETWORK, X, y, param_name="hidden_size", param_range=[1, 2], cv=FOLDS
    )

    assert train.shape == test.shape == (2, 3)
    assert test[0].mean() == pytest.approx(by_hand(NETWORK, X), rel=1e-9)


@pytest.mark.parametrize("folds", [FOLDS, GAP], ids=["no gap", "gap"])
@pytest.mark.parametrize("keeps_labels", [False, True], ids=["arrays within", "frames within"])
def test_a_pipeline_is_scored_by_the_labels(keeps_labels, folds):
    make = make_forecast_pipeline if keeps_labels else make_pipeline
    centre = StandardScaler(with_std=False)
    search = GridSearchCV(
        make(centre, HOLDING),
        {"rnnforecaster__hidden_size": [1]},
        cv=folds,
        return_train_score=True,
        error_score="raise",
    )

    results = search.fit(X, y).cv_results_

    # The network centres by itself.
    test = by_hand(HOLDING, X, folds)
    train = by_hand(HOLDING, X, folds, of_training=True)
    assert results["mean_test_score"][0] == pytest.approx(test, rel=1e-4)
    assert results["mean_train_score"][0] == pytest.approx(train, rel=1e-4)


def test_a_metric_of_a_pipeline_without_labels_warns_of_the_gap():
    with pytest.warns(IndexLostWarning, match="next 6 after training.*make_forecast_pipeline"):
        cross_val_score(
            make_pipeline(StandardScaler(), HOLDING),
            X,
            y,
            cv=GAP,
            scoring="neg_mean_absolute_error",
            error_score="raise",
        )


def test_a_step_may_pass_the_series_through():
    pipeline = Pipeline([("nothing", "passthrough"), ("network", NETWORK)])

    forecast = pipeline.fit(y).predict(12)

    pd.testing.assert_series_equal(forecast, clone(NETWORK).fit(y).predict(12))


def test_a_step_may_transform_the_series_itself():
    pipeline = make_pipeline(FunctionTransformer(np.log1p), NETWORK).fit(y.to_frame())

    predicted = pipeline.predict(y.to_frame()[:3])

    expected = clone(NETWORK).fit(np.log1p(y)).predict(INDEX[:3])
    np.testing.assert_allclose(predicted["sales"], expected, rtol=1e-9)


def calendar(rows):
    angle = 2 * np.pi * rows.index.month / 12
    return pd.DataFrame({"sin": np.sin(angle), "cos": np.cos(angle)}, index=rows.index)


def test_a_calendar_may_be_made_of_labels_alone():
    pipeline = make_pipeline(FunctionTransformer(calendar), HOLDING)
    search = GridSearchCV(
        pipeline,
        {"rnnforecaster__hidden_size": [1]},
        cv=GAP,
        return_train_score=True,
        error_score="raise",
    )

    results = search.fit(NO_X, y).cv_results_

    expected = by_hand(HOLDING, calendar(NO_X), GAP)
    assert results["mean_test_score"][0] == pytest.approx(expected, rel=1e-9)


def test_columns_may_be_transformed_one_by_one():
    mixed = X.assign(kind=np.where(np.arange(N_ROWS) % 3 == 0, "u", "v"))
    columns = make_column_transformer(
        (StandardScaler(), ["a", "b"]), (OneHotEncoder(sparse_output=False), ["kind"])
    )

    pipeline = make_forecast_pipeline(columns, NETWORK).fit(mixed[:100], y[:100])

    forecast = pipeline.predict(mixed[100:105])
    pd.testing.assert_index_equal(forecast.index, INDEX[100:105])
    assert pipeline[-1].n_features_in_ == 4


def test_a_transformed_target_is_transformed_back():
    model = TransformedTargetRegressor(NETWORK, func=np.log, inverse_func=np.exp)

    forecast = model.fit(X[:100], y[:100]).predict(X[100:105])

    expected = np.exp(clone(NETWORK).fit(X[:100], np.log(y[:100])).predict(X[100:105]))
    np.testing.assert_allclose(forecast, expected, rtol=1e-9)


@pytest.mark.parametrize("output", ["default", "pandas"])
def test_a_search_over_a_transformed_target_knows_its_gaps(output):
    model = TransformedTargetRegressor(NETWORK, transformer=StandardScaler())

    with sklearn.config_context(transform_output=output):
        search = GridSearchCV(
            model,
            {"regressor__hidden_size": [1]},
            cv=GAP,
            return_train_score=True,
            error_score="raise",
            scoring="neg_mean_absolute_error",
        ).fit(INDEX, y)

    expected = by_hand(NETWORK, folds=GAP, measure=negative_mae)
    assert search.cv_results_["mean_test_score"][0] == pytest.approx(expected, rel=1e-4)


def test_a_transformed_target_within_pandas():
    model = TransformedTargetRegressor(NETWORK, transformer=StandardScaler())

    with sklearn.config_context(transform_output="pandas"):
        forecast = model.fit(X[:100], y[:100]).predict(X[100:105])

    expected = clone(NETWORK).fit(X[:100], y[:100]).predict(X[100:105])
    np.testing.assert_allclose(forecast, expected, rtol=1e-4)


def test_forecasters_vote():
    models = [NETWORK, ARMAForecaster((1, 0, 0))]

    vote = VotingRegressor([("rnn", models[0]), ("arma", models[1])]).fit(X[:100], y[:100])

    mean = sum(clone(model).fit(X[:100], y[:100]).predict(X[100:105]) for model in models) / 2
    np.testing.assert_allclose(vote.predict(X[100:105]), mean, rtol=1e-9)


def test_permuting_a_column_costs_skill_where_it_matters():
    fitted = clone(NETWORK).set_params(skip=True).fit(X[:100], y[:100])

    for rows in (slice(100), slice(100, None)):
        importance = permutation_importance(fitted, X[rows], y[rows], n_repeats=2, random_state=0)
        assert importance.importances_mean[0] > importance.importances_mean[1] + 0.1


def test_copies_forecast_the_same():
    fitted = clone(NETWORK).fit(X[:100], y[:100])
    expected = fitted.predict(X[100:])
    dumped = io.BytesIO()
    joblib.dump(fitted, dumped)
    dumped.seek(0)

    for copy in (pickle.loads(pickle.dumps(fitted)), joblib.load(dumped)):
        pd.testing.assert_series_equal(copy.predict(X[100:]), expected)
    assert repr(fitted).startswith("RNNForecaster(cell='linear', hidden_size=1")


def test_a_forecaster_goes_on_from_new_rows():
    fitted = clone(NETWORK).fit(X[:100], y[:100]).update(X[100:103], y[100:103])

    predicted = fitted.predict(X[98:106])

    pd.testing.assert_index_equal(predicted.index, INDEX[98:106])
    np.testing.assert_array_equal(predicted[:5], fitted.fittedvalues_[98:])


def test_future_labels_may_come_in_any_order():
    fitted = clone(NETWORK).fit(y[:100])

    picked = fitted.predict(INDEX[[107, 103]])

    np.testing.assert_array_equal(picked, fitted.predict(10).loc[INDEX[[107, 103]]])


def test_rows_of_an_array_follow_those_of_a_frame_with_a_warning():
    fitted = clone(NETWORK).fit(X[:100].set_axis([0, 1], axis=1), y[:100])

    with pytest.warns(IndexLostWarning):
        forecast = fitted.predict(X[100:103].to_numpy())

    pd.testing.assert_index_equal(forecast.index, INDEX[100:103], exact="equiv")


def test_labels_of_the_series_name_rows_that_count():
    fitted = clone(NETWORK).fit(X.reset_index(drop=True), y)

    assert fitted.future_index(1)[0] == pd.Timestamp("2025-01-31")


def test_weights_are_routed_to_the_score():
    with sklearn.config_context(enable_metadata_routing=True):
        model = clone(NETWORK).set_score_request(sample_weight=True)
        search = GridSearchCV(model, {"hidden_size": [1]}, cv=FOLDS, error_score="raise")
        search.fit(X, y, sample_weight=np.ones(N_ROWS))

    assert search.best_score_ == pytest.approx(by_hand(NETWORK, X), rel=1e-9)


def test_polars_is_read_by_position():
    series, frame = polars.Series("sales", y.to_numpy()), polars.DataFrame(X.to_numpy(), ["a", "b"])
    expected = clone(NETWORK).fit(X[:100].to_numpy(), y[:100].to_numpy())

    fitted = clone(NETWORK).fit(frame[:100], series[:100])
    alone = clone(NETWORK).fit(series[:100])
    search = GridSearchCV(NETWORK, {"hidden_size": [1]}, cv=FOLDS).fit(series)

    np.testing.assert_array_equal(fitted.predict(frame[100:]), expected.predict(X[100:].to_numpy()))
    assert fitted.feature_names_in_.tolist() == ["a", "b"]
    assert alone.predict(5).name == "sales"
    assert alone.score(series[100:]) == alone.score(y[100:].to_numpy())
    assert search.best_score_ == pytest.approx(by_hand(NETWORK), rel=1e-9)


def test_missing_values_of_polars_are_missing():
    fitted = naive().fit(polars.Series([1.0, 2.0, None, 4.0, None]))

    assert fitted.predict(2).to_list() == [4.0, 4.0]
    assert fitted.resid_[[2, 4]].is_nan().all()


def naive(**params):
    """The cheapest forecaster, where any would do."""
    return NaiveForecaster(**params)


def search_of(model=None, given=(y,), **options):
    options = {"cv": FOLDS, "error_score": "raise", **options}
    return GridSearchCV(model or naive(), {}, **options).fit(*given)


REFUSED = {
    "a metric by name for a series alone": (
        lambda: search_of(scoring="neg_mean_absolute_error"),
        TypeError,
        "missing 1 required positional argument: 'y_true'",
    ),
    "predictions of splits that leave rows out": (
        lambda: cross_val_predict(naive(), INDEX, y, cv=FOLDS),
        ValueError,
        "cross_val_predict only works for partitions",
    ),
    "predictions of the past": (
        lambda: cross_val_predict(naive(), INDEX, y, cv=KFold(3)),
        TimeIndexError,
        r"use TimeSeriesSplit \(KFold trains on the future\)",
    ),
    "the folds of a search by default": (
        lambda: search_of(cv=5),
        TimeIndexError,
        r"before the first training row .*use TimeSeriesSplit \(KFold trains on the future\)",
    ),
    "folds that shuffle": (
        lambda: search_of(cv=KFold(3, shuffle=True, random_state=0)),
        TimeIndexError,
        r"the time axis has 26 gap\(s\).*\(if cross-validation did this, use TimeSeriesSplit\)",
    ),
    "a gap with exogenous columns": (
        lambda: search_of(given=(X, y), cv=GAP),
        TimeIndexError,
        r"skips 4 row\(s\) after the last known one.*exog_gap='hold'.*TimeSeriesSplit\(gap>0\)",
    ),
    "halving by rows": (
        lambda: HalvingGridSearchCV(
            NETWORK, UNITS, cv=FOLDS, min_resources=20, random_state=0, error_score="raise"
        ).fit(X, y),
        TimeIndexError,
        "not sorted in time.*use TimeSeriesSplit, never a shuffling splitter",
    ),
    "a learning curve with exogenous columns": (
        lambda: learning_curve(naive(), X, y, cv=FOLDS, error_score="raise"),
        TimeIndexError,
        "or set exog_gap='hold' .*learning_curve",
    ),
    "a learning curve of a series alone": (
        lambda: learning_curve(naive(), y, cv=FOLDS),
        TypeError,
        "missing .* required .*argument: 'y'",
    ),
    "scaling no columns": (
        lambda: make_pipeline(StandardScaler(), naive()).fit(NO_X, y),
        ValueError,
        "at least one array or dtype is required",
    ),
    "a transformed target without X": (
        lambda: TransformedTargetRegressor(naive()).fit(y),
        TypeError,
        "missing 1 required positional argument: 'y'",
    ),
    "stacking by splits that leave rows out": (
        lambda: StackingRegressor([("last", naive()), ("arma", ARMAForecaster())], cv=FOLDS).fit(
            X[:100], y[:100]
        ),
        ValueError,
        "cross_val_predict only works for partitions",
    ),
    "future rows numbered from zero": (
        lambda: (
            naive()
            .fit(X[:100].reset_index(drop=True), counted[:100])
            .predict(X[100:105].reset_index(drop=True))
        ),
        TimeIndexError,
        r"integer labels from 0 on are rows already seen.*index=model.future_index\(5\)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_says_so(case):
    attempt, kind, sentence = REFUSED[case]

    with pytest.raises(kind, match=sentence):
        attempt()
