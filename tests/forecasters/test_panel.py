import joblib
import numpy as np
import pandas as pd
import polars as pl
import polars.testing
import pytest
from numpy.testing import assert_allclose
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_validate

from rnnts import (
    NaiveForecaster,
    PanelForecaster,
    PanelTimeSeriesSplit,
    RNNForecaster,
    SeasonalNaiveForecaster,
    ThetaForecaster,
)
from rnnts.forecasters.panels import _separate

SMALL = RNNForecaster(hidden_size=2, n_init=1, max_iter=5, partner=None, horizon=3)


def series(label, n_rows, seed, freq="MS", start="2020-01"):
    rng = np.random.default_rng(seed)
    y = 50 + np.cumsum(rng.standard_normal(n_rows))
    return pd.DataFrame(
        {"unique_id": label, "ds": pd.date_range(start, periods=n_rows, freq=freq), "y": y}
    )


@pytest.fixture
def long():
    return pd.concat([series("a", 40, 0), series("b", 30, 1, start="2021-05")], ignore_index=True)


@pytest.mark.parametrize("mode", ["local", "global", "both"])
def test_every_mode_forecasts_every_series_in_the_form_of_the_panel(long, mode):
    forecasts = PanelForecaster(SMALL, mode).fit(long).predict(4)

    assert list(forecasts) == ["unique_id", "ds", "y"]
    assert forecasts["unique_id"].tolist() == ["a"] * 4 + ["b"] * 4
    assert forecasts["ds"].iloc[[0, 4]].tolist() == [
        pd.Timestamp("2023-05-01"),
        pd.Timestamp("2023-11-01"),
    ]
    assert np.isfinite(forecasts["y"]).all()


def test_a_local_forecaster_is_the_one_fitted_to_its_series_alone(long):
    panel = PanelForecaster(ThetaForecaster()).fit(long)

    alone = ThetaForecaster().fit(long[long["unique_id"] == "b"].set_index("ds")["y"])
    assert_allclose(panel.predict(5)["y"][5:], alone.predict(5))


def test_forms_of_a_panel_say_the_same(long):
    indexed = long.set_index(["unique_id", "ds"])["y"]
    by_id = {label: rows.set_index("ds")["y"] for label, rows in long.groupby("unique_id")}
    model = PanelForecaster(ThetaForecaster())

    expected = model.fit(long).predict(3)
    of_index = model.fit(indexed).predict(3)
    of_dict = model.fit(by_id).predict(3)
    of_polars = model.fit(pl.DataFrame({name: long[name].to_numpy() for name in long})).predict(3)

    pd.testing.assert_series_equal(of_index, expected.set_index(["unique_id", "ds"])["y"])
    assert list(of_dict) == ["a", "b"]
    assert_allclose(of_dict["b"], expected["y"][3:])
    assert isinstance(of_polars, pl.DataFrame)
    assert_allclose(of_polars["y"].to_numpy(), expected["y"])
    assert of_polars["unique_id"].to_list() == expected["unique_id"].tolist()


def test_a_column_of_polars_takes_ids_of_one_kind():
    frame = pl.DataFrame({"unique_id": ["a"] * 8, "ds": range(8), "y": np.arange(8.0)})
    model = PanelForecaster(NaiveForecaster()).fit(frame)

    with pytest.raises(TypeError, match="'a' is known and 0 is new; give all of them as text"):
        model.update({0: pd.Series(np.arange(8.0))})

    assert model.predict(1)["unique_id"].to_list() == ["a"]


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
@pytest.mark.parametrize(
    "kind", [pl.Date, pl.Datetime("us"), pl.Datetime("ns"), pl.Datetime("us", "Europe/Paris")]
)
def test_times_of_other_libraries_come_back_as_they_went_in(long, library, kind):
    def there(frame):
        frame = pl.DataFrame({name: frame[name].to_numpy() for name in frame})
        times = pl.col("ds").dt.replace_time_zone(getattr(kind, "time_zone", None)).cast(kind)
        frame = frame.with_columns(times)
        return frame if library == "polars" else frame.to_arrow()

    def back(frame):
        return pl.DataFrame(frame)

    model = PanelForecaster(NaiveForecaster())
    expected = model.fit(long).predict(3)
    of_pandas = there(model.predict_interval(expected[["unique_id", "ds"]], level=80))
    of_later = there(model.update(expected).predict(1))

    model.fit(there(long))
    forecasts = model.predict(3)
    interval = model.predict_interval(there(expected[["unique_id", "ds"]]), level=80)
    later = model.update(forecasts).predict(1)

    assert type(forecasts) is type(interval) is type(later) is type(of_pandas)
    polars.testing.assert_frame_equal(back(forecasts), back(there(expected)))
    polars.testing.assert_frame_equal(back(interval), back(of_pandas))
    polars.testing.assert_frame_equal(back(later), back(of_later))


def test_rows_that_are_not_there_yet_are_asked_for(long):
    lazy = pl.DataFrame({name: long[name].to_numpy() for name in long}).lazy()

    with pytest.raises(TypeError, match="LazyFrame.*collect"):
        PanelForecaster(NaiveForecaster()).fit(lazy)


def test_rows_get_one_prediction_each_in_their_order(long):
    model = PanelForecaster(NaiveForecaster()).fit(long[["unique_id", "ds"]], long["y"])
    asked = long.sample(frac=1, random_state=0)

    predicted = model.predict(asked[["unique_id", "ds"]])

    by_hand = long.groupby("unique_id")["y"].shift().loc[asked.index]
    known = by_hand.notna()
    pd.testing.assert_series_equal(predicted[known], by_hand[known])


@pytest.mark.parametrize("mode", ["local", "global"])
def test_order_of_rows_and_series_changes_nothing(long, mode):
    turned = pd.concat([long[long["unique_id"] == "b"], long[long["unique_id"] == "a"]])
    mixed = long.sort_values("ds", kind="stable")
    model = PanelForecaster(SMALL, mode)

    expected = model.fit(long).predict(5).set_index(["unique_id", "ds"]).sort_index()

    for panel in (turned, mixed):
        forecasts = model.fit(panel).predict(5).set_index(["unique_id", "ds"]).sort_index()
        assert (forecasts["y"] == expected["y"]).all()


@pytest.fixture(scope="module")
def many():
    return pd.concat([series(f"s{place}", 20 + place, place) for place in range(20)])


@pytest.fixture(scope="module", params=["local", "global", "both"])
def fitted_alone(request, many):
    """A mode, and what one process says in it of every series."""
    return request.param, PanelForecaster(SMALL, request.param).fit(many).predict_interval(5)


@pytest.mark.parametrize("backend", ["loky", "threading"])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_workers_of_either_kind_change_nothing(many, fitted_alone, backend, n_jobs):
    mode, alone = fitted_alone

    with joblib.parallel_config(backend):
        model = PanelForecaster(SMALL, mode, n_jobs=n_jobs).fit(many)

    pd.testing.assert_frame_equal(model.predict_interval(5), alone, check_exact=True)


@pytest.mark.parametrize("n_chunks", [1, 3, 1000])
def test_size_of_chunks_changes_nothing(many, fitted_alone, monkeypatch, n_chunks):
    mode, alone = fitted_alone
    monkeypatch.setattr(_separate, "_MANY", n_chunks)

    model = PanelForecaster(SMALL, mode).fit(many)

    pd.testing.assert_frame_equal(model.predict_interval(5), alone, check_exact=True)


def test_order_of_many_series_changes_nothing(many, fitted_alone):
    mode, alone = fitted_alone
    turned = many.sort_values(["unique_id", "ds"], ascending=[False, True])

    found = PanelForecaster(SMALL, mode).fit(turned).predict_interval(5)

    by_label = [frame.set_index(["unique_id", "ds"]).sort_index() for frame in (found, alone)]
    pd.testing.assert_frame_equal(*by_label, check_exact=True)


BAD = {
    "two rows at one time": (
        lambda: pd.concat([series("x", 20, 2), series("x", 20, 2).iloc[[-1]]]),
        "2021-08-01",
    ),
    "not in order": (lambda: series("x", 20, 2).iloc[::-1], "not sorted in time"),
    "of two frequencies": (
        lambda: pd.concat([series("x", 5, 2), series("x", 5, 2, freq="D", start="2021")]),
        "freq",
    ),
    "too short": (lambda: series("x", 1, 2), "minimum of"),
    "missing from end to end": (lambda: series("x", 9, 2).assign(y=np.nan), "NaN"),
}


@pytest.mark.parametrize("mode", ["local", "global"])
@pytest.mark.parametrize("case", BAD)
def test_a_series_that_cannot_be_fitted_leaves_the_others_alone(long, case, mode):
    bad, word = BAD[case]
    expected = PanelForecaster(SMALL, mode).fit(long).predict(3)

    with pytest.warns(UserWarning, match="1 series could not be fitted"):
        model = PanelForecaster(SMALL, mode).fit(pd.concat([bad(), long]))

    pd.testing.assert_frame_equal(model.predict(3), expected)
    assert model.errors_["unique_id"].tolist() == ["x"]
    assert word in model.errors_["reason"][0]
    with pytest.raises(ValueError, match="1 of the series to predict have no forecaster"):
        model.predict(pd.DataFrame({"unique_id": ["x"], "ds": ["2030-01-01"]}))


@pytest.mark.parametrize("mode", ["local", "global"])
def test_constant_and_short_series_are_forecast_beside_others(long, mode):
    odd = pd.concat([series("c", 20, 3).assign(y=7.0), series("d", 4, 4)])

    forecasts = PanelForecaster(SMALL, mode).fit(pd.concat([long, odd])).predict(6)

    of_constant = forecasts[forecasts["unique_id"] == "c"]["y"]
    assert_allclose(of_constant, 7.0, rtol=0.05)
    assert np.isfinite(forecasts["y"]).all()


def test_panel_of_failures_only_says_why():
    with pytest.raises(ValueError, match="none of the 1 series could be fitted; the first, 'x'"):
        PanelForecaster(SMALL).fit(series("x", 1, 0))


def test_few_series_that_share_networks_have_intervals(long):
    intervals = PanelForecaster(SMALL, "global").fit(long).predict_interval(3, level=80)

    assert (intervals["lo-80"] < intervals["mean"]).all()
    assert (intervals["mean"] < intervals["hi-80"]).all()


@pytest.mark.parametrize("mode", ["local", "global"])
def test_update_appends_rows_and_takes_up_new_series(long, mode):
    first = long[long["ds"] < "2023-01"]
    model = PanelForecaster(SMALL, mode).fit(first)
    new = series("n", 30, 5)

    updated = model.update(pd.concat([long, new])).predict(2)

    assert updated["unique_id"].tolist() == ["a", "a", "b", "b", "n", "n"]
    assert updated["ds"].tolist()[::2] == [
        pd.Timestamp("2023-05-01"),
        pd.Timestamp("2023-11-01"),
        pd.Timestamp("2022-07-01"),
    ]


def test_update_that_fails_is_listed_and_harms_nobody(long):
    model = PanelForecaster(NaiveForecaster()).fit(long)
    late = pd.concat([series("a", 1, 6, start="2024-01"), series("b", 1, 7, start="2023-11")])

    with pytest.warns(UserWarning, match="1 series could not be updated"):
        model.update(late)

    assert model.errors_[["unique_id", "doing"]].to_numpy().tolist() == [["a", "update"]]
    assert model.predict(1)["ds"].tolist() == [
        pd.Timestamp("2023-05-01"),
        pd.Timestamp("2023-12-01"),
    ]


def test_exogenous_columns_belong_to_each_series():
    rng = np.random.default_rng(0)
    long = pd.concat([series("a", 60, 0), series("b", 60, 1)], ignore_index=True)
    long["price"] = rng.standard_normal(len(long))
    long["y"] = 100 + 5 * long["price"] + 0.01 * long["y"]
    is_future = long.groupby("unique_id").cumcount() >= 54
    model = PanelForecaster(RNNForecaster(cell="linear", hidden_size=1)).fit(long[~is_future])

    future = long[is_future].drop(columns="y")

    assert_allclose(model.predict(future), long["y"][is_future], atol=1.5)
    with pytest.raises(ValueError, match="series 'a': .*future values"):
        model.predict(6)


def test_intervals_and_quantiles_have_their_columns(long):
    model = PanelForecaster(SeasonalNaiveForecaster()).fit(long)

    intervals = model.predict_interval(3, level=80)
    quantiles = model.predict_quantiles(3, (0.1, 0.9))

    assert list(intervals) == ["unique_id", "ds", "mean", "lo-80", "hi-80"]
    assert (intervals["lo-80"] < intervals["hi-80"]).all()
    assert_allclose(quantiles.iloc[:, 2], intervals["lo-80"])
    assert_allclose(quantiles.iloc[:, 3], intervals["hi-80"])


def test_grid_search_cuts_every_series_by_its_own_clock(long):
    search = GridSearchCV(
        PanelForecaster(SMALL),
        {"estimator__hidden_size": [1, 2]},
        cv=PanelTimeSeriesSplit(n_splits=2, test_size=3),
        scoring="neg_mean_absolute_error",
        return_train_score=True,
    )

    search.fit(long[["unique_id", "ds"]], long["y"])

    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert len(search.predict(2)) == 4


def test_skill_is_the_mean_over_the_series(long):
    model, split = PanelForecaster(NaiveForecaster()), PanelTimeSeriesSplit(1, test_size=4)
    X, y = long[["unique_id", "ds"]], long["y"]

    found = cross_validate(model, X, y, cv=split)["test_score"]

    skills = [
        NaiveForecaster().fit(rows["y"][:-4]).score(rows["y"][-4:])
        for _, rows in long.set_index("ds").groupby("unique_id")
    ]
    assert_allclose(found, [np.mean(skills)])


def test_a_split_across_series_is_told_from_one_by_their_clocks(long):
    X, y = long[["unique_id", "ds"]], long["y"]

    with pytest.raises(ValueError, match="PanelTimeSeriesSplit"):
        cross_validate(
            PanelForecaster(NaiveForecaster()),
            X,
            y,
            cv=TimeSeriesSplit(2, test_size=25),
            error_score="raise",
        )


def test_networks_in_common_see_all_series():
    panel = pd.concat([series(f"s{i}", 30, i) for i in range(8)], ignore_index=True)

    model = PanelForecaster(SMALL, "global").fit(panel)

    first, last = model.forecasters_["s0"], model.forecasters_["s7"]
    for mine, yours in zip(first.weights_, last.weights_, strict=True):
        assert all((mine[name] == yours[name]).all() for name in mine)


def test_fitting_again_trains_networks_in_common_again(long):
    other = long.assign(y=long["y"] ** 2)
    model = PanelForecaster(SMALL, "global").fit(other)

    said = model.fit(long).predict(3)

    pd.testing.assert_frame_equal(said, PanelForecaster(SMALL, "global").fit(long).predict(3))


def test_frequencies_have_networks_of_their_own(long):
    quarterly = series("q", 30, 3, freq="QS")

    model = PanelForecaster(SMALL, "global").fit(pd.concat([long, quarterly]))

    assert model.forecasters_["q"].season_length_ == 4
    assert model.forecasters_["a"].season_length_ == 12


BAD_ARGUMENTS = {
    "mode": ({"mode": "globl"}, ValueError, "did you mean 'global'"),
    "estimator": ({"estimator": 3}, TypeError, "estimator must be a forecaster"),
    "not a network": (
        {"estimator": NaiveForecaster(), "mode": "global"},
        TypeError,
        "needs an RNNForecaster",
    ),
}


@pytest.mark.parametrize("case", BAD_ARGUMENTS)
def test_arguments_that_make_no_sense_are_refused(long, case):
    arguments, error, sentence = BAD_ARGUMENTS[case]

    with pytest.raises(error, match=sentence):
        PanelForecaster(**({"estimator": SMALL} | arguments)).fit(long)


BAD_PANELS = {
    "a column missing": (lambda long: long.rename(columns={"ds": "date"}), "no column 'ds'"),
    "no target": (lambda long: long.drop(columns="y"), "no column 'y'"),
    "an id missing": (lambda long: long.assign(unique_id=[None, *long["unique_id"][1:]]), "row 0"),
    "no rows": (lambda long: long[:0], "no rows"),
    "an array": (lambda long: long["y"].to_numpy(), "needs a long frame"),
    "three levels": (
        lambda long: long.assign(z=1).set_index(["unique_id", "z", "ds"])["y"],
        "two levels",
    ),
    "a dictionary of lists": (lambda _: {"a": [1, 2]}, "pandas Series for each id"),
    "an empty dictionary": (lambda _: {}, "holds no series"),
}


@pytest.mark.parametrize("case", BAD_PANELS)
def test_what_is_no_panel_is_refused(long, case):
    spoil, sentence = BAD_PANELS[case]

    with pytest.raises((ValueError, TypeError), match=sentence):
        PanelForecaster(NaiveForecaster()).fit(spoil(long))


def test_target_and_rows_must_line_up(long):
    with pytest.raises(ValueError, match="aligned row by row: X has 70 rows"):
        PanelForecaster(NaiveForecaster()).fit(long, long["y"][:5])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"n_splits": 9, "test_size": 9}, "need a series of at least 82 rows"),
        ({"n_splits": 0}, "n_splits must be at least 1"),
        ({"gap": -1}, "gap must be at least 0"),
    ],
)
def test_splits_that_make_no_sense_are_refused(long, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        list(PanelTimeSeriesSplit(**arguments).split(long))


@pytest.mark.parametrize(("mode", "counted"), [("local", "2/2"), ("both", "20/20")])
def test_bars_count_series_apart_and_iterations_together(long, terminal, mode, counted):
    silent = PanelForecaster(SMALL, mode).fit(long)
    assert not terminal.getvalue()

    shown = PanelForecaster(SMALL, mode, verbose=1).fit(long)

    assert counted in terminal.getvalue()
    pd.testing.assert_frame_equal(shown.predict(4), silent.predict(4), check_exact=True)


def test_series_that_stop_early_are_told_of_by_one_warning():
    y = np.random.default_rng(0).normal(size=(5, 30))
    panel = {f"s{number}": pd.Series(values) for number, values in enumerate(y)}

    with pytest.warns(
        ConvergenceWarning, match=r"'s0' \(the first of 5 series.*raise max_iter"
    ) as told:
        PanelForecaster(RNNForecaster("tanh", 2, horizon=None, max_iter=2)).fit(panel)

    assert len(told) == 1
    assert told[0].filename == __file__


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_dictionary_may_hold_an_empty_series_and_no_complex_one():
    y = pd.Series(np.arange(10.0))
    with pytest.warns(UserWarning, match="1 series could not be fitted"):
        model = PanelForecaster(RNNForecaster("linear", 1, max_iter=2)).fit({"a": y, "b": y[:0]})

    assert list(model.forecasters_) == ["a"]
    with pytest.raises(ValueError, match="series 'c' has dtype complex128, not real numbers"):
        model.fit({"c": y.astype(complex)})


def test_a_series_beyond_what_networks_in_common_read_is_left_out():
    y = np.random.default_rng(0).normal(size=(6, 40))
    panel = {number: pd.Series(values) for number, values in enumerate(y)}
    panel[2] = 1e60 * panel[2]
    network = RNNForecaster("tanh", 2, max_iter=2, scale=None, transform=None)

    with pytest.warns(UserWarning, match="1 series .*read none beyond 3.4e\\+38; set scale"):
        model = PanelForecaster(network, mode="global").fit(panel)

    assert list(model.forecasters_) == [0, 1, 3, 4, 5]


def test_networks_in_common_say_that_there_is_nothing_to_learn_from():
    y = [1.0, 1.0, 1.0, 1.0, np.nan, 2.0, 2.0, np.nan, 2.0, 2.0, 3.0, np.nan, 3.0]
    panel = pd.DataFrame(
        {"unique_id": 0, "ds": pd.date_range("2001", periods=13, freq="D"), "y": y}
    )
    model = PanelForecaster(RNNForecaster(diff=(1, 2), max_iter=2), mode="global")

    with pytest.raises(ValueError, match="no series has an observed row left .* longer series"):
        model.fit(panel)
