"""The drawings of the report."""

from rnnts.study.figures._contests import contest_figure
from rnnts.study.figures._forecasts import ForecastPanel, forecast_figure
from rnnts.study.figures._ratios import ratio_figure
from rnnts.study.figures._shares import share_figure
from rnnts.study.figures._weights import weights_figure

__all__ = [
    "ForecastPanel",
    "contest_figure",
    "forecast_figure",
    "ratio_figure",
    "share_figure",
    "weights_figure",
]
