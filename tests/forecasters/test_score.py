"""Skill, fitted values, residuals, and the season and step they go by."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from rnnts.exceptions import TimeIndexError
from rnnts.forecasters import NaiveForecaster


def test_score_is_one_minus_the_ratio_of_absolute_errors(forecaster, y):
    fitted = forecaster.fit(y[:132])
    naive_error = np.abs(y[:132].diff(12)).mean()
    error = np.abs(y[132:].to_numpy() - fitted.predict(12).to_numpy())

    score = fitted.score(y[132:])

    assert score == pytest.approx(1 - error.mean() / naive_error)
    assert fitted.score(y.index[132:], y[132:]) == score
    weighted = fitted.score(y[132:], sample_weight=[1] + [0] * 11)
    assert weighted == pytest.approx(1 - error[0] / naive_error)


def test_score_of_known_rows_is_that_of_their_one_step_errors(forecaster, y):
    fitted = forecaster.fit(y)

    score = fitted.score(y)

    assert score == pytest.approx(1 - np.abs(fitted.resid_).mean() / np.abs(y.diff(12)).mean())


def test_score_is_defined_for_one_row_and_without_labels(forecaster, y):
    fitted = forecaster.fit(y[:143].to_numpy())
    error = abs(y.iloc[-1] - fitted.predict(1)[0])

    score = fitted.score(y[143:].to_numpy())

    assert score == pytest.approx(1 - error / np.abs(y[:143].diff()).mean())


def test_score_of_several_series_is_the_mean_of_theirs(multivariate, y):
    wide = pd.DataFrame({"a": y, "b": 1000 * y[::-1].to_numpy()})
    fitted = multivariate.fit(wide[:132])
    error = (wide[132:] - fitted.predict(12)).abs().mean()

    score = fitted.score(wide[132:])

    assert score == pytest.approx(1 - (error / wide[:132].diff(12).abs().mean()).mean())


def test_score_refuses_weights_of_another_length(y):
    fitted = NaiveForecaster().fit(y[:132])

    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        fitted.score(y[132:], sample_weight=[1, 2])


def test_rows_numbered_from_zero_are_not_scored_as_known_ones(forecaster, y):
    counted = y.reset_index(drop=True)
    fitted = forecaster.fit(counted[:132])

    with pytest.raises(TimeIndexError, match="integer labels from 0 on are rows already seen, but"):
        fitted.score(counted[132:].reset_index(drop=True))

    assert fitted.score(counted[100:]) == fitted.score(counted[100:].to_frame())


def test_rows_that_lost_their_labels_are_scored_at_those_of_the_series(forecaster, y, X):
    nameless = X.set_axis([0, 1], axis=1)
    fitted = forecaster.fit(nameless[:132], y[:132])

    score = fitted.score(nameless[120:144].to_numpy(), y[120:])

    assert score == fitted.score(nameless[120:144], y[120:])


def test_fitted_values_and_residuals_add_up_to_the_rows(forecaster, y, X):
    fitted = forecaster.fit(X[:144], y)

    total = fitted.fittedvalues_ + fitted.resid_

    pd.testing.assert_series_equal(total, y, rtol=1e-12)


def test_season_length_comes_from_the_index_unless_given(forecaster, y):
    from_index = clone(forecaster).fit(y)
    given = clone(forecaster).set_params(season_length=4).fit(y)
    without_index = forecaster.fit(y.to_numpy())

    assert (from_index.season_length_, given.season_length_) == (12, 4)
    assert without_index.season_length_ == 1
    assert (from_index.freq_, without_index.freq_) == ("MS", None)


def test_freq_is_needed_where_stamps_do_not_show_it(forecaster, y):
    business = y[:60].set_axis(
        pd.DatetimeIndex(pd.bdate_range("2024-01-01", periods=60), freq=None)
    )

    forecast = forecaster.set_params(freq="B", season_length=1).fit(business).predict(1)

    assert forecast.index[0] == pd.Timestamp("2024-03-25")
