"""The drift forecast, counted by hand and against the regression that it is."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.tsa.statespace.structural import UnobservedComponents

from rnnts.forecasters import DriftForecaster


def test_the_line_goes_on_through_the_first_and_the_last_value():
    model = DriftForecaster().fit([2.0, 9.0, 1.0, 8.0])

    assert model.drift_.tolist() == [2.0]
    assert model.predict(3).tolist() == [10.0, 12.0, 14.0]
    assert model.fittedvalues_.tolist() == [5.0, 4.0, 11.0, 3.0]


def test_update_keeps_the_drift_and_partial_fit_learns_it_anew():
    model = DriftForecaster().fit([2.0, 9.0, 1.0, 8.0])

    assert model.update([10.0]).predict(2).tolist() == [12.0, 14.0]
    assert model.partial_fit([27.0]).predict(2).tolist() == [32.0, 37.0]


def test_the_interval_is_that_of_the_mean_change(y):
    changes = np.diff(y.to_numpy())
    mean = sm.OLS(changes, np.ones(143)).fit()

    table = DriftForecaster().fit(y).predict_interval(24, level=90)

    # The regression's own standard error of the mean, and that of the random walk.
    steps = np.arange(1, 25)
    std = np.sqrt(mean.mse_resid * steps + (steps * mean.bse[0]) ** 2)
    np.testing.assert_allclose(table["mean"], y.iloc[-1] + steps * mean.params[0], rtol=1e-12)
    half_width = table["hi-90"] - table["mean"]
    np.testing.assert_allclose(half_width, stats.norm.ppf(0.95) * std, rtol=1e-12)


def test_paths_go_as_far_apart_as_the_intervals_say(y):
    model = DriftForecaster().fit(y[:30])

    paths = model.sample_paths(40, n_paths=20_000)

    steps = np.arange(1, 41)
    std = np.sqrt(model.sigma2_ * steps * (1 + steps / 29))
    # Six standard errors.
    np.testing.assert_allclose(paths.std(axis=1), std, rtol=6 / np.sqrt(2 * 20_000))
    np.testing.assert_allclose(paths.mean(axis=1), model.predict(40), atol=6 * std[-1] / 141)


def test_missing_rows_are_a_random_walk_that_nobody_looked_at():
    rng = np.random.default_rng(0)
    y = (3 + rng.normal(size=60)).cumsum()
    y[[0, 7, 8, 9, 30, 58, 59]] = np.nan
    model = DriftForecaster().fit(y)
    trend = UnobservedComponents(y, "random walk with drift")
    # Its variance is that of the sample, without the degree of freedom that the drift takes.
    reference = trend.fit(disp=0)

    table = model.predict_interval(5, level=80)

    sigma2, drift = reference.params[0], reference.filter_results.predicted_state[1, -1]
    assert model.drift_[0] == pytest.approx(drift, rel=1e-5)
    assert model.sigma2_[0] == pytest.approx(sigma2, rel=1e-4)
    ahead = reference.get_forecast(5)
    np.testing.assert_allclose(table["mean"], ahead.predicted_mean, rtol=1e-5)
    std = (table["hi-80"] - table["mean"]) / stats.norm.ppf(0.9)
    np.testing.assert_allclose(std, ahead.se_mean, rtol=1e-4)


def test_two_values_make_a_line_without_an_interval():
    model = DriftForecaster().fit([1.0, np.nan, 4.0])

    assert model.predict(2).tolist() == [5.5, 7.0]
    for method in ("predict_interval", "sample_paths"):
        with pytest.raises(ValueError, match="the only two values there were; fit at least 3 obs"):
            getattr(model, method)(1)


def test_one_value_has_no_drift():
    with pytest.raises(ValueError, match=r"1 sample\(s\) while a minimum of 2 is required"):
        DriftForecaster().fit([1.0])


def test_several_series_drift_side_by_side(y):
    wide = pd.DataFrame({"a": y, "b": -2.0 * y})

    model = DriftForecaster().fit(wide)

    assert model.predict(2)["b"].tolist() == (-2 * DriftForecaster().fit(y).predict(2)).tolist()
    paths = model.sample_paths(3, n_paths=50)
    np.testing.assert_allclose(paths["b"], -2 * paths["a"], rtol=1e-9)
