"""The index decides what a row means."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from rnnts.exceptions import IndexLostWarning, TimeIndexError
from rnnts.forecasters import NaiveForecaster, PanelForecaster, RNNForecaster


def test_a_known_label_gets_the_one_step_prediction_of_its_row(forecaster, y):
    walked = clone(forecaster).fit(y[:130])
    one_by_one = []
    for row in range(130, 134):
        one_by_one.append(walked.predict(1))
        walked.update(y[row : row + 1])

    in_sample = walked.predict(y.index[130:134])

    pd.testing.assert_series_equal(in_sample, pd.concat(one_by_one), check_freq=False, rtol=1e-10)
    pd.testing.assert_series_equal(
        in_sample, walked.fittedvalues_.iloc[130:134], check_freq=False, rtol=0
    )


def test_future_labels_come_in_any_order_and_with_gaps(forecaster, y):
    fitted = forecaster.fit(y)
    path = fitted.predict(12)

    picked = fitted.predict(path.index[[7, 2, 11]])

    pd.testing.assert_series_equal(picked, path.iloc[[7, 2, 11]], check_freq=False)


@pytest.mark.parametrize("kind", [list, tuple, np.array], ids=["list", "tuple", "array"])
@pytest.mark.parametrize("is_period", [False, True], ids=["stamps", "periods"])
def test_labels_may_come_without_an_index(forecaster, y, kind, is_period):
    if is_period:
        y = y.to_period()
    fitted = forecaster.fit(y)
    expected = fitted.predict(12).iloc[[2, 5]]

    forecast = fitted.predict(kind(expected.index.tolist()))

    pd.testing.assert_series_equal(forecast, expected, check_names=False, check_freq=False)


def test_an_array_of_stamps_stands_for_no_exogenous_columns(forecaster, y):
    expected = clone(forecaster).fit(y).predict(3)

    fitted = forecaster.fit(y.index.to_numpy(), y.to_numpy())

    assert fitted.future_index(1)[0] == expected.index[0]
    np.testing.assert_array_equal(fitted.predict(expected.index.to_numpy()), expected)


def test_known_and_future_labels_mix(forecaster, y):
    fitted = forecaster.fit(y)
    labels = fitted.future_index(2)[::-1].append(y.index[:2])

    mixed = fitted.predict(labels)

    known = fitted.fittedvalues_.iloc[:2]
    expected = pd.concat([fitted.predict(2).iloc[::-1], known])
    pd.testing.assert_series_equal(mixed, expected, check_freq=False)


def test_a_label_before_the_first_row_is_an_error(forecaster, y):
    fitted = forecaster.fit(y)

    with pytest.raises(TimeIndexError, match="before the first training row 1949-01-01"):
        fitted.predict(pd.date_range("1948-12", periods=3, freq="MS"))


def test_a_label_off_the_grid_is_an_error(forecaster, y):
    fitted = forecaster.fit(y)

    with pytest.raises(TimeIndexError, match=r"1961-01-15 .* is off the freq='MS' grid"):
        fitted.predict(pd.DatetimeIndex(["1961-01-15"]))


def test_a_label_of_another_kind_is_an_error(forecaster, y):
    fitted = forecaster.fit(y)

    with pytest.raises(TimeIndexError, match=r"X has periods; use X.index.to_timestamp\(\)"):
        fitted.predict(y.to_period().index)


def test_rows_without_labels_are_the_next_ones(forecaster, y):
    fitted = forecaster.fit(y.to_numpy())

    by_rows = fitted.predict(np.zeros((3, 1)))

    np.testing.assert_array_equal(by_rows, fitted.predict(3))


def test_losing_the_labels_brings_a_warning(forecaster, y, X):
    nameless = X.set_axis([0, 1], axis=1)
    fitted = forecaster.fit(nameless[:144], y)
    expected = fitted.predict(nameless[144:])

    with pytest.warns(IndexLostWarning, match=r"next 12 after .*set_output\(transform='pandas'\)"):
        forecast = fitted.predict(X[144:].to_numpy())

    pd.testing.assert_series_equal(forecast, expected, check_names=False)


def test_the_warning_points_at_the_callers_line(y, X):
    fitted = NaiveForecaster().fit(X[:144].to_numpy(), y)

    with pytest.warns(IndexLostWarning) as of_predict:
        fitted.predict(X[144:].to_numpy())
    with pytest.warns(IndexLostWarning) as of_score:
        fitted.score(X[144:].to_numpy(), np.ones(12))

    assert of_predict[0].filename == of_score[0].filename == __file__


def test_integer_labels_are_lost_in_silence(forecaster, y):
    fitted = forecaster.fit(y.reset_index(drop=True))

    assert fitted.predict(np.zeros((2, 1))).index.tolist() == [144, 145]


def test_new_rows_numbered_from_zero_do_not_pass_for_old_ones(forecaster, y):
    fitted = forecaster.fit(y.reset_index(drop=True))

    with pytest.raises(TimeIndexError, match=r"number them from 144, .*model.future_index\(2\)"):
        fitted.update(pd.Series([500.0, 600.0]))


def test_future_exogenous_rows_numbered_from_zero_do_not_pass_for_training_rows(forecaster, y, X):
    numbered = X.reset_index(drop=True)
    fitted = forecaster.fit(numbered[:144], y.to_numpy())

    with pytest.raises(TimeIndexError, match=r"from 0 on are rows already seen, .*from 144"):
        fitted.predict(numbered[144:].reset_index(drop=True))

    np.testing.assert_allclose(fitted.predict(numbered[:144]), fitted.fittedvalues_, rtol=1e-12)
    assert len(fitted.predict(numbered[144:])) == 12


@pytest.mark.parametrize("ask", ["predict", "future_index"])
def test_labels_beyond_memory_are_refused_before_it_is_taken(ask):
    y = pd.Series([1.0, 2.0, 4.0, 3.0], pd.date_range("2001", periods=4, freq="YE"))
    panel = PanelForecaster(NaiveForecaster()).fit({"a": y})
    model = panel if ask == "predict" else panel.forecasters_["a"]

    with pytest.raises(MemoryError):
        getattr(model, ask)(10**15)


@pytest.mark.parametrize(
    "ask", ["predict", "predict_interval", "predict_quantiles", "sample_paths"]
)
def test_a_horizon_beyond_memory_is_refused_in_a_sentence(ask):
    model = NaiveForecaster().fit([1.0, 2.0, 4.0, 3.0])

    with pytest.raises(MemoryError, match=r"this needs [\d,]+ bytes .* ask for fewer rows"):
        getattr(model, ask)(10**15)


def test_a_forecast_does_not_run_through_millions_of_rows_to_reach_one(forecaster, y):
    """Minutes of work, for one row: mostly of a series of another frequency."""
    fitted = forecaster.fit(y.reset_index(drop=True))
    far = pd.RangeIndex(10**6, 10**6 + 2)

    with pytest.raises(TimeIndexError, match=r"X skips 999,856 rows .* at most; ask for nearer"):
        fitted.predict(far)
    with pytest.raises(TimeIndexError, match=r"X skips 999,856 rows"):
        fitted.predict_interval(far)


def test_a_panel_does_not_run_through_millions_of_rows_to_reach_one():
    minutes = pd.date_range("1949", periods=40, freq="min")
    values = np.sin(np.arange(40.0))
    panel = pd.DataFrame({"unique_id": "a", "ds": minutes, "y": values})
    model = PanelForecaster(RNNForecaster("tanh", 2, input_size=1, season_length=1, max_iter=2))
    years = pd.DataFrame({"unique_id": "a", "ds": pd.date_range("1950", periods=5, freq="YS")})

    fitted = model.fit(panel)

    with pytest.raises(TimeIndexError, match=r"series 'a'.*X skips 2,\d{3},\d{3} rows"):
        fitted.predict(years)
    with pytest.raises(TimeIndexError, match=r"series 'a'.*X skips 2,\d{3},\d{3} rows"):
        fitted.predict_interval(years)
