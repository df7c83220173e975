"""The drawings of the report."""

from rnnts.study.figures._autocorrelations import autocorrelation_figure
from rnnts.study.figures._contests import contest_figure
from rnnts.study.figures._forecasts import ForecastPanel, forecast_figure
from rnnts.study.figures._one_unit import one_unit_figure
from rnnts.study.figures._over_specification import over_specification_figure
from rnnts.study.figures._ratios import ratio_figure
from rnnts.study.figures._shares import share_figure
from rnnts.study.figures._weights import weights_figure

__all__ = [
    "ForecastPanel",
    "autocorrelation_figure",
    "contest_figure",
    "forecast_figure",
    "one_unit_figure",
    "over_specification_figure",
    "ratio_figure",
    "share_figure",
    "weights_figure",
]
