"""Recurrent networks for forecasting, as light, as fast and as honest as ARMA.

Names are looked up on first use, so that importing the package costs nothing and compiles
nothing.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnnts import datasets
    from rnnts.evaluation import backtest, compare
    from rnnts.forecasters import (
        ARMAForecaster,
        AutoARIMAForecaster,
        DriftForecaster,
        ETSForecaster,
        Naive2Forecaster,
        NaiveForecaster,
        PanelForecaster,
        RNNForecaster,
        SeasonalNaiveForecaster,
        ThetaForecaster,
        make_forecast_pipeline,
        no_exog,
    )
    from rnnts.panel import PanelTimeSeriesSplit
    from rnnts.persistence import load, save
    from rnnts.sequence import OnlineRNN, RNNClassifier, RNNRegressor, RNNTranslator

__all__ = [
    "ARMAForecaster",
    "AutoARIMAForecaster",
    "DriftForecaster",
    "ETSForecaster",
    "Naive2Forecaster",
    "NaiveForecaster",
    "OnlineRNN",
    "PanelForecaster",
    "PanelTimeSeriesSplit",
    "RNNClassifier",
    "RNNForecaster",
    "RNNRegressor",
    "RNNTranslator",
    "SeasonalNaiveForecaster",
    "ThetaForecaster",
    "__version__",
    "backtest",
    "compare",
    "datasets",
    "load",
    "make_forecast_pipeline",
    "no_exog",
    "save",
]

__version__ = version("rnnts")

_HOMES = {
    "ARMAForecaster": "rnnts.forecasters",
    "AutoARIMAForecaster": "rnnts.forecasters",
    "DriftForecaster": "rnnts.forecasters",
    "ETSForecaster": "rnnts.forecasters",
    "Naive2Forecaster": "rnnts.forecasters",
    "NaiveForecaster": "rnnts.forecasters",
    "OnlineRNN": "rnnts.sequence",
    "PanelForecaster": "rnnts.forecasters",
    "PanelTimeSeriesSplit": "rnnts.panel",
    "RNNClassifier": "rnnts.sequence",
    "RNNForecaster": "rnnts.forecasters",
    "RNNRegressor": "rnnts.sequence",
    "RNNTranslator": "rnnts.sequence",
    "SeasonalNaiveForecaster": "rnnts.forecasters",
    "ThetaForecaster": "rnnts.forecasters",
    "make_forecast_pipeline": "rnnts.forecasters",
    "no_exog": "rnnts.forecasters",
    "backtest": "rnnts.evaluation",
    "compare": "rnnts.evaluation",
    "load": "rnnts.persistence",
    "save": "rnnts.persistence",
}


def __getattr__(name: str) -> Any:
    if name == "datasets":
        return import_module("rnnts.datasets")
    if name not in _HOMES:
        raise AttributeError(f"module 'rnnts' has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
