"""Pictures of forecasts, of what is left in their errors, and of how they compare.

Every function takes what was fitted or computed and returns the matplotlib Axes that it drew on;
with ``ax=`` it draws on yours.  Forecasters have them as methods: ``forecaster.plot(12)``.  The
[gallery](../gallery.html) shows each of them on real data.

They need matplotlib: ``pip install 'rnnts[plot]'``.
"""

from rnnts.plotting._backtest import plot_backtest
from rnnts.plotting._calibration import plot_calibration
from rnnts.plotting._comparison import plot_comparison
from rnnts.plotting._forecast import plot_forecast
from rnnts.plotting._hidden_states import plot_hidden_states
from rnnts.plotting._impulse_response import plot_impulse_response
from rnnts.plotting._loss_curve import plot_loss_curve
from rnnts.plotting._residuals import plot_residuals

__all__ = [
    "plot_backtest",
    "plot_calibration",
    "plot_comparison",
    "plot_forecast",
    "plot_hidden_states",
    "plot_impulse_response",
    "plot_loss_curve",
    "plot_residuals",
]
