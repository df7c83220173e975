"""Forecasts come out the way the series came in, and leave it as it was."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from rnnts.forecasters import no_exog

LAYOUTS = {
    "series": lambda y: y,
    "series without a name": lambda y: y.rename(None),
    "one-column frame": lambda y: y.to_frame("sales"),
    "1-D": lambda y: y.to_numpy(),
    "2-D": lambda y: y.to_numpy()[:, None],
    "list": lambda y: y.tolist(),
    "nullable": lambda y: y.astype("Float64"),
    "integers": lambda y: y.astype(int),
    "objects": lambda y: y.astype(object),
    "float32": lambda y: y.astype("float32"),
}
INDEXES = {
    "months": pd.date_range("1949-01", periods=156, freq="MS"),
    "periods": pd.period_range("1949-01", periods=156, freq="M", name="month"),
    "quarters": pd.period_range("1949Q1", periods=156, freq="Q-NOV"),
    "days in Paris, across a clock change": pd.date_range(
        "2024-11-20", periods=156, freq="D", tz="Europe/Paris"
    ),
    "hours in Paris": pd.date_range("2024-03-25", periods=156, freq="h", tz="Europe/Paris"),
    "integers by five": pd.RangeIndex(10, 10 + 5 * 156, 5, name="t"),
    "counted": pd.RangeIndex(156),
}


def test_a_series_its_index_and_no_exog_say_the_same(forecaster, y):
    by_series = clone(forecaster).fit(y)
    by_index = clone(forecaster).fit(y.index, y)
    by_frame = clone(forecaster).fit(no_exog(y), y)

    expected = by_series.predict(5)

    pd.testing.assert_series_equal(by_index.predict(5), expected)
    pd.testing.assert_series_equal(by_frame.predict(no_exog(expected)), expected)
    assert by_index.n_features_in_ == by_frame.n_features_in_ == 0


def test_the_series_may_come_by_the_name_of_the_target(forecaster, y):
    expected = clone(forecaster).fit(y[:140]).update(y[140:])

    fitted = forecaster.fit(y=y[:140]).update(y=y[140:])

    pd.testing.assert_series_equal(fitted.predict(5), expected.predict(5))
    assert fitted.score(y=y) == expected.score(y)


def test_fit_returns_the_forecaster_and_forgets_the_fit_before(forecaster, y, X):
    expected = clone(forecaster).fit(y).predict(3)
    fitted = forecaster.fit(X[:100], y[:100])

    again = fitted.fit(y)

    assert again is forecaster
    assert not hasattr(again, "feature_names_in_")
    pd.testing.assert_series_equal(again.predict(3), expected)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_forecasts_come_as_y_came(forecaster, y, layout):
    given = layout(y)
    forecaster.set_params(season_length=12)

    forecast = forecaster.fit(given).predict(3)

    expected = clone(forecaster).fit(y).predict(3).to_numpy()
    np.testing.assert_allclose(np.ravel(forecast), expected, rtol=1e-6)
    if isinstance(given, pd.Series):
        assert isinstance(forecast, pd.Series)
        assert (forecast.name, forecast.dtype) == (given.name, float)
    elif isinstance(given, pd.DataFrame):
        assert forecast.columns.tolist() == ["sales"]
    else:
        assert type(forecast) is np.ndarray
        assert forecast.ndim == np.ndim(given)


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_forecasts_are_labelled_with_the_rest_of_the_grid(forecaster, y, index):
    given = y.set_axis(index[:144])

    fitted = forecaster.fit(given)

    pd.testing.assert_index_equal(fitted.predict(12).index, index[144:], exact="equiv")
    pd.testing.assert_index_equal(fitted.future_index(12), index[144:], exact="equiv")
    pd.testing.assert_index_equal(fitted.resid_.index, index[:144], exact="equiv")
    pd.testing.assert_series_equal(fitted.predict(index[144:]), fitted.predict(12))


def test_a_wide_frame_keeps_its_columns(multivariate, y):
    wide = pd.DataFrame({("a", 1): y, ("b", 2): y[::-1].to_numpy()})

    forecast = multivariate.fit(wide).predict(3)

    pd.testing.assert_index_equal(forecast.columns, wide.columns)
    assert forecast.shape == (3, 2)
    assert np.isfinite(forecast.to_numpy()).all()


def test_several_columns_without_labels_stay_an_array(multivariate, y):
    fitted = multivariate.fit(np.column_stack([y, y[::-1]]))

    assert type(fitted.predict(3)) is np.ndarray
    assert fitted.predict(3).shape == (3, 2)
    assert fitted.fittedvalues_.shape == (144, 2)


def test_labels_of_x_stand_in_for_those_that_y_lost(forecaster, y, X):
    renumbered = y.reset_index(drop=True)

    fitted = forecaster.fit(X[:144], renumbered)

    assert type(fitted.predict(X[144:])) is np.ndarray
    assert fitted.future_index(1)[0] == pd.Timestamp("1961-01-01")


def test_labels_of_y_stand_in_for_those_that_x_lost(forecaster, y, X):
    fitted = forecaster.fit(X[:144].reset_index(drop=True), y)

    assert fitted.predict(X[144:]).index[0] == pd.Timestamp("1961-01-01")


def test_what_the_caller_gives_stays_as_it_is(forecaster, y, X):
    y_before, X_before = y.copy(), X.copy()

    forecaster.fit(X[:120], y[:120]).update(X[:144], y).predict(X[144:])
    forecaster.score(X[:144], y)

    pd.testing.assert_series_equal(y, y_before)
    pd.testing.assert_frame_equal(X, X_before)


def test_later_edits_do_not_reach_the_model(forecaster, y, X):
    values, exog = y.to_numpy(copy=True), X.to_numpy(copy=True)
    fitted = forecaster.fit(exog[:144], values)
    expected = fitted.predict(exog[144:])
    future = exog[144:].copy()

    values[:] = 0.0
    exog[:] = 0.0
    fitted.predict(future)[:] = 0.0
    fitted.fittedvalues_[:] = 0.0
    fitted.resid_[:] = 0.0

    np.testing.assert_array_equal(fitted.predict(future), expected)


def test_read_only_data_are_welcome(forecaster, y, X):
    values, exog = y.to_numpy(copy=True), X.to_numpy(copy=True)
    values.setflags(write=False)
    exog.setflags(write=False)

    forecast = forecaster.fit(exog[:144], values).predict(exog[144:])

    assert np.isfinite(forecast).all()
