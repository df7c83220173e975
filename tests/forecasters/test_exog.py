"""Exogenous columns: known in the future, and needed there."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from rnnts.exceptions import TimeIndexError


def test_skipped_exogenous_rows_are_an_error(forecaster, y, X):
    fitted = forecaster.fit(X[:144], y)

    with pytest.raises(
        TimeIndexError, match=r"skips 2 row\(s\) .* first 1961-01-01.*exog_gap='hold'"
    ):
        fitted.predict(X[146:])


def test_hold_carries_the_last_known_exogenous_row(forecaster, y, X):
    fitted = forecaster.set_params(exog_gap="hold").fit(X[:144], y)
    carried = X[144:].copy()
    carried.iloc[:2] = X.iloc[143]
    carried.iloc[4:5] = carried.iloc[3]

    forecast = fitted.predict(X.iloc[[146, 147, 149]])

    expected = fitted.predict(carried).iloc[[2, 3, 5]]
    pd.testing.assert_series_equal(forecast, expected, check_freq=False)


def test_a_known_row_is_predicted_with_the_exogenous_values_it_comes_with(y, X, small):
    fitted = small("arma").fit(X[:144], y)
    shifted = X[:144].copy()
    shifted.loc[y.index[140], "slope"] += 1.0

    moved = fitted.predict(shifted[140:141]) - fitted.predict(X[140:141])

    slope = fitted.params_[fitted.param_names_.index("x2")]
    np.testing.assert_allclose(moved, slope, rtol=1e-6)


def test_an_exogenous_series_is_one_column(forecaster, y, X):
    wave = X["wave"]

    forecast = clone(forecaster).fit(wave[:144], y).predict(wave[144:])

    expected = forecaster.fit(X[["wave"]][:144], y).predict(X[["wave"]][144:])
    pd.testing.assert_series_equal(forecast, expected)


def test_columns_of_rows_that_need_none_are_ignored(forecaster, y, X):
    fitted = forecaster.fit(y)

    pd.testing.assert_series_equal(fitted.predict(X[144:]), fitted.predict(12))


def test_an_integer_horizon_needs_the_future_values_of_exogenous_columns(forecaster, y, X):
    fitted = forecaster.fit(X[:144], y)

    with pytest.raises(ValueError, match=r"2 exogenous .* frame with 5 .* model.future_index\(5\)"):
        fitted.predict(5)
