"""Forecasts from rolling origins.

Each line starts from what was known at its origin, the older the fainter; beneath, the mean
absolute error from that origin.
"""

from rnnts import ThetaForecaster, backtest, datasets
from rnnts.plotting import plot_backtest

y = datasets.load("air_passengers")
result = backtest(ThetaForecaster(), y, horizon=12, n_windows=6)
ax = plot_backtest(result)
ax.set_ylabel("thousand passengers")
