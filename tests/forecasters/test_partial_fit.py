"""Training goes on as rows come in."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import TimeSeriesSplit, learning_curve

from rnnts.exceptions import TimeIndexError
from rnnts.forecasters import (
    ARMAForecaster,
    NaiveForecaster,
    RNNForecaster,
    SeasonalNaiveForecaster,
)


def test_the_first_partial_fit_is_a_fit(forecaster, y, X):
    expected = clone(forecaster).fit(X[:144], y).predict(X[144:])

    forecast = forecaster.partial_fit(X[:144], y).predict(X[144:])

    pd.testing.assert_series_equal(forecast, expected)


def test_rows_join_as_in_update(forecaster, y, X):
    fitted = forecaster.fit(X[:120], y[:120])

    again = fitted.partial_fit(X[100:144], y[100:])

    assert again is fitted
    assert len(fitted.resid_) == 144
    assert fitted.predict(X[144:]).index[0] == pd.Timestamp("1961-01-01")
    assert np.isfinite(fitted.predict(X[144:])).all()


@pytest.mark.parametrize("model", [NaiveForecaster(), SeasonalNaiveForecaster()])
def test_what_trains_nothing_is_updated(model, y):
    expected = clone(model).fit(y[:120]).update(y[120:])

    fitted = model.fit(y[:120]).partial_fit(y[120:])

    pd.testing.assert_series_equal(fitted.predict(12), expected.predict(12))
    pd.testing.assert_series_equal(fitted.fittedvalues_, expected.fittedvalues_)


def test_arma_finds_the_maximum_of_the_likelihood_of_all_rows(y):
    expected = ARMAForecaster((1, 0, 1)).fit(y)

    model = ARMAForecaster((1, 0, 1)).partial_fit(y[:100]).partial_fit(y[100:])

    np.testing.assert_allclose(model.params_, expected.params_, rtol=1e-6)
    np.testing.assert_allclose(model.predict(3), expected.predict(3), rtol=1e-6)


def test_scores_go_by_all_rows_learned_from(forecaster, y):
    fitted = forecaster.fit(y[:60])

    before = fitted.update(y[60:100]).scale_
    after = fitted.partial_fit(y[100:]).scale_

    assert before == pytest.approx([y[:60].diff(12).abs().mean()])
    assert after == pytest.approx([y.diff(12).abs().mean()])


def test_a_failed_partial_fit_leaves_the_forecaster_as_it_was(forecaster, y):
    class Failing(type(forecaster)):
        def _continue(self, y, exog, season_length):
            raise ArithmeticError

    fitted = Failing(**forecaster.get_params()).fit(y[:120])
    expected = fitted.predict(3)

    with pytest.raises(ArithmeticError):
        fitted.partial_fit(y[120:])
    with pytest.raises(TimeIndexError, match="must continue at 1959-01-01"):
        fitted.partial_fit(y[130:])

    pd.testing.assert_series_equal(fitted.predict(3), expected)


def test_a_learning_curve_may_go_on_instead_of_starting_again(forecaster, y):
    folds = TimeSeriesSplit(2, test_size=12)

    sizes, train, test = learning_curve(
        forecaster,
        y.index,
        y,
        cv=folds,
        train_sizes=[0.5, 1.0],
        exploit_incremental_learning=True,
        error_score="raise",
    )

    assert sizes.tolist() == [60, 120]
    assert np.isfinite(train).all()
    assert np.isfinite(test).all()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_rows_of_a_far_larger_magnitude_are_refused():
    y = 1e-167 * np.random.default_rng(0).integers(0, 3, 40)
    model = RNNForecaster(solver="lbfgs", max_iter=2).fit(y)
    expected = model.predict(2)

    with pytest.raises(ValueError, match="no row of y is predicted by a number"):
        model.partial_fit([-0.08, 1e-6])

    np.testing.assert_array_equal(model.predict(2), expected)
