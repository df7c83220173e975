"""Rolling origins: what a model is given at each of them, and how it is scored."""

import warnings
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV, KFold, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rnnts import datasets
from rnnts.evaluation import backtest
from rnnts.exceptions import TimeIndexError
from rnnts.forecasters import NaiveForecaster, RNNForecaster, SeasonalNaiveForecaster


class Recorder(NaiveForecaster):
    """A naive forecaster that notes what it was given; notes are shared by its clones."""

    notes: ClassVar = []

    def fit(self, X, y=None):
        self.notes.append(("fit", X.copy(), y.copy()))
        return super().fit(X, y)

    def update(self, X, y=None):
        self.notes.append(("update", X.copy(), y.copy()))
        return super().update(X, y)

    def predict(self, X):
        self.notes.append(("predict", X.copy(), None))
        return super().predict(X)


@pytest.fixture
def recorder():
    Recorder.notes.clear()
    return Recorder()


@pytest.fixture
def y():
    return datasets.load("air_passengers")


@pytest.fixture
def X(y):
    return pd.DataFrame({"wave": np.sin(np.arange(144.0))}, index=y.index)


def test_origins_roll_to_the_end_of_the_series(y):
    result = backtest(NaiveForecaster(), y, horizon=6, n_windows=3, step_size=4)

    origins = result.predictions.groupby("cutoff")["ds"]
    assert origins.first().index.tolist() == [y.index[row] for row in (129, 133, 137)]
    assert origins.first().tolist() == [y.index[row] for row in (130, 134, 138)]
    assert origins.last().tolist() == [y.index[row] for row in (135, 139, 143)]


def test_a_step_is_a_horizon_unless_given(y):
    result = backtest(NaiveForecaster(), y, horizon=5, n_windows=4)

    assert result.predictions["ds"].tolist() == y.index[-20:].tolist()


def test_predictions_are_one_long_table(y):
    models = [NaiveForecaster(), SeasonalNaiveForecaster()]
    result = backtest(models, y, n_windows=2, level=None)

    table = result.predictions
    names = ["NaiveForecaster", "SeasonalNaiveForecaster"]
    assert table.columns.tolist() == ["unique_id", "ds", "cutoff", "y", *names]
    assert result.models == names
    assert set(table["unique_id"]) == {"air_passengers"}
    np.testing.assert_array_equal(table["y"], y[-24:])
    np.testing.assert_array_equal(table["SeasonalNaiveForecaster"], y[-36:-12])
    np.testing.assert_array_equal(table["NaiveForecaster"], np.repeat(y.iloc[[119, 131]], 12))
    assert (table["cutoff"] < table["ds"]).all()


@pytest.mark.parametrize("refit", [True, False])
def test_no_model_is_given_a_row_after_its_origin(refit, recorder, y, X):
    result = backtest(recorder, y, X, horizon=12, n_windows=3, refit=refit)

    cutoffs = result.predictions["cutoff"].unique()
    actions = [action for action, *_ in recorder.notes]
    learn = "fit" if refit else "update"
    assert actions == ["fit", "predict", learn, "predict", learn, "predict"]
    for origin, (learned, asked) in enumerate(zip(*[iter(recorder.notes)] * 2, strict=True)):
        _, X_known, y_known = learned
        assert y_known.index[-1] == X_known.index[-1] == cutoffs[origin]
        assert asked[1].index[0] == cutoffs[origin] + pd.offsets.MonthBegin()
        assert len(asked[1]) == 12


def test_the_models_given_stay_unfitted(y):
    model = NaiveForecaster()

    backtest(model, y, n_windows=1)

    assert not hasattr(model, "lag_")


def test_without_refit_the_weights_are_those_of_the_first_origin(y):
    result = backtest(RNNForecaster("linear", 1), y, n_windows=3, refit=False)

    model = RNNForecaster("linear", 1).fit(y[:108])
    expected = [model.update(y[:origin]).predict(12) for origin in (108, 120, 132)]
    np.testing.assert_allclose(result.predictions["RNNForecaster"], pd.concat(expected), rtol=1e-10)


def test_with_refit_every_origin_is_a_fit_of_its_own(y):
    result = backtest(RNNForecaster("linear", 1), y, n_windows=2)

    expected = [RNNForecaster("linear", 1).fit(y[:known]).predict(12) for known in (120, 132)]
    np.testing.assert_array_equal(result.predictions["RNNForecaster"], pd.concat(expected))


@pytest.mark.parametrize("form", ["frame", "series", "array", "list"])
@pytest.mark.parametrize("gap", [0, 2])
def test_exogenous_columns_are_those_of_the_rows_forecast(form, gap, y, X):
    given = {
        "frame": X,
        "series": X["wave"],
        "array": X.to_numpy(),
        "list": X.to_numpy().tolist(),
    }[form]
    model = RNNForecaster("linear", 1, skip=True, exog_gap="hold", tol=1e-3)
    splits = TimeSeriesSplit(2, test_size=12, gap=gap)

    result = backtest(model, y, given, cv=splits)

    expected = [
        model.fit(X.iloc[known], y.iloc[known]).predict(X.iloc[ahead])
        for known, ahead in splits.split(y)
    ]
    np.testing.assert_allclose(result.predictions["RNNForecaster"], pd.concat(expected), rtol=1e-6)
    assert result.predictions["ds"].tolist() == y.index[-24:].tolist()


def test_a_splitter_sets_the_origins(y):
    splits = TimeSeriesSplit(3, test_size=6, gap=2, max_train_size=50)

    by_splitter = backtest(NaiveForecaster(), y, cv=splits)

    by_splits = backtest(NaiveForecaster(), y, cv=list(splits.split(y)))
    known = [rows for rows, _ in splits.split(y)]
    assert [len(rows) for rows in by_splitter.training] == [50, 50, 50]
    assert by_splitter.predictions["cutoff"].unique().tolist() == [y.index[k[-1]] for k in known]
    np.testing.assert_array_equal(
        by_splitter.predictions["NaiveForecaster"], np.repeat([y.iloc[k[-1]] for k in known], 6)
    )
    pd.testing.assert_frame_equal(by_splits.predictions, by_splitter.predictions)


def test_the_table_is_the_mean_over_origins_of_measures_by_hand(y):
    models = {"last": NaiveForecaster(), "season": SeasonalNaiveForecaster()}

    result = backtest(models, y, horizon=12, n_windows=3, level=None)

    rows = []
    for lag in (1, 12):
        measures = []
        for known in (108, 120, 132):
            actual = y.iloc[known : known + 12].to_numpy()
            forecast = np.resize(y.iloc[known - lag : known], 12)
            error = np.abs(actual - forecast)
            scale = np.abs(y.iloc[:known].diff(12)).mean()
            ratio = 200 * error / (np.abs(actual) + np.abs(forecast))
            rmse, squared = np.sqrt((error**2).mean()), (y.iloc[:known].diff(12) ** 2).mean()
            mase, rmsse = error.mean() / scale, rmse / np.sqrt(squared)
            measures.append([error.mean(), rmse, mase, ratio.mean(), rmsse])
        rows.append(np.mean(measures, axis=0))
    table = result.table()
    point = ["mae", "rmse", "mase", "smape", "rmsse", "owa"]
    assert table.columns.tolist() == [*point, "fit_seconds", "predict_seconds"]
    assert table.index.tolist() == ["season", "last"]
    np.testing.assert_allclose(table.loc[["last", "season"], point[:5]], rows, rtol=1e-12)


def test_measures_by_cutoff_average_to_the_table(y):
    result = backtest([NaiveForecaster(), SeasonalNaiveForecaster()], y, n_windows=3)

    by_cutoff = result.by_cutoff()

    assert len(by_cutoff) == 6
    assert by_cutoff["cutoff"].unique().tolist() == [y.index[row] for row in (107, 119, 131)]
    table = result.table()
    # Means of the four that OWA is made of are divided, and seconds are medians.
    means = by_cutoff.groupby("model").mean(numeric_only=True).loc[table.index, table.columns]
    others = ["owa", "fit_seconds", "predict_seconds"]
    pd.testing.assert_frame_equal(means.drop(columns=others), table.drop(columns=others))


def test_intervals_stand_behind_the_forecasts_that_they_surround(y):
    models = {"last": NaiveForecaster(), "rnn": RNNForecaster("linear", 1)}

    result = backtest(models, y, n_windows=2, level=(80, 97.5))

    ends = ["-lo-80", "-hi-80", "-lo-97.5", "-hi-97.5"]
    expected = [name + end for name in models for end in ("", *ends)]
    assert result.predictions.columns.tolist()[4:] == expected
    assert result.level == (80, 97.5)
    tables = [RNNForecaster("linear", 1).fit(y[:n]).predict_interval(12, 97.5) for n in (120, 132)]
    np.testing.assert_array_equal(
        result.predictions[["rnn", "rnn-lo-97.5", "rnn-hi-97.5"]], pd.concat(tables)
    )


def test_intervals_are_measured_as_by_hand(y):
    result = backtest(SeasonalNaiveForecaster(), y, n_windows=3, level=80)

    rows = []
    for known in (108, 120, 132):
        actual, forecast = y.iloc[known : known + 12].to_numpy(), y.iloc[known - 12 : known]
        sigma = np.sqrt((y.iloc[:known].diff(12) ** 2).mean())
        half = 1.2815515655446004 * sigma
        miss = np.maximum(np.abs(actual - forecast.to_numpy()) - half, 0)
        scale = np.abs(y.iloc[:known].diff(12)).mean()
        score = 2 * half + 2 / 0.2 * miss.mean()
        # Both ends together lose a tenth of the score at 80 %.
        rows.append([(miss == 0).mean(), score / scale, 0.2 / 2 * score / 2])
    found = result.table()[["coverage-80", "msis-80", "pinball"]]
    np.testing.assert_allclose(found, [np.mean(rows, axis=0)], rtol=1e-12)


def test_models_without_intervals_are_scored_by_their_forecasts(y):
    class Points(NaiveForecaster):
        def _quantiles(self, future_exog, probabilities):
            raise NotImplementedError

    wrapped = TransformedTargetRegressor(NaiveForecaster(), check_inverse=False)
    models = {"none": wrapped, "points": Points(), "both": NaiveForecaster()}

    result = backtest(models, y, n_windows=2)

    table = result.table()
    assert table.loc[["none", "points"], "msis-95"].isna().all()
    assert np.ptp(table["mase"]) == 0
    assert table.loc["both"].notna().all()
    assert "points-lo-80" not in result.predictions
    alone = backtest(Points(), y, n_windows=1)
    assert not alone.quantiles
    assert alone.table().columns[5:].tolist() == ["owa", "fit_seconds", "predict_seconds"]


def test_no_level_is_no_interval(y):
    assert backtest(NaiveForecaster(), y, level=None).predictions.shape[1] == 5


@pytest.mark.parametrize("order", [1, -1])
def test_the_longest_season_scales_whatever_the_order_of_the_models(order, y):
    models = {"a": NaiveForecaster(season_length=1), "b": SeasonalNaiveForecaster(season_length=12)}

    result = backtest(dict(list(models.items())[::order]), y.to_numpy(), n_windows=2)

    assert result.season_length == 12


@pytest.mark.parametrize("form", [list, tuple, iter], ids=["list", "tuple", "iterator"])
def test_models_come_as_one_or_several(form, y):
    several = backtest(form([NaiveForecaster(), SeasonalNaiveForecaster()]), y, n_windows=1)
    one = backtest(NaiveForecaster(), y, n_windows=1)
    named = backtest({"small": NaiveForecaster()}, y, n_windows=1)

    assert several.models == ["NaiveForecaster", "SeasonalNaiveForecaster"]
    assert one.models == ["NaiveForecaster"]
    assert named.models == ["small"]


def test_a_pipeline_and_a_search_are_models_too(y, X):
    scaled = make_pipeline(StandardScaler().set_output(transform="pandas"), NaiveForecaster())
    search = GridSearchCV(
        NaiveForecaster(), {"season_length": [12]}, cv=TimeSeriesSplit(2, test_size=6)
    )

    result = backtest({"scaled": scaled, "search": search}, y, X, n_windows=2)

    for end in ("", "-lo-80", "-hi-95"):
        np.testing.assert_array_equal(
            result.predictions[f"scaled{end}"], result.predictions[f"search{end}"]
        )
    assert backtest(scaled, y, X, n_windows=1).models == ["Pipeline"]


@pytest.mark.parametrize("form", ["array", "list", "frame", "periods"])
def test_the_series_comes_in_every_form(form, y):
    given = {
        "array": y.to_numpy(),
        "list": y.tolist(),
        "frame": y.to_frame(),
        "periods": y.to_period(),
    }[form]

    result = backtest(NaiveForecaster(), given, n_windows=2)

    expected = backtest(NaiveForecaster(), y, n_windows=2)
    np.testing.assert_array_equal(result.predictions["y"], expected.predictions["y"])
    first = {"array": 120, "list": 120, "frame": y.index[120], "periods": pd.Period("1959-01")}
    assert result.predictions["ds"].iloc[0] == first[form]


def test_an_error_says_which_model_failed_and_where(y):
    models = {"fine": NaiveForecaster(), "broken": RNNForecaster("tahn")}

    with pytest.raises(ValueError, match="unknown cell 'tahn'") as caught:
        backtest(models, y, n_windows=2)

    assert caught.value.__notes__ == ["while broken forecast from the origin 1958-12-01 00:00:00"]


def test_exogenous_rows_of_another_time_are_an_error(y, X):
    with pytest.raises(TimeIndexError, match="X and y have different indexes"):
        backtest(NaiveForecaster(), y, X.shift(12, freq="MS"), n_windows=2)


BAD_CALLS = {
    "no models": ({"models": []}, ValueError, "at least one model, got none"),
    "a word": ({"models": "naive"}, TypeError, "needs a forecaster, or a list .* got 'naive'"),
    "nothing": ({"models": None}, TypeError, "needs a forecaster, or a list .* got None"),
    "a class": ({"models": NaiveForecaster}, TypeError, "needs a forecaster, or a list"),
    "twins": ({"models": [NaiveForecaster(), NaiveForecaster()]}, ValueError, "give them names"),
    "a taken name": ({"models": {"y": NaiveForecaster()}}, ValueError, "cannot be named 'y'"),
    "horizon": ({"horizon": 0}, ValueError, "horizon must be at least 1, got 0"),
    "half a horizon": ({"horizon": 2.5}, TypeError, "horizon must be an integer, got 2.5"),
    "n_windows": ({"n_windows": 0}, ValueError, "n_windows must be at least 1, got 0"),
    "step_size": ({"step_size": -1}, ValueError, "step_size must be at least 1, got -1"),
    "too short": (
        {"horizon": 12, "n_windows": 12},
        ValueError,
        "y has 144 rows, but horizon=12, n_windows=12 and step_size=12 need at least 145",
    ),
    "a wide frame": ({"y": np.ones((30, 2))}, ValueError, r"one series, got y of shape \(30, 2\)"),
    "short X": ({"X": np.ones((9, 1))}, ValueError, "X has 9 rows, y has 144"),
    "a share for a level": ({"level": 0.95}, ValueError, r"got 0.95 \(did you mean 95\?\)"),
    "a word for refit": ({"refit": "never"}, TypeError, "refit must be True .* got 'never'"),
    "no refit": ({"refit": 0}, ValueError, "refit must be at least 1, got 0"),
    "gap": ({"gap": -1}, ValueError, "gap must be at least 0, got -1"),
    "window": ({"window": 1.5}, TypeError, "window must be an integer, got 1.5"),
    "a wide window": (
        {"window": 60},
        ValueError,
        "horizon=12, n_windows=8 and step_size=12, window=60 need at least 156",
    ),
    "a long horizon": ({"horizon": 150, "n_windows": 1}, ValueError, "need at least 151"),
    "a gap before splits": ({"cv": TimeSeriesSplit(2), "gap": 1}, ValueError, "cv sets the"),
    "rows beyond the end": (
        {"cv": [(range(9), range(140, 150))]},
        ValueError,
        "y has 144 rows, but a split of cv forecasts rows after these",
    ),
    "nothing to roll on": (
        {"models": make_pipeline(NaiveForecaster()), "refit": 2},
        ValueError,
        "Pipeline cannot be rolled on between fits",
    ),
    "an estimator of its own kind": ({"models": {"a": 3}}, TypeError, "'a' is no forecaster but 3"),
    "a number of folds": ({"cv": 3}, TypeError, "cv must be a splitter such as TimeSeriesSplit"),
    "the future": (
        {"cv": KFold(3)},
        ValueError,
        "knows rows that are not before those",
    ),
    "one origin twice": (
        {"cv": [(range(9), range(9, 12)), (range(9), range(12, 15))]},
        ValueError,
        "two splits of cv have the same last known row",
    ),
}


@pytest.mark.parametrize("case", BAD_CALLS)
def test_a_call_that_makes_no_sense_is_an_error(case, y):
    arguments, kind, sentence = BAD_CALLS[case]

    with pytest.raises(kind, match=sentence):
        backtest(**{"models": NaiveForecaster(), "y": y, **arguments})


@pytest.mark.parametrize("refit", [True, False, 2, 3])
def test_refit_says_at_which_origins_a_model_is_trained(refit, recorder, y):
    result = backtest(recorder, y, n_windows=5, refit=refit)

    length = {True: 1, False: 5}.get(refit, refit)
    expected = ["fit" if place % length == 0 else "update" for place in range(5)]
    learned = [(action, given) for action, _, given in recorder.notes if action != "predict"]
    assert [action for action, _ in learned] == expected
    # A model that is rolled on is told the new rows only.
    assert [len(given) for _, given in learned] == [
        84 + 12 * place if action == "fit" else 12 for place, action in enumerate(expected)
    ]
    assert result.seconds["fit_seconds"].notna().tolist() == [word == "fit" for word in expected]


def test_between_refits_forecasts_come_from_the_last_fit_rolled_on(y):
    model = RNNForecaster("linear", 1)

    result = backtest(model, y, n_windows=4, refit=2, window=60)

    expected = []
    for first in (96, 120):
        fitted = RNNForecaster("linear", 1).fit(y[first - 60 : first])
        expected += [fitted.predict(12), fitted.update(y[first : first + 12]).predict(12)]
    np.testing.assert_array_equal(result.predictions["RNNForecaster"], pd.concat(expected))
    assert [len(known) for known in result.training] == [60, 60, 60, 60]


def test_rows_in_the_gap_are_forecast_but_not_scored(y, X):
    model = RNNForecaster("linear", 1, skip=True, tol=1e-3)

    result = backtest(model, y, X, horizon=6, n_windows=3, step_size=4, gap=2)

    assert result.predictions["cutoff"].unique().tolist() == [y.index[r] for r in (127, 131, 135)]
    expected = []
    for known in (128, 132, 136):
        fitted = model.fit(X[:known], y[:known])
        expected.append(fitted.predict(X[known : known + 8])[2:])
    pd.testing.assert_index_equal(
        pd.Index(result.predictions["ds"]), pd.concat(expected).index, check_names=False
    )
    np.testing.assert_array_equal(result.predictions["RNNForecaster"], pd.concat(expected))
    assert result.by_step()["step"].tolist() == [3, 4, 5, 6, 7, 8]
    # Eight rows are reached from origins four rows apart.
    assert result.n_overlapping == 2


def test_no_bit_depends_on_how_the_work_is_spread(y):
    models = {"net": RNNForecaster("linear", 1), "last": NaiveForecaster()}
    panel = {"first": y, "second": y[:100] ** 1.5}
    given = {"horizon": 6, "n_windows": 3, "refit": 2}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone = backtest(models, panel, **given, n_jobs=1)
        in_processes = backtest(models, panel, **given, n_jobs=2)
        with parallel_config("threading", n_jobs=3):
            in_threads = backtest(models, panel, **given)

    for other in (in_processes, in_threads):
        pd.testing.assert_frame_equal(other.predictions, alone.predictions, check_exact=True)
        for name in models:
            np.testing.assert_array_equal(other.quantiles[name], alone.quantiles[name])


def test_missing_values_are_forecast_but_not_scored(y):
    holed = y.astype(float).where(~np.isin(np.arange(len(y)), [130, 135, *range(108, 120)]))

    result = backtest(NaiveForecaster(), holed, horizon=12, n_windows=3)

    assert np.isfinite(result.predictions["NaiveForecaster"]).all()
    scores = result.by_cutoff()
    assert scores["cutoff"].dt.year.tolist() == [1958, 1959]
    error = (result.predictions["y"] - result.predictions["NaiveForecaster"])[12:].abs()
    expected = [error[:12].mean(), error[12:].mean()]
    np.testing.assert_allclose(scores["mae"], expected)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_first_failure_is_raised_wherever_it_happened(n_jobs, y):
    holed = y.astype(float).where(np.arange(len(y)) != 125, np.inf)

    with pytest.raises(ValueError, match="infinite|infinity") as caught:
        backtest(NaiveForecaster(), holed, n_windows=4, horizon=6, n_jobs=n_jobs)

    assert caught.value.__notes__ == [
        f"while NaiveForecaster forecast from the origin {y.index[125]}"
    ]


def test_nothing_is_shown_where_nobody_looks(y, capsys):
    backtest(NaiveForecaster(), y, n_windows=2, verbose=1)

    assert capsys.readouterr() == ("", "")
