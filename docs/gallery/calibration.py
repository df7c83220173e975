"""Whether intervals hold what they promise.

On the diagonal an interval of 80 % holds 80 % of what came; above it intervals are too wide, below
it too narrow.  The band is what chance allows.
"""

from rnnts import SeasonalNaiveForecaster, ThetaForecaster, backtest, datasets
from rnnts.plotting import plot_calibration

y = datasets.load("co2_monthly")
models = [ThetaForecaster(), SeasonalNaiveForecaster()]
result = backtest(models, y, horizon=12, n_windows=20, level=(20, 40, 60, 80, 95))
ax = plot_calibration(result)
