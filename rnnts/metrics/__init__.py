r"""Measures of forecasts, intervals, quantiles and draws, and the in-sample error that scales them.

Arrays have shape (n,), or (n, k) for k series side by side: then every measure is the average of
its values for the columns. Below, :math:`y_t` is observed, :math:`\hat y_t` forecast,
:math:`t = 1 \dots h`, :math:`[l_t, u_t]` an interval that is to hold
:math:`100 (1 - \alpha)` per cent of the observations, and :math:`x_1 \dots x_n` is the training
series with season length :math:`m`.
"""

from rnnts.metrics._distributions import crps, crps_of_quantiles
from rnnts.metrics._intervals import coverage, msis, winkler
from rnnts.metrics._points import mae, mase, owa, pinball, rmse, rmsse, smape
from rnnts.metrics._scales import naive_scale, naive_squared_scale
from rnnts.metrics._scales import ratio as ratio  # no measure, but scorers divide by it too

__all__ = [
    "coverage",
    "crps",
    "crps_of_quantiles",
    "mae",
    "mase",
    "msis",
    "naive_scale",
    "naive_squared_scale",
    "owa",
    "pinball",
    "rmse",
    "rmsse",
    "smape",
    "winkler",
]
