"""Theta models against the paper's equations in plain loops, statsmodels and an optimiser."""

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from scipy.optimize import minimize
from statsmodels.tsa.forecasting.theta import ThetaModel as StatsmodelsTheta

from rnnts import datasets
from rnnts.forecasters import ThetaForecaster
from rnnts.forecasters._theta_fit import fit_theta
from rnnts.forecasters._theta_model import ThetaModel, lines
from rnnts.transforms import Deseasonalize

MODELS = ["dynamic_optimised", "optimised", "dynamic_standard", "standard"]
NO_EXOG = np.empty((0, 0))


def paper(y, level, alpha, theta, horizon, is_dynamic):
    """Equations 12 to 17 of the paper, on its own symbols: one-step predictions and forecasts."""
    omega, n = 1 - 1 / theta, len(y)
    slope, intercept = np.polyfit(np.arange(1, n + 1), y, 1)
    mean, predictions, rows = 0.0, [], list(y) + [None] * horizon
    if is_dynamic:
        slope = intercept = 0.0
    for t, row in enumerate(rows, start=1):
        drift = (1 - alpha) ** (t - 1) * intercept + (1 - (1 - alpha) ** t) / alpha * slope
        predictions.append(level + omega * drift)
        row = predictions[-1] if row is None else row
        level = alpha * row + (1 - alpha) * level
        if is_dynamic:
            slope = ((t - 2) * slope + 6 / t * (row - mean)) / (t + 1) if t > 1 else 0.0
            mean = ((t - 1) * mean + row) / t
            intercept = mean - (t + 1) / 2 * slope
    return np.array(predictions[:n]), np.array(predictions[n:])


def walk(n_rows, seed, drift=0.3):
    return 50 + np.cumsum(np.random.default_rng(seed).normal(drift, 1.0, n_rows))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("n_rows", [4, 9, 120])
def test_predictions_and_forecasts_are_those_of_the_papers_equations(model, n_rows):
    y = walk(n_rows, seed=n_rows)

    fitted = ThetaForecaster(model).fit(y)

    predictions, forecasts = paper(
        y,
        fitted.initial_level_[0],
        fitted.alpha_[0],
        fitted.theta_[0],
        horizon=15,
        is_dynamic=model.startswith("dynamic"),
    )
    np.testing.assert_allclose(fitted.predict(15), forecasts, rtol=1e-10)
    np.testing.assert_allclose(fitted.fittedvalues_[1:], predictions[1:], rtol=1e-10)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", ["nile", "lynx", "us_macro_realgdp", "us_macro_infl"])
def test_no_optimiser_finds_a_smaller_sum_of_squares(model, name):
    y = datasets.load(name).to_numpy()[:80]
    is_dynamic, n_params = model.startswith("dynamic"), 3 if "optimised" in model else 2

    def sum_of_squares(params):
        level, alpha, omega = (*params, 0.5)[:3]
        predictions, _ = paper(y, level, alpha, 1 / (1 - omega), 0, is_dynamic)
        if not is_dynamic:
            return np.sum((y - predictions) ** 2)
        anchor = level - (1 - omega) * y[0]
        return np.sum((y - predictions)[2:] ** 2) + anchor**2

    fitted = ThetaForecaster(model).fit(y)

    found = sum_of_squares([fitted.initial_level_[0], fitted.alpha_[0], 1 - 1 / fitted.theta_[0]])
    for alpha in (0.15, 0.5, 0.85):
        other = minimize(
            sum_of_squares,
            [y[0] / 2, alpha, 0.5][:n_params],
            method="Nelder-Mead",
            bounds=[(None, None), (0.1, 0.99), (0, 1 - 1e-10)][:n_params],
            options={"maxiter": 2000},
        )
        assert found <= other.fun * (1 + 1e-7)
    n_free = len(y) - n_params - is_dynamic
    assert fitted.sigma2_[0] == pytest.approx(found / n_free, rel=1e-7)


@pytest.mark.parametrize("name", ["nile", "us_macro_realgdp", "us_macro_m1"])
def test_the_standard_model_with_their_alpha_forecasts_as_statsmodels(name):
    y = datasets.load(name).to_numpy()
    theirs = StatsmodelsTheta(y, deseasonalize=False).fit()
    intercepts, slopes = lines(y[:, None])
    alpha = np.array([theirs.params["alpha"]])
    line = intercepts[-1], slopes[-1]

    model = ThetaModel(alpha, np.array([0.5]), start=y[:1], first=y[:1], line=line)

    _, state = model.read(y[:, None])
    np.testing.assert_allclose(
        model.run(state, np.zeros((12, 1)))[:, 0], theirs.forecast(12, theta=2), rtol=1e-12
    )


def test_the_standard_model_of_a_seasonal_series_is_close_to_that_of_statsmodels():
    y = datasets.load("elec_equip")
    theirs = StatsmodelsTheta(y.to_numpy(), period=12, use_test=False, method="mul").fit()

    forecast = ThetaForecaster("standard").fit(y).predict(12)

    # They fit alpha to the series, not to the forecasts.
    np.testing.assert_allclose(forecast, theirs.forecast(12, theta=2), rtol=1e-4)


def test_a_straight_line_is_continued():
    fitted = ThetaForecaster().fit(3.0 + 2.0 * np.arange(20))

    np.testing.assert_allclose(fitted.predict(5), 43.0 + 2.0 * np.arange(5), rtol=1e-9)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("level", [0.0, 0.1, 7.0, -1e9])
def test_a_constant_is_forecast_without_error(model, level):
    fitted = ThetaForecaster(model, season_length=4).fit(np.full(30, level))

    assert fitted.predict(3).tolist() == [level] * 3
    assert fitted.fittedvalues_.tolist() == [level] * 30
    assert fitted.sigma2_.tolist() == [0.0]
    assert np.ptp(fitted._quantiles(np.empty((3, 0)), np.array([0.025, 0.975]))) == 0.0


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("size", "shift"), [(1e140, 0.0), (1e-140, 0.0), (2.0, -1e3)])
def test_forecasts_follow_the_units_of_the_series(model, size, shift):
    y = walk(40, seed=1)
    expected = ThetaForecaster(model).fit(y)

    fitted = ThetaForecaster(model).fit(size * y + shift)

    np.testing.assert_allclose(fitted.predict(9), size * expected.predict(9) + shift, rtol=1e-8)
    np.testing.assert_allclose(fitted.sigma2_, size**2 * expected.sigma2_, rtol=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_several_series_are_modelled_each_by_itself(model, y):
    table = pd.DataFrame({"a": y, "b": y[::-1].to_numpy(), "c": np.sin(np.arange(144.0))}, y.index)

    together = ThetaForecaster(model).fit(table[:130]).update(table[130:])

    for name in table:
        alone = ThetaForecaster(model).fit(table[name][:130]).update(table[name][130:])
        np.testing.assert_allclose(together.predict(9)[name], alone.predict(9), rtol=1e-12)
        np.testing.assert_allclose(together.resid_[name], alone.resid_, atol=1e-9)


def many_series(n_rows=70, n_series=300):
    """More than are fitted at a time, some with a season, some with gaps, some late."""
    rng = np.random.default_rng(9)
    row = np.arange(n_rows)[:, None]
    season = np.sin(2 * np.pi * row / 12) * rng.uniform(0, 0.5, n_series)
    values = np.exp(season + rng.normal(0.005, 0.05, (n_rows, n_series)).cumsum(axis=0))
    values[rng.integers(1, n_rows, 60), np.arange(60)] = np.nan
    values[:5, 50:70] = np.nan
    values[:, 150] = 3.0
    return values


@pytest.mark.parametrize("model", MODELS)
def test_a_series_is_fitted_as_if_it_were_alone(model):
    values = many_series()
    together = ThetaForecaster(model)
    with parallel_config("threading", n_jobs=2):
        together._fit(values, NO_EXOG, 12)

    for number in (0, 55, 65, 100, 150, 299):
        column, alone = values[:, [number]], ThetaForecaster(model)
        alone._fit(column, NO_EXOG, 12)

        for name in ("alpha_", "theta_", "initial_level_", "sigma2_"):
            assert getattr(together, name)[number] == getattr(alone, name)[0]
        future = np.empty((9, 0))
        ours = together._forecast(future), together._forecast_std(9)
        theirs = alone._forecast(future), alone._forecast_std(9)
        np.testing.assert_array_equal(np.array(ours)[:, :, number], np.array(theirs)[:, :, 0])
        predictions = together._one_step(values, NO_EXOG)[:, [number]]
        np.testing.assert_array_equal(predictions, alone._one_step(column, NO_EXOG))


def test_many_series_have_paths_with_spreads_of_their_own():
    values = many_series()
    fitted = ThetaForecaster()
    fitted._fit(values, NO_EXOG, 1)

    paths = fitted._paths(np.empty((2, 0)), 4000, np.random.default_rng(0))

    # Five standard errors of the standard deviation of 4,000 draws.
    np.testing.assert_allclose(paths.std(axis=0), fitted._forecast_std(2), rtol=0.06)


def test_a_significant_season_is_taken_out_and_put_back(y):
    season = Deseasonalize().fit(y.to_numpy()[:, None], 12)
    plain = ThetaForecaster(season_length=1).fit(season.transform(y.to_numpy()[:, None])[:, 0])

    fitted = ThetaForecaster().fit(y)

    expected = season.inverse_transform(plain.predict(24)[:, None])[:, 0]
    np.testing.assert_allclose(fitted.predict(24), expected, rtol=1e-12)


def test_a_ratio_near_zero_makes_the_season_additive():
    rng = np.random.default_rng(0)
    y = np.tile([1e-4, 100.0, 120.0, 90.0], 12) * rng.uniform(0.9, 1.1, 48)

    fitted = ThetaForecaster(season_length=4).fit(y)

    assert fitted._season.describe() == "additive season of 4"
    np.testing.assert_allclose(fitted.predict(4), [0.0, 100.0, 120.0, 90.0], atol=15.0)


@pytest.mark.parametrize("model", MODELS)
def test_variances_are_sums_of_squared_responses_to_an_error(model):
    fitted = ThetaForecaster(model).fit(walk(12, seed=2))
    horizon = 20
    impulses = np.eye(horizon)[:, :, None]
    numbers = fitted._model

    without = numbers.run(fitted._state, np.zeros((horizon, 1)))
    responses = numbers.run(fitted._state, impulses) - without

    variances = numbers.forecast_variance(fitted._state.n_read, horizon)
    np.testing.assert_allclose(variances, (responses**2).sum(axis=0), rtol=1e-9)
    if not model.startswith("dynamic"):
        smoothing = 1 + np.arange(horizon) * fitted.alpha_**2
        np.testing.assert_allclose(variances[:, 0], smoothing, rtol=1e-9)


def test_quantiles_are_normal_and_scale_with_the_season(y):
    fitted = ThetaForecaster().fit(y)
    future = np.empty((12, 0))

    quantiles = fitted._quantiles(future, np.array([0.1, 0.5, 0.9]))

    assert quantiles.shape == (12, 1, 3)
    np.testing.assert_allclose(quantiles[:, 0, 1], fitted.predict(12), rtol=1e-12)
    std = (quantiles[:, 0, 2] - quantiles[:, 0, 1]) / 1.2815515655446004
    season = fitted._season.spread[:, 0]
    variances = fitted._model.forecast_variance(fitted._state.n_read, 12)[:, 0]
    np.testing.assert_allclose(std, season * np.sqrt(fitted.sigma2_ * variances), rtol=1e-9)


@pytest.mark.parametrize("model", ["dynamic_optimised", "standard"])
def test_paths_have_the_mean_and_spread_of_the_forecasts(model, y):
    table = pd.DataFrame({"a": y, "b": y[::-1].to_numpy()}, y.index)
    fitted = ThetaForecaster(model).fit(table)
    future = np.empty((12, 0))

    paths = fitted._paths(future, 20_000, np.random.default_rng(0))

    assert paths.shape == (20_000, 12, 2)
    std = fitted._forecast_std(12)
    # Four standard errors of a mean and of a standard deviation of 20,000 draws.
    np.testing.assert_array_less(np.abs(paths.mean(axis=0) - fitted.predict(12)) / std, 0.03)
    np.testing.assert_allclose(paths.std(axis=0), std, rtol=0.02)


def test_an_80_percent_interval_covers_80_percent():
    rng = np.random.default_rng(3)
    series = np.cumsum(rng.normal(0.2, 1.0, (400, 312)), axis=1)

    table = ThetaForecaster().fit(series[:, :300].T)
    low, high = np.moveaxis(table._quantiles(np.empty((12, 0)), np.array([0.1, 0.9])), 2, 0)

    ahead = series[:, 300:].T
    coverage = ((low <= ahead) & (ahead <= high)).mean()
    # A random walk with drift is a theta model; 400 origins leave 0.03 (two standard errors).
    assert coverage == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize("model", MODELS)
def test_a_missing_row_is_read_as_its_own_prediction(model, y):
    fitted = ThetaForecaster(model).fit(y)
    expected = fitted.predict(15)[3:]

    fitted._advance(np.full((3, 1), np.nan), NO_EXOG)

    np.testing.assert_allclose(fitted._forecast(np.empty((12, 0)))[:, 0], expected, rtol=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_reading_row_by_row_is_reading_at_once(model):
    y = walk(60, seed=4)[:, None]
    numbers = ThetaForecaster(model).fit(y)._model

    predictions, state = numbers.read(y)
    by_row, state_by_row = numbers._read_by_row(y)

    np.testing.assert_allclose(by_row, predictions, rtol=1e-11)
    for part in ("n_read", "level", "intercept", "slope"):
        np.testing.assert_allclose(getattr(state_by_row, part), getattr(state, part), rtol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_holes_change_little_of_a_fit(model, y):
    values = y.to_numpy()[:, None]
    holed = values.copy()
    holed[[0, 1, 20, 50, 51, 52, 90, 143]] = np.nan
    whole, fitted = ThetaForecaster(model), ThetaForecaster(model)

    whole._fit(values, NO_EXOG, 12)
    fitted._fit(holed, NO_EXOG, 12)

    future = np.empty((12, 0))
    np.testing.assert_allclose(fitted._forecast(future), whole._forecast(future), rtol=0.05)
    predictions = fitted._one_step(holed, NO_EXOG)
    assert np.isfinite(predictions).all()
    np.testing.assert_allclose(predictions[[20, 51]], values[[20, 51]], rtol=0.1)


def test_rows_before_the_first_observed_one_do_not_count():
    y = walk(30, seed=5)
    on_time, late = (y - y[0])[:, None], np.r_[np.full(4, np.nan), y - y[0]][:, None]

    assert fit_theta(np.array([[np.nan], [0.0]]), is_dynamic=True, is_optimised=True)[1] == 0.0
    for is_dynamic in (False, True):
        model, sigma2 = fit_theta(late, is_dynamic=is_dynamic, is_optimised=True)
        expected_model, expected = fit_theta(on_time, is_dynamic=is_dynamic, is_optimised=True)

        assert sigma2 == expected
        predictions, state = model.read(late)
        expected_predictions, expected_state = expected_model.read(on_time)
        np.testing.assert_allclose(predictions[4:], expected_predictions, rtol=1e-10)
        assert state.n_read == expected_state.n_read == 30


def difficult_series():
    """Series that divide by zero, overflow or stand still in a careless implementation."""
    rng = np.random.default_rng(6)
    yield from (np.full(n, 3.0) for n in (4, 5, 50))
    yield from (np.r_[np.zeros(n), 1.0] for n in (3, 11, 40))
    yield from (np.r_[1.0, np.zeros(n)] for n in (3, 11, 40))
    yield from (rng.poisson(0.2, 60).astype(float) for _ in range(20))
    yield from (rng.normal(0, 10.0**power, 30) for power in range(-150, 150, 20))
    yield from (1e8 + rng.normal(0, 1e-6, n) for n in range(4, 40))
    yield from (np.exp(rng.normal(0, 5, 48)) for _ in range(20))
    yield from (np.exp(np.arange(n) / 2) for n in (10, 50))


@pytest.mark.parametrize("model", MODELS)
def test_no_series_is_too_difficult(model):
    for y in difficult_series():
        fitted = ThetaForecaster(model, season_length=4).fit(y)

        assert np.isfinite(fitted.predict(12)).all()
        assert np.isfinite(fitted.fittedvalues_).all()
        assert np.isfinite(fitted._forecast_std(12)).all()
        # No first row is predicted far outside of what the series has seen.
        assert np.abs(fitted.resid_).max() <= 3 * np.ptp(y) + 1e-9 * np.abs(y).max()


def test_a_long_gap_after_the_first_row_leaves_the_first_level_near_the_data():
    y = np.r_[1.0, np.full(300, np.nan), walk(20, seed=7)][:, None]

    model, _ = fit_theta(y - y[0], is_dynamic=True, is_optimised=True)

    assert np.abs(model.read(y - y[0])[0]).max() < 500.0


def test_theta_is_2_where_rows_are_few():
    fitted = ThetaForecaster().fit(walk(7, seed=8))

    assert fitted.theta_.tolist() == [2.0]


def test_three_rows_are_too_few():
    with pytest.raises(ValueError, match=r"3 sample\(s\) while a minimum of 4 is required"):
        ThetaForecaster().fit([1.0, 2.0, 3.0])


def test_an_unknown_model_is_an_error():
    with pytest.raises(ValueError, match=r"unknown model 'dynamic'; choose from dynamic_optimised"):
        ThetaForecaster("dynamic").fit([1.0, 2.0, 3.0, 5.0])
