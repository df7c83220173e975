"""Pictures of one-step errors."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.tsa.stattools import acf

from rnnts import ARMAForecaster, NaiveForecaster, RNNForecaster, SeasonalNaiveForecaster, datasets
from rnnts.plotting import plot_residuals


def test_the_errors_without_the_first_are_drawn(arma):
    over_time, *_ = plot_residuals(arma)

    line = over_time.lines[-1]
    # One difference takes one row.
    np.testing.assert_array_equal(line.get_ydata(), arma.resid_[1:])
    np.testing.assert_array_equal(line.get_xdata(), arma.resid_.index[1:])


def test_autocorrelations_and_p_value_are_those_of_statsmodels(arma):
    _, correlogram, *_ = plot_residuals(arma)

    errors = arma.resid_[1:]
    bars = [segment[1, 1] for segment in correlogram.collections[0].get_segments()]
    np.testing.assert_allclose(bars, acf(errors, nlags=len(bars), fft=False)[1:], atol=1e-12)
    theirs = acorr_ljungbox(errors, lags=[10], model_df=2)["lb_pvalue"].iloc[0]
    assert correlogram.get_title() == f"Ljung-Box: p = {theirs:.2g} (10 lags)"
    bounds = correlogram.patches[0].get_extents()
    low, high = correlogram.transData.inverted().transform(bounds)[:, 1]
    assert (low, high) == pytest.approx((-1.96 / np.sqrt(99), 1.96 / np.sqrt(99)))


def test_quantiles_and_histogram_are_those_of_the_errors(arma):
    *_, quantiles, histogram = plot_residuals(arma)

    errors = arma.resid_[1:].to_numpy()
    normal, ordered = quantiles.lines[-1].get_data()
    np.testing.assert_array_equal(ordered, np.sort(errors))
    np.testing.assert_allclose(normal, stats.norm.ppf((np.arange(99) + 0.5) / 99))
    area = sum(bar.get_width() * bar.get_height() for bar in histogram.patches)
    assert area == pytest.approx(1)
    places, density = histogram.lines[-1].get_data()
    np.testing.assert_allclose(density, stats.norm.pdf(places, errors.mean(), errors.std()))


def test_the_test_is_the_one_of_the_summary():
    model = RNNForecaster("linear", 1).fit(datasets.load("nile"))

    _, correlogram, *_ = model.plot_residuals()

    row = model.summary().residuals.iloc[0]
    assert (
        correlogram.get_title() == f"Ljung-Box: p = {row['p_value']:.2g} ({row['lags']:.0f} lags)"
    )


def test_startup_and_coefficients_are_those_of_each_forecaster(y):
    seasonal = ARMAForecaster((2, 1, 1), seasonal_order=(0, 1, 1, 12), max_iter=1)

    assert NaiveForecaster().fit(y).n_startup_ == 1
    assert SeasonalNaiveForecaster().fit(y).n_startup_ == 12
    assert SeasonalNaiveForecaster().fit(y).n_coefficients_ == 0
    with pytest.warns(match="still rising"):
        seasonal.fit(y)
    assert seasonal.n_startup_ == 13
    assert seasonal.n_coefficients_ == 4
    lagged = RNNForecaster("linear", 2, input_size=3).fit(datasets.load("sunspots"))
    assert lagged.n_startup_ == 3
    assert lagged.n_coefficients_ == 4


def test_missing_errors_are_left_out(y):
    holey = y.mask(y.index.year == 1955)
    model = NaiveForecaster().fit(holey)

    _, _, quantiles, _ = plot_residuals(model)

    assert len(quantiles.lines[-1].get_ydata()) == model.resid_[1:].notna().sum()


def test_errors_without_spread_are_drawn():
    *_, histogram = plot_residuals(NaiveForecaster().fit(np.ones(20)))

    assert not histogram.lines


def test_what_cannot_be_drawn_is_refused(y):
    with pytest.raises(ValueError, match="draws one series, got 2; fit a forecaster to each"):
        plot_residuals(NaiveForecaster().fit(pd.DataFrame({"a": y, "b": y})))
    with pytest.raises(ValueError, match="needs at least 3 one-step errors, got 2"):
        plot_residuals(NaiveForecaster().fit([1.0, 2.0, 3.0]))
    with pytest.raises(TypeError, match="needs what 'resid_' holds, which a dict does not have"):
        plot_residuals({})
    with pytest.raises(ValueError, match="axes must hold 4 Axes, got 2"):
        plot_residuals(NaiveForecaster().fit(datasets.load("nile")), axes=[None, None])
    with pytest.raises(TypeError, match="matplotlib Axes, got NoneType"):
        plot_residuals(NaiveForecaster().fit(datasets.load("nile")), axes=[None] * 4)
