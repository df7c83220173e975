"""What is left in the one-step errors of a forecaster."""

from typing import Any

import numpy as np
import pandas as pd

from rnnts._types import FloatArray
from rnnts._whiteness import autocorrelations, lags_to_test, ljung_box
from rnnts.plotting._inputs import attribute, fitted, single, title_of
from rnnts.plotting._labels import places_of, write_labels
from rnnts.plotting._style import BLUE, GREY, ORANGE, number_values, sheets, tint

_MIN_ERRORS = 3


def plot_residuals(forecaster: Any, *, axes: Any = None) -> Any:
    r"""Draw one-step errors over time, their autocorrelations, and how normal they are.

    Parameters
    ----------
    forecaster : forecaster
        Fitted, of one series: anything with `resid_`.  The first `n_startup_` errors, which rest
        on too few rows, are left out.
    axes : array-like of four matplotlib Axes, optional
        Where to draw; a new figure unless given.

    Returns
    -------
    ndarray of four matplotlib Axes
        Errors over time, in the units of the series; their autocorrelations with the bounds
        :math:`\pm 1.96 / \sqrt{n}` that 95 % of those of white noise keep, and the p-value of the
        Ljung-Box test, which is small if something could still be predicted; their quantiles
        against those of the normal distribution; their histogram with the normal density of the
        same mean and variance.

    Raises
    ------
    NotFittedError
        If the forecaster is not fitted.
    ValueError, TypeError
        If there are several series, fewer than three errors, or no `resid_`.
    ModuleNotFoundError
        If matplotlib is missing.

    Notes
    -----
    The test counts `season_length_` and `n_coefficients_` as `RNNForecaster.summary` does.

    References
    ----------
    Ljung and Box (1978), *On a Measure of Lack of Fit in Time Series Models*, Biometrika 65.
    Hyndman and Athanasopoulos (2021), *Forecasting: Principles and Practice*, section 5.4.

    Examples
    --------
    >>> from rnnts import ARMAForecaster, datasets
    >>> from rnnts.plotting import plot_residuals
    >>> axes = plot_residuals(ARMAForecaster((0, 1, 1)).fit(datasets.load("nile")))
    >>> axes[1].get_title()
    'Ljung-Box: p = 0.16 (10 lags)'
    """
    fitted(forecaster)
    given = attribute(forecaster, "resid_", "plot_residuals")
    errors = single(given, "plot_residuals").iloc[getattr(forecaster, "n_startup_", 0) :]
    known = errors.dropna().to_numpy()
    if len(known) < _MIN_ERRORS:
        raise ValueError(
            f"plot_residuals needs at least {_MIN_ERRORS} one-step errors, got {len(known)}; fit "
            "more rows"
        )
    with sheets(axes, 2, 2, height=5.4) as panels:
        over_time, correlogram, quantiles, histogram = panels
        _draw_errors(over_time, errors, title_of(given, "One-step errors"))
        _draw_correlations(
            correlogram,
            errors,
            getattr(forecaster, "season_length_", 1),
            getattr(forecaster, "n_coefficients_", 0),
        )
        _draw_quantiles(quantiles, known)
        _draw_histogram(histogram, known)
    return panels


def _draw_errors(ax: Any, errors: pd.Series, title: str) -> None:
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.plot(places_of(errors.index), errors, color=BLUE, linewidth=1)
    ax.margins(x=0.01)
    write_labels(ax.xaxis, errors.index)
    number_values(ax.yaxis)
    ax.set(title=title, ylabel="one-step error")


def _draw_correlations(ax: Any, errors: pd.Series, season_length: int, n_coefficients: int) -> None:
    column = errors.to_numpy()[:, None]
    n_known = int(np.isfinite(column).sum())
    n_tested = lags_to_test(n_known, season_length, n_coefficients)
    n_lags = min(max(n_tested, 20), len(column) - 1)
    lags = np.arange(1, n_lags + 1)
    bound = 1.96 / np.sqrt(n_known)
    ax.axhspan(-bound, bound, color=tint(GREY, 0.75), linewidth=0)
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.vlines(lags, 0, autocorrelations(column, n_lags)[:, 0], color=BLUE, linewidth=3)
    title = "Autocorrelations"
    if n_tested:
        p_value = ljung_box(column, n_tested, n_coefficients)["p_value"].iloc[0]
        shown = "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"
        title = f"Ljung-Box: {shown} ({n_tested} lags)"
    ax.set(title=title, xlabel="lag", ylabel="autocorrelation")
    write_labels(ax.xaxis, pd.RangeIndex(n_lags))


def _draw_quantiles(ax: Any, errors: FloatArray) -> None:
    from scipy.special import ndtri

    n = len(errors)
    normal = ndtri((np.arange(n) + 0.5) / n)
    ends = normal[[0, -1]]
    ax.plot(ends, errors.mean() + errors.std() * ends, color=ORANGE, linewidth=1.2)
    ax.plot(normal, np.sort(errors), "o", color=BLUE, markersize=3)
    number_values(ax.yaxis)
    ax.set(title="Quantiles", xlabel="normal quantile", ylabel="one-step error")


def _draw_histogram(ax: Any, errors: FloatArray) -> None:
    mean, spread = errors.mean(), errors.std()
    ax.hist(errors, bins="auto", density=True, color=tint(BLUE, 0.45), edgecolor="white")
    if spread > 0:
        grid = np.linspace(mean - 3.5 * spread, mean + 3.5 * spread, 200)
        z = (grid - mean) / spread
        density = np.exp(-0.5 * z**2) / (spread * np.sqrt(2 * np.pi))
        ax.plot(grid, density, color=ORANGE, linewidth=1.2)
    number_values(ax.xaxis)
    ax.set(title="Histogram and normal density", xlabel="one-step error", ylabel="density")
